from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from chatstudio.base.text import clean_text
from conversations.features.search import Filters
from conversations.models import Tag
from routing.strategies import STRATEGIES


class Words(forms.CharField):
    """A text that is too long, or has no words, is for search() to complain of."""

    def to_python(self, value: Any) -> str:
        return clean_text(str(super().to_python(value)), nul=" ")


class SearchForm(forms.Form):
    q = Words(required=False, strip=False)
    role = forms.ChoiceField(
        required=False,
        choices=[("", "Anybody"), ("user", "You"), ("assistant", "Answers")],
        error_messages={"invalid_choice": "Written by: choose you, answers or anybody."},
    )
    model = forms.CharField(required=False, max_length=255)
    profile = forms.CharField(required=False, max_length=32)
    # Not `tag`, which is what the sidebar lists.
    tagged = forms.CharField(required=False, max_length=Tag.NAME_LENGTH)
    since = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "The first day is no date such as 2026-05-31."},
    )
    until = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "The last day is no date such as 2026-05-31."},
    )
    before = Words(required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            raise ValidationError("The first day is after the last one.")
        return data

    @property
    def sentence(self) -> str:
        return next((str(errors[0]) for errors in self.errors.values()), "")

    @property
    def routing_choices(self) -> list[tuple[str, str]]:
        return [(name, strategy.label) for name, strategy in STRATEGIES.items()]

    @property
    def has_filters(self) -> bool:
        return any(self.data.get(name) for name in self.fields if name not in ("q", "before"))

    def filters(self) -> Filters:
        data = self.cleaned_data
        return Filters(
            data["model"],
            data["profile"],
            data["role"],
            data["since"],
            data["until"],
            data["tagged"],
        )

    def address(self, **changed: str) -> str:
        """This search's own, with some of it changed."""
        given = {name: self.data.get(name, "") for name in self.fields} | changed
        words = {name: value for name, value in given.items() if value}
        return f"{reverse('search')}?{urlencode(words)}"

    def address_of_words(self) -> str:
        return f"{reverse('search')}?{urlencode({'q': self.cleaned_data['q']})}"
