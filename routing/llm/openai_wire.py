"""`/v1/chat/completions`: a request as such servers want it."""

import json

from chatstudio.base.json_types import JsonObject, JsonValue
from routing.parameters import BY_NAME
from routing.types import ChatMessage, ChatRequest, Parameters

IMAGE_TYPES = {"/9j/": "jpeg", "R0lG": "gif", "UklG": "webp"}


def payload_of(request: ChatRequest) -> JsonObject:
    """Only what is set: OpenAI's own servers refuse names that they do not know."""
    payload: JsonObject = {
        "model": request.model_name,
        "messages": [_message(message) for message in request.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        **_parameters(request.parameters),
    }
    if request.tools:
        payload["tools"] = list(request.tools)
    return payload


def _parameters(parameters: Parameters) -> JsonObject:
    given = parameters.to_dict()
    # Below 0 means "no limit" to Ollama; here that is said by saying nothing.
    if (parameters.num_predict or 0) < 0:
        del given["num_predict"]
    thinking = given.pop("thinking", None)
    names = {name: BY_NAME[name].openai for name in given}
    wire: JsonObject = {names[name]: value for name, value in given.items() if names[name]}
    if isinstance(thinking, bool):
        wire["chat_template_kwargs"] = {"enable_thinking": thinking}
    elif thinking is not None:
        wire["reasoning_effort"] = "high" if thinking == "max" else thinking
    return wire


def _message(message: ChatMessage) -> JsonObject:
    wire: JsonObject = {"role": message.role, "content": message.content}
    if message.images:
        pictures: list[JsonValue] = [
            {"type": "image_url", "image_url": {"url": _url(one)}} for one in message.images
        ]
        wire["content"] = [{"type": "text", "text": message.content}, *pictures]
    if message.tool_calls:
        wire["tool_calls"] = [
            {
                "id": call.call_id,
                "type": "function",
                "function": {"name": call.name, "arguments": json.dumps(call.arguments)},
            }
            for call in message.tool_calls
        ]
    if message.tool_call_id:
        wire["tool_call_id"] = message.tool_call_id
    return wire


def _url(image: str) -> str:
    return f"data:image/{IMAGE_TYPES.get(image[:4], 'png')};base64,{image}"
