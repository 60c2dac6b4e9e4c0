"""A whole file: its row, its report, going on after a break, and chains of any length."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.features.exchange import background, runs
from conversations.features.exchange.loading import load
from conversations.features.exchange.runs import run_import
from conversations.features.exchange.tests.samples import (
    NOBODY,
    chatgpt,
    claude,
    libre_message,
    librechat,
    write,
)
from conversations.models import Conversation, ImportRun, Message, MessagePart
from conversations.tests.rows import conversation_of, long_chain

pytestmark = pytest.mark.django_db


def row_of(alice, **facts) -> ImportRun:
    return ImportRun.objects.create(owner=alice, file_name="export.json", **facts)


def test_the_row_holds_counts_formats_and_report(alice, bring) -> None:
    run = row_of(alice)
    bad = {**chatgpt(key="bad"), "mapping": None}
    bring([chatgpt(), bad, claude()], run=run)
    run.refresh_from_db()
    assert (run.status, run.imported, run.failed, run.position) == ("done", 2, 1, 3)
    assert run.format == "chatgpt, claude"
    assert run.bytes_done == run.bytes_total > 0
    assert [line["kind"] for line in run.report] == ["imported", "failed", "imported"]


def test_the_report_is_bounded(alice, bring, monkeypatch) -> None:
    monkeypatch.setattr(ImportRun, "REPORT_LENGTH", 3)
    run = row_of(alice)
    bring([chatgpt(key=f"c{n}") for n in range(10)], run=run)
    run.refresh_from_db()
    assert (run.imported, len(run.report)) == (10, 3)


def test_an_interrupted_run_goes_on_where_it_ended(alice, tmp_path, monkeypatch) -> None:
    path = write(tmp_path, [chatgpt(key=f"c{n}") for n in range(6)])
    run = row_of(alice)

    def interrupt(source, tally) -> None:
        if tally.position == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_import(alice, path, run, looked=interrupt)
    run.refresh_from_db()
    assert (run.status, run.position, run.imported) == ("interrupted", 3, 3)
    run_import(alice, path, run)
    run.refresh_from_db()
    assert (run.status, run.imported, run.unchanged) == ("done", 6, 0)


def test_a_second_run_finds_what_is_done_unchanged(alice, tmp_path) -> None:
    path = write(tmp_path, [chatgpt(key=f"c{n}") for n in range(6)])

    def interrupt(source, tally) -> None:
        if tally.position == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_import(alice, path, looked=interrupt)
    assert run_import(alice, path).counts | {"skipped": 0} == {
        "imported": 3, "updated": 0, "unchanged": 3, "skipped": 0, "failed": 0
    }  # fmt: skip


def test_a_run_that_nobody_renews_counts_as_interrupted(alice) -> None:
    long_ago = timezone.now() - timedelta(minutes=5)
    run = row_of(alice, status="running", updated_at=long_ago)
    background.mark_silent(alice)
    run.refresh_from_db()
    assert run.status == "interrupted"


def test_only_one_caller_resumes_it(alice) -> None:
    run = row_of(alice, status="interrupted")
    assert [background.claim(run), background.claim(run)] == [True, False]


def test_a_dry_run_begins_anew_in_earnest(alice) -> None:
    run = row_of(alice, status="done", is_dry_run=True, position=5, imported=5)
    assert background.claim(run)
    run.refresh_from_db()
    assert (run.is_dry_run, run.position, run.imported) == (False, 0, 0)


def long_librechat(length: int) -> dict:
    rows = [
        libre_message(f"m{n}", f"m{n - 1}" if n else NOBODY, f"Words {n}", user=n % 2 == 0)
        for n in range(length)
    ]
    return librechat(*rows)


def test_a_chain_of_20000_comes_in_and_goes_out(alice, brought) -> None:
    conversation = brought(long_librechat(20_000))
    assert Message.objects.filter(conversation=conversation).count() == 20_000
    foreign = load(Conversation.objects.get(id=conversation.id), complete=True)
    assert sum(1 for _ in foreign.branch()) == 20_000


def test_messages_are_written_set_wise(alice, bring) -> None:
    counts = []
    for number, length in enumerate((10, 1000)):
        value = {**long_librechat(length), "conversationId": f"c{number}"}
        with CaptureQueriesContext(connection) as captured:
            bring(value)
        counts.append(len(captured))
    batches = 2 * (1000 // 100)
    assert counts[1] <= counts[0] + batches


def test_loading_takes_the_same_queries_at_any_length(alice) -> None:
    counts = []
    for length in (20, 2000):
        conversation = conversation_of(alice)
        long_chain(conversation, length)
        with CaptureQueriesContext(connection) as captured:
            load(Conversation.objects.get(id=conversation.id), complete=True)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_update_replaces_a_long_chain_without_a_cascade(alice, bring) -> None:
    bring(long_librechat(3000))
    with CaptureQueriesContext(connection) as captured:
        assert bring(long_librechat(3001)).counts["updated"] == 1
    assert len([one for one in captured if one["sql"].startswith("DELETE")]) <= 4
    assert (Message.objects.count(), MessagePart.objects.count()) == (3001, 3001)


def test_what_the_database_refuses_does_not_stop_the_rest(alice, bring) -> None:
    calls = [{"call_id": "same", "name": "x"}, {"call_id": "same", "name": "x"}]
    message = {"role": "assistant", "generations": [{"tool_calls": calls}]}
    bad, good = {"title": "Bad", "messages": [message]}, {"title": "Good"}
    lines = [{"conversation": one} for one in (bad, good)]
    tally = bring("\n".join(map(json.dumps, lines)).encode())
    assert (tally.counts["failed"], tally.counts["imported"]) == (1, 1)
    assert not Message.objects.exists()


def test_progress_is_saved_now_and_then(alice, bring, monkeypatch) -> None:
    monkeypatch.setattr(runs, "SAVE_SECONDS", 0)
    run, seen = row_of(alice), []

    def look(source, tally) -> None:
        run.refresh_from_db()
        seen.append(run.position)

    bring([chatgpt(key=f"c{n}") for n in range(3)], run=run, looked=look)
    assert seen == [1, 2, 3]
