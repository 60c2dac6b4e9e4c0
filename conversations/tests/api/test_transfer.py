"""Files of conversations out and in, for programs."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conversations.features.exchange import background
from conversations.features.exchange.formats import WRITERS
from conversations.features.exchange.staging import imports_folder
from conversations.features.exchange.tests.samples import chatgpt
from conversations.models import Conversation, ImportRun
from conversations.tests.doors.test_transfer import at_once, file_of, kept
from conversations.tests.rows import conversation_of, profile_of, turn_in

__all__ = ["at_once"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse"),  # of the client, not the server
]

EXPORT = "/api/chat/ui/export"
IMPORT = "/api/chat/ui/import"
JSON = "application/json"


def bring(client, value=None, **more):
    return client.post(IMPORT, {"file": file_of([chatgpt()] if value is None else value), **more})


def fields(answer, status: int = 422) -> dict[str, list[str]]:
    assert answer.status_code == status, answer.text
    return answer.json()["error"]["fields"]


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_is_exported(alice, client, name) -> None:
    turn_in(conversation_of(alice), "Hi", "Hello there")
    answer = client.get(EXPORT, {"format": name})
    assert b"Hello there" in b"".join(answer)
    assert answer["Content-Disposition"].startswith('attachment; filename="chat-studio-')


def test_chosen_conversations_alone(alice, client) -> None:
    rows = [conversation_of(alice, title=f"Number {n}") for n in range(3)]
    for row in rows:
        turn_in(row, "Hi", f"Hello {row.title}")
    keys = [str(row.public_id) for row in rows[:2]]
    content = b"".join(client.get(EXPORT, {"conversation_id": keys})).decode()
    assert ["Hello Number 0" in content, "Hello Number 1" in content] == [True, True]
    assert "Hello Number 2" not in content
    one = client.get(EXPORT, {"format": "markdown", "conversation_id": keys[0]})
    assert one["Content-Disposition"].endswith('.md"')


def test_somebody_elses_conversation_is_not_exported(alice, bob, client) -> None:
    turn_in(conversation_of(bob, title="Secret"), "Hi", "Secret")
    key = Conversation.objects.get().public_id
    assert client.get(EXPORT, {"conversation_id": str(key)}).status_code == 404
    assert client.get(EXPORT, {"conversation_id": str(uuid.uuid4())}).status_code == 404
    assert b"Secret" not in b"".join(client.get(EXPORT))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"format": "pdf"}, "format"),
        ({"format": ""}, "format"),
        ({"format": "claude"}, "format"),
        ({"conversation_id": "x"}, "conversation_id.0"),
        ({"conversation_id": [str(uuid.uuid4())] * 501}, "conversation_id"),
    ],
)
def test_what_cannot_be_exported_names_its_field(alice, client, query, field) -> None:
    assert list(fields(client.get(EXPORT, query))) == [field]


def test_prompt_profiles_leave_alone(alice, bob, client) -> None:
    profile_of(alice, "Pirate")
    profile_of(bob, "Cook")
    answer = client.get(f"{EXPORT}/prompt-profiles")
    lines = [json.loads(line) for line in b"".join(answer).splitlines()]
    assert [line.get("data", {}).get("name") for line in lines] == [None, "Pirate"]


def test_a_file_is_imported(alice, client, at_once, settings) -> None:
    run = bring(client).json()["import_run"]
    assert Conversation.objects.get().title == "Heat pumps"
    now = client.get(f"{IMPORT}/{run['id']}").json()["import_run"]
    assert (now["status"], now["counts"]["imported"], now["formats"]) == ("done", 1, ["chatgpt"])
    assert (now["is_dry_run"], now["is_resumable"], now["percent"]) == (False, False, 100)
    assert [one["id"] for one in client.get(IMPORT).json()["import_runs"]] == [run["id"]]
    assert kept(settings) == []


def test_an_own_export_comes_back(alice, bob, client, at_once, bearer) -> None:
    turn_in(conversation_of(alice, title="Mine"), "Hi", "Hello there")
    content = b"".join(client.get(EXPORT))
    file = SimpleUploadedFile("export.jsonl", content)
    answer = client.post(IMPORT, {"file": file}, headers=bearer(bob, "manage"))
    assert answer.status_code == 200
    assert Conversation.objects.get(owner=bob).title == "Mine"


def test_a_dry_run_changes_nothing_and_then_begins_in_earnest(alice, client, at_once) -> None:
    run = bring(client, dry_run="true").json()["import_run"]
    now = client.get(f"{IMPORT}/{run['id']}").json()["import_run"]
    assert (now["is_dry_run"], now["is_resumable"], now["counts"]["imported"]) == (True, True, 1)
    assert not Conversation.objects.exists()
    answer = client.post(f"{IMPORT}/{run['id']}/resume", {}, content_type=JSON)
    assert answer.json()["import_run"]["is_dry_run"] is False
    assert Conversation.objects.count() == 1


def test_false_is_no_dry_run(alice, client, at_once) -> None:
    bring(client, dry_run="false")
    assert Conversation.objects.count() == 1


def test_what_cannot_be_taken_names_its_field(alice, client, settings) -> None:
    assert "Choose a file" in fields(client.post(IMPORT, {"x": "1"}))["file"][0]
    assert list(fields(bring(client, dry_run="perhaps"))) == ["dry_run"]
    assert list(fields(bring(client, other=file_of([])))) == ["file"]
    assert not ImportRun.objects.exists()
    assert kept(settings) == []


@pytest.mark.parametrize("size", [1_100_000, 3_000_000])
def test_a_file_that_is_too_large_is_removed(alice, client, settings, size) -> None:
    settings.MAX_IMPORT_MB = 1
    answer = bring(client, b"[" + b" " * size)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert "larger than 1 MB" in answer.json()["error"]["message"]
    assert kept(settings) == []


def test_json_is_no_file(alice, client) -> None:
    assert client.post(IMPORT, {}, content_type=JSON).status_code == 415


def test_an_unreadable_file_says_why(alice, client, at_once) -> None:
    run = bring(client, b"<html>").json()["import_run"]
    now = client.get(f"{IMPORT}/{run['id']}").json()["import_run"]
    assert (now["status"], "no JSON" in now["error"]) == ("unreadable", True)


def test_the_report_names_what_went_wrong(alice, client, at_once) -> None:
    run = bring(client, [chatgpt(), {"mapping": 7, "title": "Broken"}]).json()["import_run"]
    now = client.get(f"{IMPORT}/{run['id']}").json()["import_run"]
    assert now["counts"]["imported"] == 1
    assert any(line["kind"] in ("failed", "skipped") and line["reason"] for line in now["report"])


def test_one_import_at_a_time(alice, client) -> None:
    running = ImportRun.objects.create(owner=alice, file_name="x", status="running")
    for answer in (
        bring(client),
        client.post(f"{IMPORT}/{running.public_id}/resume", {}, content_type=JSON),
        client.delete(f"{IMPORT}/{running.public_id}"),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "import_refused")


def test_what_is_done_is_not_gone_on_with(alice, client) -> None:
    run = ImportRun.objects.create(owner=alice, file_name="x", status="unreadable")
    address = f"{IMPORT}/{run.public_id}/resume"
    assert "not kept" in client.post(address, {}, content_type=JSON).json()["error"]["message"]
    imports_folder().mkdir()
    background.path_of(run).write_bytes(b"[]")
    assert "nothing to go on" in client.post(address, {}, content_type=JSON).text


def test_removing_a_run_removes_its_file(alice, client, settings) -> None:
    run = ImportRun.objects.create(owner=alice, file_name="x", status="interrupted")
    imports_folder().mkdir()
    background.path_of(run).write_bytes(b"[]")
    assert client.delete(f"{IMPORT}/{run.public_id}").json() == {"success": True}
    assert (kept(settings), ImportRun.objects.exists()) == ([], False)


def test_somebody_elses_import_does_not_exist(alice, bob, client) -> None:
    run = ImportRun.objects.create(owner=bob, file_name="x", status="interrupted")
    address = f"{IMPORT}/{run.public_id}"
    resumed = client.post(f"{address}/resume", {}, content_type=JSON)
    statuses = [one.status_code for one in (client.get(address), resumed, client.delete(address))]
    assert statuses == [404] * 3
    assert client.get(IMPORT).json()["import_runs"] == []
    assert ImportRun.objects.exists()


def test_a_key_does_what_its_scopes_say(alice, client, bearer) -> None:
    run = ImportRun.objects.create(owner=alice, file_name="x", status="done")
    reads, manages = bearer(alice, "read", "chat"), bearer(alice, "manage")
    for address in (EXPORT, f"{EXPORT}/prompt-profiles", IMPORT, f"{IMPORT}/{run.public_id}"):
        assert client.get(address, headers=manages).status_code == 403
        assert client.get(address, headers=reads).status_code == 200
    answer = client.post(IMPORT, {"file": file_of([])}, headers=reads)
    assert answer.status_code == 403
    assert client.delete(f"{IMPORT}/{run.public_id}", headers=reads).status_code == 403
