"""A file's values to conversations, each told apart by what it holds: an export that was put
together from two applications is read as well as one that was not."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import IO

from chatstudio.base.json_types import JsonObject, objects_at
from conversations.features.exchange.contract import Format
from conversations.features.exchange.fields import line_of
from conversations.features.exchange.formats import FORMATS
from conversations.features.exchange.items import Item, items
from conversations.features.exchange.thoughts import tell_thoughts_apart
from conversations.features.exchange.tree import check_conversation
from conversations.features.exchange.values import (
    Entry,
    ForeignConversation,
    Found,
    Problem,
    Refused,
    Unreadable,
)

# What has one of these holds messages, whoever wrote it.
HOLDS_MESSAGES = {"mapping", "chat_messages", "messages", "messagesTree", "chat", "history"}
LIKE_A_CONVERSATION = {*HOLDS_MESSAGES, "current_node", "conversation_id", "conversationId"}
# What some programs put around a list of conversations.
WRAPPERS = ("data", "conversations", "chats", "items", "results")


def read_stream(
    stream: IO[bytes], formats: Iterable[Format] | None = None, *, is_archived: bool = False
) -> Iterator[Entry]:
    """`is_archived`: official archives hold further files, which are no failures."""
    readers = [one for one in formats or FORMATS.values() if one.claims]
    for reader, item in _joined(_unwrapped(items(stream), readers)):
        if isinstance(item, Problem):
            yield item
        elif reader is None:
            yield _unknown_problem(item.value, f"entry {item.number}", is_archived)
        else:
            yield from _read_item(item, reader)


type Claimed = tuple[Format | None, Item | Problem]


def _unwrapped(found: Iterator[Item | Problem], readers: list[Format]) -> Iterator[Claimed]:
    """Each value with the format whose it is. A list that stands in an object is looked at one by
    one where nobody claims the whole."""
    for item in found:
        if isinstance(item, Problem):
            yield None, item
        elif reader := _reader_of(item.value, readers):
            yield reader, item
        elif inner := _wrapped(item.value, readers):
            for number, value in enumerate(inner, 1):
                yield _reader_of(value, readers), Item(number, value)
        else:
            yield None, item


def _reader_of(value: JsonObject, readers: list[Format]) -> Format | None:
    return next((one for one in readers if one.claims and one.claims(value)), None)


def _wrapped(value: JsonObject, readers: list[Format]) -> list[JsonObject]:
    lists = (objects_at(value, name) for name in WRAPPERS)
    return next((one for one in lists if any(_reader_of(inner, readers) for inner in one)), [])


def _joined(found: Iterator[Claimed]) -> Iterator[Claimed]:
    """Values in a row of which a conversation consists come as one."""
    for (reader, group), run in groupby(found, _group_of):
        if reader is None or reader.group_of is None:
            yield from run
            continue
        values = [item for _, item in run if isinstance(item, Item)]
        together: JsonObject = {"values": [one.value for one in values], "title": group}
        yield reader, Item(values[0].number, together)


def _group_of(claimed: Claimed) -> tuple[Format | None, str]:
    reader, item = claimed
    if reader is None or reader.group_of is None or isinstance(item, Problem):
        return reader, ""
    return reader, reader.group_of(item.value)


def _read_item(item: Item, reader: Format) -> Iterator[Entry]:
    where = f"entry {item.number}"
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
    if reader.name != "own":  # there they are apart, and words are just words
        for message in found.messages:
            tell_thoughts_apart(message)
    try:
        return check_conversation(found)
    except Refused as refusal:
        return Problem(str(refusal), place, found.title)


def _unknown_problem(value: JsonObject, where: str, is_archived: bool) -> Problem:
    title = title_of(value)
    meant = HOLDS_MESSAGES if is_archived else LIKE_A_CONVERSATION
    if meant & value.keys() or (title and not is_archived):
        keys = ", ".join(sorted(value)[:6])[:200]
        return Problem(
            f"This is no conversation of a kind that Chat Studio reads (it has: {keys}).",
            where,
            title,
        )
    return Problem("It holds no conversation.", where, passed_over=True)


def title_of(value: JsonObject) -> str:
    return line_of(value, "title", 200) or line_of(value, "name", 200)
