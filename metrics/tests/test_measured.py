"""What a generation took, from its outcome or from its receipt."""

import pytest
from django.utils import timezone

from conversations.answering.course import Course, Outcome
from conversations.models import Generation
from metrics.recording import Measured, of_outcome, of_receipt
from metrics.tests.made import receipt_of
from routing.llm.echo import EchoProvider
from routing.strategies.base import Chosen
from routing.types import Finished, ModelInfo, Timings, Usage

FINISHED = Finished("stop", Usage(26, 50), Timings(2700.0, 500.5, 120.0, 2000.0))


def generation(receipt: dict) -> Generation:
    now = timezone.now()
    return Generation(receipt=receipt, created_at=now, finished_at=now)


def test_queueing_is_what_neither_loading_nor_reading_was() -> None:
    told = Measured(time_to_first_token_ms=700.0, load_ms=500.0, prompt_ms=120.0)
    assert told.queue_ms == 80.0


def test_queueing_is_never_less_than_nothing() -> None:
    told = Measured(time_to_first_token_ms=600.0, load_ms=500.0, prompt_ms=120.0)
    assert told.queue_ms == 0.0


@pytest.mark.parametrize("unknown", ["time_to_first_token_ms", "load_ms", "prompt_ms"])
def test_queueing_is_unknown_where_one_of_them_is(unknown: str) -> None:
    known = {"time_to_first_token_ms": 700.0, "load_ms": 500.0, "prompt_ms": 120.0}
    assert Measured(**{**known, unknown: None}).queue_ms is None


def test_an_outcome_is_kept_as_it_is() -> None:
    model = ModelInfo("echo", "echo:", digest="abc", gpu_share=0.5)
    course = Course(chosen=Chosen(model, EchoProvider()), notices=["x"])
    told = of_outcome(Outcome(FINISHED, 3000.0, 700.0, course=course))
    assert (told.load_ms, told.prompt_ms, told.generation_ms) == (500.5, 120.0, 2000.0)
    assert (told.digest, told.gpu_share, told.tokens_per_second) == ("abc", 0.5, 25.0)


def test_a_receipt_says_the_same() -> None:
    told = of_receipt(generation(receipt_of()))
    assert (told.input_tokens, told.output_tokens, told.load_ms) == (100, 200, 50.0)
    assert (told.time_to_first_token_ms, told.duration_ms) == (500.0, 4000.0)


@pytest.mark.parametrize(
    "receipt",
    [{}, {"usage": None, "timings": 3, "model": []}, {"usage": {"output_tokens": "many"}},
     {"usage": {"output_tokens": True}}, {"notices": None}],
)  # fmt: skip
def test_a_receipt_of_another_shape_is_nothing_said(receipt: dict) -> None:
    told = of_receipt(generation(receipt))
    assert told.output_tokens is told.load_ms is told.tokens_per_second is None
