"""The events of a streamed answer as the page shows them, made from their classes."""

import inspect
import re
from dataclasses import dataclass

from django.utils.safestring import SafeString
from pydantic import TypeAdapter

from chatstudio.api.words import (
    REF,
    Field,
    Shapes,
    anchor,
    fields_of,
    phrase,
    prose,
    title_of_shape,
)
from chatstudio.base.json_types import JsonMapping, JsonObject, named_objects_at, text_at
from conversations.api.event_shapes import OURS
from conversations.api.events import KINDS

SENTENCE = re.compile(r"(?<=\.)\s+")


@dataclass(frozen=True, slots=True)
class Description:
    """`summary` is the first sentence of the class, `about` its later paragraphs: what follows the
    sentence at once is for whoever reads the code."""

    name: str
    anchor: str
    summary: SafeString
    about: SafeString
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Events:
    """`shapes` are those that the events' fields name, but for those of the API's own document."""

    events: list[Description]
    shapes: list[Description]


def describe_events(of_document: Shapes) -> Events:
    inner = Shapes()
    inner.at = "events-shape"
    events = []
    for name in sorted(KINDS, key=lambda name: (name != "turn_started", name == "finished")):
        schema = _schema(KINDS[name])
        if name not in OURS:
            inner |= named_objects_at(schema, "$defs")
        shapes = of_document if name in OURS else inner
        events.append(_describe(name, f"event-{name}", inspect.getdoc(KINDS[name]), schema, shapes))
    named = [
        _describe(
            title_of_shape(name), anchor(name, inner), text_at(one, "description"), one, inner
        )
        for name, one in inner.items()
    ]
    return Events(events, named)


def _schema(kind: type) -> JsonObject:
    adapter: TypeAdapter[object] = TypeAdapter(kind)
    return adapter.json_schema(mode="serialization", ref_template=f"{REF}{{model}}")


def _describe(
    name: str, at: str, text: str | None, schema: JsonMapping, shapes: Shapes
) -> Description:
    first, _, further = (text or "").partition("\n\n")
    summary = SENTENCE.split(first)[0].removesuffix(".")
    return Description(name, at, phrase(summary), prose(further), fields_of(schema, shapes))
