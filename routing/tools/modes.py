"""How a model is asked with tools, and what is learned of that: what its server refuses, and what
it does badly, gives way to the next mode.

    native ──refused, or wrong twice──→ schema ──refused, passed over, or wrong twice──→ words
"""

import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from django.conf import settings

from routing.asking import ask, estimate_schema
from routing.errors import ModelCannot, RequestRejected, RoutingError, ServerFailed, StreamFailed
from routing.tools.base import Tool
from routing.tools.by_prompt import in_words
from routing.tools.by_schema import SchemaAsk, line_of
from routing.tools.calling import Caller
from routing.types import (
    ChatRequest,
    Chosen,
    Event,
    Finished,
    ModelInfo,
    Notice,
    ToolCall,
    ToolHabit,
    ToolMode,
    ToolModeLearned,
)

LADDER: tuple[ToolMode, ...] = ("native", "schema", "words")
MOST_WRONG = 2
"""So many calls that cannot be made, in one answer, and the next mode is tried."""
REFUSALS = (ModelCannot, RequestRejected, ServerFailed, StreamFailed)

REASONS: dict[ToolMode, str] = {
    "native": "The model calls tools itself.",
    "schema": "The model chooses tools by a schema.",
    "words": "The model was told in words how to use tools.",
    "off": "The model gets no tools.",
    "none": "The model knows no tools, and teaching it is switched off.",
}
WITHOUT_TOOLS = (Notice("tools_unsupported"), Notice("tools_refused"))
NOTICES: dict[ToolMode, str] = {"schema": "tools_by_schema", "words": "tools_by_prompt"}


class Refused(Exception):
    """The server does not take this mode; nothing has been said yet. `is_sure`: it said so, and
    has not only failed."""

    def __init__(self, is_sure: bool) -> None:
        super().__init__()
        self.is_sure = is_sure


def first_mode(chosen: Chosen) -> ToolMode:
    return mode_of(chosen.model, chosen.habit)


def mode_of(model: ModelInfo, known: ToolHabit) -> ToolMode:
    """What is known, else `native` also where a server does not say what its model can: it will
    refuse if it cannot. The demo model is sent with tools and never calls one."""
    if known.mode and (known.is_set or known.mode == "native" or settings.TOOLS_BY_PROMPT):
        return known.mode
    capabilities = model.capabilities
    knows_none = model.is_demo or (capabilities is not None and "tools" not in capabilities)
    if not knows_none:
        return "native"
    return "schema" if settings.TOOLS_BY_PROMPT else "none"


def reason_of(mode: ToolMode, habit: ToolHabit) -> str:
    if habit.mode != mode:
        return REASONS[mode]
    known = "So it is set on the models page." if habit.is_set else "So it worked before."
    return f"{REASONS[mode]} {known}"


def size_in(mode: ToolMode, tool: Tool) -> int:
    """Tokens, roughly, with each question."""
    if mode == "schema":
        return estimate_schema(line_of(tool))
    return estimate_schema(json.dumps(tool.as_function(), ensure_ascii=False))


def with_functions(request: ChatRequest, tools: Sequence[Tool]) -> ChatRequest:
    return replace(request, tools=tuple(tool.as_function() for tool in tools))


@dataclass(slots=True)
class Manner:
    """The mode of one answer, which may change between its rounds. `wrong` counts calls that could
    not be made; it `has_worked` where one could, or where it is all that the server takes."""

    chosen: Chosen
    mode: ToolMode
    wrong: int = 0
    has_worked: bool = False
    known: str = ""

    def __post_init__(self) -> None:
        self.known = self.chosen.habit.mode

    @property
    def uses_tools(self) -> bool:
        return self.mode in LADDER

    async def ask(self, request: ChatRequest, tools: Sequence[Tool]) -> AsyncGenerator[Event]:
        """One round, without tools where there are none."""
        while True:
            try:
                async with aclosing(self._ask(request, tools)) as events:
                    async for event in events:
                        yield event
                return
            except Refused as refused:
                self._move(has_worked=refused.is_sure)
                yield Notice(NOTICES[self.mode])

    def take(self, calls: Sequence[ToolCall], caller: Caller | None) -> Iterator[Event]:
        """The calls of a round that are going to be run; what there is to tell of the mode."""
        wrong = sum(caller.is_wrong(call) for call in calls) if caller else 0
        if wrong < len(calls):
            self.has_worked = True
        self.wrong += wrong
        if wrong and self.wrong >= MOST_WRONG and not self.has_worked and self._may_move():
            self._move(has_worked=False)
            yield Notice(NOTICES[self.mode])
        if self.has_worked and self.mode != self.known and not self.chosen.habit.is_set:
            self.known = self.mode
            yield ToolModeLearned(self.mode)

    def size_of(self, tool: Tool) -> int:
        return size_in(self.mode, tool)

    def sent_at_once(self, request: ChatRequest, tools: Sequence[Tool]) -> ChatRequest | None:
        """What one round has sent; None where it has asked twice."""
        match self.mode:
            case "native":
                return with_functions(request, tools)
            case "words":
                return in_words(request, tools)
            case "schema":
                return None
            case _:
                return request

    def _ask(self, request: ChatRequest, tools: Sequence[Tool]) -> AsyncGenerator[Event]:
        match self.mode:
            case "native":
                return self._natively(request, tools)
            case "schema":
                return self._by_schema(request, tools)
            case "words":
                return ask(in_words(request, tools), self.chosen)
            case _:
                return ask(request, self.chosen)

    async def _natively(self, request: ChatRequest, tools: Sequence[Tool]) -> AsyncGenerator[Event]:
        async with aclosing(ask(with_functions(request, tools), self.chosen)) as events:
            async for event in events:
                # The provider is about to ask again without tools.
                if event in WITHOUT_TOOLS and self._may_move():
                    raise Refused(is_sure=event == WITHOUT_TOOLS[0])
                yield event

    async def _by_schema(
        self, request: ChatRequest, tools: Sequence[Tool]
    ) -> AsyncGenerator[Event]:
        asked = SchemaAsk(request, tools, self.chosen)
        try:
            async with aclosing(asked.events()) as events:
                async for event in events:
                    if isinstance(event, Finished) and asked.is_ignored and self._may_move():
                        self._move(has_worked=True)
                    yield event
        except RoutingError as error:
            is_refused = bool(tools) and not asked.is_taken and isinstance(error, REFUSALS)
            if not is_refused or not self._may_move():
                raise
            raise Refused(isinstance(error, (ModelCannot, RequestRejected))) from error

    def _may_move(self) -> bool:
        is_last = self.mode not in LADDER[:-1]
        return settings.TOOLS_BY_PROMPT and not self.chosen.habit.is_set and not is_last

    def _move(self, *, has_worked: bool) -> None:
        """What a server does not take it will not take the next time. What a model did badly once
        is tried again, until the other mode has brought a call."""
        self.mode = LADDER[LADDER.index(self.mode) + 1]
        self.wrong, self.has_worked = 0, has_worked
