"""POST /api/chat/ui/send: the same turn as on the page."""

from uuid import uuid4

import pytest

from conversations.answering.generation import REGISTRY
from conversations.models import Conversation, Generation, Message
from conversations.tests.api.asking import CONVERSATIONS, JSON, at, send
from conversations.tests.rows import conversation_of, everything, profile_of, say
from conversations.tests.talking import until
from routing.errors import ServerUnreachable
from routing.types import Finished, ReasoningDelta, TextDelta, Usage

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_message_and_its_answer(alice, aclient, model) -> None:
    model.does(ReasoningDelta("Hm."), TextDelta("Hello"), Finished("stop", Usage(5, 1)))
    response = await send(aclient, "Hi there")
    told, conversation = response.json(), await Conversation.objects.aget()
    assert response.status_code == 200
    assert told["success"] is True
    assert told["response"] == "Hello"
    assert told["conversation_id"] == str(conversation.public_id)
    assert conversation.title == "Hi there"
    message = told["message"]
    assert [(part["kind"], part["text"]) for part in message["parts"]] == [
        ("reasoning", "Hm."),
        ("text", "Hello"),
    ]
    assert (message["status"], message["finish_reason"]) == ("complete", "stop")
    assert message["usage"] == {"input_tokens": 5, "output_tokens": 1}
    assert message["parent_id"] == told["user_message_id"]


SAME = (
    *("role", "status", "model_name", "server", "routing_profile", "message_metadata"),
    *("parts__kind", "parts__content", "parts__position", "generations__status"),
    *("generations__strategy", "generations__cause", "generations__finish_reason"),
)
CHOSEN = (
    *("title", "model_name", "server", "routing_profile", "memory_enabled", "tools_enabled"),
    *("prompt_profile_id", "parameters", "revision"),
)


async def test_the_page_and_the_api_write_the_same_rows(alice, aclient, model) -> None:
    profile = await _profile(alice)
    page = {
        "text": "Explain it.\r\nPlease.",
        "model": "echo@echo:",
        "routing_profile": "direct",
        "prompt_profile": str(profile.public_id),
        "memory": "1",
    }
    await aclient.post("/chat/send/", page)
    await until(lambda: not REGISTRY)
    await send(
        aclient,
        page["text"],
        model="echo@echo:",
        profile="direct",
        prompt_profile_id=str(profile.public_id),
        memory=True,
    )
    first, second = [row async for row in Conversation.objects.order_by("id").values(*CHOSEN)]
    assert first == second
    rows = [
        [row async for row in Message.objects.filter(conversation=key).values(*SAME)]
        async for key in Conversation.objects.order_by("id").values_list("id", flat=True)
    ]
    assert rows[0] == rows[1]
    assert model.requests[0].messages == model.requests[1].messages


async def _profile(person):
    from asgiref.sync import sync_to_async

    return await sync_to_async(profile_of)(person, "Careful")


async def test_what_is_left_out_stays_as_it_was(alice, conversation, aclient, model) -> None:
    conversation.memory_enabled, conversation.model_name = False, "echo"
    await conversation.asave()
    await send(aclient, conversation_id=str(conversation.public_id))
    await conversation.arefresh_from_db()
    assert (conversation.memory_enabled, conversation.model_name) == (False, "echo")


async def test_the_same_request_twice_has_one_effect(alice, aclient, model) -> None:
    request_id = str(uuid4())
    first = (await send(aclient, request_id=request_id)).json()
    second = (await send(aclient, request_id=request_id)).json()
    assert first == second
    assert await Message.objects.acount() == 2


async def test_an_answer_that_fails_is_an_error_and_the_message_is_kept(
    alice, aclient, model
) -> None:
    model.does(ServerUnreachable(server="http://localhost:11434"))
    response = await send(aclient, "Keep this")
    told, question = response.json(), await Message.objects.aget(role="user")
    assert response.status_code == ServerUnreachable.status
    assert told["success"] is False
    assert told["error"]["code"] == "server_unreachable"
    assert "http://localhost:11434" in told["error"]["message"]
    assert told["user_message_id"] == str(question.public_id)


BAD = [
    ({"message": ""}, "message"),
    ({"message": " \n"}, "message"),
    ({"message": 5}, "message"),
    ({}, "message"),
    ({"message": "Hi", "conversation_id": "no-id"}, "conversation_id"),
    ({"message": "Hi", "profile": "nobody"}, "profile"),
    ({"message": "Hi", "profile": "agent"}, "profile"),
    (
        {"message": "Hi", "prompt_profile_id": "3cbad4ff-0cf6-405b-b9cd-f2a2e75788a7"},
        "prompt_profile_id",
    ),
    ({"message": "Hi", "memory": "perhaps"}, "memory"),
    ({"message": "Hi", "modle": "echo"}, "modle"),
    ({"message": "Hi", "model": "m" * 521}, "model"),
    ({"message": "Hi", "attachments": ["x"]}, "attachments.0"),
]


@pytest.mark.parametrize(("body", "field"), BAD, ids=str)
async def test_bad_input_names_the_field_and_writes_nothing(alice, aclient, body, field) -> None:
    response = await aclient.post("/api/chat/ui/send", body, content_type=JSON)
    error = response.json()["error"]
    assert response.status_code == 422
    assert error["code"] == "invalid"
    assert list(error["fields"]) == [field]
    assert error["fields"][field][0]
    assert not await Message.objects.aexists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{}", "invalid"),
        (b"{", "malformed_json"),
        (b"[]", "malformed_json"),
        (b'"text"', "malformed_json"),
        (b"\xff\xfe", "malformed_json"),
        (b'{"message": NaN}', "malformed_json"),
        (b'{"message": ' + b"[" * 100_000, "malformed_json"),
        (b'{"message": "a\\u0000b"}', "invalid_text"),
        (b'{"message": "a\\ud800b"}', "invalid_text"),
        (b'{"message": {"\\ud800": 1}}', "invalid_text"),
        (b'{"message": ' + b"9" * 5000 + b"}", "malformed_json"),
        (b'{"message": "\xed\xa0\x80"}', "malformed_json"),
    ],
)
async def test_what_is_no_body(alice, aclient, body, code) -> None:
    response = await aclient.generic("POST", "/api/chat/ui/send", body, content_type=JSON)
    assert response.status_code in (400, 422)
    assert response.json()["error"]["code"] == code


async def test_bobs_conversation_does_not_exist(alice, bob, aclient) -> None:
    from asgiref.sync import sync_to_async

    foreign = await sync_to_async(conversation_of)(bob)
    before = await sync_to_async(everything)()
    response = await send(aclient, conversation_id=str(foreign.public_id))
    assert response.status_code == 404
    assert await sync_to_async(everything)() == before


async def test_regenerate_edit_show_and_continue(alice, aclient, model) -> None:
    first = (await send(aclient)).json()
    again = (await aclient.post(at(first["message"], door="regenerate"), {}, JSON)).json()
    assert again["message"]["parent_id"] == first["user_message_id"]
    assert again["message"]["id"] != first["message"]["id"]
    question = {"conversation_id": first["conversation_id"], "id": first["user_message_id"]}
    edited = await aclient.post(at(question, door="edit"), {"message": "Otherwise"}, JSON)
    assert edited.json()["success"]
    shown = (await aclient.get(f"{CONVERSATIONS}/{first['conversation_id']}")).json()
    assert [message["content"] for message in shown["messages"]] == ["Otherwise", "Hello"]
    await aclient.post(at(first["message"], door="show"), {}, JSON)
    shown = (await aclient.get(f"{CONVERSATIONS}/{first['conversation_id']}")).json()
    assert [message["content"] for message in shown["messages"]] == ["Hi", "Hello"]
    more = (await aclient.post(at(first["message"], door="continue"), {}, JSON)).json()
    assert more["response"] == "HelloHello"
    assert await Generation.objects.filter(cause="continue").acount() == 1


async def test_what_cannot_begin_is_a_conflict(alice, aclient, model) -> None:
    first = (await send(aclient)).json()
    question = {"conversation_id": first["conversation_id"], "id": first["user_message_id"]}
    response = await aclient.post(at(question, door="regenerate"), {}, JSON)
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "turn_refused"


async def test_a_message_that_is_hidden_is_not_told(alice, conversation, aclient) -> None:
    from asgiref.sync import sync_to_async

    await sync_to_async(say)(conversation, "user", "Seen")
    hidden = await sync_to_async(say)(conversation, "user", "Not seen")
    hidden.message_metadata = {"hidden": True}
    await hidden.asave()
    told = (await aclient.get(f"{CONVERSATIONS}/{conversation.public_id}")).json()
    assert [message["content"] for message in told["messages"]] == ["Seen"]
