"""Parameters out of a file: the known ones, and only of the type that a model server takes; and in
the words of other products."""

from collections.abc import Callable, Mapping
from typing import Any

from conversations.parameter_fields import DURATION
from conversations.transfer.fields import clean
from routing.parameters import BY_NAME, LEVELS, LONGEST_TEXT, MOST_TEXTS, PARAMETERS, Kind


def parameters_of(found: Mapping[str, Any]) -> dict[str, Any]:
    read = {one.name: READERS[one.kind](found.get(one.name)) for one in PARAMETERS}
    return {name: value for name, value in read.items() if value not in (None, [])}


def in_words_of(product: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {_word(product, name): value for name, value in parameters.items()}


def out_of_words_of(product: str, source: Mapping[str, Any]) -> dict[str, Any]:
    """By our names, which files of earlier versions have, too."""
    read = {name: source.get(_word(product, name), source.get(name)) for name in BY_NAME}
    return {name: value for name, value in read.items() if value is not None}


def _word(product: str, name: str) -> str:
    return BY_NAME[name].elsewhere.get(product, name) if name in BY_NAME else name


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and abs(value) < 2**31 else None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number == int(number) else None


def _texts(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else []
    texts = [clean(one) for one in listed[:MOST_TEXTS] if isinstance(one, str)]
    return [one for one in texts if 0 < len(one) <= LONGEST_TEXT]


def _thinking(value: Any) -> bool | str | None:
    return value if isinstance(value, bool) or value in LEVELS else None


def _duration(value: Any) -> int | str | None:
    is_plain = isinstance(value, int | str) and not isinstance(value, bool)
    return value if is_plain and DURATION.fullmatch(str(value)) else None


READERS: dict[Kind, Callable[[Any], Any]] = {
    "number": _number,
    "whole number": _whole,
    "texts": _texts,
    "thinking": _thinking,
    "duration": _duration,
}
