from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundWidget

from chatstudio.base.words import group_digits
from chatstudio.models import ApiKey

SCOPES = {
    "read": ("Read", "Sees everything that is yours."),
    "chat": (
        "Chat",
        "Has answers written, adds files and feedback. For that it sees your conversations, "
        "models and profiles.",
    ),
    "manage": (
        "Manage",
        "Changes and deletes memories, profiles, data, titles and models, and allows tools that "
        "ask for your permission. It sees only with Read.",
    ),
}
FOREVER = 0
NUMBER = {"min_value": "At least 1, or leave it empty.", "invalid": "Write a whole number."}


class ScopeBoxes(forms.CheckboxSelectMultiple):
    """Each box is described by the line below it."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        option["attrs"]["aria-describedby"] = f"{option['attrs']['id']}_line"
        return option


def at_most(label: str, most: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=most,
        help_text="Empty: as many as you may have yourself.",
        error_messages={**NUMBER, "max_value": f"At most {group_digits(most)}, or leave it empty."},
    )


class KeyForm(forms.Form):
    name = forms.CharField(
        max_length=ApiKey.NAME_LENGTH,
        help_text="For which program it is.",
        error_messages={"required": "Name the program that it is for."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        initial=["read", "chat"],
        choices=[(scope, label) for scope, (label, _) in SCOPES.items()],
        error_messages={"required": "A key that may do nothing is of no use: choose one at least."},
        widget=ScopeBoxes,
    )
    days = forms.TypedChoiceField(
        coerce=int,
        initial=FOREVER,
        label="Expires",
        choices=[
            (FOREVER, "never"),
            (30, "after 30 days"),
            (90, "after 90 days"),
            (365, "after a year"),
        ],
        error_messages={"required": "Choose when it expires."},
    )
    turns_at_once = at_most("Answers at the same time", 100)
    turns_per_minute = at_most("Answers a minute", 10_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.AUTH_MODE == "accounts":
            self.fields["name"].help_text += " Administrators see it too."

    def clean_name(self) -> str:
        """One line, as it stands in a list."""
        return " ".join(self.cleaned_data["name"].split())

    def boxes(self) -> Iterator[tuple[BoundWidget, str]]:
        """Each scope's box, and the line that says what it allows."""
        for box in self["scopes"]:
            yield box, SCOPES[box.data["value"]][1]
