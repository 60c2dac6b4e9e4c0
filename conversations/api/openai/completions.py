"""The door where other programs have answers written."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router

from chatstudio.base.api.schemas import Facts
from chatstudio.base.api.scopes import CHAT
from conversations.api.openai.reading import wanted_of
from conversations.api.openai.running import Answer, failure_of, start
from conversations.api.openai.shapes import REFUSALS, Completion, CompletionBody
from conversations.api.openai.writing import Chunks, completion
from conversations.api.streaming import stream_frames
from conversations.lookup import person_of

router = Router()
EVENTS = {"text/event-stream": {"schema": {"type": "string"}}}
STREAM: Facts = {"responses": {200: {"content": EVENTS}}}


@router.post(
    "/completions",
    auth=CHAT,
    response={200: Completion, **REFUSALS},
    exclude_unset=True,
    openapi_extra=STREAM,
)
async def complete(request: HttpRequest, body: CompletionBody) -> Facts | HttpResponseBase:
    """Has an answer written to the messages that are sent.

    With `stream` it comes as server-sent events while it grows. No conversation is kept: only that
    an answer was written, how long it took and how many tokens. A tool of Chat Studio's that needs
    somebody's permission is not run here. Going away stops the model.
    """
    person = person_of(request)
    answer = await start(person, wanted_of(person.pk, body))
    if body.stream:
        options = body.stream_options
        with_usage = bool(options and options.include_usage)
        frames = Chunks(answer, with_usage).frames()
        first = await anext(frames)  # here, so that what fails at once has a status of its own
        return stream_frames(Pieces(first, frames, answer))
    return await whole(answer)


async def whole(answer: Answer) -> Facts:
    try:
        last = await answer.whole()
    finally:
        answer.leave()
    if failure := failure_of(last):
        raise failure
    return completion(answer, last)


class Pieces:
    """Closed by Django when the response is over, however that came about."""

    def __init__(self, first: bytes, rest: AsyncGenerator[bytes], answer: Answer) -> None:
        self.first = first
        self.rest = rest
        self.answer = answer
        self.loop = asyncio.get_running_loop()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.first
        async for piece in self.rest:
            yield piece

    def close(self) -> None:
        """Called in a thread."""
        self.loop.call_soon_threadsafe(self.answer.leave)
