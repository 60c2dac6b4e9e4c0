"""A model's parameters as fields of a form, made from the table in routing.parameters.

The row keeps one JSON object of what is set. A field shows a value of it, and gives one back.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from chatstudio.base.json_types import JsonMapping, JsonObject, JsonValue
from routing.parameters import BY_NAME, LONGEST_TEXT, PARAMETERS, Kind, Parameter

DURATION = re.compile(r"-?\d+(\.\d+)?(s|m|h)?|-1")
WRONG_DURATION = "Write a number with s, m or h, such as 10m; or -1, or 0."
THINKING = [
    ("", "As the model does"),
    ("on", "On"),
    ("off", "Off"),
    ("low", "A little"),
    ("medium", "Medium"),
    ("high", "A lot"),
    ("max", "As much as it can"),
]
UNSET: tuple[object, ...] = (None, "", [])


class _Shown(forms.Field):
    """Shows a value of the row in other words, and compares what was sent with these."""

    def has_changed(self, initial: object, data: object) -> bool:
        return super().has_changed(self.to_python(self.prepare_value(initial)), data)


class TextsField(_Shown, forms.CharField):
    """One text a line."""

    def prepare_value(self, value: object) -> object:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: object) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")

    def clean(self, value: object) -> list[str]:
        return [line for line in super().clean(value).splitlines() if line.strip()]

    def clean_list(self, value: object) -> list[str]:
        """As a program writes them."""
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise ValidationError('Write a list of texts, such as ["END"].')
        if any(one.splitlines() != [one] for one in value):
            raise ValidationError("A text to stop at cannot have a line break.")
        super().clean("\n".join(value))
        return value


class ThinkingField(_Shown, forms.ChoiceField):
    def prepare_value(self, value: object) -> object:
        return ("off", "on")[value] if isinstance(value, bool) else value

    def clean(self, value: object) -> object:
        chosen = super().clean(value)
        return chosen == "on" if chosen in ("on", "off") else chosen


class DurationField(_Shown, forms.CharField):
    default_validators = [RegexValidator(rf"^(?:{DURATION.pattern})\Z", WRONG_DURATION)]


FIELDS: dict[Kind, Callable[..., forms.Field]] = {
    "number": forms.FloatField,
    "whole number": forms.IntegerField,
    "texts": partial(
        TextsField, max_length=LONGEST_TEXT, strip=False, widget=forms.Textarea(attrs={"rows": 2})
    ),
    "thinking": partial(ThinkingField, choices=THINKING),
    "duration": partial(DurationField, max_length=20),
}


def field_of(parameter: Parameter) -> forms.Field:
    bounds = zip(("min_value", "max_value"), parameter.bounds or (), strict=False)
    return FIELDS[parameter.kind](
        required=False, label=parameter.label, help_text=parameter.help, **dict(bounds)
    )


class ParameterFields(forms.Form):
    """Of prompt profiles and conversations. An empty field leaves the choice to the profile or the
    model. What was left as it stood, and what this form does not know, stays in the row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored: JsonObject = {}
        self.fields.update({one.name: field_of(one) for one in PARAMETERS})

    def fill(self, stored: JsonMapping) -> None:
        """With what the row has."""
        self.stored = dict(stored)
        self.initial.update({name: stored[name] for name in BY_NAME if name in stored})

    @property
    def parameter_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in BY_NAME]

    def clean(self) -> dict[str, Any] | None:
        """What was left as it stood is no mistake, whatever a file has brought."""
        for name in BY_NAME.keys() - set(self.changed_data):
            self.errors.pop(name, None)
        return super().clean()

    def parameters(self) -> JsonObject:
        changed = {name: self.cleaned_data[name] for name in BY_NAME if name in self.changed_data}
        kept = {name: value for name, value in self.stored.items() if name not in changed}
        return kept | {name: value for name, value in changed.items() if value not in UNSET}


def clean_values(given: JsonMapping, stored: JsonMapping) -> JsonObject:
    """Parameters as a program or an administrator writes them, by the rules of the form. What is
    as it stood stays. Raises a ValidationError that has the sentences by name."""
    cleaned: JsonObject = {}
    wrong: dict[str, list[str]] = {}
    for name, value in given.items():
        try:
            same = name in stored and value == stored[name]
            cleaned[name] = stored[name] if same else _clean_value(name, value)
        except ValidationError as error:
            wrong[name] = error.messages
    if wrong:
        raise ValidationError(wrong)
    return {name: value for name, value in cleaned.items() if value not in UNSET}


def _clean_value(name: str, value: JsonValue) -> JsonValue:
    if name not in BY_NAME:
        raise ValidationError(f"This is no parameter. Write one of: {', '.join(BY_NAME)}.")
    if value in UNSET:
        return None
    field = field_of(BY_NAME[name])
    if isinstance(field, TextsField):
        return [*field.clean_list(value)]
    cleaned: JsonValue = field.clean(str(field.prepare_value(value)))
    return cleaned
