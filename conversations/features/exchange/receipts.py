"""Receipts out of a file. Pages compute with what is in them, so each entry has its shape or goes.

What is not known here is kept where it is a plain value, which no page takes apart.
"""

from collections.abc import Callable, Mapping
from typing import Any

from conversations.features.exchange.parameters import parameters_of

type Shape = Callable[[Any], Any]


class _Unfit(Exception):
    pass


def _need(fits: bool, value: Any) -> Any:
    if not fits:
        raise _Unfit
    return value


def text(value: Any) -> Any:
    return _need(isinstance(value, str), value)


def flag(value: Any) -> Any:
    return _need(isinstance(value, bool), value)


def figure(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return _need(value is None or (is_number and 0 <= value < 1e15), value)


def whole(value: Any) -> Any:
    return _need(type(value) is int and 0 <= value < 10**15, value)


def whole_or_none(value: Any) -> Any:
    return None if value is None else whole(value)


def anything(value: Any) -> Any:
    return _need(isinstance(value, dict), value)


def parameters(value: Any) -> Any:
    return parameters_of(anything(value))


def or_none(shape: Shape) -> Shape:
    return lambda value: None if value is None else shape(value)


def list_of(shape: Shape) -> Shape:
    return lambda value: [shape(one) for one in _need(isinstance(value, list), value)]


def only(**shapes: Shape) -> Shape:
    """An object that has all of these; others of its entries are dropped."""

    def read(value: Any) -> dict[str, Any]:
        found = anything(value)
        _need(shapes.keys() <= found.keys(), found)
        return {name: shape(found[name]) for name, shape in shapes.items()}

    return read


def some(**shapes: Shape) -> Shape:
    """An object that may have each of these."""

    def read(value: Any) -> dict[str, Any]:
        found = anything(value)
        return {name: shape(found[name]) for name, shape in shapes.items() if name in found}

    return read


def both(needed: Shape, more: Shape) -> Shape:
    """An object of both shapes."""
    return lambda value: {**needed(value), **more(value)}


PRINT: dict[str, Shape] = {"sha256": text, "bytes": whole}
SHAPES: dict[str, Shape] = {
    "memory": flag,
    "parameters": parameters,
    "prompt_profile": or_none(only(name=text, **PRINT)),
    "messages": list_of(only(id=text, role=text, turn=whole, **PRINT)),
    "memories": list_of(only(**PRINT)),
    "summary": both(only(upto=text, **PRINT), some(messages=whole, ids=list_of(text))),
    "sent_bytes": whole,
    "route": some(strategy=text, model_name=text, server=text, reason=text),
    "fallback": only(**{"from": text, "code": text, "context": anything}),
    "window": only(tokens=whole, source=text),
    "notices": list_of(text),
    "tools": list_of(text),
    "model": some(digest=text, context_length=whole_or_none),
    "left_out": some(messages=whole, turns=whole, reason=text, ids=list_of(text)),
    "usage": some(input_tokens=whole_or_none, output_tokens=whole_or_none),
    "timings": some(total_ms=figure, load_ms=figure, prompt_ms=figure, generation_ms=figure),
    "rounds": list_of(
        some(
            usage=some(input_tokens=whole_or_none, output_tokens=whole_or_none),
            timings=some(total_ms=figure, load_ms=figure, prompt_ms=figure, generation_ms=figure),
        )
    ),
    "images": whole,
    "searched_again": list_of(text),
    "duration_ms": figure,
    "time_to_first_token_ms": figure,
    "tokens_per_second": figure,
}


def receipt_of(value: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
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


def with_ids(receipt: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """Each message under its other name; of one that has none the size stays. Ids of prompt
    profiles and memories mean nothing elsewhere."""
    changed = receipt_of(receipt)
    for entry in changed.get("messages", ()):
        entry["id"] = ids.get(entry["id"], "")
    for name in ("left_out", "summary"):
        if "ids" in (entry := changed.get(name, {})):
            entry["ids"] = [ids.get(one, "") for one in entry["ids"]]
    if "summary" in changed:
        changed["summary"]["upto"] = ids.get(changed["summary"]["upto"], "")
    return changed
