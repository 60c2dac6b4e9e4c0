from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError

from chatstudio.base.words import too_long
from conversations.answering.services import clean_title
from conversations.models import Feedback, HistorySummary, ToolCall
from conversations.showing.parameter_fields import ParameterFields
from conversations.tagging import clean_tags
from routing.strategies import STRATEGIES

LONGEST_MESSAGE = 500_000


class WordsForm(forms.Form):
    """A person's words; where files go with them there need be none."""

    text = forms.CharField(
        max_length=LONGEST_MESSAGE,
        strip=False,
        error_messages={
            "required": "Write something first.",
            "max_length": too_long("This message", LONGEST_MESSAGE),
        },
    )
    request_id = forms.UUIDField(required=False)

    def __init__(self, *args: Any, has_files: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].required = not has_files

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if text.strip():
            return text.strip("\n")
        if self.fields["text"].required:
            raise ValidationError("Write something first.")
        return ""

    def clean_request_id(self) -> UUID:
        return self.cleaned_data["request_id"] or uuid4()


class TurnForm(WordsForm):
    """A message and how it shall be answered. `model` is a reference, see routing.llm.servers."""

    model = forms.CharField(max_length=520, required=False)
    routing_profile = forms.CharField(required=False)
    prompt_profile = forms.CharField(max_length=36, required=False)
    memory = forms.BooleanField(required=False)
    memory_present = forms.BooleanField(required=False)
    tools = forms.BooleanField(required=False)
    tools_present = forms.BooleanField(required=False)
    tab = forms.CharField(max_length=64, required=False)

    def clean_routing_profile(self) -> str:
        name: str = self.cleaned_data["routing_profile"] or "direct"
        strategy = STRATEGIES.get(name)
        if strategy is None:
            raise ValidationError(
                f"Select a valid choice. {name} is not one of the available choices."
            )
        if lacking := strategy.missing():
            raise ValidationError(f"{strategy.label} cannot answer now. {lacking}")
        return name

    @property
    def sentence(self) -> str:
        """The first thing that is wrong, for the place below the message box."""
        return next((str(errors[0]) for errors in self.errors.values()), "")


class EditForm(WordsForm):
    """A message in other words."""


class DecisionForm(forms.Form):
    """Whether a tool call may run."""

    decision = forms.ChoiceField(
        choices=ToolCall.Decision.choices,
        error_messages={"required": "Choose: allow it, or decline it."},
    )
    reason = forms.CharField(required=False, max_length=500)


class AgainForm(forms.Form):
    """How another answer to the same question is written."""

    model = forms.CharField(max_length=520, required=False)
    routing_profile = forms.CharField(required=False)

    clean_routing_profile = TurnForm.clean_routing_profile


class ConversationSettingsForm(ParameterFields):
    summarises = forms.BooleanField(required=False, label="Summarise what no longer fits")
    summary = forms.CharField(
        required=False,
        max_length=HistorySummary.LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Sent instead of the older messages. You can correct it.",
    )


class RenameForm(forms.Form):
    """`tags` are separated by commas; a form without the field leaves them as they are."""

    title = forms.CharField(max_length=200, error_messages={"required": "A title needs a word."})
    tags = forms.CharField(max_length=2000, required=False)

    def clean_title(self) -> str:
        return clean_title(self.cleaned_data["title"])

    def clean_tags(self) -> list[str] | None:
        return clean_tags(self.data["tags"].split(",")) if "tags" in self.data else None


class FeedbackForm(forms.Form):
    """A thumb; `reason` is there, perhaps empty, where the person was asked for one."""

    value = forms.ChoiceField(
        choices=Feedback.Value.choices,
        error_messages={
            "required": "Choose the thumb up or the thumb down.",
            "invalid_choice": "Choose the thumb up or the thumb down.",
        },
    )
    reason = forms.CharField(
        required=False,
        max_length=Feedback.REASON_LENGTH,
        error_messages={"max_length": too_long("That", Feedback.REASON_LENGTH)},
    )

    @property
    def sentence(self) -> str:
        return next((str(errors[0]) for errors in self.errors.values()), "")
