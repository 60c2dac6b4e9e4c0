"""A model's parameters as a program sends them, checked by the same rules as the page's fields."""

from typing import TYPE_CHECKING, Annotated, Literal

from django import forms
from django.core.exceptions import ValidationError
from pydantic import Field, StrictFloat, StrictInt, create_model

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.schemas import Body
from chatstudio.base.json_types import JsonMapping, JsonObject
from conversations.showing.parameter_fields import clean_values
from routing.parameters import LONGEST_TEXT, MOST_TEXTS, PARAMETERS, Kind, Parameter

TYPES: dict[Kind, object] = {
    "number": StrictFloat,
    "whole number": StrictInt,
    "texts": Annotated[
        list[Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]],
        Field(max_length=MOST_TEXTS),
    ],
    "thinking": Literal[True, False, "low", "medium", "high", "max"],
    "duration": StrictInt | Annotated[str, Field(max_length=20)],
}


def _field(parameter: Parameter) -> tuple[object, object]:
    """The bounds are for the document: the page's field says what is wrong."""
    bounds = zip(("minimum", "maximum"), parameter.bounds or (), strict=False)
    kind = TYPES[parameter.kind]
    kind = Annotated[kind, Field(json_schema_extra=dict(bounds))]
    about = Field(None, description=parameter.description, examples=[parameter.example])
    return kind | None, about


if TYPE_CHECKING:
    Fields = Body
else:
    fields = {one.name: _field(one) for one in PARAMETERS}
    Fields = create_model("Fields", __base__=Body, **fields)


class ParametersBody(Fields):
    """What is left out stays, and null takes it away: then the prompt profile or the model says."""


def change_parameters(stored: JsonMapping, body: ParametersBody | None) -> JsonObject:
    """The parameters of a row with what the program sends."""
    if body is None:
        return dict(stored)
    given = body.model_dump(exclude_unset=True)
    kept = {name: value for name, value in stored.items() if name not in given}
    try:
        return kept | clean_values(given, stored)
    except ValidationError as error:
        wrong = {f"parameters.{name}": texts for name, texts in error.message_dict.items()}
        raise ApiError(422, fields=wrong) from error


def wrong_in(form: forms.BaseForm) -> dict[str, list[str]]:
    return {name: [str(one) for one in texts] for name, texts in form.errors.items()}
