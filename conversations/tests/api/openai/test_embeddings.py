"""/v1/embeddings."""

import base64
import struct

import pytest

from conversations.api.openai import embeddings
from conversations.models import Generation
from conversations.tests.api.openai.asking import ended
from tests.fakes.model_server import running

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/v1/embeddings"


async def ask(aclient, given="Hello there", model="echo", **more):
    body = {"model": model, "input": given, **more}
    return await aclient.post(URL, body, content_type="application/json")


async def test_the_shape_and_the_row(aclient, alice) -> None:
    answer = (await ask(aclient, dimensions=3)).json()
    assert (answer["object"], answer["model"]) == ("list", "echo")
    (one,) = answer["data"]
    assert (one["object"], one["index"], len(one["embedding"])) == ("embedding", 0, 3)
    assert answer["usage"] == {"prompt_tokens": 2, "total_tokens": 2}
    row = await ended()
    assert (row.owner_id, row.cause, row.status) == (alice.id, "request", "complete")
    assert (row.metric.input_tokens, row.metric.output_tokens) == (2, 0)
    assert row.receipt["sent_bytes"] == 11


async def test_bytes_are_the_same_numbers(aclient, alice) -> None:
    plain = (await ask(aclient)).json()["data"][0]["embedding"]
    packed = (await ask(aclient, encoding_format="base64")).json()["data"][0]["embedding"]
    numbers = struct.unpack(f"<{len(plain)}f", base64.b64decode(packed))
    assert numbers == pytest.approx(plain)


@pytest.mark.parametrize("protocol", ["ollama", "openai"])
async def test_many_texts_go_in_parts_and_keep_their_order(
    aclient, alice, settings, monkeypatch, protocol
) -> None:
    monkeypatch.setattr(embeddings, "AT_ONCE", 2)
    async with running(protocol) as (url, fake):
        settings.LLM_BASE_URL = url
        answer = (await ask(aclient, ["a", "b", "c"], "embed:1b")).json()
        single = (await ask(aclient, "c", f"direct/embed:1b@{url}")).json()
        sent = [len(one.body["input"]) for one in fake.seen if one.path.endswith(("embed", "gs"))]
        refused = await ask(aclient, model="fast:1b")
    assert [one["index"] for one in answer["data"]] == [0, 1, 2]
    assert answer["data"][2]["embedding"] == single["data"][0]["embedding"]
    assert sent == [2, 1, 1]
    assert refused.json()["error"]["code"] == "model_cannot"


@pytest.mark.parametrize(
    ("given", "model", "param"),
    [
        ([1, 2], "echo", "input"),
        ([[1], [2]], "echo", "input"),
        ([], "echo", "input"),
        (["x"] * 2049, "echo", "input"),
        ("x", "tools/echo", "model"),
    ],
)
async def test_what_is_refused_is_named(aclient, alice, given, model, param) -> None:
    response = await ask(aclient, given, model)
    assert (response.status_code, response.json()["error"]["param"]) == (400, param)
    assert await Generation.objects.acount() == 0


async def test_a_model_that_is_not_there(aclient, alice) -> None:
    response = await ask(aclient, model="nobody:1b")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "model_not_found")
