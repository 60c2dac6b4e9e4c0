"""Messages in OpenAI's words, as messages of ours."""

import base64
import re
from collections.abc import Iterator, Sequence

from chatstudio.base.api.errors import ApiError
from chatstudio.base.json_types import object_in
from conversations.api.openai.shapes import AskedCall, ChatMessageBody, ContentPart
from routing.llm.wire import tool_call
from routing.types import ChatMessage, ToolCall

IMAGE = re.compile(r"data:image/[\w.+-]{1,40};base64,(.+)", re.DOTALL | re.ASCII)


def refuse_value(field: str, why: str) -> ApiError:
    return ApiError(400, why, "unsupported_value", fields={field: [why]})


def messages_of(bodies: Sequence[ChatMessageBody]) -> list[ChatMessage]:
    """A tool's result names its call alone; the call, which came before, names the tool."""
    names: dict[str, str] = {}
    messages = []
    for number, body in enumerate(bodies):
        calls = list(calls_of(body, number))
        names |= {call.call_id: call.name for call in calls}
        messages.append(message_of(body, calls, names, f"messages.{number}"))
    return messages


def message_of(
    body: ChatMessageBody, calls: Sequence[ToolCall], names: dict[str, str], place: str
) -> ChatMessage:
    text, images = content_of(body, f"{place}.content")
    if body.role == "function":
        if not body.name:
            raise refuse_value(f"{place}.name", "Say of which function this is the result.")
        asked = [call_id for call_id, name in names.items() if name == body.name]
        call_id = asked[-1] if asked else f"call_of_{body.name}"
        return ChatMessage("tool", text, (), call_id, body.name)
    if body.role == "tool":
        if not (call_id := body.tool_call_id or ""):
            raise refuse_value(f"{place}.tool_call_id", "Say of which call this is the result.")
        return ChatMessage("tool", text, (), call_id, names.get(call_id, body.name or ""))
    if body.content is None and not calls and body.role != "assistant":
        raise refuse_value(f"{place}.content", "This message has no content.")
    role = "system" if body.role == "developer" else body.role
    return ChatMessage(role, text, tuple(calls), images=images)


def calls_of(body: ChatMessageBody, number: int) -> Iterator[ToolCall]:
    """The call of a function, as it was once told, has no id."""
    if body.role != "assistant":
        if body.tool_calls:
            why = "Only an assistant's message calls tools."
            raise refuse_value(f"messages.{number}.tool_calls", why)
        return
    yield from map(read_call, body.tool_calls or ())
    if body.function_call and not body.tool_calls:
        yield read_call(AskedCall(id=f"call_{number}", function=body.function_call))


def read_call(call: AskedCall) -> ToolCall:
    given = call.function.arguments
    arguments = given if isinstance(given, str) else object_in(given)
    return tool_call(call.id, call.function.name, arguments)


TEXTS = ("text", "input_text", "output_text", "refusal")
IMAGES = ("image_url", "input_image")


def content_of(body: ChatMessageBody, place: str) -> tuple[str, tuple[str, ...]]:
    """The words, and the images as plain base64. What a model refused to say is its words too."""
    if not isinstance(body.content, list):
        return body.content or body.refusal or "", ()
    texts, images = [], []
    for number, part in enumerate(body.content):
        where = f"{place}.{number}"
        if part.type in TEXTS:
            texts.append(part.text or part.refusal or "")
        elif part.type in IMAGES and body.role == "user":
            images.append(image_of(part, where))
        else:
            raise refuse_value(
                where, f"A message of the {body.role} cannot hold a part {part.type!r}."
            )
    return "\n".join(texts), tuple(images)


def image_of(part: ContentPart, place: str) -> str:
    given = part.image_url
    found = IMAGE.fullmatch(given if isinstance(given, str) else given.url) if given else None
    if found is None:
        why = "Send the image itself, as data:image/png;base64,…; addresses are not fetched."
        raise refuse_value(f"{place}.image_url", why)
    try:
        base64.b64decode(found[1], validate=True)
    except ValueError:
        raise refuse_value(f"{place}.image_url", "This is no base64.") from None
    return found[1]
