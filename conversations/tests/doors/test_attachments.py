"""POST …/attach/, GET /attachments/<key>/, POST …/remove/, and files in …/send/."""

from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse

from conversations.features.files import storage as files
from conversations.features.files.tests import samples
from conversations.features.files.tests.rows import attached, on_disk, picture
from conversations.features.files.tests.samples import upload
from conversations.models import Attachment, Conversation, Message
from conversations.tests.calling import offer_models
from conversations.tests.rows import conversation_of, say
from conversations.tests.scripted import never
from conversations.tests.talking import until
from routing.types import ModelInfo

pytestmark = pytest.mark.django_db(transaction=True)

HTMX = {"HX-Request": "true"}
NEW, SEND = "/chat/attach/", "/chat/send/"

aattached, apicture = sync_to_async(attached), sync_to_async(picture)


@pytest.fixture
def offers(monkeypatch):
    """The model `m` of a server, with these capabilities and this window."""

    def offer(*capabilities: str, window: int | None = None) -> None:
        able = frozenset(capabilities) if capabilities else None
        model = ModelInfo("m", "echo:", capabilities=able, loaded_context_length=window)

        offer_models(monkeypatch, model)

    return offer


@pytest.mark.process
async def test_a_file_becomes_a_chip(alice, aclient) -> None:
    response = await aclient.post(NEW, {"files": upload("a.txt", b"Hi there")}, headers=HTMX)
    row = await Attachment.objects.aget()
    assert response.status_code == 200
    assert f'name="attachment" value="{row.public_id}"' in response.text
    assert "Text · 8 bytes · about 3 tokens" in response.text


@pytest.mark.process
async def test_a_text_is_read_again_in_another_encoding(alice, aclient) -> None:
    data = "МИР".encode("koi8_r")
    response = await aclient.post(NEW, {"files": upload("a.txt", data)}, headers=HTMX)
    row = await Attachment.objects.aget()
    assert "which is not certain" in response.text
    assert ">Cyrillic (KOI8-R)</option>" in response.text
    door = f"/attachments/{row.public_id}/encoding/"
    chosen = {f"encoding_{row.public_id}": "koi8_r"}
    again = await aclient.post(door, chosen, headers=HTMX)
    assert "Text · Cyrillic (KOI8-R) · 3 bytes" in again.text
    assert "not certain" not in again.text
    assert files.path_of(row.public_id, files.TEXT).read_text("utf-8") == "МИР"
    plain = await aclient.post(door, {f"encoding_{row.public_id}": "cp1251"})
    assert (plain.status_code, plain.url) == (302, "/chat/")
    wrong = await aclient.post(door, {f"encoding_{row.public_id}": "utf-8"}, headers=HTMX)
    assert (wrong.status_code, "in the one that was chosen" in wrong.text) == (422, True)
    await row.arefresh_from_db()
    assert row.encoding == "cp1251"


@pytest.mark.process
async def test_several_files_come_at_once(alice, conversation, aclient) -> None:
    door = reverse("attach", args=[conversation.public_id])
    data = {"files": [upload("a.txt", b"A"), upload("b.png", samples.image())]}
    await aclient.post(door, data, headers=HTMX)
    rows = [row async for row in Attachment.objects.select_related("conversation")]
    assert [row.kind for row in rows] == ["text", "image"]
    assert {row.conversation for row in rows} == {conversation}


@pytest.mark.process
async def test_what_cannot_be_read_is_said_and_leaves_nothing(alice, aclient) -> None:
    data = {"files": [upload("a.bin", bytes(range(256))), upload("b.txt", b"fine")]}
    response = await aclient.post(NEW, data, headers=HTMX)
    assert response.status_code == 422
    assert "“a.bin” is neither text nor an image" in response.text
    row = await Attachment.objects.aget()
    assert on_disk() == [row.public_id.hex, f"{row.public_id.hex}.text"]


async def test_a_file_over_the_limit_is_refused(alice, aclient, settings) -> None:
    settings.MAX_ATTACHMENT_MB = 1
    data = {"files": upload("big.txt", b"x" * (2**20 + 1))}
    response = await aclient.post(NEW, data, headers=HTMX)
    assert "“big.txt” is larger than 1 MB." in response.text
    assert on_disk() == []


async def test_the_eleventh_file_is_refused(alice, aclient) -> None:
    for _ in range(10):
        await aattached(alice)
    response = await aclient.post(NEW, {"files": upload("a.txt", b"A")}, headers=HTMX)
    assert "at most 10 files" in response.text
    assert await Attachment.objects.acount() == 10


async def test_without_a_file_the_door_says_so(alice, aclient) -> None:
    response = await aclient.post(NEW, {"text": "Hi"}, headers=HTMX)
    assert response.status_code == 422
    assert "Choose a file first." in response.text


@pytest.mark.process
async def test_without_script_the_page_comes_back_with_words_and_chip(alice, aclient) -> None:
    data = {"text": "Keep me", "files": upload("a.txt", b"A")}
    response = await aclient.post(NEW, data)
    assert response.status_code == 200
    assert "Keep me</textarea>" in response.text
    assert 'class="chip"' in response.text


@pytest.mark.process
async def test_a_hostile_name_is_shown_harmlessly(alice, aclient) -> None:
    name = "\u202e<img src=x onerror=alert(1)>.txt"
    response = await aclient.post(NEW, {"files": upload(name, b"A")}, headers=HTMX)
    assert "&lt;img src=x" in response.text
    assert "<img" not in response.text
    assert "\u202e" not in response.text


@pytest.mark.process
async def test_a_long_text_is_searched_and_a_short_one_sent_whole(alice, aclient, offers) -> None:
    offers(window=1000)
    data = {"files": [upload("a.txt", b"word " * 100), upload("b.txt", b"word " * 1000)]}
    await aclient.post(NEW, data, headers=HTMX)
    assert [row.mode async for row in Attachment.objects.all()] == ["whole", "searched"]


@pytest.mark.process
async def test_a_choice_survives_the_next_upload(alice, aclient) -> None:
    row = await aattached(alice, "word " * 1000)
    data = {"files": upload("b.txt", b"B"), f"mode_{row.public_id}": "searched"}
    response = await aclient.post(NEW, data, headers=HTMX)
    assert '<option value="searched" selected>' in response.text


async def test_a_chip_stands_there_after_a_reload(alice, conversation, aclient) -> None:
    await aattached(alice, conversation=conversation)
    page = await aclient.get(f"/chat/{conversation.public_id}/")
    assert 'class="chip"' in page.text
    assert 'class="chip"' not in (await aclient.get("/chat/")).text


async def test_a_draft_can_be_removed(alice, aclient) -> None:
    row = await aattached(alice)
    door = f"/attachments/{row.public_id}/remove/"
    response = await aclient.post(door, headers=HTMX)
    assert 'class="chip"' not in response.text
    assert on_disk() == []
    assert (await aclient.post(door)).status_code == 404


async def test_what_was_sent_cannot_be_removed(alice, conversation, aclient) -> None:
    message = await sync_to_async(say)(conversation, "user", "Hi")
    row = await aattached(alice, message=message)
    assert (await aclient.post(f"/attachments/{row.public_id}/remove/")).status_code == 404
    assert len(on_disk()) == 2


async def test_a_file_is_saved_under_its_name_and_never_shown(alice, aclient) -> None:
    row = await aattached(alice, "<script>alert(1)</script>", name='a"b.html')
    response = await aclient.get(f"/attachments/{row.public_id}/")
    assert response["Content-Disposition"] == 'attachment; filename="a\\"b.html"'
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.process
async def test_an_image_is_shown_as_it_was_written_anew(alice, aclient) -> None:
    data = samples.image(3000, 30) + b"<script>"
    await aclient.post(NEW, {"files": upload("a.png", data)}, headers=HTMX)
    row = await Attachment.objects.aget()
    response = await aclient.get(f"/attachments/{row.public_id}/")
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("inline")
    assert (row.width, b"<script>" in response.content) == (1568, False)


async def test_a_file_of_a_deleted_conversation_is_gone(alice, conversation, aclient) -> None:
    message = await sync_to_async(say)(conversation, "user", "Hi")
    row = await aattached(alice, message=message)
    await aclient.post(f"/chat/{conversation.public_id}/delete/")
    assert (await aclient.get(f"/attachments/{row.public_id}/")).status_code == 404


async def test_a_lost_file_is_404(alice, aclient) -> None:
    row = await aattached(alice)
    files.remove(row.public_id)
    assert (await aclient.get(f"/attachments/{row.public_id}/")).status_code == 404


async def test_the_model_gets_the_file_and_the_message_shows_it(alice, aclient, model) -> None:
    row = await aattached(alice, "The cellar is damp.")
    response = await aclient.post(SEND, {"text": "Why?", "attachment": str(row.public_id)})
    await until(lambda: model.requests)
    sent = model.requests[0].messages[0].content
    assert sent == "File “notes.txt”:\n```\nThe cellar is damp.\n```\n\nWhy?"
    assert 'class="attachments"' in (await aclient.get(response.url)).text


@pytest.mark.process
async def test_without_script_files_come_with_the_message(alice, aclient, model) -> None:
    await aclient.post(SEND, {"text": "Why?", "files": upload("a.txt", b"Damp.")})
    await until(lambda: model.requests)
    assert "Damp." in model.requests[0].messages[0].content


@pytest.mark.process
async def test_a_bad_file_keeps_the_words_and_the_other_files(alice, aclient) -> None:
    data = {"text": "Keep me", "files": [upload("a.txt", b"A"), upload("b.txt", b"")]}
    response = await aclient.post(SEND, data)
    assert response.status_code == 422
    assert "“b.txt” is empty." in response.text
    assert "Keep me</textarea>" in response.text
    assert response.text.count('class="chip"') == 1
    assert await Message.objects.acount() == 0


async def test_the_choice_in_the_form_counts(alice, aclient, model) -> None:
    row = await aattached(alice, "word\n" * 1000)
    key = str(row.public_id)
    await aclient.post(SEND, {"text": "Why?", "attachment": key, f"mode_{key}": "searched"})
    await until(lambda: model.requests)
    assert "passages nearest" in model.requests[0].messages[0].content


async def test_the_same_form_twice_sends_its_file_once(alice, aclient, model) -> None:
    model.does(never())
    row = await aattached(alice)
    form = {"text": "Hi", "attachment": str(row.public_id), "request_id": str(uuid4())}
    first, second = await aclient.post(SEND, form), await aclient.post(SEND, form)
    assert first.url == second.url
    assert await Message.objects.acount() == 2


@pytest.mark.parametrize("key", ["3cbad4ff-0cf6-405b-b9cd-f2a2e75788a7", "no-id"])
async def test_a_file_that_is_gone_is_said_and_the_words_kept(alice, aclient, key) -> None:
    response = await aclient.post(SEND, {"text": "Keep me", "attachment": key}, headers=HTMX)
    assert response.status_code == 409
    assert "sent or removed elsewhere" in response.text
    assert "Keep me</textarea>" in response.text
    assert await Conversation.objects.acount() == 0


async def test_bobs_file_cannot_be_sent_by_alice(alice, bob, aclient) -> None:
    his = await aattached(bob, "SECRET")
    response = await aclient.post(SEND, {"text": "Hi", "attachment": str(his.public_id)})
    assert response.status_code == 409
    assert "SECRET" not in response.text
    await his.arefresh_from_db()
    assert his.message_id is None


async def test_bobs_conversation_takes_no_file_of_alices(alice, bob, aclient) -> None:
    his = await sync_to_async(conversation_of)(bob)
    door = reverse("attach", args=[his.public_id])
    assert (await aclient.post(door, {"files": upload("a.txt", b"A")})).status_code == 404
    assert await Attachment.objects.acount() == 0
    assert on_disk() == []


async def test_a_model_that_cannot_see_is_not_sent_an_image(alice, aclient, offers) -> None:
    offers("completion")
    row = await apicture(alice)
    form = {"text": "What is it?", "attachment": str(row.public_id), "model": "m@echo:"}
    response = await aclient.post(SEND, form, headers=HTMX)
    assert response.status_code == 422
    assert "m cannot see images. Choose a model that can, or remove “cat.png”." in response.text
    assert "What is it?</textarea>" in response.text
    assert 'class="chip"' in response.text


@pytest.mark.parametrize("able", [("completion", "vision"), ()], ids=["sees", "unknown"])
async def test_others_are_sent_it(alice, aclient, model, offers, able) -> None:
    offers(*able)
    row = await apicture(alice)
    await aclient.post(SEND, {"text": "What is it?", "attachment": str(row.public_id)})
    await until(lambda: model.requests)
    sent = model.requests[0].messages[0]
    assert sent.content == "[image: cat.png]\n\nWhat is it?"
    assert len(sent.images) == 1


async def test_an_edited_question_keeps_its_files(alice, aclient, conversation, model) -> None:
    question = await sync_to_async(say)(conversation, "user", "Why?")
    await sync_to_async(say)(conversation, "assistant", "Because.")
    first = await aattached(alice, "The cellar is damp.", message=question)
    door = reverse("edit", args=[conversation.public_id, question.public_id])
    assert "Its files come along." in (await aclient.get(door)).text
    await aclient.post(door, {"text": "Where?"})
    await until(lambda: model.requests)
    assert "The cellar is damp." in model.requests[0].messages[0].content
    second = await Attachment.objects.exclude(id=first.id).aget()
    await sync_to_async(first.delete)()
    files.remove(first.public_id)
    assert files.path_of(second.public_id).read_text() == "The cellar is damp."


async def test_files_need_no_words(alice, aclient, model) -> None:
    row = await aattached(alice, "The cellar is damp.", name="cellar.txt")
    response = await aclient.post(SEND, {"text": " \n", "attachment": str(row.public_id)})
    assert response.status_code == 302
    await until(lambda: model.requests)
    sent = model.requests[0].messages[0].content
    assert sent.startswith("File “cellar.txt”:\n```\nThe cellar is damp.\n```")
    assert not sent.endswith("\n\n")
    assert (await Conversation.objects.aget()).title == "cellar.txt"
    page = (await aclient.get(response.url)).text
    assert "cellar.txt" in page
    assert 'class="part part-text"' not in page.partition("message-assistant")[0]


async def test_a_question_of_files_alone_is_edited_and_stays_in_the_history(
    alice, aclient, conversation, model
) -> None:
    question = await sync_to_async(say)(conversation, "user", "")
    await aattached(alice, "The cellar is damp.", message=question)
    door = reverse("edit", args=[conversation.public_id, question.public_id])
    assert "required" not in (await aclient.get(door)).text.partition("<textarea")[2][:200]
    await aclient.post(door, {"text": ""})
    await until(lambda: model.requests)
    assert "The cellar is damp." in model.requests[0].messages[0].content


async def test_neither_words_nor_files_are_refused(alice, aclient) -> None:
    gone = {"text": "", "attachment": str(uuid4())}
    assert (await aclient.post(SEND, gone, headers=HTMX)).status_code == 409
    assert (await aclient.post(SEND, {"text": ""}, headers=HTMX)).status_code == 422
    assert await Message.objects.acount() == 0
