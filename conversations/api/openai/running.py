"""A request of another program while it is answered."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from uuid import uuid4

from chatstudio.base.api.errors import ApiError
from chatstudio.models import User
from conversations.answering.generation import LiveGeneration
from conversations.answering.turns import requests
from conversations.answering.turns.requests import Running
from conversations.api.openai.reading import Wanted
from conversations.models import Generation
from routing.errors import ModelCannot, sentence_for, status_for
from routing.types import Event, Finished, Notice, ToolCallStarted

CODES = {"context_exceeded": "context_length_exceeded"}
"""What OpenAI's clients call it."""
BROKEN_OFF = "The answer broke off before its end. Ask again."
STOPPED = "The answer was stopped. Ask again."


class Answer(Running):
    def __init__(self, generation: Generation, wanted: Wanted) -> None:
        self.wanted = wanted
        super().__init__(generation, events(generation, wanted))


async def start(person: User, wanted: Wanted) -> Answer:
    return await requests.start(person, wanted.asked, lambda row: Answer(row, wanted))


async def events(generation: Generation, wanted: Wanted) -> AsyncGenerator[Event]:
    live = LiveGeneration.get(generation.public_id)
    async with aclosing(requests.events(generation, wanted.asked)) as told:
        async for event in told:
            if isinstance(event, ToolCallStarted) and wanted.request.tools:
                event = _named_apart(event, live)
            if wanted.request.tools and event == Notice("tools_unsupported"):
                raise ModelCannot(model_name=wanted.name.model_name, capability="tools")
            yield event


def _named_apart(event: ToolCallStarted, live: LiveGeneration | None) -> ToolCallStarted:
    """Some servers give several calls of an answer one id."""
    if live is None or live.transcript.call_of(event.call.call_id) is None:
        return event
    return replace(event, call=replace(event.call, call_id=f"call_{uuid4().hex[:12]}"))


def failure_of(last: Finished) -> ApiError | None:
    """What went wrong, if anything did. Half an answer must not pass for a whole one."""
    if code := last.error_code:
        sentence = sentence_for(code, last.error_context)
        return ApiError(status_for(code), sentence, CODES.get(code, code))
    if last.finish_reason == "ended_early":
        return ApiError(502, BROKEN_OFF, last.finish_reason)
    if last.finish_reason in ("cancelled", "interrupted"):
        return ApiError(503, STOPPED, last.finish_reason)
    return None
