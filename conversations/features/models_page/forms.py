"""What a person orders on the models page."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from conversations.models import ModelHabit

# [host/][namespace/]name[:tag], as Ollama reads it.
NAME = re.compile(r"[A-Za-z0-9][\w.\-]*(/[\w.\-]+){0,2}(:[\w.\-]+)?")

# A name may begin with the host that it is fetched from. Any other would make the model server
# ask whatever address somebody types.
LIBRARIES = ("registry.ollama.ai", "ollama.com", "hf.co", "huggingface.co")


class PullForm(forms.Form):
    """Which model to fetch, to which of the servers that take orders."""

    name = forms.CharField(
        label="Name of the model",
        max_length=200,
        help_text="As in Ollama's library, such as llama3.2 or qwen3:8b.",
        error_messages={"required": "Which model? Type its name, such as llama3.2."},
    )
    server = forms.ChoiceField(required=False, label="Model server")

    def __init__(self, *args: Any, servers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["server"].choices = [(address, address) for address in servers]  # type: ignore[attr-defined]
        self.fields["name"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self.default_server = servers[0] if servers else ""
        if len(servers) < 2:
            del self.fields["server"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].removeprefix("ollama pull ").strip()
        if not NAME.fullmatch(name):
            raise ValidationError(
                "That is no name of a model: letters, digits and . _ - only, then perhaps a tag "
                "after a colon, such as llama3.2:3b."
            )
        host, _, rest = name.partition("/")
        if "/" in rest and host not in LIBRARIES:
            raise ValidationError(
                f"From {host} nothing is fetched here; do it at the model server itself."
            )
        return name

    @property
    def chosen_server(self) -> str:
        return str(self.cleaned_data.get("server") or self.default_server)


class ToolModeForm(forms.Form):
    """How a model is to use tools. Nothing chosen leaves it to what its answers show."""

    mode = forms.ChoiceField(
        required=False,
        label="How it uses tools",
        choices=[("", "As its answers show"), *ModelHabit.ToolMode.choices],
        error_messages={"invalid_choice": "It is one of: native, schema, words, off, or nothing."},
    )
