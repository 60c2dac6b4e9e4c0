"""A model server that refuses, from its own words to the rows and the page."""

import json
from typing import Any

import pytest
from django.urls import reverse

from conversations.models import Conversation
from conversations.tests.talking import talk, text_of
from routing.tests.replay import Canned, replay, transcript

pytestmark = pytest.mark.django_db(transaction=True)

MODELS = Canned(json.dumps({"data": [{"id": "m"}]}).encode(), content_type="application/json")
PATH = "/v1/chat/completions"
ANSWER = transcript("71")
FULL = (
    "Trying to keep the first 9000 tokens when context the overflows. However, the model is "
    "loaded with context length of only 60 tokens, which is not enough."
)


def refused(status: int, words: str, *headers: str) -> Canned:
    return Canned(json.dumps({"error": words}).encode(), status, headers=headers)


async def test_a_chat_goes_on_where_its_window_is_full(
    settings: Any, alice: Any, conversation: Conversation, aclient: Any
) -> None:
    answers = [ANSWER, ANSWER, refused(400, FULL), ANSWER]
    async with replay({"/v1/models": MODELS, PATH: answers}) as told:
        settings.LLM_BASE_URL = told.url
        for _ in range(2):
            await talk(alice, "Something long. " * 20, conversation)
        last = await talk(alice, "And now?", conversation)
    assert (last.status, await text_of(last.answer)) == ("complete", "Hello there. I")
    sent = [json.loads(body)["messages"] for _, path, _, body in told.requests if path == PATH]
    assert len(sent[-1]) < len(sent[-2])
    told_bytes = sum(len(message["content"].encode()) for message in sent[-1])
    assert last.read_receipt().sent_bytes == told_bytes
    page = await aclient.get(reverse("conversation", args=[conversation.public_id]))
    assert "left out: the conversation is longer" in page.text


async def test_a_limit_is_told_in_the_servers_words(
    settings: Any, alice: Any, conversation: Conversation, aclient: Any
) -> None:
    limited = refused(429, "Rate limit reached for m.", "Retry-After: 13")
    async with replay({"/v1/models": MODELS, PATH: limited}) as told:
        settings.LLM_BASE_URL = told.url
        assert (await talk(alice, "Hi", conversation)).status == "failed"
        page = await aclient.get(reverse("conversation", args=[conversation.public_id]))
    assert "It says: Rate limit reached for m. Try again in 13 seconds." in page.text
