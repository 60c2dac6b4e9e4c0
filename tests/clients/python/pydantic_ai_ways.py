from pydantic import BaseModel
from pydantic_ai import Agent, Embedder, NativeOutput, PromptedOutput, ToolOutput
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider
from ways import CALLS, ECHO, KEY, URL, VECTORS, same, try_all, way

provider = OpenAIProvider(base_url=URL, api_key=KEY)


class Weather(BaseModel):
    city: str
    celsius: int


class Said(BaseModel):
    answer: str


def agent(name=ECHO, kind=OpenAIChatModel, **more):
    return Agent(kind(name, provider=provider), retries=0, **more)


def weather(city: str) -> str:
    """The weather in a city."""
    return f"Rain in {city}"


@way("answer")
def _():
    same(agent().run_sync("Hello there").output, "Hello there")


@way("stream")
async def _():
    async with agent().run_stream("Hello there") as told:
        same(await told.get_output(), "Hello there")


@way("json")
def _():
    same(agent(output_type=PromptedOutput(Said)).run_sync("x").output.answer, "Paris")


@way("schema")
def _():
    same(agent(output_type=NativeOutput(Weather)).run_sync("x").output.celsius, 1)


@way("schema, stream")
async def _():
    async with agent(output_type=NativeOutput(Weather)).run_stream("x") as told:
        same((await told.get_output()).celsius, 1)


@way("tool required")
def _():
    same(agent(output_type=ToolOutput(Weather)).run_sync("x").output.celsius, 1)


@way("tool, stream")
async def _():
    async with agent(output_type=ToolOutput(Weather)).run_stream("x") as told:
        same((await told.get_output()).city, "Paris")


@way("tool, there and back")
def _():
    told = agent(CALLS, tools=[weather]).run_sync("x")
    same(told.output, "The tool said: Rain in Paris")


@way("penalties, seed")
def _():
    wish = {
        "presence_penalty": 0.5,
        "frequency_penalty": 0.5,
        "seed": 3,
        "parallel_tool_calls": True,
    }
    same(agent().run_sync("Hello", model_settings=wish).output, "Hello")


@way("embeddings")
def _():
    from pydantic_ai.embeddings.openai import OpenAIEmbeddingModel

    made = Embedder(OpenAIEmbeddingModel(VECTORS, provider=provider)).embed_documents_sync(["a"])
    same(len(made.embeddings), 1)


@way("responses")
def _():
    same(agent(kind=OpenAIResponsesModel).run_sync("Hello there").output, "Hello there")


@way("responses, stream")
async def _():
    async with agent(kind=OpenAIResponsesModel).run_stream("Hello there") as told:
        same(await told.get_output(), "Hello there")


@way("responses, schema")
def _():
    asking = agent(kind=OpenAIResponsesModel, output_type=NativeOutput(Weather))
    same(asking.run_sync("x").output.celsius, 1)


@way("responses, tool")
def _():
    told = agent(CALLS, OpenAIResponsesModel, tools=[weather]).run_sync("x")
    same(told.output, "The tool said: Rain in Paris")


try_all()
