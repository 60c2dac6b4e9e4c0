from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File

from chatstudio.base.encodings.names import CHOICES
from chatstudio.base.words import group_digits, too_long
from routing.data.errors import NotReadable
from routing.data.reading import KINDS, kind_of_file, kinds_in_words
from routing.data.types import Order

# A query travels in the address, so that it can be sorted by link, bookmarked and gone back to.
LONGEST_QUERY = 4_000
LONGEST_QUESTION = 1_000


class UploadForm(forms.Form):
    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ",".join(KINDS)}),
        help_text=f"{kinds_in_words()}.",
        error_messages={
            "required": "Choose a file first.",
            "max_length": "The name of this file is too long.",
        },
    )

    def clean_file(self) -> "File[bytes]":
        file: File[bytes] = self.cleaned_data["file"]
        try:
            kind_of_file(file.name or "")
        except NotReadable as error:
            raise ValidationError(str(error)) from None
        if not file.size:
            raise ValidationError("This file is empty.")
        if file.size > settings.DATA_FILE_MAX_MB * 2**20:
            most = group_digits(settings.DATA_FILE_MAX_MB)
            raise ValidationError(f"This file is too large: at most {most} MB (DATA_FILE_MAX_MB).")
        return file


class QueryForm(forms.Form):
    """`order` is a column's number from 1, negative for descending."""

    sql = forms.CharField(
        label="SQL",
        max_length=LONGEST_QUERY,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "off", "dir": "ltr"}
        ),
        error_messages={
            "required": "Write a SELECT first.",
            "max_length": too_long("This query", LONGEST_QUERY),
        },
    )
    order = forms.IntegerField(
        required=False, min_value=-5_000, max_value=5_000, widget=forms.HiddenInput
    )

    @property
    def chosen_order(self) -> Order | None:
        number: int | None = self.cleaned_data.get("order")
        return Order(abs(number) - 1, descending=number < 0) if number else None

    @property
    def sentence(self) -> str:
        return next((str(errors[0]) for errors in self.errors.values()), "")


class EncodingForm(forms.Form):
    encoding = forms.ChoiceField(
        label="Encoding",
        choices=[*CHOICES.items()],
        error_messages={
            "required": "Choose an encoding.",
            "invalid_choice": "Choose one of the encodings.",
        },
    )


class QuestionForm(forms.Form):
    question = forms.CharField(
        label="Ask in your own words",
        max_length=LONGEST_QUESTION,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": "Write a question first."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["question"].widget.attrs["placeholder"] = "Which month was the best one?"
