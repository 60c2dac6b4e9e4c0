"""Lists that may have a million rows: searched by an index, counted up to a limit, never whole."""

import re
from urllib.parse import quote
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chatstudio.base.admin_lists import AmongTheNewest, BoundedPaginator
from chatstudio.base.spreadsheet import csv_line
from chatstudio.models import ApiKey, AuditEntry, User
from conversations.models import Conversation, DataSource, Memory, Message
from conversations.tests.rows import (
    conversation_of,
    long_chain,
    profile_of,
    source_of,
    turn_in,
)
from metrics import rollups
from metrics.models import ChatMetric

pytestmark = pytest.mark.django_db

LISTS = {
    "metrics/chatmetric": ChatMetric,
    "conversations/conversation": Conversation,
    "conversations/message": Message,
    "conversations/datasource": DataSource,
    "conversations/memory": Memory,
    "chatstudio/auditentry": AuditEntry,
    "chatstudio/apikey": ApiKey,
}


@pytest.fixture
def browser(carol: User, signed_in) -> Client:
    return signed_in(carol)


def metric_of(owner: User, **fields) -> ChatMetric:
    facts = {"strategy": "direct", "model_name": "m:1b", "status": "complete", **fields}
    return ChatMetric.objects.create(owner=owner, created_at=timezone.now(), **facts)


def fill(alice: User, count: int) -> None:
    for number in range(count):
        metric_of(alice)
        turn_in(conversation_of(alice), "Hi", "Hello")
        AuditEntry.objects.create(person_name=f"p{number}", action="content_read")
        Memory.objects.create(owner=alice, text="I am a baker.")
        source_of(alice, str(uuid4()))
        ApiKey.objects.create(owner=alice, name="Backup", key_hash=uuid4().hex)


def queries(browser: Client, room: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(f"/admin/{room}/").status_code == 200
    return [query["sql"] for query in captured]


@pytest.mark.parametrize("room", LISTS)
def test_a_list_costs_the_same_at_any_length(alice, browser, room) -> None:
    fill(alice, 2)
    short = queries(browser, room)
    fill(alice, 60)
    long = queries(browser, room)
    assert len(short) == len(long) <= 12


@pytest.mark.parametrize("room", LISTS)
def test_nothing_counts_a_whole_table_or_looks_for_its_distinct_values(browser, room) -> None:
    table = LISTS[room]._meta.db_table
    of_the_table = [sql for sql in queries(browser, room) if table in sql]
    counting = [sql for sql in of_the_table if "COUNT(" in sql]
    assert all(f"LIMIT {BoundedPaginator.MOST + 1}" in sql for sql in counting)
    assert not [sql for sql in of_the_table if "DISTINCT" in sql]


def test_a_count_that_was_given_up_says_so(alice, browser, monkeypatch) -> None:
    monkeypatch.setattr(BoundedPaginator, "MOST", 5)
    long_chain(conversation_of(alice), 20)
    told = browser.get("/admin/conversations/message/").text
    assert "more than 5" in told


def test_a_conversation_is_found_by_its_id_or_its_person(alice, bob, browser) -> None:
    hers, his = conversation_of(alice), conversation_of(bob)
    for word in (str(hers.public_id), "alice"):
        told = browser.get("/admin/conversations/conversation/", {"q": word}).text
        assert str(hers.public_id) in told
        assert str(his.public_id) not in told
    told = browser.get("/admin/conversations/conversation/", {"q": "Heat pumps"}).text
    assert str(hers.public_id) not in told


def test_a_message_is_found_by_its_id_or_its_conversations(alice, browser) -> None:
    one, other = turn_in(conversation_of(alice), "Hi", "A"), turn_in(conversation_of(alice), "", "")
    for key in (one.public_id, one.conversation.public_id):
        told = browser.get("/admin/conversations/message/", {"q": str(key)}).text
        assert str(one.public_id) in told
        assert str(other.public_id) not in told
    assert "0 messages" in browser.get("/admin/conversations/message/", {"q": "Hi"}).text


def test_metrics_are_found_by_model_or_person(alice, bob, browser) -> None:
    metric_of(alice, model_name="one:1b")
    metric_of(bob, model_name="other:1b")
    for word in ("one:1b", "alice"):
        told = browser.get("/admin/metrics/chatmetric/", {"q": word}).text
        assert ("one:1b" in told, "other:1b" in told) == (True, False)


def test_a_rare_state_is_looked_for_among_the_newest(alice, browser, monkeypatch) -> None:
    old, new = metric_of(alice, status="failed"), metric_of(alice, status="failed")
    for _ in range(3):
        metric_of(alice)
    monkeypatch.setattr(AmongTheNewest, "NEWEST", new.pk - old.pk + 3)
    told = browser.get("/admin/metrics/chatmetric/?status=failed").text
    assert f"/chatmetric/{new.pk}/" in told
    assert f"/chatmetric/{old.pk}/" not in told


@pytest.mark.parametrize(
    "query",
    [
        *("?status=failed", "?days=7", "?strategy=direct", "?days=x", "?q=%00", "?p=9999"),
        *("?model=x", "?prompt=x", "?error=x", "?model=%00", "?prompt=%00&error=model_not_found"),
    ],
)
def test_filters_never_fail(alice, browser, query) -> None:
    metric_of(alice)
    assert browser.get(f"/admin/metrics/chatmetric/{query}", follow=True).status_code == 200


@pytest.mark.parametrize(
    ("filtered", "field", "value"),
    [
        ("model", "model_name", "wanted:1b"),
        ("prompt", "prompt_profile_name", "Pirate"),
        ("error", "error_code", "model_not_found"),
    ],
)
def test_metrics_are_filtered_by_what_was_measured(alice, browser, filtered, field, value) -> None:
    wanted, other = metric_of(alice, **{field: value}), metric_of(alice)
    rollups.count([(wanted, 1)])
    profile_of(None, "Pirate")
    assert f'?{filtered}={quote(value)}"' in browser.get("/admin/metrics/chatmetric/").text
    told = browser.get("/admin/metrics/chatmetric/", {filtered: value}).text
    assert f"/chatmetric/{wanted.pk}/" in told
    assert f"/chatmetric/{other.pk}/" not in told


def test_the_dashboard_is_a_link_away(browser) -> None:
    assert browser.get("/admin/metrics/chatmetric/").text.count('href="/metrics/"') == 2
    assert 'href="/metrics/"' in browser.get("/admin/").text


def test_metrics_can_only_be_looked_at(alice, browser) -> None:
    metric = metric_of(alice)
    base = f"/admin/metrics/chatmetric/{metric.pk}"
    assert "m:1b" in browser.get(f"{base}/change/").text
    assert browser.post(f"{base}/change/", {"model_name": "x"}).status_code == 403
    assert browser.post(f"{base}/delete/", {"post": "yes"}).status_code == 403


def test_the_selected_metrics_as_csv(alice, browser) -> None:
    chosen = metric_of(alice, model_name="=1+1", output_tokens=7)
    metric_of(alice, model_name="not chosen")
    selected = {"action": "download_csv", "_selected_action": [chosen.pk]}
    response = browser.post("/admin/metrics/chatmetric/", selected)
    assert response["Content-Type"].startswith("text/csv")
    head, row = text_of(response).splitlines()
    assert "model_name" in head.split(",")
    assert "'=1+1" in row.split(",")
    assert "alice" in row.split(",")
    assert "not chosen" not in row


def text_of(response) -> str:
    async def read() -> bytes:
        return b"".join([piece async for piece in response])

    return async_to_sync(read)().decode()


def test_a_download_of_many_comes_in_pieces(alice, browser, monkeypatch) -> None:
    monkeypatch.setattr("metrics.admin.ROWS_AT_ONCE", 3)
    keys = [metric_of(alice, output_tokens=number).pk for number in range(10)]
    selected = {"action": "download_csv", "_selected_action": keys}
    told = text_of(browser.post("/admin/metrics/chatmetric/", selected))
    assert len(told.splitlines()) == 11


@pytest.mark.parametrize("value", ["=1", "+A1", "-1+cmd|x", "@x", "\t=1", "\r=1"])
def test_what_begins_like_a_formula_becomes_a_text(value: str) -> None:
    assert re.match("\"?'", csv_line([value]))


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    assert csv_line([-1.5, None, 0, 'a "b", c']) == '-1.5,,0,"a ""b"", c"\r\n'
