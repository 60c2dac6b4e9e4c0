"""The door where other programs have answers written."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router

from chatstudio.base.api.schemas import Facts
from chatstudio.base.api.scopes import TURN
from conversations.api.openai.reading import wanted_of
from conversations.api.openai.running import start, whole
from conversations.api.openai.shapes import REFUSALS, STREAM, Completion, CompletionBody
from conversations.api.openai.telling import stream
from conversations.api.openai.writing import Chunks, completion
from conversations.lookup import person_of
from routing.llm.servers import known_models

router = Router()


@router.post(
    "/completions",
    auth=TURN,
    response={200: Completion, **REFUSALS},
    exclude_unset=True,
    openapi_extra=STREAM,
)
async def complete(request: HttpRequest, body: CompletionBody) -> Facts | HttpResponseBase:
    """Has an answer written to the messages that are sent.

    With `stream` it comes as server-sent events while it grows. No conversation is kept: only that
    an answer was written, how long it took and how many tokens. A tool of Chat Studio's that needs
    somebody's permission is not run here. Going away stops the model.

    With `n` several answers are written side by side, each of which counts as one.
    """
    person, catalogue = person_of(request), await known_models()
    answers = await start(person, lambda: wanted_of(person.pk, body, catalogue).each())
    if body.stream:
        options = body.stream_options
        return await stream(Chunks(answers, bool(options and options.include_usage)))
    await whole(answers)
    return completion(answers)
