"""Orders as rows: the same twice is one, each ends once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from conversations.answering.processes import register_process
from conversations.features.models_page.orders import rows
from conversations.models import ModelOrder, ServerProcess
from conversations.tests.rows import order_of

pytestmark = pytest.mark.django_db

Status = ModelOrder.Status
PULL = ModelOrder.Kind.PULL


def test_the_same_order_twice_is_one(alice, bob) -> None:
    first, is_new = rows.open_order(alice, PULL, "m:1b", "http://s", None)
    second, is_new_too = rows.open_order(bob, PULL, "m:1b", "http://s", None)
    assert (first.id, is_new, is_new_too) == (second.id, True, False)


def test_the_database_itself_refuses_a_second(alice) -> None:
    order_of(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        order_of(alice)


def test_another_kind_model_or_server_is_another_order(alice) -> None:
    for kind, name, server in ((PULL, "a", "s"), (PULL, "a", "t"), (PULL, "b", "s")):
        assert rows.open_order(alice, kind, name, server, None)[1]
    assert rows.open_order(alice, ModelOrder.Kind.LOAD, "a", "s", None)[1]


def test_trying_again_takes_the_place_of_what_failed(alice) -> None:
    failed = order_of(alice, "m:1b", status=Status.FAILED)
    order, is_new = rows.open_order(alice, PULL, "m:1b", failed.server, None)
    assert is_new
    assert list(ModelOrder.objects.all()) == [order]


def test_it_ends_once(alice) -> None:
    order = order_of(alice)
    assert rows.finish(order, Status.DONE)
    assert not rows.finish(order, Status.FAILED, "pull_failed")
    order.refresh_from_db()
    assert (order.status, order.error_code) == (Status.DONE, "")


def test_keeping_up_writes_how_far_it_is_and_renews_the_heartbeat(alice) -> None:
    process = register_process()
    ServerProcess.objects.update(heartbeat_at=timezone.now() - timedelta(hours=1))
    order = order_of(alice, process=process)
    order.phase, order.completed_bytes = "pulling", 5
    assert rows.keep_up(order)
    process.refresh_from_db()
    order.refresh_from_db()
    assert (order.phase, order.completed_bytes) == ("pulling", 5)
    assert process.heartbeat_at > timezone.now() - timedelta(minutes=1)


def test_a_wish_to_cancel_is_found_by_whoever_carries_it_out(alice) -> None:
    order = order_of(alice, process=register_process())
    rows.request_cancel(order)
    assert not rows.keep_up(order)


def test_where_nobody_carries_it_out_cancelling_ends_it(alice) -> None:
    order = order_of(alice)
    rows.request_cancel(order)
    order.refresh_from_db()
    assert order.status == Status.CANCELLED


@pytest.mark.parametrize("is_gone", [True, False])
def test_after_a_restart_what_was_running_is_interrupted(alice, is_gone) -> None:
    process = register_process()
    if is_gone:
        silent = timezone.now() - timedelta(minutes=1)
        ServerProcess.objects.update(heartbeat_at=silent, host="elsewhere")
    order = order_of(alice, process=process)
    rows.interrupt_lost_orders(None)
    order.refresh_from_db()
    assert order.status == (Status.INTERRUPTED if is_gone else Status.RUNNING)


def test_what_is_shown(alice) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    order_of(alice, "runs")
    order_of(alice, "failed", status=Status.FAILED)
    order_of(alice, "done", status=Status.DONE, finished_at=timezone.now())
    order_of(alice, "old", status=Status.DONE, finished_at=long_ago)
    order_of(alice, "cancelled", status=Status.CANCELLED)
    order_of(alice, "loaded", kind="load", status=Status.DONE, finished_at=timezone.now())
    assert {order.model_name for order in rows.shown_orders()} == {"runs", "failed", "done"}


def test_what_runs_cannot_be_put_away(alice) -> None:
    running, failed = order_of(alice, "a"), order_of(alice, "b", status=Status.FAILED)
    for order in (running, failed):
        rows.dismiss(order)
    assert list(ModelOrder.objects.all()) == [running]
