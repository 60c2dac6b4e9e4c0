"""`/v1/chat/completions`: a request as such servers want it."""

import json

from chatstudio.base.json_types import JsonMapping, JsonObject, JsonValue
from routing.parameters import BY_NAME
from routing.types import ChatMessage, ChatRequest, Parameters

IMAGE_TYPES = {"/9j/": "jpeg", "R0lG": "gif", "UklG": "webp"}


def payload_of(request: ChatRequest, thoughts_in: str = "") -> JsonObject:
    """Only what is set: OpenAI's own servers refuse names that they do not know."""
    payload: JsonObject = {
        "model": request.model_name,
        "messages": messages_of(request, thoughts_in),
        "stream": True,
        "stream_options": {"include_usage": True},
        **_parameters(request.parameters),
    }
    if request.tools:
        payload["tools"] = list(request.tools)
        if request.must_call is not None:
            payload["tool_choice"] = _choice(request.must_call)
    if request.answer_schema is not None:
        payload["response_format"] = _format(request.answer_schema)
    if request.chances is not None:
        payload |= {"logprobs": True, "top_logprobs": request.chances}
    return {**payload, **request.in_openais_words}


def bare_payload_of(request: ChatRequest) -> JsonObject:
    """Of `/v1/completions`, whose `logprobs` is a number."""
    payload = payload_of(request)
    for name in ("messages", "top_logprobs"):
        payload.pop(name, None)
    payload["prompt"] = request.messages[-1].content
    if request.suffix:
        payload["suffix"] = request.suffix
    if request.chances is not None:
        payload["logprobs"] = request.chances
    return payload


def _choice(tool: str) -> JsonValue:
    return {"type": "function", "function": {"name": tool}} if tool else "required"


def _format(schema: JsonMapping) -> JsonObject:
    if not schema:
        return {"type": "json_object"}
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": dict(schema)}}


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


def messages_of(request: ChatRequest, thoughts_in: str = "") -> list[JsonValue]:
    """`thoughts_in` is the field for a model's thoughts; without one they are not sent."""
    return [_message(message, thoughts_in) for message in request.messages]


def _message(message: ChatMessage, thoughts_in: str) -> JsonObject:
    wire: JsonObject = {"role": message.role, "content": message.content}
    if thoughts_in and message.thoughts:
        wire[thoughts_in] = message.thoughts
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
