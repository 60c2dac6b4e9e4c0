"""Writing JSON piece by piece. Always the same bytes for the same rows."""

import json
from collections.abc import Iterable, Iterator


def encode_line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def array(values: Iterable[object]) -> Iterator[bytes]:
    yield b"["
    for number, value in enumerate(values):
        yield (b",\n" if number else b"\n") + encode_line(value)
    yield b"\n]\n"


def lines(values: Iterable[object]) -> Iterator[bytes]:
    for value in values:
        yield encode_line(value) + b"\n"
