"""GET /approvals, POST /conversations/<id>/calls/<id>."""

from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async

from conversations.models import Conversation, Memory, Message, ToolCall
from conversations.tests.api.asked import JSON, UI, may, wrong_fields
from conversations.tests.calling import asks, call
from conversations.tests.rows import conversation_of, turn_in, waiting_call
from routing.errors import ServerUnreachable

pytestmark = pytest.mark.django_db(transaction=True)

APPROVALS = f"{UI}/approvals"
ASKED = {"message": "Remember it", "profile": "tools", "tools": True}


def door(conversation_id: object, call_id: object) -> str:
    return f"{UI}/conversations/{conversation_id}/calls/{call_id}"


async def decide(aclient, sent: dict, decision: str, **more):
    """On the one call of an answer, as a program does that has seen the answer alone."""
    calls = [part["tool_call"] for part in sent["message"]["parts"] if part["tool_call"]]
    url = door(sent["conversation_id"], calls[0]["id"])
    return await aclient.post(url, {"decision": decision, **more}, content_type=JSON)


@pytest.fixture
def asked(caller, aclient):
    """An answer whose tool waits."""

    async def ask(*facts: str) -> dict:
        calls = [call("remember", f"c{n}", fact=fact) for n, fact in enumerate(facts)]
        caller.rounds = [asks(*calls)]
        response = await aclient.post(f"{UI}/send", ASKED, content_type=JSON)
        assert response.json()["message"]["status"] == "awaiting_approval"
        return response.json()

    return ask


def waiting_for(person, fact: str = "Eats no nuts.", **fields) -> ToolCall:
    conversation = conversation_of(person, **fields)
    return waiting_call(turn_in(conversation, "Hi", "", "awaiting_approval"), fact)


def test_what_waits_is_listed_with_where_it_stands(alice, bob, client) -> None:
    waiting_for(bob)
    row = waiting_for(alice, title="My diet")
    (shown,) = client.get(APPROVALS).json()["approvals"]
    assert shown["id"] == str(row.public_id)
    assert (shown["name"], shown["arguments"]) == ("remember", {"text": "Eats no nuts."})
    assert (shown["title"], shown["status"]) == ("My diet", "awaiting_approval")
    assert shown["message_id"] == str(row.generation.answer.public_id)
    assert shown["conversation_id"] == str(row.generation.answer.conversation.public_id)


def test_what_was_decided_or_deleted_does_not_wait(alice, client) -> None:
    waiting_for(alice)
    Conversation.objects.update(deleted_at="2026-01-01T00:00Z")
    waiting_for(alice)
    ToolCall.objects.update(status="done")
    assert client.get(APPROVALS).json()["approvals"] == []


def test_they_come_in_pages(alice, client) -> None:
    for fact in "ABC":
        waiting_for(alice, fact)
    first = client.get(f"{APPROVALS}?limit=2").json()
    rest = client.get(f"{APPROVALS}?limit=2&cursor={first['next_cursor']}").json()
    found = [row["arguments"]["text"] for row in first["approvals"] + rest["approvals"]]
    assert (found, rest["next_cursor"]) == (["C", "B", "A"], None)


async def test_allowed_it_runs_and_the_answer_is_waited_for(alice, asked, aclient) -> None:
    response = await decide(aclient, await asked("Eats no nuts."), "once", wait=True)
    assert response.status_code == 200
    assert response.json()["message"]["status"] == "complete"
    assert response.json()["response"] == "Let me see.Done."
    assert (await Memory.objects.aget()).text == "Eats no nuts."


async def test_without_waiting_the_message_comes_as_it_is(alice, asked, aclient) -> None:
    sent = await asked("Eats no nuts.")
    shown = (await decide(aclient, sent, "once")).json()
    assert shown["message"]["status"] in ("waiting", "generating")
    assert shown["message"]["id"] == sent["message"]["id"]
    assert shown["user_message_id"] == sent["user_message_id"]
    url = f"{UI}/conversations/{sent['conversation_id']}/messages/{sent['message']['id']}"
    frames = await aclient.get(f"{url}/stream")
    told = b"".join([piece async for piece in frames.streaming_content]).decode()
    assert "event: finished" in told
    assert (await Message.objects.aget(role="assistant")).status == "complete"


async def test_declined_the_model_is_told_why(alice, asked, caller, aclient) -> None:
    sent = await asked("Eats no nuts.")
    response = await decide(aclient, sent, "denied", reason=" Not my diet. ", wait=True)
    (told,) = [p["tool_call"] for p in response.json()["message"]["parts"] if p["tool_call"]]
    assert (told["status"], told["decision"]) == ("denied", "denied")
    assert told["decision_reason"] == "Not my diet."
    assert "declined this call. Not my diet." in caller.asked[-1].messages[-1].content
    assert not await Memory.objects.aexists()


async def test_with_another_call_undecided_nothing_goes_on(alice, asked, aclient) -> None:
    response = await decide(aclient, await asked("A", "B"), "once", wait=True)
    assert response.json()["message"]["status"] == "awaiting_approval"
    (left,) = (await aclient.get(APPROVALS)).json()["approvals"]
    assert left["arguments"] == {"fact": "B"}


async def test_always_decides_on_the_others_of_its_kind(alice, asked, aclient) -> None:
    response = await decide(aclient, await asked("A", "B"), "always", wait=True)
    assert response.json()["message"]["status"] == "complete"
    assert await Memory.objects.acount() == 2


async def test_the_same_decision_again_has_no_effect_and_another_is_refused(
    alice, asked, aclient
) -> None:
    sent = await asked("Eats no nuts.")
    await decide(aclient, sent, "once", wait=True)
    assert (await decide(aclient, sent, "once", wait=True)).status_code == 200
    response = await decide(aclient, sent, "denied")
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "turn_refused"
    assert await Memory.objects.acount() == 1


async def test_an_answer_that_fails_afterwards_is_an_error_with_its_ids(
    alice, asked, caller, aclient
) -> None:
    sent = await asked("Eats no nuts.")

    async def fails(request):
        raise ServerUnreachable(server="http://127.0.0.1:1")
        yield

    caller.chat = fails
    response = await decide(aclient, sent, "once", wait=True)
    told = response.json()
    assert (response.status_code, told["success"]) == (503, False)
    assert told["message_id"] == sent["message"]["id"]
    assert told["user_message_id"] == sent["user_message_id"]
    assert told["conversation_id"] == sent["conversation_id"]


async def test_a_persons_limit_holds_here_too(alice, asked, aclient, settings) -> None:
    sent = await asked("Eats no nuts.")
    settings.TURNS_PER_MINUTE = 1
    response = await decide(aclient, sent, "once")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert (await ToolCall.objects.aget()).decision is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"decision": "perhaps"}, "decision"),
        ({}, "decision"),
        ({"decision": "denied", "reason": "x" * 501}, "reason"),
        ({"decision": "once", "wait": "a bit"}, "wait"),
    ],
)
async def test_what_is_wrong_is_told_by_field(alice, aclient, wrong, field) -> None:
    row = await sync_to_async(waiting_for)(alice)
    url = door(row.generation.answer.conversation.public_id, row.public_id)
    assert field in wrong_fields(await aclient.post(url, wrong, content_type=JSON))
    await row.arefresh_from_db()
    assert row.decision is None


async def test_somebody_elses_call_does_not_exist(alice, bob, conversation, aclient) -> None:
    row = await sync_to_async(waiting_for)(bob)
    theirs = row.generation.answer.conversation.public_id
    for url in (
        door(theirs, row.public_id),
        door(conversation.public_id, row.public_id),
        door(conversation.public_id, uuid4()),
    ):
        response = await aclient.post(url, {"decision": "once"}, content_type=JSON)
        assert response.status_code == 404
    await row.arefresh_from_db()
    assert row.decision is None


def test_a_key_needs_the_scope(alice, client) -> None:
    row = waiting_for(alice)
    url = door(row.generation.answer.conversation.public_id, row.public_id)
    assert may(client, alice, "get", APPROVALS) == {"read", "chat"}
    assert may(client, alice, "post", url, {}) == {"chat", "manage"}
    decline, allow = {"decision": "denied"}, {"decision": "once"}
    assert may(client, alice, "post", url, allow) == {"manage"}
    assert may(client, alice, "post", url, decline) == {"chat", "manage"}
