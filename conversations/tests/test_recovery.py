"""After a crash: what a lost process was writing is found, kept and marked."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from conversations import this_host
from conversations.answering.processes import (
    HEARTBEAT_LIMIT,
    REQUESTS_KEPT,
    forget_requests,
    interrupt_lost_generations,
    register_process,
)
from conversations.models import Conversation, Generation, ServerProcess
from conversations.tests.rows import generation_of, say

pytestmark = pytest.mark.django_db


def process(pid: int | None = None, host: str | None = None, beat: float = 0.0) -> ServerProcess:
    """`beat` is how many seconds ago its heart beat."""
    return ServerProcess.objects.create(
        host=host or this_host.name(),
        pid=pid or os.getpid(),
        heartbeat_at=timezone.now() - timedelta(seconds=beat),
    )


@pytest.fixture(scope="module")
def dead_pid() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def being_written(conversation: Conversation, by: ServerProcess | None, status="generating"):
    say(conversation, "user", "Hi")
    return generation_of(say(conversation, "assistant", "Half", status), process=by)


def after_recovery(generation: Generation, own: int | None = None) -> Generation:
    interrupt_lost_generations(own)
    return Generation.objects.select_related("message__conversation").get(id=generation.id)


@pytest.mark.parametrize("status", ["waiting", "generating"])
@pytest.mark.process
def test_a_dead_process_has_lost_its_generation(conversation, dead_pid, status) -> None:
    lost = being_written(conversation, process(dead_pid), status)
    found = after_recovery(lost)
    assert (found.status, found.finish_reason) == ("interrupted", "interrupted")
    assert found.message.status == "interrupted"
    assert found.finished_at is not None


@pytest.mark.process
def test_the_text_is_kept_and_pages_are_told(conversation, dead_pid) -> None:
    found = after_recovery(being_written(conversation, process(dead_pid)))
    assert found.message.text == "Half"
    assert found.message.conversation.revision == 1


def test_an_old_heartbeat_is_no_life(conversation) -> None:
    beat = HEARTBEAT_LIMIT.total_seconds() + 1
    lost = being_written(conversation, process(host="another-host", beat=beat))
    assert after_recovery(lost).status == "interrupted"


@pytest.mark.parametrize("host", [None, "another-host"])
def test_a_living_process_goes_on(conversation, host) -> None:
    running = being_written(conversation, process(host=host))
    assert after_recovery(running).status == "generating"


def test_a_process_never_interrupts_itself(conversation) -> None:
    own = process(beat=3600)
    running = being_written(conversation, own)
    assert after_recovery(running, own=own.id).status == "generating"


def test_a_generation_without_a_process_is_lost(conversation) -> None:
    assert after_recovery(being_written(conversation, None)).status == "interrupted"


@pytest.mark.process
def test_an_answer_that_awaits_approval_waits_on(conversation, dead_pid) -> None:
    waiting = being_written(conversation, process(dead_pid), "awaiting_approval")
    assert after_recovery(waiting).status == "awaiting_approval"


@pytest.mark.parametrize("status", ["complete", "stopped", "failed"])
@pytest.mark.process
def test_what_has_ended_stays_as_it_is(conversation, dead_pid, status) -> None:
    ended = being_written(conversation, process(dead_pid), status)
    assert after_recovery(ended).status == status


@pytest.mark.process
def test_a_second_look_finds_nothing(conversation, dead_pid) -> None:
    lost = being_written(conversation, process(dead_pid))
    assert interrupt_lost_generations(None) == [lost.message_id]
    assert interrupt_lost_generations(None) == []


@pytest.mark.process
def test_rows_of_processes_long_gone_are_removed(conversation, dead_pid) -> None:
    process(dead_pid, beat=2 * 24 * 3600)
    own = register_process()
    interrupt_lost_generations(own.id)
    assert list(ServerProcess.objects.all()) == [own]


def test_a_new_process_names_itself() -> None:
    row = register_process()
    assert (row.host, row.pid) == (this_host.name(), os.getpid())
    assert row.version


def test_requests_are_forgotten_after_a_month_and_nothing_else_is(alice, conversation) -> None:
    long_ago = timezone.now() - REQUESTS_KEPT - timedelta(minutes=1)
    answer = generation_of(say(conversation, "assistant", "Hello"))
    Generation.objects.filter(id=answer.id).update(finished_at=long_ago, status="complete")
    old, new, going_on = (
        Generation.objects.create(owner=alice, cause="request", status=status, finished_at=ended)
        for status, ended in (
            ("complete", long_ago),
            ("complete", timezone.now()),
            ("waiting", None),
        )
    )
    forget_requests()
    left = set(Generation.objects.values_list("id", flat=True))
    assert left == {answer.id, new.id, going_on.id}
    assert old.id not in left
