import json

import httpx
import openai
from pydantic import BaseModel
from ways import CALLS, ECHO, KEY, URL, VECTORS, same, try_all, way

client = openai.OpenAI(
    base_url=URL, api_key=KEY, max_retries=0, http_client=httpx.Client(trust_env=False)
)
chat = client.chat.completions
HI = [{"role": "user", "content": "Hello there"}]
PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
TOOL = {
    "type": "function",
    "function": {"name": "weather", "parameters": PARAMETERS, "strict": True},
}
FLAT = {"type": "function", "name": "weather", "parameters": PARAMETERS, "strict": True}


class Place(BaseModel):
    name: str


class Weather(BaseModel):
    city: str
    celsius: int
    place: Place


def call_of(answer):
    (call,) = answer.choices[0].message.tool_calls
    return call.function.name, json.loads(call.function.arguments)


@way("models")
def _():
    assert client.models.retrieve(next(iter(client.models.list())).id)


@way("answer")
def _():
    same(chat.create(model=ECHO, messages=HI).choices[0].message.content, "Hello there")


@way("stream")
def _():
    chunks = chat.create(model=ECHO, messages=HI, stream=True)
    same("".join(c.choices[0].delta.content or "" for c in chunks if c.choices), "Hello there")


@way("json")
def _():
    wish = {"type": "json_object"}
    text = chat.create(model=ECHO, messages=HI, response_format=wish).choices[0].message.content
    assert isinstance(json.loads(text), dict)


@way("schema")
def _():
    parsed = chat.parse(model=ECHO, messages=HI, response_format=Weather).choices[0].message.parsed
    same(parsed.celsius, 1)


@way("schema, stream")
def _():
    with chat.stream(model=ECHO, messages=HI, response_format=Weather) as stream:
        same(stream.get_final_completion().choices[0].message.parsed.place.name, "Paris")


@way("tool")
def _():
    same(
        call_of(chat.create(model=CALLS, messages=HI, tools=[TOOL])), ("weather", {"city": "Paris"})
    )


@way("tool required")
def _():
    answer = chat.create(model=ECHO, messages=HI, tools=[TOOL], tool_choice="required")
    same(call_of(answer), ("weather", {"city": "Paris"}))


@way("tool named")
def _():
    other = {"type": "function", "function": {"name": "other", "parameters": {"type": "object"}}}
    named = {"type": "function", "function": {"name": "weather"}}
    answer = chat.create(model=CALLS, messages=HI, tools=[other, TOOL], tool_choice=named)
    same(call_of(answer), ("weather", {"city": "Paris"}))


@way("tool, stream")
def _():
    with chat.stream(model=ECHO, messages=HI, tools=[TOOL], tool_choice="required") as stream:
        same(call_of(stream.get_final_completion()), ("weather", {"city": "Paris"}))


@way("tool, there and back")
def _():
    asked = chat.create(model=CALLS, messages=HI, tools=[TOOL]).choices[0].message
    result = {"role": "tool", "tool_call_id": asked.tool_calls[0].id, "content": "Rain"}
    answer = chat.create(model=CALLS, messages=[*HI, asked, result], tools=[TOOL])
    same(answer.choices[0].message.content, "The tool said: Rain")


@way("several")
def _():
    same([c.index for c in chat.create(model=ECHO, messages=HI, n=3).choices], [0, 1, 2])
    chunks = chat.create(model=ECHO, messages=HI, n=2, stream=True)
    same({c.choices[0].index for c in chunks if c.choices}, {0, 1})


@way("logprobs")
def _():
    choice = chat.create(model=ECHO, messages=HI, logprobs=True, top_logprobs=2).choices[0]
    same([len(one.top_logprobs) for one in choice.logprobs.content], [2, 2])


@way("penalties, seed")
def _():
    more = {"presence_penalty": 0.5, "frequency_penalty": 0.5, "seed": 3, "user": "me"}
    assert chat.create(model=ECHO, messages=HI, **more, logit_bias={"1": -1}, stop=[], store=True)


@way("completions")
def _():
    made = client.completions.create(model=ECHO, prompt="Once upon", logprobs=1)
    same((made.choices[0].text, made.choices[0].logprobs.tokens), ("Once upon", ["Once ", "upon"]))
    pieces = client.completions.create(model=ECHO, prompt="Once upon", stream=True)
    same("".join(piece.choices[0].text for piece in pieces), "Once upon")


@way("embeddings")
def _():
    made = client.embeddings.create(model=VECTORS, input=["a", "b"], dimensions=3)
    same([len(one.embedding) for one in made.data], [3, 3])


@way("responses")
def _():
    made = client.responses.create(model=ECHO, input="Hello there", instructions="Be kind.")
    same((made.output_text, made.status), ("Hello there", "completed"))


@way("responses, stream")
def _():
    with client.responses.stream(model=ECHO, input="Hello there") as stream:
        words = "".join(e.delta for e in stream if e.type == "response.output_text.delta")
        same((words, stream.get_final_response().output_text), ("Hello there", "Hello there"))


@way("responses, schema")
def _():
    same(
        client.responses.parse(model=ECHO, input="x", text_format=Weather).output_parsed.celsius, 1
    )
    with client.responses.stream(model=ECHO, input="x", text_format=Weather) as stream:
        same(stream.get_final_response().output_parsed.place.name, "Paris")


@way("responses, tool")
def _():
    given = [{"role": "user", "content": "Weather?"}]
    made = client.responses.create(
        model=CALLS, input=given, tools=[FLAT], tool_choice={"type": "function", "name": "weather"}
    )
    (call,) = made.output
    same((call.type, json.loads(call.arguments)), ("function_call", {"city": "Paris"}))
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "Rain"}
    last = client.responses.create(model=CALLS, input=[*given, *made.output, result], tools=[FLAT])
    same(last.output_text, "The tool said: Rain")


@way("refusals")
def _():
    for error, more in (
        (openai.NotFoundError, {"model": "nobody:1b"}),
        (openai.BadRequestError, {"model": ECHO, "tool_choice": "required"}),
    ):
        try:
            chat.create(messages=HI, **more)
        except error as refused:
            same(bool(refused.message), True)
        else:
            raise AssertionError(f"no {error.__name__}")


try_all()
