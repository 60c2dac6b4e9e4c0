"""The page Import and export, tags and the archive."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from conftest import HERE
from conversations.features.exchange import background
from conversations.features.exchange.formats import WRITERS
from conversations.features.exchange.staging import imports_folder
from conversations.features.exchange.tests.samples import chatgpt
from conversations.models import Conversation, ImportRun
from conversations.tagging import set_tags
from conversations.tests.rows import conversation_of, profile_of, turn_in

HTMX = {"HX-Request": "true"}


@pytest.fixture
def at_once(monkeypatch) -> None:
    """The import's thread would have a connection of its own: here it is waited for instead."""
    monkeypatch.setattr(background, "begin", lambda run, loop: work(run))
    monkeypatch.setattr(background.connection, "close", lambda: None)
    monkeypatch.setattr(background, "close_old_connections", lambda: None)


def work(run: ImportRun) -> None:
    background._work(run.id, None)


def file_of(value, name: str = "export.json") -> SimpleUploadedFile:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return SimpleUploadedFile(name, data)


def kept(settings) -> list[Path]:
    folder = Path(settings.DATA_DIR) / "imports"
    return list(folder.iterdir()) if folder.exists() else []


@pytest.mark.django_db
def test_a_file_is_imported_and_not_kept(alice, client, at_once, settings) -> None:
    answer = client.post("/transfer/import/", {"file": file_of([chatgpt()])})
    assert (answer.status_code, answer.url) == (302, "/transfer/")
    assert Conversation.objects.get().title == "Heat pumps"
    assert kept(settings) == []
    assert "1 new" in client.get("/transfer/").text


@pytest.mark.django_db
def test_a_dry_run_shows_and_then_begins_in_earnest(alice, client, at_once, settings) -> None:
    client.post("/transfer/import/", {"file": file_of([chatgpt()]), "dry_run": "1"})
    page = client.get("/transfer/").text
    assert "nothing has been imported yet" in page
    assert not Conversation.objects.exists()
    run = ImportRun.objects.get()
    client.post(f"/transfer/{run.public_id}/resume/")
    assert Conversation.objects.count() == 1
    assert kept(settings) == []


@pytest.mark.django_db
@pytest.mark.parametrize("data", [{}, {"file": ""}])
def test_without_a_file_it_says_what_to_do(alice, client, data) -> None:
    answer = client.post("/transfer/import/", data)
    assert (answer.status_code, "Choose a file first." in answer.text) == (422, True)


@pytest.mark.django_db
def test_a_file_that_is_too_large_is_refused_and_removed(alice, client, settings) -> None:
    settings.MAX_IMPORT_MB = 1
    answer = client.post("/transfer/import/", {"file": file_of(b"[" + b" " * 1_100_000)})
    assert (answer.status_code, "larger than 1 MB" in answer.text) == (413, True)
    assert kept(settings) == []
    assert not ImportRun.objects.exists()


@pytest.mark.django_db
def test_one_that_is_much_too_large_is_not_even_read(alice, client, settings) -> None:
    settings.MAX_IMPORT_MB = 1
    answer = client.post("/transfer/import/", {"file": file_of(b" " * 3_000_000)})
    assert answer.status_code == 413


@pytest.mark.django_db
def test_an_upload_without_its_token_is_refused_and_removed(alice, settings) -> None:
    browser = Client(enforce_csrf_checks=True, **HERE)
    answer = browser.post("/transfer/import/", {"file": file_of([chatgpt()])})
    assert answer.status_code == 403
    assert kept(settings) == []


@pytest.mark.django_db
def test_an_unreadable_file_says_why(alice, client, at_once) -> None:
    client.post("/transfer/import/", {"file": file_of(b"<html>")})
    page = client.get("/transfer/").text
    assert "Could not be read" in page
    assert "This is no JSON" in page


@pytest.mark.django_db
def test_one_import_at_a_time(alice, client) -> None:
    ImportRun.objects.create(owner=alice, file_name="x", status="running")
    answer = client.post("/transfer/import/", {"file": file_of([chatgpt()])})
    assert (answer.status_code, "running already" in answer.text) == (409, True)


@pytest.mark.django_db
def test_a_running_import_asks_for_news_and_a_finished_one_does_not(alice, client) -> None:
    run = ImportRun.objects.create(owner=alice, file_name="x", status="running")
    url = f"/transfer/{run.public_id}/"
    assert "every 1s" in client.get(url, headers=HTMX).text
    ImportRun.objects.update(status="done")
    finished = client.get(url, headers=HTMX).text
    assert "every 1s" not in finished
    assert "sidebar-list" in finished


@pytest.mark.django_db
def test_a_report_shows_hostile_names_as_text(alice, client) -> None:
    line = {"kind": "failed", "title": "<script>x</script>", "reason": "<b>", "where": "entry 1"}
    ImportRun.objects.create(owner=alice, file_name="<i>", status="done", failed=1, report=[line])
    page = client.get("/transfer/").text
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


@pytest.mark.django_db
def test_removing_a_run_removes_its_file(alice, client, settings) -> None:
    run = ImportRun.objects.create(owner=alice, file_name="x", status="interrupted")
    imports_folder().mkdir()
    background.path_of(run).write_bytes(b"[]")
    assert client.post(f"/transfer/{run.public_id}/remove/").status_code == 302
    assert (kept(settings), ImportRun.objects.exists()) == ([], False)


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore:StreamingHttpResponse")  # of the client, not the server
@pytest.mark.parametrize("name", WRITERS)
def test_every_format_can_be_downloaded(alice, client, name) -> None:
    turn_in(conversation_of(alice), "Hi", "Hello there")
    answer = client.get("/transfer/export/", {"format": name})
    assert b"Hello there" in b"".join(answer)
    assert answer["Content-Disposition"].startswith('attachment; filename="chat-studio-')


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore:StreamingHttpResponse")  # of the client, not the server
def test_prompt_profiles_leave_alone(alice, bob, client) -> None:
    assert "Prompt profiles alone" not in client.get("/transfer/").text
    conversation_of(alice, prompt_profile=profile_of(alice, "Pirate"))
    profile_of(bob, "Cook")
    assert "Your 1 prompt profile with" in client.get("/transfer/").text
    answer = client.get("/transfer/profiles/")
    assert "chat-studio-prompt-profiles.jsonl" in answer["Content-Disposition"]
    lines = [json.loads(line) for line in b"".join(answer).splitlines()]
    assert [line.get("data", {}).get("name") for line in lines] == [None, "Pirate"]


@pytest.mark.django_db
def test_a_running_import_says_how_fast_it_is_and_how_long_it_takes(alice, client) -> None:
    now = timezone.now()
    facts = {"status": "running", "began_at": now - timedelta(seconds=10), "updated_at": now}
    sizes = {"bytes_done": 20 * 2**20, "bytes_total": 80 * 2**20}
    run = ImportRun.objects.create(owner=alice, file_name="x", **facts, **sizes)
    assert "25 % · 2.0 MB/s, about 30 s left" in client.get("/transfer/").text
    ImportRun.objects.update(status="done")
    assert "MB/s" not in client.get("/transfer/").text
    ImportRun.objects.update(status="running", bytes_done=0)
    html = client.get(f"/transfer/{run.public_id}/", headers=HTMX).text
    assert "0 %</p>" in html


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "claude", "pdf", "../own"])
def test_an_unknown_format_is_not_there(alice, client, name) -> None:
    assert client.get("/transfer/export/", {"format": name}).status_code == 404


@pytest.mark.django_db
def test_tags_are_given_with_the_title(alice, client, conversation) -> None:
    url = f"/chat/{conversation.public_id}/"
    client.post(f"{url}rename/", {"title": "New", "tags": "home, Work ,, home,"})
    assert [tag.name for tag in conversation.tags.all()] == ["Work", "home"]
    page = client.get(url).text
    assert "?tag=Work" in page
    client.post(f"{url}rename/", {"title": "New", "tags": ""})
    assert not conversation.tags.exists()


@pytest.mark.django_db
def test_a_title_alone_leaves_the_tags(alice, client, conversation) -> None:
    set_tags(conversation, ["home"])
    client.post(f"/chat/{conversation.public_id}/rename/", {"title": "New"})
    assert conversation.tags.count() == 1


@pytest.mark.django_db
def test_the_sidebar_by_tag(alice, client) -> None:
    set_tags(conversation_of(alice, title="Tagged one"), ["at home & away"])
    conversation_of(alice, title="Other one")
    for address in ("/chat/", "/chat/filtered/"):
        page = client.get(address, {"tag": "at home & away"}).text
        assert "Tagged one" in page
        assert "Other one" not in page
        assert "?tag=at+home+%26+away" in page


@pytest.mark.django_db
def test_bobs_tag_lists_nothing_of_his(alice, bob, client) -> None:
    set_tags(conversation_of(bob, title="Secret"), ["his"])
    assert "Secret" not in client.get("/chat/filtered/", {"tag": "his"}).text


@pytest.mark.django_db
def test_into_the_archive_and_back(alice, client, conversation) -> None:
    url = f"/chat/{conversation.public_id}/archive/"
    client.post(url)
    assert conversation.title not in client.get("/chat/filtered/").text
    assert conversation.title in client.get("/chat/filtered/", {"archived": "1"}).text
    client.post(url)
    assert conversation.title in client.get("/chat/filtered/").text
