"""Which place an answer has among those that the same model has to write."""

from uuid import uuid4

import pytest

from conversations.answering.course import Course
from conversations.answering.generation import REGISTRY
from conversations.answering.queueing import is_busy_for_others, place_in_queue
from conversations.showing.article_views import waiting_sentence
from routing.types import RouteChosen


class Live:
    """As much of a LiveGeneration as counts."""

    def __init__(self, model: str = "m:1b", server: str = "http://s", said: bool = False) -> None:
        self.course = Course(route=RouteChosen("direct", model, server))
        self.first_delta_at = 1.0 if said else None
        REGISTRY[uuid4()] = self  # type: ignore[assignment]


def test_those_that_began_before_come_first() -> None:
    line = [Live(), Live(), Live()]
    assert [place_in_queue(live) for live in line] == [0, 1, 2]


def test_another_model_or_server_is_another_line() -> None:
    Live("other:1b"), Live(server="http://t")
    assert place_in_queue(Live()) == 0


def test_one_that_has_ended_is_out_of_the_line() -> None:
    Live()
    REGISTRY.clear()
    assert place_in_queue(Live()) == 0


def test_with_other_processes_the_place_is_not_known(settings) -> None:
    Live()
    settings.REDIS_URL = "redis://localhost:6379"
    assert place_in_queue(Live()) == 0


def test_a_later_one_that_speaks_already_keeps_the_model_busy() -> None:
    live = Live()
    assert not is_busy_for_others(live)
    Live(said=True)
    assert is_busy_for_others(live)


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (0, "Waiting for its turn: the model is busy with another answer…"),
        (1, "Waiting for its turn: one other answer is before this one…"),
        (3, "Waiting for its turn: 3 other answers are before this one…"),
    ],
)
def test_the_sentence_names_the_place(ahead: int, words: str) -> None:
    assert waiting_sentence("queue", "m:1b", ahead) == words
