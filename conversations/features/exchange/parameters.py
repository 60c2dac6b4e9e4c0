"""Parameters out of a file: the known ones, and only of the type that a model server takes; and in
the words of other products."""

from chatstudio.base.json_types import JsonMapping, JsonObject, JsonValue
from chatstudio.base.text import clean_text
from conversations.showing.parameter_fields import DURATION
from routing.parameters import BY_NAME, LEVELS, LONGEST_TEXT, MOST_TEXTS, PARAMETERS, Kind


def parameters_of(found: JsonMapping) -> JsonObject:
    read = {one.name: _fitting(one.kind, found.get(one.name)) for one in PARAMETERS}
    return {name: value for name, value in read.items() if value not in (None, [])}


def _fitting(kind: Kind, value: JsonValue) -> JsonValue:
    """None for what is of another kind."""
    if isinstance(value, bool):
        return value if kind == "thinking" else None
    match kind, value:
        case "number", int() | float() as number if abs(number) < 2**31:
            return number
        case "whole number", int() | float() as number if abs(number) < 2**31:
            return int(number) if number == int(number) else None
        case "texts", list() as listed:
            texts = [clean_text(one) for one in listed[:MOST_TEXTS] if isinstance(one, str)]
            return [one for one in texts if 0 < len(one) <= LONGEST_TEXT]
        case "thinking", _ if value in LEVELS:
            return value
        case "duration", int() | str() as duration if DURATION.fullmatch(str(duration)):
            return duration
    return None


def in_words_of(product: str, parameters: JsonMapping) -> JsonObject:
    return {_word(product, name): value for name, value in parameters.items()}


def out_of_words_of(product: str, source: JsonMapping) -> JsonObject:
    """By our names, which files of earlier versions have, too."""
    read = {name: source.get(_word(product, name), source.get(name)) for name in BY_NAME}
    return {name: value for name, value in read.items() if value is not None}


def _word(product: str, name: str) -> str:
    return BY_NAME[name].elsewhere.get(product, name) if name in BY_NAME else name
