"""A model's parameters as a program sends them, checked by the same rules as the page's fields."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django import forms
from pydantic import Field, field_validator

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.schemas import Body
from conversations.showing.parameter_fields import ParameterFields

STOP_LENGTH = 1000
"""Of all of them together."""
ON_OFF = {True: "on", False: "off"}


class ParametersBody(Body):
    """What is left out stays, and null takes it away: then the prompt profile or the model says.
    `stop` has texts of one line at which an answer ends, `keep_alive` says how long the model stays
    loaded, such as "10m", -1 for ever. `thinking` is on, off, or how much."""

    temperature: float | None = Field(None, strict=True, examples=[0.7])
    top_p: float | None = Field(None, strict=True)
    top_k: int | None = Field(None, strict=True)
    repeat_penalty: float | None = Field(None, strict=True)
    seed: int | None = Field(None, strict=True)
    num_ctx: int | None = Field(None, strict=True)
    num_predict: int | None = Field(None, strict=True)
    stop: list[Annotated[str, Field(min_length=1, max_length=STOP_LENGTH)]] | None = Field(
        None, max_length=50
    )
    thinking: Literal[True, False, "low", "medium", "high", "max"] | None = None
    keep_alive: str | None = Field(None, max_length=20)

    @field_validator("keep_alive", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @field_validator("stop")
    @classmethod
    def _one_line_each(cls, value: list[str] | None) -> list[str] | None:
        """The page shows one a line."""
        if value and any(text.splitlines() != [text] for text in value):
            raise ValueError("A text to stop at cannot have a line break.")
        return value


def changed(stored: Mapping[str, Any], body: ParametersBody | None) -> dict[str, Any]:
    """The parameters of a row with what the program sends."""
    if body is None:
        return dict(stored)
    given = body.model_dump(exclude_unset=True)
    form = ParameterFields(_as_form(given))
    if not form.is_valid():
        raise ApiError(422, fields=wrong_in(form, "parameters."))
    cleaned = form.parameters()
    if given.get("stop"):
        cleaned["stop"] = given["stop"]  # the form's one field cuts spaces off its ends
    kept = {name: value for name, value in stored.items() if name not in given}
    return kept | {name: cleaned[name] for name in given if name in cleaned}


def _as_form(given: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in given.items() if value is not None}
    found["stop"] = "\n".join(found.get("stop", ()))
    thinking = found.get("thinking", "")
    found["thinking"] = ON_OFF[thinking] if isinstance(thinking, bool) else thinking
    return found


def wrong_in(form: forms.BaseForm, before: str = "") -> dict[str, list[str]]:
    return {f"{before}{name}": [str(one) for one in texts] for name, texts in form.errors.items()}
