"""Which model servers answer now, what each speaks, and what it offers."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from routing.errors import (
    AuthenticationFailed,
    CannotManage,
    NotAModelServer,
    RateLimited,
    RoutingError,
    ServerBusy,
    ServerFailed,
    ServerRefused,
    ServerStarting,
    ServerUnreachable,
)
from routing.llm import echo
from routing.llm.address import hide_password
from routing.llm.catalogue import Catalogue, choose_default
from routing.llm.echo import EchoProvider
from routing.llm.ollama import OllamaProvider
from routing.llm.openai_compatible import OpenAICompatibleProvider
from routing.managing import Manageable, ModelManager
from routing.types import ModelInfo, Provider

REF_SEPARATOR = "@"
"""Between a model and its server in one text, as forms and programs name it:
`llama3:8b@http://host:11434`."""
DETECT_SECONDS = 2.0
CACHE_SECONDS = 5.0
SLOW_SECONDS = 120.0
"""How long a server that answers too late is still taken for there."""

TELLING = (
    AuthenticationFailed,
    RateLimited,
    ServerBusy,
    ServerFailed,
    ServerRefused,
    ServerStarting,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A configured server. Only the main one gets the key, and nobody's log."""

    url: str
    api_key: str = ""
    is_demo: bool = False


type Places = tuple[Place, ...]
type Found = tuple[Provider, list[ModelInfo]]


@dataclass(frozen=True, slots=True)
class Survey:
    """All servers at one moment. What was configured then tells whether it still holds."""

    places: Places
    default_model: str
    taken_at: float
    catalogue: Catalogue
    providers: Mapping[str, Provider]
    errors: Mapping[str, RoutingError]
    seen_at: Mapping[str, float]

    @property
    def is_young(self) -> bool:
        return time.monotonic() - self.taken_at < CACHE_SECONDS

    def is_of(self, places: Places, default_model: str) -> bool:
        return (self.places, self.default_model) == (places, default_model)


_latest: Survey | None = None
_running: dict[tuple[asyncio.AbstractEventLoop, Places, str], asyncio.Task[Survey]] = {}


async def detect_models(fresh: bool = False) -> Catalogue:
    """Every model of every server that answers; the others are in `errors`, none raises."""
    return (await _survey(fresh)).catalogue


async def known_models() -> Catalogue:
    """The same for somebody who is about to ask a model and waits for no list: what was seen last,
    however long ago. The server itself will say if a model is gone; meanwhile a new look begins."""
    survey = _current_survey()
    return survey.catalogue if survey else await detect_models()


async def provider_at(server: str) -> Provider:
    """The provider for a server that is configured and answers."""
    address = _address(server)
    if address not in [_address(place.url) for place in configured_places()]:
        raise ServerUnreachable(server=address)
    asked_at = time.monotonic()
    survey = _current_survey() or await _survey()
    if address not in survey.providers and survey.taken_at < asked_at:
        survey = await _survey(fresh=True)
    if address not in survey.providers:
        raise survey.errors.get(address) or ServerUnreachable(server=address)
    return survey.providers[address]


async def manager_at(server: str) -> ModelManager:
    """Who takes orders for the models of a server."""
    provider = await provider_at(server)
    if isinstance(provider, Manageable):
        return provider.manager
    raise CannotManage(server=server)


def _address(url: str) -> str:
    return echo.SERVER if url.strip() == echo.SERVER else hide_password(url)


def configured_places() -> Places:
    if settings.LLM_BASE_URL.strip() == echo.SERVER:
        return (Place(echo.SERVER),)
    places = [Place(settings.LLM_BASE_URL, api_key=settings.LLM_API_KEY)]
    if settings.DEMO_MODEL_URL:
        places.append(Place(settings.DEMO_MODEL_URL, is_demo=True))
    return tuple(places)


async def _survey(fresh: bool = False) -> Survey:
    places, default_model = configured_places(), settings.LLM_DEFAULT_MODEL
    latest = None if fresh else _latest
    if latest is not None and latest.is_young and latest.is_of(places, default_model):
        return latest
    # Whoever asked first may go away; the others still wait for the same answer.
    return await asyncio.shield(_start_survey(places, default_model))


def _current_survey() -> Survey | None:
    places, default_model = configured_places(), settings.LLM_DEFAULT_MODEL
    if _latest is None or not _latest.is_of(places, default_model) or _latest.errors:
        return None
    if not _latest.is_young:
        _start_survey(places, default_model)
    return _latest


def _start_survey(places: Places, default_model: str) -> asyncio.Task[Survey]:
    """One look at a time for all who wait."""
    key = (asyncio.get_running_loop(), places, default_model)
    if key not in _running:
        _running[key] = asyncio.create_task(_take_survey(places, default_model))
        _running[key].add_done_callback(lambda _: _running.pop(key, None))
    return _running[key]


async def _take_survey(places: Places, default_model: str) -> Survey:
    global _latest
    looked = await asyncio.gather(*map(_look_at, places))
    answers = [_or_earlier(answer) for answer in looked]
    found = [answer for answer in answers if not isinstance(answer, RoutingError)]
    errors = tuple(answer for answer in answers if isinstance(answer, RoutingError))
    models = tuple(model for _, offered in found for model in offered)
    _latest = Survey(
        places,
        default_model,
        time.monotonic(),
        Catalogue(
            models,
            errors,
            choose_default(models, *split_ref(default_model)),
            servers=tuple(provider.server for provider, _ in found),
            manageable=frozenset(p.server for p, _ in found if isinstance(p, Manageable)),
        ),
        {provider.server: provider for provider, _ in found},
        {str(error.context["server"]): error for error in errors},
        _seen_at(looked, answers),
    )
    return _latest


def _seen_at(
    looked: Sequence[Found | RoutingError], answers: Sequence[Found | RoutingError]
) -> dict[str, float]:
    """When each server that counts as there has really answered last."""
    seen: dict[str, float] = {}
    for fresh, answer in zip(looked, answers, strict=True):
        if not isinstance(answer, RoutingError):
            server = answer[0].server
            before = _latest.seen_at.get(server, 0.0) if _latest else 0.0
            seen[server] = time.monotonic() if fresh is answer else before
    return seen


def _or_earlier(answer: Found | RoutingError) -> Found | RoutingError:
    """A server that was there a moment ago and is slow now is busy, or we are; it is not gone. One
    that is gone refuses at once, and says so."""
    if not isinstance(answer, RoutingError) or not answer.context.get("slow"):
        return answer
    server = str(answer.context["server"])
    if _latest is None or server not in _latest.seen_at:
        return answer
    if time.monotonic() - _latest.seen_at[server] > SLOW_SECONDS:
        return answer
    models = [model for model in _latest.catalogue.models if model.server == server]
    return _latest.providers[server], models


async def _look_at(place: Place) -> Found | RoutingError:
    try:
        async with asyncio.timeout(DETECT_SECONDS):
            return await _identify(place)
    except TimeoutError:
        return ServerUnreachable(server=hide_password(place.url), slow=True)
    except RoutingError as error:
        return error


async def _identify(place: Place) -> Found:
    if place.url == echo.SERVER:
        return EchoProvider(), await EchoProvider().list_models()
    ollama = OllamaProvider(place.url, api_key=place.api_key, is_demo=place.is_demo)
    try:
        return ollama, await ollama.list_models()
    except ServerUnreachable:
        raise
    except RoutingError as error:
        first = error
    other = OpenAICompatibleProvider(place.url, api_key=place.api_key, is_demo=place.is_demo)
    try:
        return other, await other.list_models()
    except RoutingError as second:
        # A refusal says more than that one of the two protocols was not spoken.
        refusals = (error for error in (second, first) if isinstance(error, TELLING))
        raise next(refusals, NotAModelServer(server=other.server)) from None


def ref_of(name: str, server: str) -> str:
    return f"{name}{REF_SEPARATOR}{server}" if name else ""


def short_ref(model: ModelInfo, catalogue: Catalogue) -> str:
    """Its name alone where that is enough, else with its server."""
    first = catalogue.find(model.name)
    is_first = first is not None and first.server == model.server
    return model.name if is_first else ref_of(model.name, model.server)


def split_ref(ref: str) -> tuple[str, str]:
    """Name and server. Names may hold an @ too: an address after it has a scheme."""
    name, at, server = ref.rpartition(REF_SEPARATOR)
    is_address = "://" in server or server.strip() in ("", echo.SERVER)
    return (name, server) if at and is_address else (ref, "")
