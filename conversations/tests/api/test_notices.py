"""What the page says beside an answer comes by the API too."""

import json

import pytest

from conversations.models import Generation
from conversations.tests.api.asking import CONVERSATIONS, STREAM, all_told, send
from routing.types import Finished, HistoryCut, Notice, TextDelta, Usage

pytestmark = pytest.mark.django_db(transaction=True)
INSTEAD = "Direct LLM answered instead."


@pytest.fixture
def agent_is_away(settings) -> None:
    settings.ZAIN_AGENT_URL = "http://127.0.0.1:9"
    settings.ZAIN_AGENT_FALLBACK = True


async def test_an_answer_in_the_agents_place_says_so(alice, aclient, agent_is_away) -> None:
    told = (await send(aclient, profile="agent")).json()
    message = told["message"]
    (notice,) = message["notices"]
    assert notice["code"] == "fell_back"
    assert notice["message"].endswith(INSTEAD)
    assert "is not answering at http://127.0.0.1:9" in notice["message"]
    assert message["profile"] == "agent"
    about = message["message_metadata"]
    assert (about["route"]["strategy"], about["route"]["reason"]) == (
        "direct",
        "Zain Agent did not answer.",
    )
    assert about["fallback"]["code"] == "agent_unreachable"
    listed = await aclient.get(f"{CONVERSATIONS}/{told['conversation_id']}")
    assert listed.json()["messages"][-1]["notices"] == [notice]


async def test_it_comes_in_a_stream_with_its_sentence(alice, aclient, agent_is_away) -> None:
    events = await all_told(await send(aclient, url=STREAM, profile="agent"))
    (fell_back,) = [event.data for event in events if event.name == "fell_back"]
    assert (fell_back["strategy"], fell_back["error_code"]) == ("agent", "agent_unreachable")
    assert "is not answering" in fell_back["message"]
    assert events[-1].data["message"]["notices"][0]["message"].endswith(INSTEAD)


async def test_at_v1_too(alice, aclient, agent_is_away) -> None:
    body = {"model": "agent", "messages": [{"role": "user", "content": "Hi"}]}
    url = "/v1/chat/completions"
    whole = (await aclient.post(url, body, content_type="application/json")).json()
    assert whole["chat_studio"]["profile"] == "direct"
    assert whole["chat_studio"]["notices"][0].endswith(INSTEAD)
    stream = await aclient.post(url, {**body, "stream": True}, content_type="application/json")
    text = b"".join([piece async for piece in stream.streaming_content]).decode()
    last = json.loads(text.split("data: ")[-2])
    assert last["chat_studio"]["notices"][0].endswith(INSTEAD)


async def test_notices_an_end_and_what_it_took(alice, aclient, model) -> None:
    model.does(
        Notice("thinking_unsupported"),
        HistoryCut(2, 1),
        TextDelta("Half"),
        Finished("length", Usage(5, 2)),
    )
    events = await all_told(await send(aclient, url=STREAM))
    sentences = {event.name: event.data.get("message") for event in events}
    assert "cannot think" in sentences["notice"]
    assert "The oldest 2 messages were left out" in sentences["history_cut"]
    message = events[-1].data["message"]
    assert [one["code"] for one in message["notices"]] == [
        "thinking_unsupported",
        "left_out",
        "length",
    ]
    assert message["metric_metadata"]["usage"] == {"input_tokens": 5, "output_tokens": 2}
    assert message["metric_metadata"]["duration_ms"] > 0
    assert "ids" not in message["message_metadata"].get("left_out", {})


async def test_a_question_and_an_answer_without_a_receipt_say_nothing(alice, aclient) -> None:
    told = (await send(aclient)).json()
    await Generation.objects.aupdate(receipt={})
    shown = (await aclient.get(f"{CONVERSATIONS}/{told['conversation_id']}")).json()["messages"]
    assert [one["notices"] for one in shown] == [[], []]
    assert shown[0]["metric_metadata"] == {}
