"""The door where a model goes on with a text, without a chat's marks around it.

Servers of OpenAI's shape are asked by their own `/v1/completions`, Ollama by `/api/generate` with
`raw`, so that no template is put around the text; with a `suffix` its template for that is used.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router, Schema
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, create_model

from chatstudio.base.api.schemas import Facts
from chatstudio.base.api.scopes import TURN
from chatstudio.base.json_types import JsonObject, object_in
from conversations.answering.transcript import CallState
from conversations.api.openai.naming import read_name
from conversations.api.openai.reading import Wanted, limit_of, stops_of
from conversations.api.openai.reading_messages import refuse_value
from conversations.api.openai.running import Answer, start, whole
from conversations.api.openai.shapes import (
    HANDED_ON,
    LONGEST,
    MOST_ANSWERS,
    NUMBER_FIELDS,
    NUMBERS,
    REFUSALS,
    STREAM,
    FinishReason,
    OfStudio,
    Stop,
    StreamOptions,
    Text,
    Usage,
)
from conversations.api.openai.telling import DONE, Telling, as_data, stream
from conversations.api.openai.writing import head, of_studio, reason, usage
from conversations.lookup import person_of
from routing.llm.catalogue import Catalogue
from routing.llm.servers import known_models
from routing.parameters import Parameters
from routing.types import ChatMessage, ChatRequest

router = Router()
MOST_PROMPTS = 128
TOKENS = "Send the prompt as text: a model's tokens are known to its server alone."

type Prompt = Annotated[
    Annotated[Text, Tag("text")]
    | Annotated[list[Text | int | list[int]], Field(max_length=LONGEST), Tag("several")],
    Discriminator(lambda value: "several" if isinstance(value, list) else "text"),
]


class WithPrompt(BaseModel):
    model: str = Field(min_length=1, max_length=520, examples=["direct/llama3.2"])
    prompt: Prompt = Field(examples=["Once upon a time"])
    stream: bool | None = None
    stream_options: StreamOptions | None = None


if TYPE_CHECKING:
    WithPromptAndNumbers = WithPrompt
else:
    WithPromptAndNumbers = create_model(
        "WithPromptAndNumbers", __base__=WithPrompt, **NUMBER_FIELDS
    )


class TextCompletionBody(WithPromptAndNumbers):
    """`prompt` is one text or several. With `suffix` the model fills in what stands before it."""

    model_config = ConfigDict(extra="allow")

    suffix: Text | None = None
    echo: bool | None = None
    n: int | None = Field(None, ge=1, le=MOST_ANSWERS)
    logprobs: int | None = Field(None, ge=0, le=20)
    stop: Stop = None


class OldChances(Schema):
    tokens: list[str]
    token_logprobs: list[float | None]
    top_logprobs: list[dict[str, float | None]]
    text_offset: list[int]


class TextChoice(Schema):
    index: int
    text: str
    finish_reason: FinishReason
    logprobs: OldChances | None


class TextCompletion(Schema):
    """`usage` is null where the model server did not count."""

    id: str
    object: Literal["text_completion"]
    created: int
    model: str
    choices: list[TextChoice]
    usage: Usage | None
    chat_studio: OfStudio


@router.post("", auth=TURN, response={200: TextCompletion, **REFUSALS}, openapi_extra=STREAM)
async def complete_text(request: HttpRequest, body: TextCompletionBody) -> Facts | HttpResponseBase:
    """Has a model go on with a text, without a chat's marks around it.

    With `stream` it comes as server-sent events while it grows. Only models themselves are asked
    so, by their own name or `direct/…`; each answer counts as one.
    """
    catalogue = await known_models()
    answers = await start(person_of(request), lambda: wishes_of(body, catalogue))
    if body.stream:
        options = body.stream_options
        return await stream(TextChunks(answers, bool(options and options.include_usage)))
    await whole(answers)
    return {
        **head(answers[0], "text_completion", "cmpl"),
        "choices": [choice(answer) for answer in answers],
        "usage": usage(answers),
        "chat_studio": of_studio(answers[0]),
    }


def wishes_of(body: TextCompletionBody, catalogue: Catalogue) -> list[Wanted]:
    """The answers to each prompt stand together."""
    name = read_name(body.model, catalogue)
    if name.strategy != "direct":
        why = f"Behind {name.strategy} there is no bare text. Ask direct/…, or send messages."
        raise refuse_value("model", why)
    extra: JsonObject = object_in(body.model_extra)
    words = {one: extra[one] for one in HANDED_ON if extra.get(one) not in (None, {}, [])}
    request = ChatRequest(
        name.model_name,
        (),
        parameters_of(body),
        chances=body.logprobs,
        is_bare=True,
        suffix=body.suffix or "",
        in_openais_words=words,
    )
    wishes = []
    for number, prompt in enumerate(prompts_of(body)):
        asked = replace(request, messages=(ChatMessage("user", prompt),))
        echoed = prompt if body.echo else ""
        wanted = Wanted(body.model, name, asked, body.n or 1, number, echoed=echoed)
        wishes += wanted.each()
    return wishes


def prompts_of(body: TextCompletionBody) -> list[str]:
    given = body.prompt if isinstance(body.prompt, list) else [body.prompt]
    texts = [one for one in given if isinstance(one, str)]
    if len(texts) < len(given):
        raise refuse_value("prompt", TOKENS)
    if not 0 < len(texts) <= MOST_PROMPTS:
        raise refuse_value("prompt", f"Send one text, or up to {MOST_PROMPTS}.")
    return texts


def parameters_of(body: TextCompletionBody) -> Parameters:
    given = {one.name: getattr(body, one.openai) for one in NUMBERS}
    given["num_predict"] = limit_of(given["num_predict"])
    return Parameters.from_dict({**given, "stop": stops_of(body.stop)})


def choice(answer: Answer) -> Facts:
    text = answer.wanted.echoed + answer.live.transcript.text
    is_wished = answer.wanted.request.chances is not None
    told = old_chances(answer.chances, len(answer.wanted.echoed)) if is_wished else None
    finish = reason(answer)
    return {"index": answer.index, "text": text, "finish_reason": finish, "logprobs": told}


def old_chances(chances: list[JsonObject], offset: int = 0) -> Facts:
    """As they were told before there were chats: a list of each kind."""
    told: Facts = {"tokens": [str(one.get("token", "")) for one in chances]}
    told["token_logprobs"] = [one.get("logprob") for one in chances]
    others = ([object_in(o) for o in list_of(one.get("top_logprobs"))] for one in chances)
    told["top_logprobs"] = [{str(o.get("token")): o.get("logprob") for o in few} for few in others]
    offsets = []
    for one in chances:
        offsets.append(offset)
        offset += len(str(one.get("token", "")))
    return {**told, "text_offset": offsets}


def list_of(value: object) -> list[object]:
    return value if isinstance(value, list) else []


@dataclass(slots=True)
class TextChunks(Telling):
    """`offsets` is where the next token of each answer begins."""

    with_usage: bool = False
    offsets: dict[int, int] = field(default_factory=dict)

    def begin(self) -> Iterator[bytes]:
        for answer in self.answers:
            if echoed := answer.wanted.echoed:
                yield self._chunk(answer, echoed)

    def more(self, answer: Answer) -> Iterator[bytes]:
        """What a model thinks has no place here."""
        cursor = self.cursors[answer.index]
        for new in cursor.news():
            if not isinstance(new, CallState) and new[0] == "text":
                yield self._chunk(answer, new[1], chances=cursor.new_chances())

    def end(self, answer: Answer) -> Iterator[bytes]:
        rest = self.cursors[answer.index].new_chances()
        yield self._chunk(answer, "", reason(answer), rest, chat_studio=of_studio(answer))

    def finish(self) -> Iterator[bytes]:
        if self.with_usage:
            yield as_data({**self._head(), "choices": [], "usage": usage(self.answers)})
        yield DONE

    def _head(self) -> Facts:
        return head(self.answers[0], "text_completion", "cmpl")

    def _chunk(
        self,
        answer: Answer,
        text: str,
        finish_reason: str | None = None,
        chances: list[JsonObject] | None = None,
        **beside: object,
    ) -> bytes:
        told = self._chances(answer, chances) if chances else None
        choice = {"index": answer.index, "text": text, "finish_reason": finish_reason}
        return as_data({**self._head(), "choices": [{**choice, "logprobs": told}], **beside})

    def _chances(self, answer: Answer, chances: list[JsonObject]) -> Facts:
        offset = self.offsets.get(answer.index, len(answer.wanted.echoed))
        self.offsets[answer.index] = offset + sum(len(str(one.get("token", ""))) for one in chances)
        return old_chances(chances, offset)
