"""An order while it is carried out: an asyncio task that belongs to no request, as an answer is.

Leaving the page changes nothing; closing the connection to the model server is what makes it
stop, and only cancelling, or the end of this process, does that.
"""

import asyncio
import contextlib
import contextvars
import logging
from uuid import UUID

from chatstudio.models import User
from conversations.answering import runner
from conversations.answering.seam import in_thread
from conversations.features.models_page.orders import rows
from conversations.lookup import model_order_for
from conversations.models import ModelOrder
from routing.errors import RoutingError
from routing.llm.servers import detect_models, manager_at

logger = logging.getLogger(__name__)

SAVE_SECONDS = 1.0

ORDERS: dict[int, "LiveOrder"] = {}


class LiveOrder:
    def __init__(self, order: ModelOrder) -> None:
        self.order = order
        self._done = asyncio.Event()
        self._work: asyncio.Task[None] | None = None

    def start(self) -> "LiveOrder":
        ORDERS[self.order.id] = self
        self._task = asyncio.create_task(self._run(), context=contextvars.Context())
        return self

    def cancel(self) -> None:
        if self._work is not None:
            self._work.cancel()

    async def wait(self) -> None:
        await self._done.wait()

    async def _run(self) -> None:
        self._work = asyncio.create_task(self._carry_out())
        keeping = asyncio.create_task(self._keep_up())
        status, error = await self._outcome(self._work)
        keeping.cancel()
        try:
            code, context = (error.code, error.context) if error else ("", {})
            await in_thread(rows.finish, self.order, status, code, context)
        except Exception:
            logger.exception("The end of an order could not be saved; it will count as interrupted")
        finally:
            ORDERS.pop(self.order.id, None)
            self._done.set()

    async def _outcome(self, work: asyncio.Task[None]) -> tuple[str, RoutingError | None]:
        try:
            await work
            return ModelOrder.Status.DONE, None
        except asyncio.CancelledError:
            return ModelOrder.Status.CANCELLED, None
        except RoutingError as error:
            return ModelOrder.Status.FAILED, error
        except Exception:
            logger.exception("An order to a model server failed in a way that nobody foresaw")
            return ModelOrder.Status.FAILED, RoutingError()

    async def _carry_out(self) -> None:
        order = self.order
        manager = await manager_at(order.server)
        if order.kind == ModelOrder.Kind.LOAD:
            await manager.load(order.model_name)
        else:
            async for step in manager.pull(order.model_name):
                order.phase = step.phase
                order.completed_bytes, order.total_bytes = step.completed_bytes, step.total_bytes
        await detect_models(fresh=True)

    async def _keep_up(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(SAVE_SECONDS)
                try:
                    goes_on = await in_thread(rows.keep_up, self.order)
                except Exception:
                    logger.exception("How far an order is could not be saved; trying again")
                    continue
                if not goes_on:
                    self.cancel()


async def give(person: User, kind: str, model_name: str, server: str) -> ModelOrder:
    """Begins it, unless the same is running already."""
    process_id = runner.this_process.row_id
    order, is_new = await in_thread(rows.open_order, person, kind, model_name, server, process_id)
    if is_new:
        LiveOrder(order).start()
    return order


async def cancel(key: UUID) -> None:
    order = await in_thread(_find_order, key)
    if live := ORDERS.get(order.id):
        live.cancel()
        await live.wait()


def _find_order(key: UUID) -> ModelOrder:
    """One that another process carries out is noted down for it."""
    order = model_order_for(key)
    if order.id not in ORDERS:
        rows.request_cancel(order)
    return order
