"""/attachments: files sent, listed, fetched, removed, and sent on with a message."""

from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async

from conversations.features.files.tests import samples
from conversations.features.files.tests.rows import attached, on_disk, picture
from conversations.features.files.tests.samples import upload
from conversations.models import Attachment, Conversation, Message
from conversations.tests.api.asked import JSON, UI, key_of, may, wrong_fields
from conversations.tests.rows import conversation_of, say

pytestmark = pytest.mark.django_db(transaction=True)

ATTACHMENTS = f"{UI}/attachments"


def one(row: Attachment, more: str = "") -> str:
    return f"{ATTACHMENTS}/{row.public_id}{more}"


@pytest.mark.process
async def test_files_become_drafts(alice, aclient) -> None:
    data = {"files": [upload("a.txt", b"Hi there"), upload("b.png", samples.image())]}
    response = await aclient.post(ATTACHMENTS, data)
    text, image = response.json()["attachments"]
    assert (text["name"], text["kind"], text["bytes"]) == ("a.txt", "text", 8)
    assert (image["kind"], image["media_type"], image["mode"]) == ("image", "image/png", "whole")
    assert text["conversation_id"] is None
    assert {row.owner_id async for row in Attachment.objects.all()} == {alice.pk}


@pytest.mark.process
async def test_a_draft_is_read_again_in_another_encoding(alice, aclient) -> None:
    files = {"files": upload("a.txt", "МИР".encode("koi8_r"))}
    (draft,) = (await aclient.post(ATTACHMENTS, files)).json()["attachments"]
    assert "which is not certain" in draft["notes"][0]
    place = f"{ATTACHMENTS}/{draft['id']}"
    again = await aclient.patch(place, {"encoding": "koi8_r"}, content_type=JSON)
    changed = again.json()["attachment"]
    assert (changed["encoding"], changed["notes"], changed["mode"]) == ("koi8_r", [], "whole")
    wrong = await aclient.patch(place, {"encoding": "nonsense"}, content_type=JSON)
    assert "encoding" in wrong_fields(wrong)


@pytest.mark.process
async def test_a_draft_goes_with_the_next_message(alice, model, aclient) -> None:
    files = {"files": upload("a.txt", b"The sky is green.")}
    (draft,) = (await aclient.post(ATTACHMENTS, files)).json()["attachments"]
    sent = {"message": "What colour?", "attachments": [draft["id"]]}
    response = await aclient.post(f"{UI}/send", sent, content_type=JSON)
    assert response.status_code == 200
    assert "The sky is green." in model.requests[0].messages[-1].content
    assert (await aclient.get(ATTACHMENTS)).json()["attachments"] == []
    question = await Message.objects.aget(role="user")
    assert [row.name async for row in question.attachments.all()] == ["a.txt"]


@pytest.mark.process
async def test_a_programs_file_stands_in_no_composer(alice, conversation, aclient) -> None:
    key = str(conversation.public_id)
    for path, about in (("/chat/", {}), (f"/chat/{key}/", {"conversation_id": key})):
        data = {"files": upload("a.txt", b"A"), **about}
        (draft,) = (await aclient.post(ATTACHMENTS, data)).json()["attachments"]
        assert draft["conversation_id"] == about.get("conversation_id")
        assert draft["id"] not in (await aclient.get(path)).text
    assert len((await aclient.get(ATTACHMENTS)).json()["attachments"]) == 2


@pytest.mark.process
async def test_a_pages_file_is_not_among_the_programs(alice, aclient) -> None:
    response = await aclient.post("/chat/attach/", {"files": upload("a.txt", b"A")})
    row = await Attachment.objects.aget()
    assert str(row.public_id) in response.text
    assert str(row.public_id) in (await aclient.get("/chat/")).text
    assert (await aclient.get(ATTACHMENTS)).json()["attachments"] == []


@pytest.mark.process
async def test_a_long_text_is_searched_by_the_window_of_the_conversation(
    alice, conversation, aclient
) -> None:
    await Conversation.objects.aupdate(parameters={"num_ctx": 1000})
    files = [upload("a.txt", b"word " * 100), upload("b.txt", b"word " * 1000)]
    data = {"files": files, "conversation_id": str(conversation.public_id)}
    found = (await aclient.post(ATTACHMENTS, data)).json()["attachments"]
    assert [row["mode"] for row in found] == ["whole", "searched"]


@pytest.mark.process
async def test_with_one_that_cannot_be_read_none_is_taken(alice, aclient) -> None:
    data = {"files": [upload("b.txt", b"fine"), upload("a.bin", bytes(range(256)))]}
    (sentence,) = wrong_fields(await aclient.post(ATTACHMENTS, data))["files"]
    assert sentence.startswith("“a.bin” is neither text nor an image")
    assert not await Attachment.objects.aexists()
    assert on_disk() == []


async def test_a_file_over_the_limit_is_refused(alice, aclient, settings) -> None:
    settings.MAX_ATTACHMENT_MB = 1
    data = {"files": upload("big.txt", b"x" * (2**20 + 1))}
    assert "larger than 1 MB" in wrong_fields(await aclient.post(ATTACHMENTS, data))["files"][0]


async def test_the_eleventh_file_is_refused(alice, aclient) -> None:
    for _ in range(10):
        await sync_to_async(attached)(alice, by_api=True)
    response = await aclient.post(ATTACHMENTS, {"files": upload("a.txt", b"A")})
    assert "at most 10 files" in wrong_fields(response)["files"][0]
    assert await Attachment.objects.acount() == 10


async def test_without_a_file_the_door_says_so(alice, aclient) -> None:
    assert "files" in wrong_fields(await aclient.post(ATTACHMENTS, {"model": "echo"}))
    assert "files" in wrong_fields(await aclient.post(ATTACHMENTS, {"files": "no file"}))


@pytest.mark.parametrize("key", ["x", "", "9" * 40])
async def test_a_conversation_that_is_none_is_refused(alice, aclient, key) -> None:
    data = {"files": upload("a.txt", b"A"), "conversation_id": key}
    assert "conversation_id" in wrong_fields(await aclient.post(ATTACHMENTS, data))
    assert on_disk() == []


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({f"field-{number}": "x" for number in range(1001)}, 413),
        ({"model": "x" * 9 * 2**20}, 413),
        ({"files": [upload(f"{number}.txt", b"x") for number in range(101)]}, 413),
        ({"files": upload("a.txt", b"x"), "model": "x" * 521}, 422),
    ],
)
async def test_too_much_of_anything_is_refused(alice, aclient, data, status) -> None:
    response = await aclient.post(ATTACHMENTS, data)
    assert (response.status_code, response.json()["success"]) == (status, False)
    assert on_disk() == []


async def test_what_is_no_form_is_refused(alice, aclient) -> None:
    response = await aclient.post(ATTACHMENTS, b"x", content_type="multipart/form-data")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "bad_request")


async def test_json_is_no_file(alice, aclient) -> None:
    response = await aclient.post(ATTACHMENTS, {"files": []}, content_type=JSON)
    assert response.status_code == 415
    assert "multipart/form-data" in response.json()["error"]["message"]


async def test_somebody_elses_conversation_does_not_exist(alice, bob, aclient) -> None:
    theirs = await sync_to_async(conversation_of)(bob)
    data = {"files": upload("a.txt", b"A"), "conversation_id": str(theirs.public_id)}
    assert (await aclient.post(ATTACHMENTS, data)).status_code == 404
    assert on_disk() == []


def test_drafts_are_listed_and_nothing_else(alice, bob, conversation, client) -> None:
    attached(bob, by_api=True)
    attached(alice, message=say(conversation, "user", "Hi"))
    deleted = conversation_of(alice, deleted_at="2026-01-01T00:00Z")
    attached(alice, conversation=deleted, by_api=True)
    rows = [attached(alice, conversation=place, by_api=True) for place in (None, conversation)]
    found = client.get(ATTACHMENTS).json()["attachments"]
    assert [row["id"] for row in found] == [str(row.public_id) for row in rows[::-1]]


def test_drafts_come_in_pages(alice, client) -> None:
    for number in range(3):
        attached(alice, name=f"{number}.txt", by_api=True)
    first = client.get(f"{ATTACHMENTS}?limit=2").json()
    rest = client.get(f"{ATTACHMENTS}?limit=2&cursor={first['next_cursor']}").json()
    names = [row["name"] for row in first["attachments"] + rest["attachments"]]
    assert (names, rest["next_cursor"]) == (["2.txt", "1.txt", "0.txt"], None)


def test_a_file_comes_as_it_was_sent_and_to_be_saved(alice, client) -> None:
    row = attached(alice, "<script>", name="x.html", media_type="text/html")
    response = client.get(one(row, "/content"))
    assert response.content == b"<script>"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="x.html"'
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("query", ["", "?small=true"])
def test_an_image_comes_as_an_image(alice, conversation, client, query) -> None:
    row = picture(alice, say(conversation, "user", "Look"))
    response = client.get(one(row, f"/content{query}"))
    assert response["Content-Type"] == "image/png"
    assert response.content == samples.image()


def test_a_file_that_is_gone_is_not_found(alice, client) -> None:
    assert client.get(one(picture(alice, kind="text"), "/content")).status_code == 404


def test_the_mode_is_changed(alice, client) -> None:
    row = attached(alice)
    response = client.patch(one(row), {"mode": "searched"}, content_type=JSON)
    assert response.json()["attachment"]["mode"] == "searched"
    row.refresh_from_db()
    assert row.mode == "searched"


def test_an_image_is_always_whole(alice, client) -> None:
    row = picture(alice)
    assert "mode" in wrong_fields(client.patch(one(row), {"mode": "searched"}, content_type=JSON))
    assert client.patch(one(row), {"mode": "whole"}, content_type=JSON).status_code == 200


def test_a_mode_that_is_none_is_refused(alice, client) -> None:
    response = client.patch(one(attached(alice)), {"mode": "half"}, content_type=JSON)
    assert "mode" in wrong_fields(response)


def test_a_draft_is_removed_with_its_files(alice, client) -> None:
    assert client.delete(one(attached(alice))).json() == {"success": True}
    assert on_disk() == []


def test_what_was_sent_is_neither_changed_nor_removed(alice, conversation, client) -> None:
    row = attached(alice, message=say(conversation, "user", "Hi"))
    assert client.delete(one(row)).status_code == 404
    assert client.patch(one(row), {"mode": "searched"}, content_type=JSON).status_code == 404
    assert client.get(one(row, "/content")).status_code == 200


def test_somebody_elses_file_does_not_exist(alice, bob, client) -> None:
    row = attached(bob)
    assert client.get(one(row, "/content")).status_code == 404
    assert client.delete(one(row)).status_code == 404
    assert client.patch(one(row), {"mode": "searched"}, content_type=JSON).status_code == 404
    assert client.delete(f"{ATTACHMENTS}/{uuid4()}").status_code == 404
    assert Attachment.objects.get().mode == "whole"


def test_a_key_needs_the_scope(alice, client) -> None:
    row = attached(alice)
    assert may(client, alice, "get", ATTACHMENTS) == {"read", "chat"}
    assert may(client, alice, "get", one(row, "/content?small=perhaps")) == {"read", "chat"}
    assert may(client, alice, "patch", one(row), {}) == {"chat"}
    assert may(client, alice, "delete", one(row)) == {"chat"}
    files = {"files": upload("a.txt", b"A")}
    refused = client.post(ATTACHMENTS, files, headers=key_of(alice, "read", "manage"))
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "scope_missing")
