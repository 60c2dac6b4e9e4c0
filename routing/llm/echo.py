"""A provider that needs no model: it says the last user message again, word by word.

It serves tests, demonstrations and the first look on a machine without a model server.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from hashlib import sha256

from chatstudio.base.text import encode_text
from routing.errors import ModelNotFound
from routing.types import (
    ChatRequest,
    Embedded,
    Event,
    Finished,
    ModelInfo,
    TextDelta,
    Timings,
    Usage,
)

SERVER = "echo:"
MODEL_NAME = "echo"


class EchoProvider:
    server = SERVER

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Event]:
        self._check(request.model_name)
        words = _words(_answer(request))
        for word in words:
            await asyncio.sleep(0)
            yield TextDelta(word)
        sent = sum(len(_words(message.content)) for message in request.messages)
        yield Finished("stop", Usage(sent, len(words)), Timings(total_ms=0.0))

    async def embed(
        self, model_name: str, texts: Sequence[str], dimensions: int | None
    ) -> Embedded:
        """A vector of a few numbers that are the same for the same words."""
        self._check(model_name)
        size = min(dimensions or 8, 32)
        rows = (sha256(encode_text(text)).digest()[:size] for text in texts)
        vectors = tuple(tuple(one / 255 for one in row) for row in rows)
        return Embedded(vectors, sum(len(_words(text)) for text in texts))

    async def list_models(self) -> list[ModelInfo]:
        return [await self.describe_model(MODEL_NAME)]

    async def describe_model(self, model_name: str) -> ModelInfo:
        self._check(model_name)
        return ModelInfo(
            name=MODEL_NAME,
            server=SERVER,
            context_length=1_000_000,
            loaded=True,
            capabilities=frozenset({"completion"}),
        )

    async def is_loaded(self, model_name: str) -> bool | None:
        return True

    def _check(self, model_name: str) -> None:
        if model_name.removesuffix(":latest") != MODEL_NAME:
            raise ModelNotFound(model_name=model_name, server=SERVER)


def _answer(request: ChatRequest) -> str:
    """Where the last message is an assistant's beginning, what is missing of it."""
    asked = [message.content for message in request.messages if message.role == "user"]
    whole = asked[-1] if asked else ""
    last = request.messages[-1] if request.messages else None
    begun = last.content if last and last.role == "assistant" else ""
    return whole.removeprefix(begun)


def _words(text: str) -> list[str]:
    return re.findall(r"\s*\S+\s*", text)
