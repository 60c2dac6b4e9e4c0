"""A request in OpenAI's words, as a request of ours."""

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings

from chatstudio.base.api.errors import ApiError
from chatstudio.base.json_types import object_in
from conversations.answering.turns.requests import Asked
from conversations.api.openai.naming import Name, read_name
from conversations.api.openai.shapes import (
    NUMBERS,
    AskedCall,
    ChatMessageBody,
    CompletionBody,
    ContentPart,
)
from routing.llm.wire import tool_call
from routing.parameters import EFFORTS, Parameters
from routing.strategies import STRATEGIES
from routing.tools.base import ToolContext
from routing.types import ChatMessage, ChatRequest, ToolCall

IMAGE = re.compile(r"data:image/[\w.+-]{1,40};base64,(.+)", re.DOTALL | re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """`asked_for` is the model's name as it came, and as it goes back."""

    asked_for: str
    name: Name
    request: ChatRequest

    @property
    def asked(self) -> Asked:
        return Asked(self.name.strategy, self.request)


def wanted_of(person_id: int, body: CompletionBody) -> Wanted:
    name = read_name(body.model)
    refuse_what_cannot_be_done(body, name)
    with_tools = body.tool_choice != "none"
    own_tools = STRATEGIES[name.strategy].uses_tools and with_tools
    context = ToolContext(person_id, time_zone=settings.TIME_ZONE, attended=False)
    given = [tool.model_dump(exclude_unset=True) for tool in body.tools or ()]
    request = ChatRequest(
        name.model_name,
        tuple(messages_of(body.messages)),
        parameters_of(body),
        tools=tuple({"type": "function", **tool} for tool in given) if with_tools else (),
        tool_context=context if own_tools else None,
    )
    return Wanted(body.model, name, request)


def refuse_value(field: str, why: str) -> ApiError:
    return ApiError(400, why, "unsupported_value", fields={field: [why]})


PENALTY = "Model servers do not all know this; send repeat_penalty, or leave it out."
LIMITS: dict[str, tuple[Callable[[object], bool], str]] = {
    "n": (lambda n: n in (None, 1), "A request has one answer; leave n out."),
    "response_format": (
        lambda wish: not wish or object_in(wish).get("type") == "text",
        "Answers are text; no other format can be promised.",
    ),
    "logprobs": (lambda wish: not wish, "Probabilities of tokens are not told."),
    "top_logprobs": (lambda wish: not wish, "Probabilities of tokens are not told."),
    "modalities": (lambda wish: not wish or wish == ["text"], "Answers are text alone."),
    "audio": (lambda wish: not wish, "Answers are text alone."),
    "tool_choice": (
        lambda wish: wish in (None, "auto", "none"),
        "A model cannot be made to call a tool: send auto or none.",
    ),
    "functions": (lambda wish: not wish, "Send functions as tools."),
    "function_call": (lambda wish: wish in (None, "auto", "none"), "Send functions as tools."),
    "web_search_options": (lambda wish: wish is None, "The web is not searched here."),
    "frequency_penalty": (lambda wish: not wish, PENALTY),
    "presence_penalty": (lambda wish: not wish, PENALTY),
    "logit_bias": (lambda wish: not wish, "Tokens cannot be weighed here."),
}
"""What would change the answer and cannot be done: to pass over it in silence would be wrong."""


def tools_of_others(strategy: str) -> str:
    """Why the tools of a program are not called there; empty where they are."""
    instead = "To have yours called, ask direct/…."
    if STRATEGIES[strategy].uses_tools:
        return f"Behind {strategy}/ a model uses Chat Studio's tools. {instead}"
    if not STRATEGIES[strategy].needs_model:
        return f"The {strategy} has tools of its own. {instead}"
    return ""


def refuse_what_cannot_be_done(body: CompletionBody, name: Name) -> None:
    for field, (is_fine, why) in LIMITS.items():
        if not is_fine(getattr(body, field)):
            raise refuse_value(field, why)
    if body.tools and (why := tools_of_others(name.strategy)):
        raise refuse_value("tools", why)


def parameters_of(body: CompletionBody) -> Parameters:
    stop = [body.stop] if isinstance(body.stop, str) else body.stop or []
    effort = body.reasoning_effort
    given = {one.name: getattr(body, one.openai) for one in NUMBERS}
    given["num_predict"] = body.max_completion_tokens or given["num_predict"]
    given["thinking"] = EFFORTS[effort] if effort else None
    return Parameters.from_dict({**given, "stop": stop})


def messages_of(bodies: Sequence[ChatMessageBody]) -> list[ChatMessage]:
    """A tool's result names its call alone; the call, which came before, names the tool."""
    names: dict[str, str] = {}
    messages = []
    for number, body in enumerate(bodies):
        calls = calls_of(body, f"messages.{number}.tool_calls")
        names |= {call.call_id: call.name for call in calls}
        messages.append(message_of(body, calls, names, f"messages.{number}"))
    return messages


def message_of(
    body: ChatMessageBody, calls: Sequence[ToolCall], names: dict[str, str], place: str
) -> ChatMessage:
    role = "system" if body.role == "developer" else body.role
    call_id = (body.tool_call_id or "") if role == "tool" else ""
    if role == "tool" and not call_id:
        raise refuse_value(f"{place}.tool_call_id", "Say of which call this is the result.")
    if body.content is None and not calls and role != "assistant":
        raise refuse_value(f"{place}.content", "This message has no content.")
    text, images = content_of(body, f"{place}.content")
    name = names.get(call_id, body.name or "") if call_id else ""
    return ChatMessage(role, text, tuple(calls), call_id, name, images)


def calls_of(body: ChatMessageBody, place: str) -> list[ToolCall]:
    if body.tool_calls and body.role != "assistant":
        raise refuse_value(place, "Only an assistant's message calls tools.")
    return [read_call(one) for one in body.tool_calls or ()]


def read_call(call: AskedCall) -> ToolCall:
    given = call.function.arguments
    arguments = given if isinstance(given, str) else object_in(given)
    return tool_call(call.id, call.function.name, arguments)


def content_of(body: ChatMessageBody, place: str) -> tuple[str, tuple[str, ...]]:
    """The words, and the images as plain base64."""
    if body.content is None or isinstance(body.content, str):
        return body.content or "", ()
    texts, images = [], []
    for number, part in enumerate(body.content):
        where = f"{place}.{number}"
        if part.type == "text":
            texts.append(part.text or "")
        elif part.type == "image_url" and body.role == "user":
            images.append(image_of(part, where))
        else:
            raise refuse_value(
                where, f"A message of the {body.role} cannot hold a part {part.type!r}."
            )
    return "\n".join(texts), tuple(images)


def image_of(part: ContentPart, place: str) -> str:
    found = IMAGE.fullmatch(part.image_url.url) if part.image_url else None
    if found is None:
        why = "Send the image itself, as data:image/png;base64,…; addresses are not fetched."
        raise refuse_value(f"{place}.image_url", why)
    try:
        base64.b64decode(found[1], validate=True)
    except ValueError:
        raise refuse_value(f"{place}.image_url", "This is no base64.") from None
    return found[1]
