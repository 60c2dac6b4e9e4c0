import httpx
import instructor
import openai
from pydantic import BaseModel
from ways import ECHO, KEY, URL, same, try_all, way


class Place(BaseModel):
    name: str


class Weather(BaseModel):
    city: str
    celsius: int
    place: Place


def ask(mode, **more):
    plain = openai.OpenAI(base_url=URL, api_key=KEY, http_client=httpx.Client(trust_env=False))
    client = instructor.from_openai(plain, mode=mode)
    messages = [{"role": "user", "content": "x"}]
    return client, {"model": ECHO, "messages": messages, "response_model": Weather, **more}


def check(mode):
    client, wish = ask(mode)
    same(client.chat.completions.create(**wish, max_retries=0).place.name, "Paris")


@way("json")
def _():
    client, wish = ask(instructor.Mode.JSON)
    wish["response_model"] = None
    made = client.chat.completions.create(**wish, response_format={"type": "json_object"})
    assert made.choices[0].message.content.startswith("{")


@way("schema")
def _():
    check(instructor.Mode.JSON_SCHEMA)


@way("tool required")
def _():
    client, wish = ask(instructor.Mode.TOOLS_STRICT)
    same(client.chat.completions.create(**wish, max_retries=0).celsius, 1)


@way("tool named")
def _():
    check(instructor.Mode.TOOLS)


@way("schema, stream")
def _():
    client, wish = ask(instructor.Mode.JSON_SCHEMA)
    *_, last = client.chat.completions.create_partial(**wish)
    same(last.celsius, 1)


@way("tool, stream")
def _():
    client, wish = ask(instructor.Mode.TOOLS)
    *_, last = client.chat.completions.create_partial(**wish)
    same(last.place.name, "Paris")


@way("responses, tool")
def _():
    client, wish = ask(instructor.Mode.RESPONSES_TOOLS)
    same(client.chat.completions.create(**wish, max_retries=0).celsius, 1)


try_all()
