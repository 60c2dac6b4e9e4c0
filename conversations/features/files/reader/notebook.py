import json
import re
from collections.abc import Iterator
from pathlib import Path

from chatstudio.base.json_types import JsonObject, object_at, object_in, objects_at, text_at
from conversations.features.files.reader.result import LONGEST_TEXT, Found
from conversations.features.files.reader.texts import bytes_of, decode_text
from conversations.features.files.reader.texts import read as read_text

COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
MOST_BYTES = 60 * 2**20
"""Most of it are pictures, which are left out."""


def read(source: Path) -> Found:
    """A notebook's cells and what they put out in words; any other JSON is text."""
    if source.stat().st_size > MOST_BYTES:
        return read_text(source)
    text, _ = decode_text(bytes_of(source, MOST_BYTES))
    try:
        whole = object_in(json.loads(text))
    except (ValueError, RecursionError):
        return _as_text(source)
    cells = [*objects_at(whole, "cells")]
    cells += [
        cell for sheet in objects_at(whole, "worksheets") for cell in objects_at(sheet, "cells")
    ]
    if not any("cell_type" in cell for cell in cells):
        return _as_text(source)
    pictures = sum(map(_pictures_in, cells))
    notes = (f"Pictures that its cells put out ({pictures}) are left out.",) if pictures else ()
    return Found("\n\n".join(piece for cell in cells for piece in _pieces(cell)), notes=notes)


def _as_text(source: Path) -> Found:
    found = read_text(source)
    return Found(found.text, None, found.notes, found.encoding, found.kind or "text")


def _pieces(cell: JsonObject) -> Iterator[str]:
    written = _joined(cell, "source") or _joined(cell, "input")
    if written.strip():
        yield f"```\n{written}\n```" if text_at(cell, "cell_type") == "code" else written
    for output in objects_at(cell, "outputs"):
        words = _words_of(output).strip("\n")
        if words:
            yield f"Output:\n{words}"


def _words_of(output: JsonObject) -> str:
    """Of several forms of the same the plain one, without the colours of a terminal."""
    data = object_at(output, "data")
    plain = ((data, "text/plain"), (data, "text/markdown"), (data, "text/latex"), (output, "text"))
    for place, key in plain:
        if words := _joined(place, key):
            return COLOURS.sub("", words)
    if text_at(output, "output_type") in ("error", "pyerr"):
        return f"{text_at(output, 'ename')}: {text_at(output, 'evalue')}"
    return _joined(data, "text/html")


def _pictures_in(cell: JsonObject) -> int:
    outputs = objects_at(cell, "outputs")
    kinds = (key for output in outputs for key in (*object_at(output, "data"), *output))
    return sum(key.startswith("image/") or key in ("png", "jpeg", "svg") for key in kinds)


def _joined(place: JsonObject, key: str) -> str:
    """A text, or its lines."""
    found = place.get(key)
    if isinstance(found, list):
        found = "".join(line for line in found if isinstance(line, str))
    return found[: LONGEST_TEXT + 1] if isinstance(found, str) else ""
