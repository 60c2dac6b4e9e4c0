import json
import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm
from pydantic import BaseModel
from ways import CALLS, ECHO, KEY, URL, VECTORS, same, try_all, way

COMMON = {"api_base": URL, "api_key": KEY, "num_retries": 0}
HI = [{"role": "user", "content": "Hello there"}]
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}


class Weather(BaseModel):
    city: str
    celsius: int


def ask(model=ECHO, **more):
    return litellm.completion(model=f"openai/{model}", messages=HI, **COMMON, **more)


def call_of(answer):
    return json.loads(answer.choices[0].message.tool_calls[0].function.arguments)


@way("answer")
def _():
    same(ask().choices[0].message.content, "Hello there")


@way("stream")
def _():
    same("".join(c.choices[0].delta.content or "" for c in ask(stream=True)), "Hello there")


@way("json")
def _():
    text = ask(response_format={"type": "json_object"}).choices[0].message.content
    assert isinstance(json.loads(text), dict)


@way("schema")
def _():
    text = ask(response_format=Weather).choices[0].message.content
    same(Weather.model_validate_json(text).celsius, 1)


@way("schema, stream")
def _():
    pieces = ask(response_format=Weather, stream=True)
    text = "".join(piece.choices[0].delta.content or "" for piece in pieces)
    same(Weather.model_validate_json(text).celsius, 1)


@way("tool")
def _():
    same(call_of(ask(CALLS, tools=[TOOL])), {"city": "Paris"})


@way("tool required")
def _():
    same(call_of(ask(tools=[TOOL], tool_choice="required")), {"city": "Paris"})


@way("tool named")
def _():
    named = {"type": "function", "function": {"name": "weather"}}
    same(call_of(ask(tools=[TOOL], tool_choice=named)), {"city": "Paris"})


@way("tool, stream")
def _():
    pieces = list(ask(tools=[TOOL], tool_choice="required", stream=True))
    same(call_of(litellm.stream_chunk_builder(pieces)), {"city": "Paris"})


@way("tool, there and back")
def _():
    asked = ask(CALLS, tools=[TOOL]).choices[0].message
    result = {"role": "tool", "tool_call_id": asked.tool_calls[0].id, "content": "Rain"}
    messages = [*HI, asked, result]
    told = litellm.completion(model=f"openai/{CALLS}", messages=messages, tools=[TOOL], **COMMON)
    same(told.choices[0].message.content, "The tool said: Rain")


@way("several")
def _():
    same(len(ask(n=2).choices), 2)


@way("logprobs")
def _():
    same(len(ask(logprobs=True, top_logprobs=1).choices[0].logprobs.content), 2)


@way("penalties, seed")
def _():
    assert ask(presence_penalty=0.5, frequency_penalty=0.5, seed=3, user="me", stop=["x"])


@way("completions")
def _():
    made = litellm.text_completion(
        model=f"text-completion-openai/{ECHO}", prompt="Once upon", **COMMON
    )
    same(made.choices[0].text, "Once upon")


@way("embeddings")
def _():
    made = litellm.embedding(model=f"openai/{VECTORS}", input=["a", "b"], **COMMON)
    same(len(made.data), 2)


@way("responses")
def _():
    made = litellm.responses(model=f"openai/{ECHO}", input="Hello there", **COMMON)
    same(made.output[0].content[0].text, "Hello there")


@way("responses, stream")
def _():
    events = litellm.responses(model=f"openai/{ECHO}", input="Hello there", stream=True, **COMMON)
    words = "".join(e.delta for e in events if e.type == "response.output_text.delta")
    same(words, "Hello there")


try_all()
