"""How many of our files run for one turn: the reader of a turn has to meet each of them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType
from uuid import uuid4

import pytest
from django.conf import settings

from conversations.answering import runner
from conversations.answering.generation import REGISTRY
from conversations.carrying.hub import Subscription, conversation_topic, hub
from conversations.showing import streamer
from conversations.tests.talking import until

pytestmark = pytest.mark.django_db(transaction=True)

MOST_FILES = 45
MONITOR = sys.monitoring
TOOL = 4  # one of the two numbers that no debugger, profiler or coverage takes


@contextmanager
def files_run() -> Iterator[dict[str, set[str]]]:
    """Each file of ours with the functions that began in it."""
    ours = f"{settings.BASE_DIR}/"
    run: dict[str, set[str]] = {}

    def note(code: CodeType, _offset: int) -> None:
        path = code.co_filename.removeprefix(ours)
        is_ours = path != code.co_filename and not path.startswith(".")
        if is_ours and "tests/" not in path and not path.endswith("conftest.py"):
            run.setdefault(path, set()).add(code.co_qualname)

    MONITOR.use_tool_id(TOOL, "one turn")
    MONITOR.register_callback(TOOL, MONITOR.events.PY_START, note)
    MONITOR.set_events(TOOL, MONITOR.events.PY_START)
    try:
        yield run
    finally:
        MONITOR.set_events(TOOL, MONITOR.events.NO_EVENTS)
        MONITOR.free_tool_id(TOOL)


@pytest.fixture
def unhurried(monkeypatch) -> None:
    """However slow the machine is, nobody looks after an answer that takes long."""
    monkeypatch.setattr(runner, "CHECKPOINT_SECONDS", 600)
    monkeypatch.setattr(streamer, "FIRST_LOOK_SECONDS", 600)


async def test_one_turn_runs_few_files(alice, conversation, aclient, unhurried) -> None:
    page = Subscription("tab-1")
    hub.subscribe(page, conversation_topic(conversation.public_id))
    url = f"/chat/{conversation.public_id}/send/"

    async def turn() -> None:
        wanted = {"routing_profile": "direct", "memory": "1", "memory_present": "1"}
        sent = {"text": "Hello there", "tab": page.tab, "request_id": str(uuid4()), **wanted}
        response = await aclient.post(url, sent, headers={"HX-Request": "true"})
        assert response.headers["HX-Reswap"] == "none"
        await until(lambda: any("/feedback/" in frame.html for frame in page.take()))
        await until(lambda: not REGISTRY)

    await turn()
    with files_run() as run:
        await turn()
    listed = "\n".join(f"{path}: {', '.join(sorted(run[path]))}" for path in sorted(run))
    assert len(run) <= MOST_FILES, f"{len(run)} files\n{listed}"
