"""What answers can be written by, for programs."""

import pytest

from conversations.tests.api.openai.asking import HI
from tests.fakes.model_server import running

pytestmark = pytest.mark.django_db(transaction=True)

MODELS = "/api/chat/ui/models"


async def models(aclient) -> dict:
    answer = await aclient.get(MODELS)
    assert answer.status_code == 200
    return answer.json()


async def test_the_models_that_chat_are_listed_with_what_they_are(alice, aclient, ollama) -> None:
    async with ollama() as (url, _):
        told = await models(aclient)
    fast = next(one for one in told["models"] if one["name"] == "fast:1b")
    assert told["success"] is True
    assert fast["id"] == "fast:1b"
    assert (fast["server"], fast["size_bytes"], fast["quantization"]) == (
        url,
        1_000_000_000,
        "Q4_K_M",
    )
    assert fast["capabilities"] == ["completion"]
    assert told["default_model"] == "fast:1b"
    assert all(one["can_chat"] for one in told["models"])


async def test_ones_own_default_comes_first(alice, aclient, ollama) -> None:
    async with ollama() as (url, _):
        names = [one["name"] for one in (await models(aclient))["models"]]
        alice.default_model_name, alice.default_server = names[-1], url
        await alice.asave()
        assert (await models(aclient))["default_model"] == names[-1]


@pytest.mark.parametrize("address", [MODELS, "/api/llm/models"])
async def test_only_a_second_servers_model_of_the_same_name_is_called_with_its_server(
    alice, aclient, ollama, settings, address
) -> None:
    async with ollama() as (url, _), running("ollama") as (second, _):
        settings.DEMO_MODEL_URL = second
        settings.LLM_DEFAULT_MODEL = "slow:1b" if address == MODELS else f"slow:1b@{url}"
        told = (await aclient.get(address)).json()
    ids = {one["server"]: one["id"] for one in told["models"] if one["name"] == "slow:1b"}
    assert ids == {url: "slow:1b", second: f"slow:1b@{second}"}
    assert told["default_model"] == "slow:1b"


@pytest.mark.parametrize("ref", ["fast:1b", "fast:1b@{url}", "fast:1b@{second}"])
async def test_both_forms_are_taken_at_every_door(alice, aclient, ollama, settings, ref) -> None:
    async with ollama() as (url, _), running("ollama") as (second, _):
        settings.DEMO_MODEL_URL = second
        model = ref.format(url=url, second=second)
        bodies = {
            "/api/chat/ui/send": {"model": model, "message": "Hi"},
            "/api/chat/ui/conversations": {"model": model},
            "/api/chat/ui/prompt-profiles": {"name": "A", "model": model},
            "/v1/chat/completions": {"model": model, "messages": HI},
            "/v1/completions": {"model": model, "prompt": "Hi"},
            "/v1/responses": {"model": model, "input": "Hi"},
        }
        for address, body in bodies.items():
            answer = await aclient.post(address, body, content_type="application/json")
            assert answer.status_code == 200, (address, answer.text)
        assert (await aclient.get(f"/v1/models/{model}")).json()["id"] == model
        body = {"model": model}
        chosen = await aclient.put("/api/llm/models/default", body, content_type="application/json")
    assert chosen.json()["default_model"] == ("fast:1b" if second not in model else model)


async def test_a_server_that_is_not_there_is_told_and_no_failure(alice, aclient, settings) -> None:
    settings.LLM_BASE_URL = "http://127.0.0.1:9"
    told = await models(aclient)
    assert (told["models"], told["default_model"]) == ([], None)
    (problem,) = told["errors"]
    assert (problem["code"], problem["server"]) == ("server_unreachable", "http://127.0.0.1:9")
    assert "is not answering" in problem["message"]


async def test_one_of_the_other_protocol_is_listed(alice, aclient, settings) -> None:
    async with running("openai") as (url, _):
        settings.LLM_BASE_URL = url
        told = await models(aclient)
    assert told["models"][0]["id"] == "fast:1b"


def test_the_profiles_say_what_they_lack(alice, client, settings) -> None:
    told = client.get("/api/chat/ui/profiles").json()["profiles"]
    assert [one["id"] for one in told] == ["direct", "agent", "tools"]
    direct, agent, tools = told
    assert (direct["name"], direct["is_available"], direct["reason"]) == ("Direct LLM", True, "")
    assert (agent["is_available"], agent["needs_model"]) == (False, False)
    assert "ZAIN_AGENT_URL" in agent["reason"]
    assert tools["uses_tools"] is True


@pytest.mark.parametrize(("scope", "status"), [("read", 200), ("chat", 200), ("manage", 403)])
def test_a_key_that_sees_or_chats_sees_them(alice, client, bearer, scope, status) -> None:
    for address in (MODELS, "/api/chat/ui/profiles"):
        assert client.get(address, headers=bearer(alice, scope)).status_code == status
