"""A request to `/v1/responses` in the words of `/v1/chat/completions`."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from pydantic import ValidationError

from chatstudio.base.api.errors import ApiError
from chatstudio.base.json_types import JsonObject, object_at, object_in, objects_in, text_at
from conversations.api.openai.naming import NOTHING
from conversations.api.openai.reading import Wanted, wanted_of
from conversations.api.openai.reading_messages import refuse_value
from conversations.api.openai.responses.shapes import ResponseBody
from conversations.api.openai.shapes import HANDED_ON, NUMBERS, CompletionBody
from routing.llm.catalogue import Catalogue

KEPT_NOWHERE = "Answers are not kept here. Send what was said before as items of `input`."
LIMITS = {
    "previous_response_id": KEPT_NOWHERE,
    "conversation": KEPT_NOWHERE,
    "prompt": "Prompts are not kept here. Send `instructions` and `input`.",
    "background": "An answer lives no longer than its request. Leave background out.",
}
NAMES = {
    "response_format": "text.format",
    "verbosity": "text.verbosity",
    "reasoning_effort": "reasoning.effort",
    "max_completion_tokens": "max_output_tokens",
}
"""What is said in other words here than there."""
ALIKE = (*HANDED_ON, *(one.openai for one in NUMBERS), "stop")
CHANCES = "message.output_text.logprobs"
ROLES = ("system", "developer", "user", "assistant")


def wanted_response(person_id: int, body: ResponseBody, catalogue: Catalogue = NOTHING) -> Wanted:
    for field, why in LIMITS.items():
        if getattr(body, field):
            raise refuse_value(field, why)
    messages, places = messages_of(body)
    try:
        chat = CompletionBody.model_validate(chat_of(body) | {"messages": messages})
        return wanted_of(person_id, chat, catalogue)
    except ValidationError as error:
        told = [(".".join(map(str, one["loc"])), [one["msg"]]) for one in error.errors()]
        raise ApiError(
            422, fields={_place(field, places): texts for field, texts in told}
        ) from None
    except ApiError as error:
        error.fields = {_place(field, places): texts for field, texts in error.fields.items()}
        raise


def _place(field: str, places: Sequence[str]) -> str:
    """What is wrong with a message is wrong with the item that it was made of."""
    first, _, rest = field.partition(".")
    number, _, rest = rest.partition(".")
    if first == "messages" and number.isdecimal():
        return f"{places[int(number)]}.{rest}"
    return NAMES.get(first, field)


def chat_of(body: ResponseBody) -> dict[str, object]:
    """All but the messages."""
    wanted = {
        "model": body.model,
        "tools": [tool_of(one, n) for n, one in enumerate(body.tools or ())] or None,
        "tool_choice": body.tool_choice,
        "response_format": format_of(object_at(body.text or {}, "format")),
        "verbosity": (body.text or {}).get("verbosity"),
        "reasoning_effort": (body.reasoning or {}).get("effort"),
        "max_completion_tokens": body.max_output_tokens,
        "temperature": body.temperature,
        "top_p": body.top_p,
        "parallel_tool_calls": body.parallel_tool_calls,
        "top_logprobs": body.top_logprobs,
        "logprobs": bool(body.top_logprobs or CHANCES in (body.include or ())) or None,
    }
    extra = {name: one for name, one in (body.model_extra or {}).items() if name in ALIKE}
    return {**extra, **{name: value for name, value in wanted.items() if value is not None}}


def tool_of(tool: Mapping[str, object], number: int) -> JsonObject:
    told = object_in(tool)
    kind = text_at(told, "type") or "function"
    if kind != "function":
        why = f"There is no {kind} here. Send functions, which you run yourself."
        raise refuse_value(f"tools.{number}.type", why)
    inner = object_at(told, "function") or {k: v for k, v in told.items() if k != "type"}
    if not text_at(inner, "name"):
        raise refuse_value(f"tools.{number}.name", "A function needs a name.")
    return {"type": "function", "function": inner}


def format_of(told: JsonObject) -> JsonObject | None:
    if text_at(told, "type") != "json_schema" or "json_schema" in told:
        return told or None
    inner = {name: value for name, value in told.items() if name != "type"}
    return {"type": "json_schema", "json_schema": inner}


def messages_of(body: ResponseBody) -> tuple[list[JsonObject], list[str]]:
    """The messages, and which item each was made of. Calls belong to the message before them."""
    messages: list[JsonObject] = []
    places: list[str] = []
    for place, item in items_of(body):
        kind = text_at(item, "type") or "message"
        if kind == "reasoning":  # what was thought is not sent again
            continue
        if kind == "function_call" and messages and messages[-1].get("role") == "assistant":
            earlier = objects_in(messages[-1].get("tool_calls"))
            messages[-1]["tool_calls"] = [*earlier, _call(item, place)]
            continue
        if kind not in READERS:
            why = KEPT_NOWHERE if kind == "item_reference" else f"{kind!r} is not known here."
            raise refuse_value(f"{place}.type", why)
        messages.append(READERS[kind](item, place))
        places.append(place)
    if not messages:
        raise refuse_value("input", "There is no message in it.")
    return messages, places


def items_of(body: ResponseBody) -> Iterator[tuple[str, JsonObject]]:
    """Each with its place."""
    if body.instructions:
        yield "instructions", {"role": "system", "content": body.instructions}
    if isinstance(body.input, str):
        yield "input", {"role": "user", "content": body.input}
    else:
        yield from ((f"input.{n}", object_in(item)) for n, item in enumerate(body.input))


def _message(item: JsonObject, place: str) -> JsonObject:
    role = text_at(item, "role")
    if role not in ROLES:
        raise refuse_value(f"{place}.role", f"It is one of: {', '.join(ROLES)}.")
    content = item.get("content")
    return {"role": role, "content": content if isinstance(content, list) else _text(content)}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _call(item: JsonObject, place: str) -> JsonObject:
    call_id, name = text_at(item, "call_id"), text_at(item, "name")
    if not call_id or not name:
        raise refuse_value(place, "A function_call has a call_id and a name.")
    function: JsonObject = {"name": name, "arguments": item.get("arguments") or ""}
    return {"id": call_id, "type": "function", "function": function}


def _result(item: JsonObject, place: str) -> JsonObject:
    if not (call_id := text_at(item, "call_id")):
        raise refuse_value(f"{place}.call_id", "Say of which call this is the output.")
    output = item.get("output")
    is_told = output is None or isinstance(output, list | str)
    content = output if is_told else json.dumps(output, ensure_ascii=False)
    return {"role": "tool", "tool_call_id": call_id, "content": content}


def _caller(item: JsonObject, place: str) -> JsonObject:
    return {"role": "assistant", "content": None, "tool_calls": [_call(item, place)]}


READERS: dict[str, Callable[[JsonObject, str], JsonObject]] = {
    "message": _message,
    "function_call": _caller,
    "function_call_output": _result,
}
"""The message that an item is."""
