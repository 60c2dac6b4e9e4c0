"""Doors to the models themselves, as the models page has them: fetch, load, unload, remove."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.schemas import FAILURES, READS, WRITES, Body, Facts, Success
from chatstudio.base.api.scopes import MANAGE, READ
from chatstudio.models import User
from conversations.answering.seam import in_thread, with_models
from conversations.features.models_page import habits
from conversations.features.models_page.api_models import (
    ModelShape,
    ServerProblem,
    default_of,
    model_shape,
    problems_of,
)
from conversations.features.models_page.forms import PullForm
from conversations.features.models_page.model_views import ModelView, models_page, order_view
from conversations.features.models_page.orders import live, rows, services
from conversations.lookup import model_order_for, person_of
from conversations.models import ModelOrder
from conversations.showing.api.parameters import wrong_in
from conversations.showing.api.rights import administrator_of
from conversations.showing.api.rows import error_shape
from conversations.showing.api.shapes import ErrorShape
from conversations.showing.model_use import ModelKey, ModelUse, model_use_everywhere
from routing.llm.catalogue import Catalogue
from routing.llm.servers import detect_models, ref_of
from routing.types import ModelInfo

router = Router()

type ToolModeName = Literal["native", "schema", "words", "off"]


class ModelUseShape(Schema):
    """`waiting` answers wait for the model, besides the one that it is at."""

    waiting: int
    is_loading: bool


class ToolModeShape(Schema):
    """`mode`: the model calls tools itself (native), chooses by a schema, is told of them in words,
    or gets none (off); null where nobody knows yet. `is_set`: by a person, not learned."""

    mode: ToolModeName | None
    is_set: bool


class InstalledModel(ModelShape):
    """`size_bytes` is its size on the disk. Of a loaded one, `gpu_share` is the part that lies in
    a GPU's memory, 0 to 1. `use` is null where no answer needs it now. The last three say what you
    may do with it."""

    is_default: bool
    digest: str
    loaded_context_length: int | None
    gpu_share: float | None
    loaded_until: datetime | None
    use: ModelUseShape | None
    tool_mode: ToolModeShape
    can_load: bool
    can_unload: bool
    can_delete: bool


class ModelServerShape(Schema):
    """One that `takes_orders` can be told to fetch, load and remove models."""

    address: str
    takes_orders: bool


class InstalledModels(Success):
    models: list[InstalledModel]
    servers: list[ModelServerShape]
    default_model: str | None
    errors: list[ServerProblem]


class ModelOrderShape(Schema):
    """`kind` is pull or load, `status` running, done, failed, cancelled or interrupted; `phase` is
    the server's own word for what it does."""

    id: UUID = Field(validation_alias="public_id")
    kind: str
    model: str = Field(validation_alias="model_name")
    server: str
    status: str
    phase: str
    completed_bytes: int
    total_bytes: int | None
    percent: int | None
    error: ErrorShape | None
    created_at: datetime
    finished_at: datetime | None

    @staticmethod
    def resolve_percent(row: ModelOrder) -> int | None:
        return order_view(row).percent

    @staticmethod
    def resolve_error(row: ModelOrder) -> dict[str, str] | None:
        return error_shape(row.error_code, row.error_context)


class OneModelOrder(Success):
    order: ModelOrderShape


class ModelOrders(Success):
    orders: list[ModelOrderShape]


class PullBody(Body):
    """`server` is needed only where several take orders."""

    name: str = Field(max_length=200, examples=["llama3.2:3b"])
    server: str = Field("", max_length=255)


class ModelBody(Body):
    model: str = Field(min_length=1, max_length=services.LONGEST_REF)


class ToolModeBody(Body):
    """Null forgets what was set or learned; it is learned anew."""

    model: str = Field(min_length=1, max_length=services.LONGEST_REF)
    mode: ToolModeName | None


class DefaultBody(Body):
    """Null leaves the choice to the studio again."""

    model: str | None = Field(max_length=services.LONGEST_REF)


@router.get("", auth=READ, summary="Installed models", response={200: InstalledModels, **READS})
@with_models(detect_models)
def installed(request: HttpRequest, catalogue: Catalogue) -> Facts:
    """All models of all servers, with what they take and who uses them now."""
    return _list_models(person_of(request), catalogue)


def _list_models(person: User, catalogue: Catalogue) -> Facts:
    own = catalogue.preferring(person.default_model_name, person.default_server)
    uses = model_use_everywhere()
    known = habits.known_habits()
    page = models_page(person, catalogue, rows.shown_orders(), uses)
    views = {view.ref: view for server in page.servers for view in server.models}
    return {
        "models": [
            _installed_shape(one, catalogue, views, uses, known) for one in catalogue.models
        ],
        "servers": page.servers,
        "default_model": default_of(own),
        "errors": problems_of(catalogue),
    }


def _installed_shape(
    model: ModelInfo,
    catalogue: Catalogue,
    views: dict[str, ModelView],
    uses: dict[ModelKey, ModelUse],
    known: habits.Habits,
) -> Facts:
    habit = habits.habit_in(known, model)
    view = views[ref_of(model.name, model.server)]
    return {
        **model_shape(model, catalogue),
        "digest": model.digest,
        "is_default": view.is_default,
        "loaded_context_length": model.loaded_context_length,
        "gpu_share": model.gpu_share,
        "loaded_until": model.expires_at,
        "use": uses.get((model.name, model.server)),
        "tool_mode": {"mode": habit.mode or None, "is_set": habit.is_set},
        "can_load": view.can_load,
        "can_unload": view.can_unload,
        "can_delete": view.can_delete,
    }


@router.post(
    "/pull", auth=MANAGE, summary="Fetch a model", response={200: OneModelOrder, **FAILURES}
)
async def pull(request: HttpRequest, body: PullBody) -> Facts:
    """Has a server fetch a model. The order goes on whoever leaves; look at it again by its id.

    For administrators. The same order twice has one effect.
    """
    person = administrator_of(request)
    name, server = _read_pull(body, await detect_models())
    return {"order": await services.fetch(request, person, name, server)}


def _read_pull(body: PullBody, catalogue: Catalogue) -> tuple[str, str]:
    servers = sorted(catalogue.manageable)
    form = PullForm(body.model_dump(), servers=servers)
    if not form.is_valid():
        wrong = wrong_in(form)
        raise ApiError(422, next(iter(wrong.values()))[0], fields=wrong)
    if not form.chosen_server:
        raise ApiError(409, services.NOBODY_TAKES_ORDERS, "no_manageable_server")
    if body.server not in ("", *servers):
        raise ApiError(422, fields={"server": [f"It is one of: {', '.join(servers)}."]})
    return form.cleaned_data["name"], form.chosen_server


@router.get("/orders", auth=READ, response={200: ModelOrders, **READS})
def orders(request: HttpRequest) -> Facts:
    """What servers are doing now, what failed, and what was fetched in the last ten minutes.

    For administrators.
    """
    administrator_of(request)
    return {"orders": rows.shown_orders()}


@router.get("/orders/{order_id}", auth=READ, response={200: OneModelOrder, **READS})
def order(request: HttpRequest, order_id: UUID) -> Facts:
    """One order, as it is now. For administrators."""
    administrator_of(request)
    return {"order": model_order_for(order_id)}


@router.delete("/orders/{order_id}", auth=MANAGE, response={200: Success, **WRITES})
def dismiss(request: HttpRequest, order_id: UUID) -> Facts:
    """Puts an order away that has ended, so that it is not listed any more. For administrators."""
    administrator_of(request)
    if not rows.dismiss(model_order_for(order_id)):
        raise ApiError(409, "This order is running. Cancel it first.", "order_running")
    return {}


@router.post("/orders/{order_id}/cancel", auth=MANAGE, response={200: OneModelOrder, **WRITES})
async def cancel(request: HttpRequest, order_id: UUID) -> Facts:
    """Ends an order. What has been fetched stays at the server, and another try goes on from it."""
    administrator_of(request)
    await live.cancel(order_id)
    return {"order": await in_thread(model_order_for, order_id)}


@router.post("/load", auth=MANAGE, response={200: OneModelOrder, **FAILURES})
async def load(request: HttpRequest, body: ModelBody) -> Facts:
    """Has a model loaded into memory, so that its next answer begins sooner. For administrators."""
    return {"order": await services.load(administrator_of(request), body.model)}


@router.post("/unload", auth=MANAGE, response={200: Success, **FAILURES})
async def unload(request: HttpRequest, body: ModelBody) -> Facts:
    """Takes a model out of memory. For administrators."""
    administrator_of(request)
    await services.unload(body.model)
    return {}


@router.post("/delete", auth=MANAGE, response={200: Success, **FAILURES})
async def delete(request: HttpRequest, body: ModelBody) -> Facts:
    """Removes a model from its server's disk; to have it again it must be fetched again.

    For administrators.
    """
    administrator_of(request)
    await services.remove(request, body.model)
    return {}


@router.put("/default", auth=MANAGE, response={200: InstalledModels, **FAILURES})
async def choose_default(request: HttpRequest, body: DefaultBody) -> Facts:
    """The model that your own new conversations begin with."""
    person = person_of(request)
    chosen = await services.choosable(body.model or "")
    return await in_thread(_choose_default, person, chosen, await detect_models())


def _choose_default(person: User, model: ModelInfo | None, catalogue: Catalogue) -> Facts:
    services.choose_default(person, model)
    return _list_models(person, catalogue)


@router.put("/tool-mode", auth=MANAGE, response={200: InstalledModels, **FAILURES})
async def set_tool_mode(request: HttpRequest, body: ToolModeBody) -> Facts:
    """How a model uses tools, for everybody, until it is set otherwise. For administrators."""
    person = administrator_of(request)
    model = await services.find_model(body.model)
    return await in_thread(_set_tool_mode, person, model, body.mode or "", await detect_models())


def _set_tool_mode(person: User, model: ModelInfo, mode: str, catalogue: Catalogue) -> Facts:
    habits.choose(model, mode)
    return _list_models(person, catalogue)
