"""A model that calls tools, as a test wrote it down."""

import math
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from django.conf import settings

from routing.llm import servers
from routing.llm.catalogue import Catalogue
from routing.llm.echo import SERVER, EchoProvider
from routing.llm.servers import Survey, configured_places
from routing.types import (
    ChatRequest,
    Event,
    Finished,
    ModelInfo,
    ReasoningDelta,
    TextDelta,
    ToolCallStarted,
    Usage,
)
from routing.types import ToolCall as Call

MODEL = ModelInfo("echo", "echo:", capabilities=frozenset({"completion", "tools"}))


class Caller(EchoProvider):
    """What it says, one list of events for each time that it is asked."""

    def __init__(self) -> None:
        self.rounds: list[list[Event]] = []
        self.asked: list[ChatRequest] = []

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Event]:
        self.asked.append(request)
        for event in self.rounds.pop(0) if self.rounds else [TextDelta("Done."), Finished("stop")]:
            yield event


def call(name: str, call_id: str = "c1", **arguments: Any) -> ToolCallStarted:
    return ToolCallStarted(Call(call_id, name, arguments))


def asks(*calls: ToolCallStarted, text: str = "Let me see.") -> list[Event]:
    return [ReasoningDelta("Hm."), TextDelta(text), *calls, Finished("stop", Usage(10, 2))]


def offer_models(monkeypatch: pytest.MonkeyPatch, *models: ModelInfo) -> None:
    """These are what the one server has, the first one by default, wherever that is asked."""
    survey = Survey(
        configured_places(),
        settings.LLM_DEFAULT_MODEL,
        math.inf,
        math.inf,
        Catalogue(models, (), models[0]),
        {SERVER: EchoProvider()},
        {},
        {},
    )
    monkeypatch.setattr(servers, "_latest", survey)
