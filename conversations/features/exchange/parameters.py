"""Parameters out of a file: the known ones, and only of the type that a model server takes; and in
the words of other products."""

from collections.abc import Mapping
from typing import Any

from conversations.features.exchange.fields import clean
from conversations.showing.parameter_fields import DURATION
from routing.parameters import BY_NAME, LEVELS, LONGEST_TEXT, MOST_TEXTS, PARAMETERS, Kind


def parameters_of(found: Mapping[str, Any]) -> dict[str, Any]:
    read = {one.name: _fitting(one.kind, found.get(one.name)) for one in PARAMETERS}
    return {name: value for name, value in read.items() if value not in (None, [])}


def _fitting(kind: Kind, value: Any) -> Any:
    """None for what is of another kind."""
    if isinstance(value, bool):
        return value if kind == "thinking" else None
    is_number = isinstance(value, int | float) and abs(value) < 2**31
    match kind:
        case "number" if is_number:
            return value
        case "whole number" if is_number and value == int(value):
            return int(value)
        case "texts" if isinstance(value, list):
            texts = [clean(one) for one in value[:MOST_TEXTS] if isinstance(one, str)]
            return [one for one in texts if 0 < len(one) <= LONGEST_TEXT]
        case "thinking" if value in LEVELS:
            return value
        case "duration" if isinstance(value, int | str) and DURATION.fullmatch(str(value)):
            return value
    return None


def in_words_of(product: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {_word(product, name): value for name, value in parameters.items()}


def out_of_words_of(product: str, source: Mapping[str, Any]) -> dict[str, Any]:
    """By our names, which files of earlier versions have, too."""
    read = {name: source.get(_word(product, name), source.get(name)) for name in BY_NAME}
    return {name: value for name, value in read.items() if value is not None}


def _word(product: str, name: str) -> str:
    return BY_NAME[name].elsewhere.get(product, name) if name in BY_NAME else name
