"""What a JSON schema says, in words for people."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from chatstudio.base.json_types import (
    JsonMapping,
    JsonObject,
    list_at,
    named_objects_at,
    object_at,
    objects_at,
    text_at,
)
from chatstudio.base.words import group_digits

CAPITALS = re.compile(r"(?<=[a-z])(?=[A-Z])")
REF = "#/components/schemas/"

FORMATS = {
    "uuid": ("id", "ids"),
    "date-time": ("time", "times"),
    "date": ("date", "dates"),
    "binary": ("file", "files"),
}
TYPES = {
    "string": ("text", "texts"),
    "integer": ("whole number", "whole numbers"),
    "number": ("number", "numbers"),
    "boolean": ("true or false", "true or false each"),
    "object": ("object", "objects"),
    "null": ("null", "nulls"),
}
RANGES = [
    ("minLength", "maxLength", "characters"),
    ("minItems", "maxItems", "entries"),
    ("minimum", "maximum", ""),
]
BEYOND = {"exclusiveMinimum": "more than", "exclusiveMaximum": "less than"}


class Shapes(dict[str, JsonObject]):
    """A document's schemas by name. `at` sets them apart from another document's on the page."""

    at = "shape"


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: SafeString
    is_required: bool
    limits: str
    default: str
    about: SafeString


def prose(text: str) -> SafeString:
    """Words between backticks are code, paragraphs stay."""
    paragraphs = [" ".join(one.split()) for one in text.split("\n\n")]
    return format_html_join("", "<p>{}</p>", ((phrase(one),) for one in paragraphs if one))


def phrase(text: str) -> SafeString:
    pieces = text.split("`")
    made = (
        format_html("<code>{}</code>", piece) if n % 2 else format_html("{}", piece)
        for n, piece in enumerate(pieces)
    )
    return format_html_join("", "{}", ((piece,) for piece in made))


def fields_of(schema: JsonMapping, shapes: Shapes) -> list[Field]:
    needed, given = list_at(schema, "required"), named_objects_at(schema, "properties")
    return [field(name, one, name in needed, shapes) for name, one in given.items()]


def field(name: str, schema: JsonMapping, is_required: bool, shapes: Shapes) -> Field:
    core, default = not_null(schema), schema.get("default")
    shown = f'"{default}"' if isinstance(default, str) and default else simple(default)
    about = phrase(text_at(schema, "description"))
    return Field(name, kind(schema, shapes), is_required, ", ".join(limits(core)), shown, about)


def not_null(schema: JsonMapping) -> JsonMapping:
    """The one alternative beside null, if there is one."""
    others = [one for one in objects_at(schema, "anyOf") if one.get("type") != "null"]
    return others[0] if len(others) == 1 else schema


def simple(value: object) -> str:
    """Empty defaults say nothing."""
    if value in (None, "", [], {}):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def kind(schema: JsonMapping, shapes: Shapes, plural: int = 0) -> SafeString:
    if "$ref" in schema:
        return _link_shape(text_at(schema, "$ref").removeprefix(REF), shapes, plural)
    if "anyOf" in schema:
        return _join([kind(one, shapes, plural) for one in objects_at(schema, "anyOf")], " or ")
    if "const" in schema:
        return format_html("always <code>{}</code>", simple(schema["const"]) or "null")
    if "enum" in schema:
        return _join(
            [format_html("<code>{}</code>", one) for one in list_at(schema, "enum")], " or "
        )
    if schema.get("type") == "array":
        inner = kind(object_at(schema, "items"), shapes, 1)
        return format_html("lists of {}" if plural else "list of {}", inner)
    words = FORMATS.get(text_at(schema, "format")) or TYPES.get(text_at(schema, "type"))
    return format_html("{}", (words or ("anything", "anything"))[plural])


def _link_shape(name: str, shapes: Shapes, plural: int) -> SafeString:
    """An object has an entry of its own on the page; a list of words stands where it is used."""
    shape = shapes.get(name, {})
    if "properties" not in shape:
        return kind(shape, shapes, plural)
    return format_html('<a href="#{}">{}</a>', anchor(name, shapes), title_of_shape(name))


def title_of_shape(name: str) -> str:
    return CAPITALS.sub(" ", name.removesuffix("Shape")).capitalize()


def anchor(name: str, shapes: Shapes) -> str:
    return f"{shapes.at}-{name}"


def _join(pieces: list[SafeString], between: str) -> SafeString:
    return format_html_join(between, "{}", ((piece,) for piece in pieces))


def limits(schema: JsonMapping) -> Iterator[str]:
    for low, high, unit in RANGES:
        least, most = _number(schema, low), _number(schema, high)
        if least and most:
            yield f"{least} to {most} {unit}".strip()
        elif least:
            yield f"at least {least} {unit}".strip()
        elif most:
            yield f"at most {most} {unit}".strip()
    for name, words in BEYOND.items():
        if most := _number(schema, name):
            yield f"{words} {most}"
    if "items" in schema:
        yield from (f"{one} each" for one in limits(not_null(object_at(schema, "items"))))
    if "pattern" in schema:
        yield f"in the form {schema['pattern']}"


def _number(schema: JsonMapping, name: str) -> str:
    value = schema.get(name)
    return group_digits(value) if isinstance(value, int | float) else ""
