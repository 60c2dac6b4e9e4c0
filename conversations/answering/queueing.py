"""Which of our own answers the same model has to write first."""

from django.conf import settings

from conversations.answering.generation import REGISTRY, LiveGeneration


def same_model(live: LiveGeneration) -> list[LiveGeneration]:
    """In the order in which they began, this one among them."""
    wanted = _model_of(live)
    every = list(REGISTRY.values())
    return [one for one in every if one is live or (wanted and _model_of(one) == wanted)]


def _model_of(live: LiveGeneration) -> tuple[str, str] | None:
    route = live.course.route
    return (route.model_name, route.server) if route else None


def place_in_queue(live: LiveGeneration) -> int:
    """How many are before it. 0 where that cannot be known: with REDIS_URL other processes ask
    the same model server. (A server may write several at once; then they wait less, not longer.)
    """
    if settings.REDIS_URL:
        return 0
    line = same_model(live)
    return line.index(live) if live in line else 0


def is_busy_for_others(live: LiveGeneration) -> bool:
    return any(other is not live and other.first_delta_at for other in same_model(live))
