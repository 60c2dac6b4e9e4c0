from collections.abc import Mapping
from typing import Any, Self
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError

from chatstudio.base.json_types import (
    JsonMapping,
    JsonObject,
    integer_at,
    list_at,
    named_objects_at,
    number_at,
    object_at,
    objects_at,
    text_at,
)
from chatstudio.base.words import too_long
from conversations.answering.services import clean_title
from conversations.answering.tool_calls import question_of
from conversations.models import Feedback, HistorySummary, ToolCall
from conversations.showing.parameter_fields import ParameterFields
from conversations.showing.tool_choices import ToolFields
from conversations.tagging import clean_tags
from routing.strategies import STRATEGIES

LONGEST_MESSAGE = 500_000
LONGEST_ANSWER = 10_000


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


class AnswerForm(forms.Form):
    """What a tool asks the person: a field for each property of its schema, a flat object."""

    def __init__(self, schema: JsonMapping, data: Mapping[str, object] | None = None) -> None:
        super().__init__(data, prefix="answer")
        required = list_at(schema, "required")
        for name, described in named_objects_at(schema, "properties").items():
            self.fields[name] = _field_for(name, described, is_required=name in required)

    @classmethod
    def for_call(cls, call: ToolCall, data: Mapping[str, object] | None = None) -> Self | None:
        """None where it asks nothing that waits for an answer."""
        question = question_of(call.dialogue) if call.decision is None else None
        return cls(object_at(question, "schema"), data) if question else None

    @property
    def answer(self) -> JsonObject:
        """What was filled in, of the types that the schema wants."""
        return {
            name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])
        }


def _field_for(name: str, described: JsonMapping, *, is_required: bool) -> forms.Field:
    common: dict[str, Any] = {
        "label": text_at(described, "title") or name,
        "help_text": text_at(described, "description"),
        "initial": described.get("default"),
        "required": is_required,
    }
    kind = text_at(described, "type")
    bounds: dict[str, Any] = {"min_value": number_at(described, "minimum")}
    bounds["max_value"] = number_at(described, "maximum")
    if kind == "boolean":
        return forms.BooleanField(**(common | {"required": False}))
    if kind == "integer":
        return forms.IntegerField(**bounds, **common)
    if kind == "number":
        return forms.FloatField(**bounds, **common)
    if kind == "array":
        choices = _choices(object_at(described, "items"))
        return forms.MultipleChoiceField(choices=choices, **common)
    if choices := _choices(described):
        choices = choices if is_required else [("", "–"), *choices]
        return forms.ChoiceField(choices=choices, **common)
    field = TEXTS.get(text_at(described, "format"), forms.CharField)
    shortest, longest = integer_at(described, "minLength"), integer_at(described, "maxLength")
    return field(min_length=shortest, max_length=longest or LONGEST_ANSWER, **common)


def _choices(described: JsonMapping) -> list[tuple[str, str]]:
    """From an enumeration, with or without names, or from constants with titles."""
    titled = objects_at(described, "oneOf") or objects_at(described, "anyOf")
    if titled:
        return [(text_at(one, "const"), text_at(one, "title")) for one in titled]
    values = [str(one) for one in list_at(described, "enum")]
    names = [str(one) for one in list_at(described, "enumNames")]
    return list(zip(values, names if len(names) == len(values) else values, strict=True))


TEXTS: Mapping[str, type[forms.CharField]] = {"email": forms.EmailField, "uri": forms.URLField}


class AgainForm(forms.Form):
    """How another answer to the same question is written."""

    model = forms.CharField(max_length=520, required=False)
    routing_profile = forms.CharField(required=False)

    clean_routing_profile = TurnForm.clean_routing_profile


class ConversationSettingsForm(ParameterFields, ToolFields):
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
