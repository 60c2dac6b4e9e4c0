"""How many statements a turn takes, by what is asked; a test that fails names them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.db.backends.utils import CursorWrapper

from conversations.answering import runner
from conversations.answering.seam import in_thread
from conversations.models import Conversation, Generation
from conversations.showing import streamer
from conversations.tests.rows import conversation_of, turn_in
from conversations.tests.talking import counted, until
from routing.llm.servers import known_models

pytestmark = pytest.mark.django_db(transaction=True)

SAID = "data-stop"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch) -> None:
    """However slow the machine is, nothing is saved in between, and nobody looks."""
    monkeypatch.setattr(runner, "CHECKPOINT_SECONDS", 600)
    monkeypatch.setattr(streamer, "FIRST_LOOK_SECONDS", 600)


@contextmanager
def statements(monkeypatch) -> Iterator[list[str]]:
    """Of all threads: each with its first word and its table."""
    said: list[str] = []
    real = CursorWrapper._execute  # type: ignore[attr-defined]

    def noted(self, sql, *args):
        said.append(" ".join(sql.replace('"', "").split())[:70])
        return real(self, sql, *args)

    with monkeypatch.context() as patched:
        patched.setattr(CursorWrapper, "_execute", noted)
        yield said
