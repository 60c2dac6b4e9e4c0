"""Orders to model servers as rows: opened once, kept up to date, ended once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from chatstudio.models import User
from conversations.answering import saving
from conversations.answering.processes import gone_among
from conversations.models import ModelOrder, ServerProcess

Status = ModelOrder.Status
SHOWN_AS_DONE = timedelta(minutes=10)


def open_order(
    person: User, kind: str, model_name: str, server: str, process_id: int | None
) -> tuple[ModelOrder, bool]:
    """The order, and whether it is new: one that is running already is not given twice."""
    same = {"kind": kind, "model_name": model_name, "server": server}
    try:
        with transaction.atomic():
            ModelOrder.objects.filter(**same).exclude(status=Status.RUNNING).delete()
            order = ModelOrder.objects.create(**same, ordered_by=person, process_id=process_id)
    except IntegrityError:
        running = ModelOrder.objects.filter(**same, status=Status.RUNNING).first()
        if running is None:
            raise
        return running, False
    if process_id is not None:
        saving.beat(process_id)
    return order, True


def keep_up(order: ModelOrder) -> bool:
    """Writes how far it is; False where somebody wants it cancelled or took it for lost."""
    if order.process_id is not None:
        saving.beat(order.process_id)
    running = ModelOrder.objects.filter(id=order.id, status=Status.RUNNING)
    changed = running.filter(cancel_requested_at=None).update(
        phase=order.phase, completed_bytes=order.completed_bytes, total_bytes=order.total_bytes
    )
    return bool(changed)


def finish(
    order: ModelOrder,
    status: str,
    error_code: str = "",
    error_context: Mapping[str, Any] | None = None,
) -> bool:
    """False where it has ended already."""
    order.status = status
    return bool(
        ModelOrder.objects.filter(id=order.id, status=Status.RUNNING).update(
            status=status,
            phase=order.phase,
            completed_bytes=order.completed_bytes,
            total_bytes=order.total_bytes,
            error_code=error_code,
            error_context=dict(error_context or {}),
            finished_at=timezone.now(),
        )
    )


def request_cancel(order: ModelOrder) -> None:
    """Its process looks once a second; where that is gone, the order is over."""
    running = ModelOrder.objects.filter(id=order.id, status=Status.RUNNING)
    running.update(cancel_requested_at=Now())
    if order.process_id is None or order.process_id in _gone():
        finish(order, Status.CANCELLED)


def interrupt_lost_orders(own_process_id: int | None) -> int:
    """Those whose process is gone. What has been fetched lies at the model server."""
    running = ModelOrder.objects.filter(status=Status.RUNNING)
    gone = _gone() - {own_process_id}
    lost = [o for o in running if o.process_id is None or o.process_id in gone]
    return sum(finish(order, Status.INTERRUPTED) for order in lost)


def _gone() -> set[int]:
    return gone_among(ServerProcess.objects.filter(model_orders__status=Status.RUNNING))


def shown_orders() -> QuerySet[ModelOrder]:
    """What runs, what failed until somebody has put it away, and what was fetched just now."""
    recently = timezone.now() - SHOWN_AS_DONE
    shown = ModelOrder.objects.exclude(status=Status.CANCELLED)
    loaded = {"kind": ModelOrder.Kind.LOAD, "status": Status.DONE}
    return (
        shown.exclude(status=Status.DONE, finished_at__lt=recently)
        .exclude(**loaded)
        .select_related("ordered_by")
    )


def dismiss(order: ModelOrder) -> bool:
    """False where it is running still."""
    ended = ModelOrder.objects.filter(id=order.id).exclude(status=Status.RUNNING)
    return bool(ended.delete()[0])
