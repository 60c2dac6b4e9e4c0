"""Which model servers answer now, what each speaks, and what it offers."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from routing.errors import (
    AuthenticationFailed,
    CannotManage,
    NotAModelServer,
    PaymentNeeded,
    RateLimited,
    RequestRejected,
    RoutingError,
    ServerBusy,
    ServerFailed,
    ServerMoved,
    ServerRefused,
    ServerStarting,
    ServerUnreachable,
)
from routing.llm import echo
from routing.llm.address import (
    base_url,
    hide_password,
    is_address,
    is_loopback,
    swap_scheme,
    with_scheme,
)
from routing.llm.catalogue import Catalogue, choose_default
from routing.llm.client import DIRECTLY, Reach
from routing.llm.echo import EchoProvider
from routing.llm.ollama import OllamaProvider
from routing.llm.openai_compatible import OpenAICompatibleProvider
from routing.llm.unreachable import speaks_tls
from routing.managing import Manageable, ModelManager
from routing.types import ModelInfo, Provider

REF_SEPARATOR = "@"
"""Between a model and its server in one text, as forms and programs name it:
`llama3:8b@http://host:11434`."""
WAIT_SECONDS = 2.0
"""How long a page waits for a look at the servers, which itself may take LLM_DETECT_SECONDS."""
LONE_SECONDS = 1.0
"""How long Ollama's protocol is tried alone, before a server that hangs is asked in the other."""
LATER_SECONDS = 0.5
"""Whoever asks a model now is served first."""
CACHE_SECONDS = 5.0
SLOW_SECONDS = 120.0
"""How long a server that answers too late is still taken for there."""
TOO_LATE = ("slow", "silent", "no_connection", "asked_still")

TELLING = (
    AuthenticationFailed,
    PaymentNeeded,
    RateLimited,
    RequestRejected,
    ServerBusy,
    ServerFailed,
    ServerMoved,
    ServerRefused,
    ServerStarting,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A configured server, and how it is reached. Only the main one gets the key, and nobody's log.
    `models` are those that a person has named."""

    url: str
    api_key: str = field(default="", repr=False)
    is_demo: bool = False
    reach: Reach = DIRECTLY
    models: tuple[str, ...] = ()


type Places = tuple[Place, ...]
type Found = tuple[Provider, list[ModelInfo]]


@dataclass(frozen=True, slots=True)
class Survey:
    """All servers at one moment. What was configured then tells whether it still holds."""

    places: Places
    default_model: str
    began_at: float
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


@dataclass(frozen=True, slots=True)
class Look:
    """A look at all servers that is under way."""

    began_at: float
    places: Sequence[asyncio.Task[Found | RoutingError]]
    whole: asyncio.Task[Survey]


_latest: Survey | None = None
_running: dict[tuple[asyncio.AbstractEventLoop, Places, str], Look] = {}


async def detect_models(fresh: bool = False, patient: bool = False) -> Catalogue:
    """Every model of every server that answers; the others are in `errors`, none raises. A server
    that takes its time is among these, unless somebody is `patient`; it is asked to the end."""
    return (await _survey(fresh, patient)).catalogue


async def known_models() -> Catalogue:
    """The same for somebody who is about to ask a model and waits for no list: what was seen last,
    however long ago. The server itself will say if a model is gone; meanwhile a new look begins."""
    survey = _current_survey()
    return survey.catalogue if survey else await detect_models()


def models_in_memory() -> Catalogue | None:
    """What was seen last, for somebody who cannot wait for a look; None where nothing was."""
    survey = _current_survey()
    return survey.catalogue if survey else None


async def provider_at(server: str) -> Provider:
    """The provider for a server that is configured and answers."""
    address = _address(server)
    if address not in [_address(place.url) for place in configured_places()]:
        raise ServerUnreachable(server=address)
    asked_at = time.monotonic()
    survey = _current_survey() or await _survey(patient=True)
    if address not in survey.providers and survey.taken_at < asked_at:
        survey = await _survey(fresh=True, patient=True)
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
    url = settings.LLM_BASE_URL
    named = tuple(settings.LLM_MODELS)
    main = Place(url, settings.LLM_API_KEY, reach=reach_of(url), models=named)
    if settings.DEMO_MODEL_URL:
        return main, Place(settings.DEMO_MODEL_URL, is_demo=True)
    return (main,)


def reach_of(url: str) -> Reach:
    """A proxy would look for what runs on this machine on its own."""
    proxy = settings.LLM_PROXY
    return Reach(settings.LLM_CA_FILE, "" if proxy and is_loopback(url) else proxy)


async def _survey(fresh: bool = False, patient: bool = False) -> Survey:
    places, default_model = configured_places(), settings.LLM_DEFAULT_MODEL
    latest = _latest if _latest and _latest.is_of(places, default_model) else None
    if latest is not None and latest.is_young and not fresh:
        return latest
    look = _start_survey(places, default_model)
    # Who has waited for a slow server once, and has what it told, need not wait for it again.
    is_known = latest is not None and not fresh and latest.taken_at - latest.began_at > WAIT_SECONDS
    left = 0.0 if is_known else look.began_at + WAIT_SECONDS - time.monotonic()
    # Whoever asked first may go away; the others still wait for the same answer.
    await asyncio.wait([look.whole], timeout=None if patient else max(0.0, left))
    if look.whole.done():
        return look.whole.result()
    return latest if is_known and latest else _survey_so_far(places, default_model, look)


def _survey_so_far(places: Places, default_model: str, look: Look) -> Survey:
    """With what those servers said that have answered already."""
    looked = [
        one.result() if one.done() else _late(place, "asked_still")
        for place, one in zip(places, look.places, strict=True)
    ]
    return _survey_of(places, default_model, look.began_at, looked)


def _late(place: Place, reason: str) -> RoutingError:
    seconds = round(settings.LLM_DETECT_SECONDS, 1)
    return ServerUnreachable(server=hide_password(place.url), reason=reason, seconds=seconds)


def _current_survey() -> Survey | None:
    places, default_model = configured_places(), settings.LLM_DEFAULT_MODEL
    if _latest is None or not _latest.is_of(places, default_model) or _latest.errors:
        return None
    if not _latest.is_young:
        loop = asyncio.get_running_loop()
        loop.call_later(LATER_SECONDS, _look_again, places, default_model)
    return _latest


def _look_again(places: Places, default_model: str) -> None:
    """When whoever has asked is served: a model may have begun to answer them by then."""
    if _latest is None or not _latest.is_young:
        _start_survey(places, default_model)


def _start_survey(places: Places, default_model: str) -> Look:
    """One look at a time for all who wait."""
    key = (asyncio.get_running_loop(), places, default_model)
    if key not in _running:
        began_at = time.monotonic()
        looks = [asyncio.create_task(_look_at(place)) for place in places]
        whole = asyncio.create_task(_take_survey(places, default_model, began_at, looks))
        whole.add_done_callback(lambda _: _running.pop(key, None))
        _running[key] = Look(began_at, looks, whole)
    return _running[key]


async def _take_survey(
    places: Places,
    default_model: str,
    began_at: float,
    looks: Sequence[asyncio.Task[Found | RoutingError]],
) -> Survey:
    global _latest
    _latest = _survey_of(places, default_model, began_at, await asyncio.gather(*looks))
    return _latest


def _survey_of(
    places: Places, default_model: str, began_at: float, looked: Sequence[Found | RoutingError]
) -> Survey:
    answers = [_or_earlier(answer) for answer in looked]
    found = [answer for answer in answers if not isinstance(answer, RoutingError)]
    errors = tuple(answer for answer in answers if isinstance(answer, RoutingError))
    models = tuple(model for _, offered in found for model in offered)
    return Survey(
        places,
        default_model,
        began_at,
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
    if not isinstance(answer, RoutingError) or answer.context.get("reason") not in TOO_LATE:
        return answer
    server = str(answer.context["server"])
    if _latest is None or server not in _latest.seen_at:
        return answer
    if time.monotonic() - _latest.seen_at[server] > SLOW_SECONDS:
        return answer
    models = [model for model in _latest.catalogue.models if model.server == server]
    return _latest.providers[server], models


async def _look_at(place: Place) -> Found | RoutingError:
    if place.url.strip() == echo.SERVER:
        return EchoProvider(), await EchoProvider().list_models()
    if not is_address(with_scheme(place.url)):
        return ServerUnreachable(server=hide_password(place.url), reason="bad_address")
    try:
        async with asyncio.timeout(settings.LLM_DETECT_SECONDS):
            return await _identify(place)
    except TimeoutError:
        if place.models:  # a list that never comes is none
            provider = _as_openai(place)
            return provider, provider.named_models()
        return _late(place, "slow")
    except RoutingError as error:
        return await _looked_closer(place, error)


async def _looked_closer(place: Place, error: RoutingError) -> RoutingError:
    """Who hangs up on http may be waiting for https."""
    is_open = error.context.get("reason") == "hung_up" and not place.reach.proxy
    if not is_open or not await speaks_tls(base_url(place.url)):
        return error
    server = hide_password(place.url)
    return ServerUnreachable(server=server, reason="https_there", instead=swap_scheme(server))


async def _identify(place: Place) -> Found:
    """Ollama where it says so. The other protocol is asked where it does not, or hangs."""
    first = asyncio.create_task(_offer_of(_as_ollama(place)))
    looks = [first]
    try:
        await asyncio.wait(looks, timeout=LONE_SECONDS)
        if first.done() and (found := _found_or_raise(first)):
            return found
        looks.append(asyncio.create_task(_offer_of(_as_openai(place))))
        for next_one in asyncio.as_completed(looks):
            answer = await next_one
            if not isinstance(answer, RoutingError):
                return answer
        raise _most_telling(place, [look.result() for look in reversed(looks)])
    finally:
        for task in looks:
            task.cancel()


def _found_or_raise(look: asyncio.Task[Found | RoutingError]) -> Found | None:
    """Where nobody can be reached, another protocol is not reached either."""
    answer = look.result()
    if isinstance(answer, ServerUnreachable):
        raise answer
    return None if isinstance(answer, RoutingError) else answer


async def _offer_of(provider: Provider) -> Found | RoutingError:
    try:
        return provider, await provider.list_models()
    except RoutingError as error:
        return error


def _most_telling(place: Place, answers: Sequence[Found | RoutingError]) -> RoutingError:
    """A refusal says more than that one of the two protocols was not spoken."""
    refusals = (answer for answer in answers if isinstance(answer, (*TELLING, ServerUnreachable)))
    return next(refusals, NotAModelServer(server=hide_password(place.url)))


def _as_ollama(place: Place) -> Provider:
    return OllamaProvider(
        place.url, api_key=place.api_key, is_demo=place.is_demo, reach=place.reach
    )


def _as_openai(place: Place) -> OpenAICompatibleProvider:
    return OpenAICompatibleProvider(
        place.url,
        api_key=place.api_key,
        is_demo=place.is_demo,
        reach=place.reach,
        models=place.models,
    )


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
