"""The agent through the page's doors: its answers, its failures, and who answers in its place."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse

from conversations.answering.generation import LiveGeneration
from conversations.models import Conversation, Generation, Message
from conversations.showing.streamer import STREAMERS
from conversations.tests.rows import conversation_of, profile_of, say, turn_in
from conversations.tests.talking import text_of, until
from routing.tests.agents import agent, events, lines, whole
from routing.tests.replay import Canned

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "/chat/send/"
UNSET = "Zain Agent cannot answer now. Set ZAIN_AGENT_URL to the address of your agent."
HI = lines({"delta": "Hi "}, {"delta": "there"}, {"done": True})


async def ended() -> Generation:
    rows = Generation.objects.select_related("message__conversation")
    generation = await rows.alatest("id")
    if live := LiveGeneration.get(generation.public_id):
        await live.wait()
    await until(lambda: generation.message.public_id not in STREAMERS)
    return await rows.aget(id=generation.id)


async def ask(aclient: Any, text: str = "Hello", **form: str) -> Generation:
    response = await aclient.post(NEW, {"text": text, "routing_profile": "agent", **form})
    assert response.status_code == 302
    return await ended()


async def page_of(aclient: Any, generation: Generation) -> str:
    key = generation.message.conversation.public_id
    html: str = (await aclient.get(reverse("conversation", args=[key]))).text
    return html


async def test_the_agent_answers_under_its_own_name(alice, aclient) -> None:
    async with agent(HI, label="Nadia") as told:
        generation = await ask(aclient)
        html = await page_of(aclient, generation)
    message = generation.message
    assert (message.status, await text_of(message)) == ("complete", "Hi there")
    assert (message.model_name, message.server) == ("Nadia", f"{told.url}/hook")
    assert '<h2 class="message-model">Nadia</h2>' in html
    assert '<span class="badge">Nadia' not in html  # once is enough


async def test_it_needs_no_model_server(alice, aclient, settings) -> None:
    settings.LLM_BASE_URL = "http://127.0.0.1:9"
    async with agent(HI):
        html = (await aclient.get("/chat/")).text
        generation = await ask(aclient)
    assert 'name="model" required' not in html
    assert generation.status == "complete"


async def test_without_memory_the_agent_is_told_nothing_of_before(alice, aclient) -> None:
    conversation = await sync_to_async(conversation_of)(alice)
    await sync_to_async(turn_in)(conversation, "One", "1")
    url = reverse("send", args=[conversation.public_id])
    form = {"text": "Two", "routing_profile": "agent"}
    async with agent(HI) as told:
        await aclient.post(url, form)
        await ended()
        await aclient.post(url, form | {"memory": "1"})
        await ended()
    without, with_memory = (request[3].decode() for request in told.requests)
    assert '"conversation_id": null, "history": []' in without
    assert str(conversation.public_id) in with_memory
    assert '"content": "One"' in with_memory


async def test_an_answer_that_waits_has_the_agents_name_and_can_be_stopped(alice, aclient) -> None:
    async with agent(Canned(silent=True)) as told:
        await aclient.post(NEW, {"text": "Hi", "routing_profile": "agent", "model": "echo@echo:"})
        message = await Message.objects.select_related("conversation").aget(role="assistant")
        html = (await aclient.get(f"/chat/{message.conversation.public_id}/")).text
        stop = reverse("stop", args=[message.conversation.public_id, message.public_id])
        await aclient.post(stop)
        await told.hung_up.wait()
    assert "Waiting for Zain Agent…" in html
    assert (await ended()).status == "stopped"


HALF = {"delta": "Half"}
FAILURES = [
    ("silent", Canned(silent=True), "said nothing for 0.2 seconds"),
    ("401", whole({"error": "who?"}, 401), "Check ZAIN_AGENT_API_KEY"),
    ("403", whole({}, 403), "Check ZAIN_AGENT_API_KEY"),
    ("404", whole({}, 404), "Check ZAIN_AGENT_URL and ZAIN_AGENT_PROTOCOL"),
    ("422", whole({"detail": "no"}, 422), "did not accept the request: no."),
    ("429", whole({}, 429), "takes no more requests for now"),
    ("500", whole({"error": "tired"}, 500), "failed: tired. Its own log may tell more"),
    ("html", Canned(b"<p>", content_type="text/html"), "a web page came instead of an answer"),
    ("json", Canned(b"{", content_type="application/json"), "what should be JSON is not"),
    ("utf-8", Canned(b'{"delta": "\xff"}\n'), "text that is not UTF-8"),
    ("nothing", whole({"answer": ""}), "finished without a word"),
    ("dies", lines(HALF, cut=True), "broke while it was answering. What had arrived is kept"),
    ("error", events(HALF, {"error": "lost"}), "stopped in the middle of its answer: lost."),
    ("ends early", lines(HALF), "without saying that the answer is complete"),
]


@pytest.mark.parametrize(
    ("canned", "sentence"),
    [failure[1:] for failure in FAILURES],
    ids=[failure[0] for failure in FAILURES],
)
async def test_each_failure_is_said_on_the_page_and_keeps_what_came(
    alice, aclient, canned, sentence
) -> None:
    async with agent(canned, timeout_seconds=0.2 if canned.silent else 20.0):
        generation = await ask(aclient)
    html = await page_of(aclient, generation)
    assert generation.error_code.startswith("agent_")
    assert generation.status in ("failed", "interrupted")
    assert sentence in html
    assert await text_of(generation.message) == ("Half" if b"Half" in canned.body else "")
    assert ("/continue/" in html) == (b"Half" in canned.body)


async def test_nobody_listens(alice, aclient, settings) -> None:
    settings.ZAIN_AGENT_URL = "http://127.0.0.1:9"
    generation = await ask(aclient)
    assert generation.error_code == "agent_unreachable"
    sentence = "Zain Agent is not answering at http://127.0.0.1:9. Start it, or set ZAIN_AGENT_URL"
    assert sentence in await page_of(aclient, generation)


async def test_direct_answers_in_its_place_and_the_page_says_so(alice, aclient) -> None:
    async with agent(whole({"error": "tired"}, 500), fallback=True):
        generation = await ask(aclient)
    html = await page_of(aclient, generation)
    assert (generation.status, generation.message.model_name) == ("complete", "echo")
    assert "Zain Agent did not answer (" in html
    assert "failed: tired. Its own log may tell more). Direct LLM answered instead." in html
    assert '<span class="badge">Zain Agent' not in html


async def test_a_prompt_profile_may_forbid_it(alice, aclient) -> None:
    profile = await sync_to_async(profile_of)(alice, agent_fallback=False)
    async with agent(whole({}, 500), fallback=True):
        generation = await ask(aclient, prompt_profile=str(profile.public_id))
    assert generation.error_code == "agent_failed"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["plain", "htmx"])
async def test_what_is_not_configured_cannot_be_chosen(alice, aclient, headers) -> None:
    form = {"text": "Keep me", "routing_profile": "agent"}
    response = await aclient.post(NEW, form, headers=headers)
    assert response.status_code == 422
    assert UNSET in response.text
    assert "Keep me</textarea>" in response.text
    assert await Message.objects.acount() == 0


async def test_the_composer_shows_it_disabled_with_the_reason(alice, aclient) -> None:
    html = (await aclient.get("/chat/")).text
    option = html.split('<option value="agent"')[1].split("</option>")[0]
    assert "disabled" in option
    assert "Zain Agent · Set ZAIN_AGENT" in option
    async with agent(HI):
        html = (await aclient.get("/chat/")).text
    option = html.split('<option value="agent"')[1].split("</option>")[0]
    assert "disabled" not in option
    assert option.split(">")[1].strip() == "Zain Agent"


async def test_a_conversation_keeps_what_is_not_configured_any_more(alice, aclient) -> None:
    conversation = await sync_to_async(conversation_of)(alice, routing_profile="agent")
    html = (await aclient.get(f"/chat/{conversation.public_id}/")).text
    option = html.split('<option value="agent"')[1].split("</option>")[0]
    assert "selected" in option.split(">")[0]
    assert option.split(">")[1].strip() == "Zain Agent"
    assert UNSET in html


async def test_trying_again_says_it_too(alice, aclient) -> None:
    conversation = await sync_to_async(conversation_of)(alice, routing_profile="agent")
    await sync_to_async(say)(conversation, "user", "Hi")
    answer = await sync_to_async(say)(conversation, "assistant", "Old")
    await aclient.post(reverse("retry", args=[conversation.public_id, answer.public_id]))
    generation = await ended()
    assert generation.error_code == "agent_not_configured"
    assert "Set ZAIN_AGENT_URL to the address" in await page_of(aclient, generation)


async def test_an_agent_out_there_is_marked(alice, aclient, monkeypatch) -> None:
    monkeypatch.setattr("routing.agent.service.leaves_machine", lambda url: True)
    async with agent(HI):
        generation = await ask(aclient)
    assert "leaves this machine" in await page_of(aclient, generation)
    assert await Conversation.objects.acount() == 1
