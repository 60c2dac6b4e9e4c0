"""The door where texts become vectors, by a model that is made for it."""

import base64
import struct
from collections.abc import AsyncGenerator, Sequence
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Discriminator, Field, Tag

from chatstudio.base.api.schemas import Facts
from chatstudio.base.api.scopes import CHAT
from chatstudio.base.words import group_digits
from conversations.answering.course import Course
from conversations.answering.generation import LiveGeneration
from conversations.answering.source import chooser_of
from conversations.answering.turns import requests
from conversations.answering.turns.requests import Asked, Running
from conversations.api.openai.naming import read_name
from conversations.api.openai.reading_messages import refuse_value
from conversations.api.openai.running import failure_of
from conversations.api.openai.shapes import REFUSALS, Text
from conversations.lookup import person_of
from conversations.models import Generation
from routing.errors import BadAnswer
from routing.llm.servers import known_models
from routing.types import ChatMessage, ChatRequest, Event, Finished, RouteChosen, Usage

router = Router()
MOST_TEXTS = 2_048
AT_ONCE = 64
"""Texts that a server is sent at once: whoever goes away stops the rest."""
TOKENS = "Send texts: a model's tokens are known to its server alone."
WHY = "Asked for vectors."

type Input = Annotated[
    Annotated[Text, Tag("text")] | Annotated[list[Text | int | list[int]], Tag("several")],
    Discriminator(lambda value: "several" if isinstance(value, list) else "text"),
]


class EmbeddingsBody(Schema):
    """`input` is one text or several."""

    model: str = Field(min_length=1, max_length=520, examples=["echo"])
    input: Input = Field(examples=["How does a heat pump work?"])
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: int | None = Field(None, ge=1, le=1_000_000)
    user: str | None = None


class Embedding(Schema):
    """A list of numbers, or with base64 their four bytes each, the lowest first."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class EmbeddingsUsage(Schema):
    prompt_tokens: int
    total_tokens: int


class Embeddings(Schema):
    object: Literal["list"] = "list"
    data: list[Embedding]
    model: str
    usage: EmbeddingsUsage


class Making(Running):
    """Vectors on their way."""

    def __init__(
        self, generation: Generation, asked: Asked, texts: Sequence[str], dimensions: int | None
    ) -> None:
        self.vectors: list[tuple[float, ...]] = []
        source = events(generation, asked, texts, dimensions, self.vectors)
        super().__init__(generation, source)


@router.post("", auth=CHAT, response={200: Embeddings, **REFUSALS})
async def embed(request: HttpRequest, body: EmbeddingsBody) -> Facts:
    """Makes a vector of each text, by a model that its server has for that.

    The texts are not kept: only that they were asked for, how long it took and how many tokens. One
    request counts as one answer.
    """
    name = read_name(body.model, await known_models())
    if name.strategy != "direct":
        raise refuse_value("model", f"{name.strategy} makes no vectors. Name a model alone.")
    texts = texts_of(body)
    asked = Asked("direct", ChatRequest(name.model_name, messages_of(texts)), name.server)

    def run(row: Generation) -> Making:
        return Making(row, asked, texts, body.dimensions)

    running = await requests.start(person_of(request), asked, run)
    try:
        last = await running.whole()
    finally:
        running.leave()
    if failure := failure_of(last):
        raise failure
    return told(body, running.vectors, last.usage)


def texts_of(body: EmbeddingsBody) -> list[str]:
    given = body.input if isinstance(body.input, list) else [body.input]
    texts = [one for one in given if isinstance(one, str)]
    if len(texts) < len(given):
        raise refuse_value("input", TOKENS)
    if not 0 < len(texts) <= MOST_TEXTS:
        raise refuse_value("input", f"Send one text, or up to {group_digits(MOST_TEXTS)}.")
    return texts


def messages_of(texts: Sequence[str]) -> tuple[ChatMessage, ...]:
    """So that the receipt has the size of all that was sent."""
    return tuple(ChatMessage("user", text) for text in texts)


async def events(
    generation: Generation,
    asked: Asked,
    texts: Sequence[str],
    dimensions: int | None,
    vectors: list[tuple[float, ...]],
) -> AsyncGenerator[Event]:
    live = LiveGeneration.get(generation.public_id)

    async def named() -> tuple[str, str]:
        return asked.request.model_name, asked.server

    chosen = await chooser_of(named, live.course if live else Course())()
    server = chosen.provider.server
    yield RouteChosen("direct", chosen.model.name, server, WHY)
    counts: list[int | None] = []
    for start in range(0, len(texts), AT_ONCE):
        some = texts[start : start + AT_ONCE]
        made = await chosen.provider.embed(chosen.model.name, some, dimensions)
        if len(made.vectors) != len(some):
            raise BadAnswer(server=server, detail="another number of vectors than of texts")
        vectors.extend(made.vectors)
        counts.append(made.input_tokens)
    known = [count for count in counts if count is not None]
    yield Finished("stop", Usage(sum(known), 0) if known else Usage())


def told(body: EmbeddingsBody, vectors: Sequence[tuple[float, ...]], counted: Usage) -> Facts:
    packed = body.encoding_format == "base64"
    data = [
        {"index": n, "embedding": pack(vector) if packed else list(vector)}
        for n, vector in enumerate(vectors)
    ]
    tokens = counted.input_tokens or 0
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"data": data, "model": body.model, "usage": usage}


def pack(vector: Sequence[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
