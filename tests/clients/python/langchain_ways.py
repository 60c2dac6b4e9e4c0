import httpx
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAI, OpenAIEmbeddings
from pydantic import BaseModel
from ways import CALLS, ECHO, KEY, URL, VECTORS, same, try_all, way

COMMON = {"base_url": URL, "api_key": KEY, "http_client": httpx.Client(trust_env=False)}


class Weather(BaseModel):
    """What the weather is."""

    city: str
    celsius: int


@tool
def weather(city: str) -> str:
    """The weather in a city."""
    return "Rain"


def model(name=ECHO, **more):
    return ChatOpenAI(model=name, **COMMON, **more)


@way("answer")
def _():
    same(model().invoke("Hello there").content, "Hello there")


@way("stream")
def _():
    same("".join(piece.content for piece in model().stream("Hello there")), "Hello there")


@way("json")
def _():
    assert isinstance(
        model().with_structured_output(Weather.model_json_schema(), method="json_mode").invoke("x"),
        dict,
    )


@way("schema")
def _():
    same(model().with_structured_output(Weather, method="json_schema").invoke("x").celsius, 1)


@way("schema, stream")
def _():
    *_, last = model().with_structured_output(Weather, method="json_schema").stream("x")
    same(last.celsius, 1)


@way("tool")
def _():
    same(model(CALLS).bind_tools([weather]).invoke("x").tool_calls[0]["args"], {"city": "Paris"})


@way("tool required")
def _():
    bound = model().bind_tools([weather], tool_choice="any")
    same(bound.invoke("x").tool_calls[0]["name"], "weather")


@way("tool named")
def _():
    same(model().with_structured_output(Weather, method="function_calling").invoke("x").celsius, 1)


@way("tool, stream")
def _():
    bound = model().bind_tools([weather], tool_choice="weather")
    pieces = list(bound.stream("x"))
    whole = pieces[0]
    for piece in pieces[1:]:
        whole += piece
    same(whole.tool_calls[0]["args"], {"city": "Paris"})


@way("tool, there and back")
def _():
    bound = model(CALLS).bind_tools([weather])
    asked = bound.invoke("x")
    result = weather.invoke(asked.tool_calls[0])
    same(bound.invoke([HumanMessage("x"), asked, result]).content, "The tool said: Rain")


@way("several")
def _():
    same(len(model(n=2).generate([[HumanMessage("x")]]).generations[0]), 2)


@way("logprobs")
def _():
    told = model(logprobs=True, top_logprobs=1).invoke("Hello there").response_metadata
    same(len(told["logprobs"]["content"]), 2)


@way("penalties, seed")
def _():
    assert model(presence_penalty=0.5, frequency_penalty=0.5, seed=3, stop=["x"]).invoke("Hello")


@way("completions")
def _():
    same(OpenAI(model=ECHO, **COMMON).invoke("Once upon"), "Once upon")


@way("embeddings")
def _():
    plain = OpenAIEmbeddings(model=VECTORS, check_embedding_ctx_length=False, **COMMON)
    same(len(plain.embed_documents(["a", "b"])), 2)


@way("responses")
def _():
    same(model(use_responses_api=True).invoke("Hello there").text, "Hello there")


@way("responses, stream")
def _():
    pieces = model(use_responses_api=True).stream("Hello there")
    same("".join(piece.text for piece in pieces), "Hello there")


@way("responses, schema")
def _():
    structured = model(use_responses_api=True).with_structured_output(Weather, method="json_schema")
    same(structured.invoke("x").celsius, 1)


@way("responses, tool")
def _():
    bound = model(CALLS, use_responses_api=True).bind_tools([weather], tool_choice="weather")
    same(bound.invoke("x").tool_calls[0]["args"], {"city": "Paris"})


try_all()
