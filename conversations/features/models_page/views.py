"""The models page: everybody sees the list and chooses a default, administrators give orders."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chatstudio.base.http import Request
from conversations.answering.seam import Answer, in_thread
from conversations.features.models_page import habits
from conversations.features.models_page.forms import PullForm, ToolModeForm
from conversations.features.models_page.model_views import models_page
from conversations.features.models_page.orders import live, rows, services
from conversations.lookup import model_order_for, person_of
from conversations.models import PromptProfile
from conversations.showing.article_views import with_code
from conversations.showing.model_use import model_use_everywhere
from conversations.showing.sidebar import sidebar_shown
from routing.errors import RoutingError
from routing.llm.catalogue import Catalogue
from routing.llm.servers import detect_models, manager_at
from routing.types import ModelInfo


@require_safe
async def index(request: Request) -> HttpResponse:
    return await _answer(request, fresh=True)


@require_safe
async def models_list(request: Request) -> HttpResponse:
    """The list alone, which asks for itself again while something is under way."""
    return await _answer(request, is_fragment=True)


async def _answer(
    request: Request,
    problem: str = "",
    form: PullForm | None = None,
    status: int = 200,
    fresh: bool = False,
    is_fragment: bool = False,
) -> HttpResponse:
    models = await detect_models(fresh)
    return await in_thread(_render_page, request, models, problem, form, status, is_fragment)


def _render_page(
    request: Request,
    catalogue: Catalogue,
    problem: str,
    form: PullForm | None,
    status: int,
    is_fragment: bool,
) -> HttpResponse:
    page = models_page(
        person_of(request),
        catalogue,
        rows.shown_orders(),
        model_use_everywhere(),
        habits.known_habits(),
        wanted=request.GET.get("q", ""),
    )
    servers = [server.address for server in page.servers if server.takes_orders]
    context: dict[str, object] = {
        "page": page,
        "problem": problem,
        "wanted": request.GET.get("q", ""),
        "may_pull": page.may_manage and bool(servers),
        "form": form or PullForm(servers=servers, initial={"name": request.GET.get("fetch", "")}),
    }
    if request.htmx or is_fragment:
        return render(request, "conversations/_models.html", context, status=status)
    context["sidebar"] = sidebar_shown(request)
    return render(request, "conversations/models.html", context, status=status)


def administrators_only[**P](
    view: Callable[Concatenate[Request, P], Answer[HttpResponse]],
) -> Callable[Concatenate[Request, P], Answer[HttpResponse]]:
    """For others these doors do not exist."""

    @wraps(view)
    async def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not await in_thread(lambda: person_of(request).is_administrator):
            raise Http404
        return await view(request, *args, **kwargs)

    return guarded


async def _after(request: Request) -> HttpResponse:
    return await _answer(request) if request.htmx else HttpResponseRedirect(reverse("models"))


async def _could_not(request: Request, error: RoutingError) -> HttpResponse:
    return await _answer(request, problem=with_code(str(error)), status=409)


@administrators_only
@require_POST
async def pull(request: Request) -> HttpResponse:
    catalogue = await detect_models()
    form = PullForm(request.POST, servers=sorted(catalogue.manageable))
    if not form.is_valid():
        return await _answer(request, form=form, status=422)
    if not form.chosen_server:
        problem = services.NOBODY_TAKES_ORDERS
        return await _answer(request, problem=problem, form=form, status=409)
    person = person_of(request)
    await services.fetch(request, person, form.cleaned_data["name"], form.chosen_server)
    return await _after(request)


def _ref(values: QueryDict) -> str:
    return str(values.get("model", ""))


@administrators_only
@require_POST
async def load(request: Request) -> HttpResponse:
    try:
        await services.load(person_of(request), _ref(request.POST))
    except RoutingError as error:
        return await _could_not(request, error)
    return await _after(request)


@administrators_only
@require_POST
async def unload(request: Request) -> HttpResponse:
    try:
        await services.unload(_ref(request.POST))
    except RoutingError as error:
        return await _could_not(request, error)
    return await _after(request)


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
async def delete(request: Request) -> HttpResponse:
    """First the question, then the deed."""
    try:
        if request.method != "POST":
            model = await services.find_model(_ref(request.GET))
            await manager_at(model.server)
            return await in_thread(_question, request, model)
        await services.remove(request, _ref(request.POST))
    except RoutingError as error:
        return await _could_not(request, error)
    return HttpResponseRedirect(reverse("models"))


def _question(request: Request, model: ModelInfo) -> HttpResponse:
    used_by = PromptProfile.objects.filter(model_name=model.name).count()
    context = {"model": model, "used_by": used_by, "sidebar": sidebar_shown(request)}
    return render(request, "conversations/model_delete.html", context)


@require_POST
async def choose_default(request: Request) -> HttpResponse:
    """Without a model the choice is left to LLM_DEFAULT_MODEL again."""
    try:
        model = await services.choosable(_ref(request.POST))
        await in_thread(services.choose_default, person_of(request), model)
    except RoutingError as error:
        return await _could_not(request, error)
    return await _after(request)


@administrators_only
@require_POST
async def set_tool_mode(request: Request) -> HttpResponse:
    """How a model uses tools, for everybody."""
    form = ToolModeForm(request.POST)
    if not form.is_valid():
        return await _answer(request, problem=str(form.errors["mode"][0]), status=422)
    try:
        model = await services.find_model(_ref(request.POST))
    except RoutingError as error:
        return await _could_not(request, error)
    await in_thread(habits.choose, model, form.cleaned_data["mode"])
    return await _after(request)


@administrators_only
@require_POST
async def cancel_order(request: Request, key: UUID) -> HttpResponse:
    await live.cancel(key)
    return await _after(request)


@administrators_only
@require_POST
async def dismiss_order(request: Request, key: UUID) -> HttpResponse:
    await in_thread(lambda: rows.dismiss(model_order_for(key)))
    return await _after(request)
