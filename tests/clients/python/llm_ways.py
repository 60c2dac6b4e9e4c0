import json
import os
import tempfile
from pathlib import Path

folder = Path(os.environ.setdefault("LLM_USER_PATH", tempfile.mkdtemp()))

from ways import CALLS, ECHO, KEY, URL, same, try_all, way  # noqa: E402

models = [
    {
        "model_id": name,
        "model_name": name,
        "api_base": URL,
        "supports_schema": True,
        "supports_tools": True,
    }
    for name in (ECHO, CALLS)
]
models.append({"model_id": "bare", "model_name": ECHO, "api_base": URL, "completion": True})
(folder / "extra-openai-models.yaml").write_text(json.dumps(models))

import llm  # noqa: E402


def model(name=ECHO):
    found = llm.get_model(name)
    found.key = KEY
    return found


def weather(city: str) -> str:
    "The weather in a city."
    return "Rain"


@way("answer")
def _():
    same(model().prompt("Hello there", stream=False).text(), "Hello there")


@way("stream")
def _():
    same("".join(model().prompt("Hello there")), "Hello there")


@way("json")
def _():
    assert isinstance(json.loads(model().prompt("x", json_object=True).text()), dict)


@way("schema")
def _():
    schema = llm.schema_dsl("city, celsius int")
    same(json.loads(model().prompt("x", schema=schema, stream=False).text())["celsius"], 1)


@way("schema, stream")
def _():
    schema = llm.schema_dsl("city, celsius int")
    same(json.loads("".join(model().prompt("x", schema=schema)))["celsius"], 1)


@way("tool")
def _():
    same(model(CALLS).prompt("x", tools=[weather]).tool_calls()[0].arguments, {"city": "Paris"})


@way("tool, there and back")
def _():
    same(model(CALLS).chain("x", tools=[weather]).text(), "The tool said: Rain")


@way("penalties, seed")
def _():
    wish = {"presence_penalty": 0.5, "frequency_penalty": 0.5, "seed": 3, "logit_bias": {"1": 2}}
    same(model().prompt("Hello", **wish).text(), "Hello")


@way("completions")
def _():
    same(model("bare").prompt("Once upon").text(), "Once upon")


try_all()
