"""Our own lines, believed no more than a stranger's: each field by its type, each state one that
an import may make."""

import base64
import binascii
from collections.abc import Iterator
from contextlib import suppress

from chatstudio.base.json_types import JsonObject, list_at, object_at, objects_at
from chatstudio.base.text import clean_text
from conversations.features.exchange import fields
from conversations.features.exchange.formats.own.shapes import (
    CONVERSATION,
    GENERATION,
    MESSAGE,
    PART,
    TOOL_CALL,
    fill_shape,
)
from conversations.features.exchange.formats.own.write import VERSION
from conversations.features.exchange.values import (
    ForeignConversation,
    ForeignGeneration,
    ForeignMessage,
    ForeignPart,
    ForeignPiece,
    ForeignRecord,
    ForeignToolCall,
    Found,
    Refused,
    Unreadable,
)


def claims(value: JsonObject) -> bool:
    return (
        "chat_studio" in value
        or isinstance(value.get("conversation"), dict)
        or ("record" in value and "data" in value)
        or isinstance(value.get("piece"), dict)
    )


def read_value(value: JsonObject) -> Iterator[Found]:
    if "chat_studio" in value:
        _check_version(fields.count_of(object_at(value, "chat_studio"), "version"))
    elif "record" in value:
        name = fields.line_of(value, "record", 64)
        yield ForeignRecord(name, fields.clean_json(value["data"]))
    elif "piece" in value:
        yield _piece(object_at(value, "piece"))
    else:
        yield _conversation(object_at(value, "conversation"))


def _piece(value: JsonObject) -> ForeignPiece:
    try:
        data = base64.b64decode(fields.text_of(value, "data"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("A piece of an attached file is damaged.") from error
    return ForeignPiece(fields.text_of(value, "file", 64), data)


def _check_version(version: int | None) -> None:
    if version is None or version > VERSION:
        raise Unreadable(
            f"This file has version {version} of Chat Studio's format; this installation reads "
            f"up to version {VERSION}. Update Chat Studio and try again."
        )


def _conversation(value: JsonObject) -> ForeignConversation:
    key = fields.text_of(value, "id")
    conversation = ForeignConversation(key, **fill_shape(CONVERSATION, value))
    conversation.tags = [clean_text(tag) for tag in list_at(value, "tags") if isinstance(tag, str)]
    conversation.sections = fields.clean_json(object_at(value, "sections"))
    rows = list_at(value, "messages")
    conversation.messages = [_message(number, row) for number, row in enumerate(rows)]
    conversation.head = key_of(value.get("head"), len(rows))
    return conversation


def key_of(value: object, below: int) -> str | None:
    """The number of a message that is there; as text, since a key is one."""
    if value is None:
        return None
    if not isinstance(value, str) or not value.isdecimal() or int(value[:12]) >= below:
        raise Refused(f"A message names {str(value)[:40]!r}, which is not before it.")
    return str(int(value[:12]))


def _message(number: int, value: object) -> ForeignMessage:
    if not isinstance(value, dict):
        raise Refused(f"Its message {number} is none.")
    generations = [_generation(one) for one in objects_at(value, "generations")]
    return ForeignMessage(
        str(number),
        key_of(value.get("parent"), number),
        generations=generations,
        parts=[_part(one, generations, number) for one in objects_at(value, "parts")],
        **fill_shape(MESSAGE, value),
    )


def _generation(value: JsonObject) -> ForeignGeneration:
    called = objects_at(value, "tool_calls")
    calls = [ForeignToolCall(**fill_shape(TOOL_CALL, one)) for one in called]
    return ForeignGeneration(tool_calls=calls, **fill_shape(GENERATION, value))


def _part(value: JsonObject, generations: list[ForeignGeneration], number: int) -> ForeignPart:
    part = ForeignPart(**fill_shape(PART, value))
    if part.kind == "tool_call":
        part.tool_call = _call(value.get("tool_call"), generations)
        if part.tool_call is None:
            raise Refused(f"A step of its message {number} names a call that is not there.")
    return part


def _call(named: object, generations: list[ForeignGeneration]) -> ForeignToolCall | None:
    match named:
        case [int(first), int(second)]:
            with suppress(IndexError):
                return generations[first].tool_calls[second]
    return None
