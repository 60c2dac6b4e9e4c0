"""The fields of a model's parameters, shared by prompt profiles and conversations."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from routing.types import Parameters

DURATION = re.compile(r"-?\d+(\.\d+)?(s|m|h)?|-1")


class ParameterFields(forms.Form):
    """An empty field leaves the choice to the profile or the model. The row keeps one JSON object
    of what is set, see routing.types.Parameters."""

    temperature = forms.FloatField(
        required=False, min_value=0, max_value=5, help_text="0 is sober, 1 is lively."
    )
    top_p = forms.FloatField(required=False, min_value=0, max_value=1, label="Top p")
    top_k = forms.IntegerField(required=False, min_value=0, max_value=1000, label="Top k")
    repeat_penalty = forms.FloatField(required=False, min_value=0, max_value=5)
    seed = forms.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, help_text="The same seed, the same dice."
    )
    num_ctx = forms.IntegerField(
        required=False,
        min_value=256,
        max_value=4_000_000,
        label="Context window",
        help_text="Tokens. A change makes Ollama load the model again.",
    )
    num_predict = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1_000_000,
        label="Longest answer",
        help_text="Tokens.",
    )
    stop = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="Stop at",
        help_text="One text a line; the answer ends where one of them would come.",
    )
    thinking = forms.ChoiceField(
        required=False,
        choices=[
            ("", "As the model does"),
            ("on", "On"),
            ("off", "Off"),
            ("low", "A little"),
            ("medium", "Medium"),
            ("high", "A lot"),
            ("max", "As much as it can"),
        ],
    )

    keep_alive = forms.CharField(
        required=False,
        max_length=20,
        label="Keep loaded",
        help_text="How long after an answer: 10m, 2h; -1 for ever, 0 not at all.",
    )

    NUMBERS = ("temperature", "top_p", "top_k", "repeat_penalty", "seed", "num_ctx", "num_predict")
    PARAMETERS = (*NUMBERS, "stop", "thinking", "keep_alive")

    def fill(self, stored: Parameters) -> None:
        for name in self.NUMBERS:
            self.fields[name].initial = getattr(stored, name)
        self.fields["stop"].initial = "\n".join(stored.stop)
        self.fields["keep_alive"].initial = "" if stored.keep_alive is None else stored.keep_alive
        on_off = {True: "on", False: "off", None: ""}
        thinking = stored.thinking
        self.fields["thinking"].initial = (
            thinking if isinstance(thinking, str) else on_off[thinking]
        )

    def clean_keep_alive(self) -> str:
        value: str = self.cleaned_data["keep_alive"].strip()
        if value and not DURATION.fullmatch(value):
            raise ValidationError("Write a number with s, m or h, such as 10m; or -1, or 0.")
        return value

    def clean_stop(self) -> tuple[str, ...]:
        return tuple(line for line in self.cleaned_data["stop"].splitlines() if line)

    def parameters(self) -> dict[str, Any]:
        on_off: dict[str, Any] = {"on": True, "off": False, "": None}
        thinking = self.cleaned_data["thinking"]
        chosen = {name: self.cleaned_data[name] for name in self.NUMBERS}
        return Parameters.from_dict(
            {
                **chosen,
                "stop": self.cleaned_data["stop"] or None,
                "keep_alive": self.cleaned_data["keep_alive"] or None,
                "thinking": on_off.get(thinking, thinking),
            }
        ).to_dict()
