"""JSON as the API takes it: numbers are finite, and text is text that a database can hold."""

import json
from math import isfinite
from typing import NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

from chatstudio.base.api.errors import ApiError
from chatstudio.base.json_types import JsonObject
from chatstudio.base.text import is_storable


class Reader(Parser):
    def parse_body(self, request: HttpRequest) -> JsonObject:
        try:
            data = json.loads(request.body.decode(), parse_constant=_no_number, parse_float=_finite)
        except (ValueError, RecursionError) as error:
            raise ApiError(400, f"The body is no JSON: {error}", "malformed_json") from None
        if not isinstance(data, dict):
            raise ApiError(400, "The body has to be a JSON object.", "malformed_json")
        if rb"\u" in request.body or b"\x00" in request.body:
            _refuse_unstorable(data)
        return data


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    """1e999 would become infinity."""
    number = float(text)
    return number if isfinite(number) else _no_number(text)


def _refuse_unstorable(value: object, place: str = "") -> None:
    if isinstance(value, dict):
        for key, entry in value.items():
            _refuse_unstorable(key, place)
            _refuse_unstorable(entry, f"{place}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            _refuse_unstorable(entry, f"{place}.{number}".lstrip("."))
    elif isinstance(value, str) and not is_storable(value):
        wrong = "Text cannot hold the character NUL or half of a surrogate pair."
        raise ApiError(400, wrong, "invalid_text", {place: [wrong]} if place else None)
