"""What is stored of how an answer came about."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from conversations.answering import runner
from conversations.answering.course import Course, Outcome, complete_receipt
from conversations.answering.history.request import build_request
from conversations.features.files.tests.rows import attached, picture
from conversations.models import Generation
from conversations.receipts import Fallback, LeftOut, Receipt
from conversations.showing.article_views import gauge_of, notices_of
from conversations.showing.receipt_views import ReceiptView, receipt_view
from conversations.tests.rows import generation_of, say, turn_in, waiting_call
from conversations.tests.scripted import never
from conversations.tests.talking import begin, talk
from routing.types import (
    FellBack,
    Finished,
    HistoryCut,
    RouteChosen,
    Timings,
    ToolsOffered,
    Usage,
    WindowKnown,
)

pytestmark = pytest.mark.django_db(transaction=True)

ENTRIES = [{"id": str(n), "role": "user", "turn": n // 2, "bytes": 3} for n in range(6)]
ENDED = Finished("stop", Usage(1200, 30), Timings(load_ms=5.0, prompt_ms=7.0, generation_ms=600.0))


def after(*events) -> Receipt:
    course = Course()
    for event in events:
        course.note(event)
    outcome = Outcome(ENDED, duration_ms=700, time_to_first_token_ms=90.04, course=course)
    return complete_receipt(Receipt({"messages": ENTRIES}), outcome)


@pytest.mark.parametrize("turns", [0, 2])
def test_an_end_that_is_saved_at_the_second_try_tells_the_same(turns: int) -> None:
    end = Outcome(Finished("stop"), duration_ms=1.0)
    end.course.note(HistoryCut(messages=9, turns=turns))
    once = complete_receipt(Receipt({"messages": ENTRIES}), end)
    assert complete_receipt(once, end).to_json() == once.to_json()


def test_what_was_left_out_is_named_and_no_longer_counted_as_sent() -> None:
    receipt = after(HistoryCut(messages=9, turns=2))
    assert [entry.id for entry in receipt.messages] == ["4", "5"]
    assert receipt.left_out == LeftOut(4, 2, "window", first="0", last="3")


def test_what_was_left_out_is_not_in_what_was_sent() -> None:
    end = Outcome(Finished("stop"), duration_ms=1.0)
    end.course.note(HistoryCut(messages=4, turns=2, bytes=12, weight=20))
    before = Receipt({"messages": ENTRIES, "sent_bytes": 18, "sent_weight": 31})
    once = complete_receipt(before, end)
    assert (once.sent_bytes, once.sent_weight) == (6, 11)
    assert complete_receipt(once, end).sent_bytes == 6


def test_without_a_cut_nothing_is_said_of_one() -> None:
    assert after().left_out is None


def test_the_counts_are_the_servers() -> None:
    receipt = after()
    assert receipt.usage == Usage(1200, 30)
    assert receipt.timings.prompt_ms == 7.0
    assert receipt.tokens_per_second == 50.0


def test_the_route_and_its_reason_are_kept() -> None:
    receipt = after(RouteChosen("direct", "echo", "echo:", "asked for"))
    assert receipt.route.reason == "asked for"


def test_the_tools_that_were_offered_are_kept() -> None:
    assert after(ToolsOffered(("calculate", "remember"))).tools == ("calculate", "remember")
    assert "tools" not in after().to_json()


def test_tool_calls_are_shown_with_arguments_state_and_time(conversation) -> None:
    answer = turn_in(conversation, "Hi", "Let me see.")
    began = timezone.now()
    times = {"started_at": began, "finished_at": began + timedelta(seconds=2)}
    waiting_call(answer, "Vienna", status="failed", error="Error: No.", **times)
    (call,) = receipt_view(answer.generations.get()).tool_calls
    assert (call.name, call.summary, call.state) == ("remember", "Vienna", "Failed")
    assert call.seconds == 2


def test_a_fallback_keeps_the_error_that_caused_it() -> None:
    receipt = after(FellBack("agent", "server_unreachable", {"server": "http://box"}))
    assert receipt.fallback == Fallback("agent", "server_unreachable", {"server": "http://box"})
    (sentence,) = notices_of(receipt)
    assert "Direct LLM" in sentence
    assert "http://box" in sentence


@pytest.mark.parametrize(("turns", "words"), [(1, "oldest 2 messages were"), (0, "")])
def test_the_answer_says_how_much_was_left_out(turns: int, words: str) -> None:
    receipt = after(HistoryCut(9, turns)) if turns else after()
    assert words in "".join(notices_of(receipt))


def test_the_gauge_shows_what_is_used_of_the_window() -> None:
    gauge = gauge_of(after(WindowKnown(4096, "loaded")))
    assert gauge is not None
    assert gauge.text == "1,230 of 4,096 tokens"


def test_without_a_window_there_is_no_gauge() -> None:
    assert gauge_of(after()) is None


async def test_the_receipt_is_there_before_the_model_answers(alice, conversation, model) -> None:
    model.does(never())
    turn = await begin(alice, "Hello", conversation)
    while not model.requests:
        await asyncio.sleep(0.01)
    receipt = await Generation.objects.values_list("receipt", flat=True).aget(message=turn.answer)
    assert receipt["messages"][0]["role"] == "user"
    await runner.stop(turn.answer)


def facts_of(view: ReceiptView) -> dict[str, str]:
    return dict(fact for group in view.groups for fact in group.facts)


async def test_one_answers_receipt_can_be_shown_whole(alice, conversation, model) -> None:
    ended = await talk(alice, "Hello", conversation)
    view = await sync_to_async(receipt_view)(ended)
    assert facts_of(view)["Routing profile"] == "Direct LLM"
    assert [sent.label for sent in view.sent] == ["You"]


def test_files_that_went_with_a_message_stand_below_it(alice, conversation) -> None:
    question = say(conversation, "user", "Why?")
    picture(alice, question)
    attached(alice, message=question, mode="searched")
    answer = say(conversation, "assistant", "Because.")
    receipt = build_request(conversation, answer, "m").receipt.to_json()
    labels = [sent.label for sent in receipt_view(generation_of(answer, receipt=receipt)).sent]
    assert labels == ["You", "Image", "File, searched", "Answer"]


def test_an_old_or_empty_receipt_is_shown_too(conversation) -> None:
    generation = generation_of(turn_in(conversation, "Hi", "Hello"))
    assert receipt_view(generation).sent == []


def test_what_tools_cost_is_said(conversation) -> None:
    offered = {"tools": ["calculate", "more_tools"], "tool_tokens": 610, "tools_put_away": ["a"]}
    generation = generation_of(turn_in(conversation, "Hi", "Hello"), receipt=offered)
    assert facts_of(receipt_view(generation))["Tools offered"] == (
        "calculate, more_tools · about 610 tokens · 1 more tool on request"
    )


def test_amounts_have_separators_and_seeds_have_none(conversation) -> None:
    stored = {"parameters": {"num_ctx": 4096, "seed": 12345}, "window": {"tokens": 4096}}
    generation = generation_of(turn_in(conversation, "Hi", "Hello"), receipt=stored)
    facts = facts_of(receipt_view(generation))
    assert facts["Parameters"] == "context window 4,096, seed 12345"
    assert facts["Size"].startswith("4,096 tokens")
