from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chatstudio.models import User
from conversations.features.exchange.runs import Tally, run_import
from conversations.features.exchange.tests.samples import write
from conversations.models import Conversation

type Bring = Callable[..., Tally]


@pytest.fixture
def bring(tmp_path: Path, alice: User) -> Bring:
    """Imports a value as a file, for Alice unless told otherwise."""

    def bring(value: Any, owner: User | None = None, **options: Any) -> Tally:
        return run_import(owner or alice, write(tmp_path, value), **options)

    return bring


@pytest.fixture
def brought(bring: Bring) -> Callable[[Any], Conversation]:
    """The one conversation of a file."""

    def brought(value: Any) -> Conversation:
        tally = bring(value)
        assert tally.counts["imported"] == 1, (tally.report, tally.error)
        return Conversation.objects.order_by("-id").first()

    return brought
