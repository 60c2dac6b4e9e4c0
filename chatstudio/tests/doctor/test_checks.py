"""Each examination by itself: well, and not."""

from collections import namedtuple
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.core import checks as django_checks
from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder

from chatstudio.doctor.checks import (
    agent,
    answer,
    clock,
    database,
    disk,
    folder,
    memory,
    migrations,
    model_server,
    python,
    redis,
    search,
    settings,
    static_files,
)
from chatstudio.doctor.findings import State
from chatstudio.launch.prepare import fingerprint
from routing.llm import servers
from tests.servers import free_port

OK, WARNING, FAILURE = State.OK, State.WARNING, State.FAILURE


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch) -> None:
    monkeypatch.setattr(servers, "_latest", None)


def states(examination) -> list[State]:
    return [finding.state for finding in examination.examine()]


def only(examination):
    (finding,) = examination.examine()
    return finding


def test_this_python_is_new_enough(monkeypatch) -> None:
    assert states(python) == [OK]
    monkeypatch.setattr(python, "OLDEST", (4, 0))
    assert only(python).next_step.startswith("Install Python")


def test_settings_come_from_the_system_checks_with_their_hints(monkeypatch) -> None:
    found = [
        django_checks.Error("Broken.", hint="Mend it.", id="x.E1"),
        django_checks.Warning("Odd.", id="x.W1"),
    ]
    monkeypatch.setattr(django_checks, "run_checks", lambda: found)
    told = list(settings.examine())
    assert [one.state for one in told] == [FAILURE, WARNING]
    assert told[0].next_step == "Mend it."
    assert "x.W1" in told[1].next_step


def test_the_data_folder_is_tried_by_writing(settings, tmp_path) -> None:
    assert states(folder) == [OK]
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path / "file" / "data"
    assert only(folder).state is FAILURE
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_a_data_folder_that_others_can_read(settings, tmp_path) -> None:
    (tmp_path / "chat-studio.sqlite3").write_text("")
    (tmp_path / "chat-studio.sqlite3").chmod(0o644)
    tmp_path.chmod(0o755)
    assert states(folder) == [OK, WARNING]
    (tmp_path / "letters.txt").write_text("x")
    warned = next(one for one in folder.examine() if one.state is WARNING)
    assert warned.next_step == f"As its owner: chmod -R go= {tmp_path / 'chat-studio.sqlite3'}"
    tmp_path.chmod(0o700)
    assert states(folder) == [OK]


@pytest.mark.parametrize(
    ("free", "state"), [(50 * 10**9, OK), (5 * 10**8, WARNING), (10**6, FAILURE)]
)
def test_room_on_the_disk(monkeypatch, free, state) -> None:
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda path: usage(free))
    assert states(disk) == [state]


@pytest.mark.parametrize(("free", "state"), [(8 * 10**9, OK), (10**8, WARNING), (None, OK)])
def test_free_memory(monkeypatch, free, state) -> None:
    monkeypatch.setattr(memory, "available", lambda: free)
    assert states(memory) == [state]


def test_this_machine_says_how_much_memory_is_free() -> None:
    free = memory.available()
    assert free is None or free > 10**6


@pytest.mark.django_db
def test_the_database_answers() -> None:
    assert states(database) == [OK]


class Away:
    vendor = "postgresql"

    def cursor(self) -> None:
        raise DatabaseError("no such host")

    ensure_connection = cursor


def test_a_database_that_cannot_be_opened_says_where_to_look(monkeypatch) -> None:
    monkeypatch.setattr(database, "connection", Away())
    assert only(database).text == "PostgreSQL cannot be opened: no such host."
    assert states(migrations) == states(clock) == []


@pytest.mark.django_db
def test_migrations_are_counted() -> None:
    assert states(migrations) == [OK]
    rows = MigrationRecorder.Migration.objects.filter(app="metrics").order_by("-id")
    rows.filter(id=rows[0].id).delete()
    assert only(migrations).state is FAILURE
    assert "manage.py migrate" in only(migrations).next_step


@pytest.mark.django_db
def test_a_database_of_a_newer_version_is_noticed() -> None:
    MigrationRecorder.Migration.objects.create(app="metrics", name="9999_from_the_future")
    assert "metrics.9999_from_the_future" in only(migrations).text


@pytest.mark.django_db
def test_the_clocks_agree_or_not(monkeypatch) -> None:
    assert states(clock) == [OK]
    yesterday = datetime.now(UTC) - timedelta(days=1)
    monkeypatch.setattr(clock, "database_time", lambda: yesterday)
    assert "86,400 seconds apart" in only(clock).text


@pytest.mark.django_db
def test_without_a_search_nothing_is_said_of_its_index(monkeypatch) -> None:
    monkeypatch.setattr(search, "MODULE", "conversations.no_such_search")
    assert states(search) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("problems", "state"), [([], OK), (["A trigger is gone."], WARNING)])
def test_the_index_tells_what_is_wrong_with_it(monkeypatch, problems, state) -> None:
    module = namedtuple("module", "index_problems")(lambda: problems)
    monkeypatch.setattr(search, "find_spec", lambda name: True)
    monkeypatch.setattr(search, "import_module", lambda name: module)
    assert states(search) == [state]


def test_what_to_do_about_the_index_is_said_once(monkeypatch, db) -> None:
    problem = "A trigger is gone. Rebuild it: manage.py rebuild_search."
    module = namedtuple("module", "index_problems")(lambda: [problem])
    monkeypatch.setattr(search, "import_module", lambda name: module)
    assert only(search).text == "A trigger is gone."


def test_static_files_that_were_never_gathered(settings, tmp_path) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    assert "not been gathered" in only(static_files).text
    settings.STATIC_ROOT.mkdir()
    assert "older than this program" in only(static_files).text
    (tmp_path / "static.stamp").write_text(fingerprint())
    assert states(static_files) == [OK]


def test_redis_only_where_it_is_set(settings) -> None:
    assert states(redis) == []
    settings.REDIS_URL = f"redis://:secret@127.0.0.1:{free_port()}"
    if redis.find_spec("redis"):
        assert only(redis).state is FAILURE
        assert "secret" not in only(redis).text


def test_a_model_server_that_answers_and_its_default() -> None:
    assert states(model_server) == [OK, OK]


def test_without_a_model_server_the_error_is_split_into_what_and_what_to_do(settings) -> None:
    settings.LLM_BASE_URL = f"http://127.0.0.1:{free_port()}"
    finding = only(model_server)
    assert finding.state is WARNING
    assert finding.text.startswith("The model server is not answering")
    assert finding.next_step.startswith("Start it (for Ollama: ollama serve)")


def test_a_default_model_that_is_not_there(settings) -> None:
    settings.LLM_DEFAULT_MODEL = "llama9:1b"
    told = list(model_server.examine())
    assert told[-1].state is WARNING
    assert "ollama pull llama9:1b" in told[-1].next_step


def test_one_token_is_asked_for() -> None:
    assert states(answer) == [OK]
    assert "answered in" in only(answer).text


def test_a_model_that_fails_is_a_failure(monkeypatch) -> None:
    async def fails(model, limit):
        raise servers.ServerBusy(server="http://s")

    monkeypatch.setattr(answer, "one_token", fails)
    assert only(answer).state is FAILURE


def test_a_model_that_is_slow_is_a_warning(monkeypatch) -> None:
    async def slow(model, limit):
        raise TimeoutError

    monkeypatch.setattr(answer, "one_token", slow)
    assert only(answer).state is WARNING


def test_an_agent_only_where_one_is_set(settings) -> None:
    settings.ZAIN_AGENT_URL = ""
    assert states(agent) == []
    settings.ZAIN_AGENT_URL = f"http://127.0.0.1:{free_port()}/"
    assert states(agent) == [WARNING]


@pytest.mark.parametrize("falls_back", [True, False])
def test_it_says_that_direct_answers_instead_only_where_it_does(settings, falls_back) -> None:
    settings.ZAIN_AGENT_FALLBACK = falls_back
    settings.ZAIN_AGENT_URL = f"http://127.0.0.1:{free_port()}/"
    assert ("instead" in only(agent).text) is falls_back


@pytest.mark.parametrize(("status", "state"), [(200, OK), (404, OK), (503, WARNING)])
def test_an_agent_that_answers_with_an_error(settings, monkeypatch, status, state) -> None:
    settings.ZAIN_AGENT_URL = "http://127.0.0.1:1/"
    monkeypatch.setattr("httpx.get", lambda url, **_: httpx.Response(status))
    assert states(agent) == [state]
