"""One node's content to parts of a message, by its content type."""

from collections.abc import Iterator

from chatstudio.base.json_types import JsonObject, JsonValue, list_at, object_at, objects_at
from chatstudio.base.text import clean_text
from conversations.features.exchange import fields, tools
from conversations.features.exchange.values import ForeignConversation, ForeignMessage

# Private-use characters around a citation: what stands between says nothing without the sources,
# which are kept. Looked for one by one: no expression that could take long.
OPEN, CLOSE = "\ue200", "\ue201"
WORDED = ("text", "content", "result", "summary", "title", "body", "markdown", "value")


def add_content(
    message: ForeignMessage, value: JsonObject, conversation: ForeignConversation
) -> None:
    content, author = object_at(value, "content"), object_at(value, "author")
    kind, recipient = fields.text_of(content, "content_type"), fields.text_of(value, "recipient")
    metadata = object_at(value, "metadata")
    if author.get("role") == "tool":
        name = fields.line_of(author, "name", 128)
        tools.add_result(message, "", text_in(content, conversation), name=name)
    elif kind == "thoughts":
        for one in objects_at(content, "thoughts"):
            summary, words = fields.text_of(one, "summary"), fields.text_of(one, "content")
            both = f"**{summary}**\n\n{words}" if summary and words else summary or words
            tools.add_reasoning(message, both)
        _take_duration(message, metadata)
    elif kind == "reasoning_recap":
        _take_duration(message, metadata)
    elif author.get("role") == "assistant" and recipient not in ("", "all"):
        tools.add_call(message, "", recipient, _arguments(kind, content, conversation))
    else:
        tools.add_text(message, _text_of_kind(kind, content, conversation))
    tools.add_citations(message, _citations(metadata))


def _arguments(kind: str, content: JsonObject, conversation: ForeignConversation) -> JsonObject:
    text = text_in(content, conversation)
    arguments = tools.arguments_of(text)
    return {"code": text} if kind == "code" and "input" in arguments else arguments


def _take_duration(message: ForeignMessage, metadata: JsonObject) -> None:
    seconds = metadata.get("finished_duration_sec")
    if isinstance(seconds, int | float):
        tools.set_duration(message, float(seconds))


def _text_of_kind(kind: str, content: JsonObject, conversation: ForeignConversation) -> str:
    text = text_in(content, conversation)
    if kind == "code" and text:
        language = fields.line_of(content, "language", 30)
        return tools.fenced(text, "" if language == "unknown" else language)
    return text


def text_in(content: JsonObject, conversation: ForeignConversation) -> str:
    """Its text, wherever this content type keeps it; a type without any is noted."""
    for name in ("text", "result", "content", "user_profile", "name"):
        if text := fields.text_of(content, name):
            extra = fields.text_of(content, "user_instructions")
            return without_markers(f"{text}\n\n{extra}" if extra else text)
    if "parts" not in content:
        return _unknown_text(content, conversation)
    pieces = [_piece(part, conversation) for part in list_at(content, "parts")]
    return without_markers("\n\n".join(piece for piece in pieces if piece))


def _unknown_text(content: JsonObject, conversation: ForeignConversation) -> str:
    """Of a content type that came later than this was written."""
    held = {name: value for name, value in content.items() if name != "content_type"}
    pieces = list(_words_in(held))
    if not pieces and any(value not in (None, "", [], {}) for value in held.values()):
        tools.note_left_out(conversation, fields.line_of(content, "content_type", 40))
    return "\n\n".join(pieces)


def _words_in(value: JsonValue, depth: int = 4) -> Iterator[str]:
    """What stands, at any place, under a name that words have."""
    if isinstance(value, list) and depth:
        for one in value:
            yield from _words_in(one, depth - 1)
    elif isinstance(value, dict) and depth:
        for name, inner in value.items():
            if isinstance(inner, str) and name in WORDED and inner.strip():
                yield without_markers(clean_text(inner))
            else:
                yield from _words_in(inner, depth - 1)


def _piece(part: object, conversation: ForeignConversation) -> str:
    if isinstance(part, str):
        return clean_text(part)
    if not isinstance(part, dict):
        return ""
    if text := fields.text_of(part, "text"):
        return text
    tools.note_left_out(conversation, fields.line_of(part, "content_type", 40))
    return ""


def without_markers(text: str) -> str:
    pieces, position = [], 0
    while (start := text.find(OPEN, position)) >= 0:
        end = text.find(CLOSE, start)
        if end < 0:
            break
        pieces.append(text[position:start])
        position = end + 1
    return "".join([*pieces, text[position:]])


def _citations(metadata: JsonObject) -> list[JsonObject]:
    """Two generations of exports keep them in two places."""
    found = [{**object_at(one, "metadata"), **one} for one in objects_at(metadata, "citations")]
    for reference in objects_at(metadata, "content_references"):
        inner = objects_at(reference, "items") or objects_at(reference, "sources")
        found += [one for one in inner or [reference] if one.get("url")]
    return found
