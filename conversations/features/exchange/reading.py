"""A file's values to conversations, each told apart by what it holds: an export that was put
together from two applications is read as well as one that was not."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import IO

from chatstudio.base.json_types import JsonObject
from conversations.features.exchange.contract import Format
from conversations.features.exchange.fields import line_of
from conversations.features.exchange.formats import FORMATS
from conversations.features.exchange.items import Item, items
from conversations.features.exchange.tree import check_conversation
from conversations.features.exchange.values import (
    Entry,
    ForeignConversation,
    Found,
    Problem,
    Refused,
    Unreadable,
)

# What has one of these was meant to be a conversation, whoever wrote it.
LIKE_A_CONVERSATION = {
    "mapping",
    "current_node",
    "conversation_id",
    "conversationId",
    "chat_messages",
    "messages",
    "messagesTree",
    "chat",
    "history",
}


def read_stream(stream: IO[bytes], formats: Iterable[Format] | None = None) -> Iterator[Entry]:
    readers = [one for one in formats or FORMATS.values() if one.claims]
    for item in items(stream):
        if isinstance(item, Problem):
            yield item
        else:
            yield from _read_item(item, readers)


def _read_item(item: Item, readers: list[Format]) -> Iterator[Entry]:
    where = f"entry {item.number}"
    reader = next((one for one in readers if one.claims and one.claims(item.value)), None)
    if reader is None or reader.read_value is None:
        yield _unknown_problem(item.value, where)
        return
    read, problem = _try_reader(reader, item.value, where)
    item.value.clear()  # large ones need not be there twice
    for number, found in enumerate(read):
        yield _place_entry(found, reader, where, number)
    if problem:
        yield problem


def _try_reader(
    reader: Format, value: JsonObject, where: str
) -> tuple[list[Found], Problem | None]:
    """What could be read, and why not the rest."""
    read: list[Found] = []
    assert reader.read_value is not None  # noqa: S101  it claims values
    try:
        for found in reader.read_value(value):
            read.append(found)
    except Refused as refusal:
        return read, Problem(str(refusal), where, title_of(value))
    except Unreadable:
        raise
    except Exception as error:  # whatever a stranger's file holds, the next conversation is read
        reason = f"It has a shape that {reader.label} exports do not have ({type(error).__name__})."
        return read, Problem(reason, where, title_of(value))
    return read, None


def _place_entry(found: Found, reader: Format, where: str, number: int) -> Entry:
    place = where if not number else f"{where}, conversation {number + 1}"
    if not isinstance(found, ForeignConversation):
        return replace(found, where=place)
    found.where, found.format = place, reader.name
    try:
        return check_conversation(found)
    except Refused as refusal:
        return Problem(str(refusal), place, found.title)


def _unknown_problem(value: JsonObject, where: str) -> Problem:
    title = title_of(value)
    if LIKE_A_CONVERSATION & value.keys() or title:
        keys = ", ".join(sorted(value)[:6])[:200]
        return Problem(
            f"This is no conversation of a kind that Chat Studio reads (it has: {keys}).",
            where,
            title,
        )
    return Problem("It holds no conversation.", where, passed_over=True)


def title_of(value: JsonObject) -> str:
    return line_of(value, "title", 200) or line_of(value, "name", 200)
