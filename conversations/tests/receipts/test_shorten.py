"""The command that makes receipts of earlier versions short."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.models import Generation, Status
from conversations.showing.article_views import notices_of
from conversations.tests.rows import generation_of, turn_in

pytestmark = pytest.mark.django_db

IDS = [f"00000000-0000-4000-8000-{n:012}" for n in range(2_000)]
OUT = {"messages": 2_000, "turns": 1_000, "reason": "window", "ids": IDS}
SUMMARY = {"upto": IDS[-1], "sha256": "a" * 64, "bytes": 5, "messages": 2_000, "ids": IDS}
LONG = {"memory": True, "left_out": OUT, "summary": SUMMARY, "skills": {"ids": ["kept"]}}


def shortened() -> str:
    said = StringIO()
    call_command("shorten_receipts", stdout=said)
    return said.getvalue()


@pytest.fixture
def old(conversation) -> Generation:
    return generation_of(turn_in(conversation, "Hi", "Hello"), receipt=LONG)


def test_it_keeps_how_many_there_were_and_both_ends(old) -> None:
    before = notices_of(old.read_receipt())
    shortened()
    old.refresh_from_db()
    ends = {"first": IDS[0], "last": IDS[-1]}
    assert old.receipt == {
        "memory": True,
        "left_out": {"messages": 2_000, "turns": 1_000, "reason": "window", **ends},
        "summary": {name: one for name, one in SUMMARY.items() if name != "ids"},
        "skills": {"ids": ["kept"]},
    }
    assert notices_of(old.read_receipt()) == before


def test_it_says_what_it_saved_and_does_it_once(old) -> None:
    assert "1 receipt made short: 160 KB less" in shortened()
    assert "0 receipts made short: 0 bytes less" in shortened()


def test_nothing_but_names_goes_too(old) -> None:
    receipt = {"left_out": {"ids": []}, "summary": {"ids": IDS}, "memory": None}
    Generation.objects.filter(id=old.id).update(receipt=receipt)
    shortened()
    old.refresh_from_db()
    assert old.receipt == {"left_out": {}, "summary": {}, "memory": None}


def test_what_is_being_written_is_left_alone(old) -> None:
    Generation.objects.filter(id=old.id).update(status=Status.GENERATING)
    shortened()
    old.refresh_from_db()
    assert old.receipt == LONG


def test_each_transaction_is_short(conversation) -> None:
    for _ in range(45):
        generation_of(turn_in(conversation, "Hi", "Hello"), receipt=LONG)
    with CaptureQueriesContext(connection) as statements:
        assert "45 receipts" in shortened()
    begun = [one["sql"] for one in statements if one["sql"].startswith(("BEGIN", "SAVEPOINT"))]
    assert len(begun) == 3
