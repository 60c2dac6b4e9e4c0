"""Which models are at work on answers right now, and how many answers wait for each."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from chatstudio.base.words import noun
from conversations.models import Generation, Status
from conversations.models.message import ACTIVE
from conversations.showing.streamer import STREAMERS

type ModelKey = tuple[str, str]
"""Name and server."""


@dataclass(frozen=True, slots=True)
class ModelUse:
    """`waiting` are the answers besides the one that the model is at."""

    waiting: int = 0
    is_loading: bool = False

    @property
    def words(self) -> str:
        doing = "loading into memory" if self.is_loading else "in use"
        if not self.waiting:
            return doing
        answers = noun(self.waiting, "one answer waits", f"{self.waiting} answers wait")
        return f"{doing}: {answers} for it"


def use_of(states: Iterable[str]) -> ModelUse:
    """Of a model's answers, each of them `loading`, `begun`, or something else."""
    told = list(states)
    unbegun = sum(state != "begun" for state in told)
    if "begun" in told:
        return ModelUse(unbegun)
    if "loading" in told:
        return ModelUse(unbegun, is_loading=True)
    return ModelUse(unbegun - 1)  # one of them is being read


def model_use_here(besides: int | None = None) -> dict[ModelKey, ModelUse]:
    """Of the answers that this process writes, without a query. Those of the conversation with
    the id `besides` are left out. With REDIS_URL others wait elsewhere, so nothing is counted."""
    states = defaultdict[ModelKey, list[str]](list)
    for streamer in list(STREAMERS.values()):
        route = streamer.live.course.route
        if route and route.model_name and streamer.conversation.id != besides:
            state = streamer.waiting_for if streamer.live.first_delta_at is None else "begun"
            states[route.model_name, route.server].append(state)
    uses = {key: use_of(found) for key, found in states.items()}
    if settings.REDIS_URL:
        return {key: ModelUse(is_loading=use.is_loading) for key, use in uses.items()}
    return uses


def model_use_everywhere() -> dict[ModelKey, ModelUse]:
    """Of all server processes: one's own from memory, those of several from the rows."""
    if not settings.REDIS_URL:
        return model_use_here()
    states = defaultdict[ModelKey, list[str]](list)
    rows = Generation.objects.filter(status__in=ACTIVE).order_by()
    for name, server, status in rows.values_list("model_name", "server", "status"):
        states[name, server].append("begun" if status == Status.GENERATING else "")
    return {key: use_of(found) for key, found in states.items() if key[0]}


def state_line(besides: int | None = None) -> str:
    """For the composer: what others have the models do."""
    uses = sorted(model_use_here(besides).items())
    return " ".join(f"{name} is {use.words}." for (name, _), use in uses)
