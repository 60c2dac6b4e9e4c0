"""The two envelopes, as the API's document describes them."""

from typing import Literal

from ninja import Schema
from pydantic import ConfigDict

type Facts = dict[str, object]
"""What a door gives back: ninja makes the shape of it that the door's `response=` names."""


class Body(Schema):
    """What a program sends. A field that is unknown is an error: it would do nothing."""

    model_config = ConfigDict(extra="forbid")


class Success(Schema):
    success: Literal[True] = True


class Page(Success):
    """`next_cursor` goes into `cursor` for what follows; null where nothing does."""

    next_cursor: str | None = None


class Problem(Schema):
    """`fields` says of each field that is wrong what is wrong with it."""

    code: str
    message: str
    fields: dict[str, list[str]] = {}


class Failure(Schema):
    success: Literal[False] = False
    error: Problem


def _refusals(*statuses: int) -> dict[int | frozenset[int], type[Schema]]:
    return {frozenset(statuses): Failure}


READS = _refusals(400, 401, 403, 404, 422)
WRITES = _refusals(400, 401, 403, 404, 409, 413, 415, 422)
BUSY = _refusals(429)
FAILURES = _refusals(400, 401, 403, 404, 409, 413, 415, 422, 429, 502, 503, 504)
"""Beside a door's own answer: of one that only looks, of one that changes something, and of one
that a model server or an agent has a part in."""
