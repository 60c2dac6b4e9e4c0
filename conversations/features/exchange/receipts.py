"""Receipts out of a file. Pages compute with what is in them, so each entry has its shape or goes.

What is not known here is kept where it is a plain value, which no page takes apart.
"""

from collections.abc import Callable, Mapping
from typing import NoReturn

from chatstudio.base.json_types import JsonMapping, JsonObject, JsonValue, object_at, objects_at
from conversations.features.exchange.parameters import parameters_of
from conversations.receipts import texts_at

type Shape = Callable[[JsonValue], JsonValue]
type ObjectShape = Callable[[JsonValue], JsonObject]

LARGEST = 10**15


class _Unfit(Exception):
    pass


def _refuse() -> NoReturn:
    raise _Unfit


def text(value: JsonValue) -> JsonValue:
    return value if isinstance(value, str) else _refuse()


def flag(value: JsonValue) -> JsonValue:
    return value if isinstance(value, bool) else _refuse()


def whole(value: JsonValue) -> JsonValue:
    return value if type(value) is int and 0 <= value < LARGEST else _refuse()


def figure(value: JsonValue) -> JsonValue:
    is_number = value is None or (type(value) is float and 0 <= value < LARGEST)
    return value if is_number else whole(value)


def anything(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else _refuse()


def parameters(value: JsonValue) -> JsonValue:
    return parameters_of(anything(value))


def or_none(shape: Shape) -> Shape:
    return lambda value: None if value is None else shape(value)


def list_of(shape: Shape) -> Shape:
    return lambda value: [shape(one) for one in value] if isinstance(value, list) else _refuse()


def only(**shapes: Shape) -> ObjectShape:
    """An object that has all of these; others of its entries are dropped."""
    read = some(**shapes)
    return lambda value: read(value) if shapes.keys() <= anything(value).keys() else _refuse()


def some(**shapes: Shape) -> ObjectShape:
    """An object that may have each of these."""

    def read(value: JsonValue) -> JsonObject:
        found = anything(value)
        return {name: shape(found[name]) for name, shape in shapes.items() if name in found}

    return read


def both(needed: ObjectShape, more: ObjectShape) -> Shape:
    """An object of both shapes."""
    return lambda value: {**needed(value), **more(value)}


PRINT: dict[str, Shape] = {"sha256": text, "bytes": whole}
TOOK = {
    "usage": some(input_tokens=or_none(whole), output_tokens=or_none(whole)),
    "timings": some(total_ms=figure, load_ms=figure, prompt_ms=figure, generation_ms=figure),
}
SHAPES: dict[str, Shape] = {
    "memory": flag,
    "parameters": parameters,
    "prompt_profile": or_none(only(name=text, **PRINT)),
    "messages": list_of(both(only(id=text, role=text, **PRINT), some(turn=whole))),
    "memories": list_of(only(**PRINT)),
    "summary": both(only(upto=text, **PRINT), some(messages=whole, ids=list_of(text))),
    "sent_bytes": whole,
    "sent_weight": whole,
    "route": some(strategy=text, model_name=text, server=text, reason=text),
    "fallback": only(**{"from": text, "code": text, "context": anything}),
    "window": only(tokens=whole, source=text),
    "notices": list_of(text),
    "tools": list_of(text),
    "tool_tokens": whole,
    "tools_put_away": list_of(text),
    "tools_not_chosen": list_of(text),
    "tools_away": list_of(text),
    "model": some(digest=text, context_length=or_none(whole)),
    "left_out": some(
        messages=whole,
        turns=whole,
        unread=whole,
        reason=text,
        first=text,
        last=text,
        ids=list_of(text),
    ),
    **TOOK,
    "rounds": list_of(some(**TOOK)),
    "images": whole,
    "searched_again": list_of(text),
    "duration_ms": figure,
    "time_to_first_token_ms": figure,
    "tokens_per_second": figure,
}


def receipt_of(value: JsonMapping) -> JsonObject:
    kept: JsonObject = {}
    for name, entry in value.items():
        if name not in SHAPES:
            if not isinstance(entry, dict | list):
                kept[name] = entry
            continue
        try:
            kept[name] = SHAPES[name](entry)
        except _Unfit:
            continue
    return kept


def with_ids(receipt: JsonMapping, ids: Mapping[str, str]) -> JsonObject:
    """Each message under its other name; of one that has none the size stays. Ids of prompt
    profiles and memories mean nothing elsewhere."""
    changed = receipt_of(receipt)
    for entry in objects_at(changed, "messages"):
        _rename(entry, "id", ids)
    left_out, summary = object_at(changed, "left_out"), object_at(changed, "summary")
    for part in (left_out, summary):
        if "ids" in part:
            part["ids"] = [ids.get(one, "") for one in texts_at(part, "ids")]
    for part, name in ((summary, "upto"), (left_out, "first"), (left_out, "last")):
        _rename(part, name, ids)
    return changed


def _rename(entry: JsonObject, name: str, ids: Mapping[str, str]) -> None:
    if name in entry:
        entry[name] = ids.get(str(entry[name]), "")
