"""/v1/models: which names can be asked."""

import pytest

from routing.llm import servers
from routing.types import ModelInfo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def models(monkeypatch) -> None:
    """What the echo server seems to have."""
    offered = [
        ModelInfo("hf.co/x/y:q4", "echo:"),
        ModelInfo("embed:1b", "echo:", capabilities=frozenset({"embedding"})),
    ]

    async def list_models(self):
        return offered

    monkeypatch.setattr(servers.EchoProvider, "list_models", list_models)
    monkeypatch.setattr(servers, "_latest", None)
    yield
    servers._latest = None


async def names(aclient) -> list[str]:
    response = await aclient.get("/v1/models")
    assert response.json()["object"] == "list"
    return [model["id"] for model in response.json()["data"]]


async def test_each_model_that_chats_has_three_names(aclient, models) -> None:
    bare = "hf.co/x/y:q4"
    assert await names(aclient) == [bare, f"direct/{bare}", f"tools/{bare}"]


async def test_the_agent_is_there_where_it_is_configured(aclient, models, settings) -> None:
    settings.ZAIN_AGENT_URL = "http://127.0.0.1:9/"
    assert (await names(aclient))[-1] == "agent"
    assert (await aclient.get("/v1/models/agent")).status_code == 200


async def test_shapes_are_openais(aclient) -> None:
    first = (await aclient.get("/v1/models")).json()["data"][0]
    assert first == {"id": "echo", "object": "model", "created": 0, "owned_by": "echo:"}


@pytest.mark.parametrize("name", ["hf.co/x/y:q4", "tools/hf.co/x/y:q4", "direct/hf.co/x/y:q4"])
async def test_one_model_by_each_of_its_names(aclient, models, name) -> None:
    response = await aclient.get(f"/v1/models/{name}")
    assert response.json()["id"] == name


@pytest.mark.parametrize("name", ["nothing", "tools/nothing", "direct/", "agent", "embed:1b"])
async def test_what_is_not_there_is_said_in_openais_words(aclient, models, name) -> None:
    response = await aclient.get(f"/v1/models/{name}")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "model_not_found"
    assert response.json()["error"]["type"] == "invalid_request_error"


async def test_a_server_that_is_away_is_an_error_and_no_empty_list(aclient, settings) -> None:
    settings.LLM_BASE_URL = "http://127.0.0.1:9"
    response = await aclient.get("/v1/models")
    assert (response.status_code, response.json()["error"]["code"]) == (503, "server_unreachable")


async def test_the_document_tells_all_doors(aclient) -> None:
    paths = (await aclient.get("/v1/openapi.json")).json()["paths"]
    writing = {"/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/embeddings"}
    assert set(paths) == {"/v1/models", "/v1/models/{model_id}", *writing}
