import base64
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, Field, fields
from datetime import datetime

from conversations.features.exchange.jsonl import lines
from conversations.features.exchange.values import (
    ForeignConversation,
    ForeignGeneration,
    ForeignMessage,
    ForeignPart,
    ForeignPiece,
    ForeignRecord,
    ForeignToolCall,
    Found,
)

VERSION = 1
Packable = ForeignConversation | ForeignMessage | ForeignGeneration | ForeignToolCall | ForeignPart
NOT_WRITTEN = {"source_id", "format", "notes", "where", "system_prompt", "key"}


def write(entries: Iterable[Found]) -> Iterator[bytes]:
    yield from lines([{"chat_studio": {"version": VERSION}}])
    yield from lines(_line(one) for one in entries)


def _line(entry: Found) -> dict[str, object]:
    if isinstance(entry, ForeignRecord):
        return {"record": entry.section, "data": entry.data}
    if isinstance(entry, ForeignPiece):
        return {"piece": {"file": entry.file, "data": base64.b64encode(entry.data).decode()}}
    return {"conversation": {"id": entry.source_id, **pack(entry)}}


def pack(value: Packable) -> dict[str, object]:
    """What differs from the default: most messages have few of the fields."""
    named = {f.name: getattr(value, f.name) for f in fields(value) if f.name not in NOT_WRITTEN}
    defaults = {f.name: default_of(f) for f in fields(value)}
    kept = {name: one for name, one in named.items() if one != defaults[name]}
    if isinstance(value, ForeignMessage):
        kept["parts"] = [_part(part, value.generations) for part in value.parts]
    return {name: _plain(one) for name, one in kept.items()}


def default_of(field: Field[object]) -> object:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Packable):
        return pack(value)
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _part(part: ForeignPart, generations: list[ForeignGeneration]) -> dict[str, object]:
    """A call is written once, with its generation; its part says which one it shows."""
    call = part.tool_call
    plain = pack(
        ForeignPart(part.kind, part.content, part.round, part.duration_ms) if call else part
    )
    if call is not None:
        plain["tool_call"] = next(
            [n, generation.tool_calls.index(call)]
            for n, generation in enumerate(generations)
            if any(one is call for one in generation.tool_calls)
        )
    return plain
