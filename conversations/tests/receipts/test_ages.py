"""Receipts as each version has stored them: shown, measured and completed like a new one."""

import json

import pytest
from django.urls import reverse

from conversations.answering.course import Course, Outcome, complete_receipt
from conversations.models import Generation
from conversations.receipts import Receipt
from conversations.showing.article_views import footnote, gauge_of, notices_of
from conversations.showing.receipt_views import receipt_view
from conversations.tests.api.asked import UI
from conversations.tests.rows import generation_of, turn_in
from routing.types import Finished, HistoryCut, Usage

pytestmark = pytest.mark.django_db

PRINT = {"sha256": "a" * 64, "bytes": 5}
TOOK = {
    "usage": {"input_tokens": 900, "output_tokens": 30},
    "timings": {"total_ms": 9.0, "load_ms": None, "prompt_ms": 2.0, "generation_ms": 600.0},
    "duration_ms": 700.0,
    "time_to_first_token_ms": None,
    "tokens_per_second": 50.0,
}
FIRST = {
    "memory": True,
    "parameters": {"seed": 7},
    "prompt_profile": None,
    "messages": [{"id": "q", "role": "user", **PRINT}],
    "model": {"digest": "abc", "context_length": 4096},
    **TOOK,
}
WITH_ROUTES = FIRST | {
    "messages": [{"id": "q", "role": "user", "turn": 1, **PRINT}],
    "sent_bytes": 5,
    "route": {"strategy": "direct", "model_name": "m", "server": "s", "reason": ""},
    "fallback": {"from": "agent", "code": "agent_unreachable", "context": {}},
    "summary": {"upto": "p", **PRINT},
    "memories": [{"id": "m", **PRINT}],
    "window": {"tokens": 4096, "source": "loaded"},
    "left_out": {"messages": 2, "turns": 1, "reason": "window", "ids": ["o", "p"]},
}
WITH_TOOLS = WITH_ROUTES | {
    "rounds": [{"usage": TOOK["usage"], "timings": TOOK["timings"]}] * 2,
    "tools": ["calculate"],
    "notices": ["tool_rounds"],
    "searched_again": ["f"],
    "images": 1,
}
OF_A_PROGRAM = {
    "parameters": {},
    "messages": [{"role": "system", **PRINT}, {"role": "user", "turn": 0, **PRINT}],
    "sent_bytes": 10,
    "calls": 3,
    **TOOK,
}
FROM_A_FILE = {"memory": True, "prompt_profile": {"name": "Pirate", **PRINT}, "memories": [PRINT]}
BEGUN = {"memory": False, "parameters": {}, "prompt_profile": None, "messages": []}
AGES = [{}, BEGUN, FIRST, WITH_ROUTES, WITH_TOOLS, OF_A_PROGRAM, FROM_A_FILE]
ODD = [dict.fromkeys(WITH_TOOLS, odd) for odd in (None, 3, "x", [], {}, [{}], {"x": [1]})]


@pytest.mark.parametrize("stored", [*AGES, *ODD])
def test_it_is_shown_on_every_page_and_by_the_api(alice, conversation, client, stored) -> None:
    answer = turn_in(conversation, "Hi", "Hello")
    Generation.objects.update(receipt=stored)
    client.force_login(alice)
    page = reverse("conversation", args=[conversation.public_id])
    keys = [conversation.public_id, answer.public_id]
    pages = [page, reverse("receipt", args=keys), f"{UI}/conversations/{keys[0]}"]
    assert [client.get(one).status_code for one in pages] == [200, 200, 200]
    told = json.loads(client.get(reverse("receipt_json", args=keys)).content)
    assert told["generations"][0]["receipt"] == stored


def test_the_first_ones_say_what_they_can() -> None:
    receipt = Receipt(FIRST)
    assert footnote(receipt) == "30 tokens · 0.7 s · 50 tokens/s"
    assert (notices_of(receipt), gauge_of(receipt)) == ((), None)
    assert (receipt.messages[0].turn, receipt.model.gpu_share) == (None, None)


def test_a_summary_without_a_count_is_no_notice() -> None:
    assert [word for word in notices_of(Receipt(WITH_ROUTES)) if "summary" in word] == []


def test_the_gauge_is_that_of_the_last_round() -> None:
    rounds = [{"usage": {"input_tokens": 10}}, {"usage": {"input_tokens": 60}}]
    gauge = gauge_of(Receipt(WITH_TOOLS | {"rounds": rounds}))
    assert gauge is not None
    assert gauge.used == 60


def test_a_file_of_ours_shows_its_prompt_profile(conversation) -> None:
    generation = generation_of(turn_in(conversation, "Hi", "Hello"), receipt=FROM_A_FILE)
    assert [sent.label for sent in receipt_view(generation).sent] == ["System prompt", "Memory"]


def test_what_a_later_version_has_begun_is_not_lost_at_the_end() -> None:
    entry = {"id": "q", "role": "user", "turn": 1, "mood": "curious", **PRINT}
    begun = {"messages": [{**entry, "turn": 0}, entry], "skills": {"names": ["sing"]}}
    course = Course(cut=HistoryCut(messages=1, turns=1))
    ended = complete_receipt(
        Receipt(begun), Outcome(Finished("stop", Usage(1, 2)), 5.0, course=course)
    )
    stored = ended.to_json()
    assert (stored["messages"], stored["skills"]) == ([entry], {"names": ["sing"]})
    assert "skills" not in complete_receipt(Receipt(), Outcome(Finished("stop"), 5.0)).to_json()
