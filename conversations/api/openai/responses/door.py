"""The door itself."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router

from chatstudio.base.api.schemas import Facts
from chatstudio.base.api.scopes import TURN
from conversations.api.openai.responses.reading import wanted_response
from conversations.api.openai.responses.shapes import Response, ResponseBody
from conversations.api.openai.responses.writing import ItemEvents, response
from conversations.api.openai.running import start, whole
from conversations.api.openai.shapes import REFUSALS, STREAM
from conversations.api.openai.telling import stream
from conversations.lookup import person_of
from routing.llm.servers import known_models

router = Router()


@router.post("", auth=TURN, response={200: Response, **REFUSALS}, openapi_extra=STREAM)
async def respond(request: HttpRequest, body: ResponseBody) -> Facts | HttpResponseBase:
    """Has an answer written, told as items.

    With `stream` it comes as server-sent events while it grows, which have OpenAI's names and
    order. Nothing that was said is kept, whatever `store` says: so `previous_response_id` is
    refused, and what was said before comes as items. Going away stops the model.
    """
    person, catalogue = person_of(request), await known_models()
    answers = await start(person, lambda: [wanted_response(person.pk, body, catalogue)])
    if body.stream:
        return await stream(ItemEvents(answers, body))
    await whole(answers)
    return response(answers[0], body)
