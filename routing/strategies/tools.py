"""The model works with tools: it is asked, its calls are run, it is asked again, until it answers.

    ASK ──no calls──────────────→ END
     │ ↑
     │ └──all have run──── CALL ──a person has to decide──→ END (approval_needed)
     └──calls─────────────→┘

A strategy never waits for a person: where one has to decide, the answer ends, and goes on from its
rows another time, beginning with CALL. Where nobody can be asked at all, the call is not made, the
model is told so, and the answer goes on.
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from time import monotonic
from uuid import uuid4

from django.conf import settings

from routing.strategies.base import Choose
from routing.tools.base import Tool
from routing.tools.by_prompt import Sieve
from routing.tools.calling import Caller
from routing.tools.choosing import Shelf, lay_out_tools
from routing.tools.modes import Manner, first_mode, reason_of
from routing.tools.registry import tools_for
from routing.types import (
    ApprovalNeeded,
    ChatMessage,
    ChatRequest,
    Chosen,
    Event,
    Finished,
    Notice,
    RoundEnded,
    RouteChosen,
    TextDelta,
    ToolCall,
    ToolCallFinished,
    ToolCallStarted,
    Usage,
)

SWITCHED_OFF = "Tools are switched off for this message."
UNATTENDED = "Nobody can be asked to allow this call here, so it was not made."


class Step(Enum):
    ASK = auto()
    CALL = auto()
    END = auto()


class Tools:
    name = "tools"
    label = "Tools+Data"
    needs_model = True
    uses_tools = True

    def missing(self) -> str:
        return ""

    async def answer(self, request: ChatRequest, choose: Choose) -> AsyncGenerator[Event]:
        chosen = await choose()
        context = request.tool_context
        mode = first_mode(chosen) if context else "off"
        reason = reason_of(mode, chosen.habit) if context else SWITCHED_OFF
        yield RouteChosen(self.name, chosen.model.name, chosen.provider.server, reason)
        if mode == "words":
            yield Notice("tools_by_prompt")
        elif mode == "none":
            yield Notice("tools_unsupported")
        manner = Manner(chosen, mode)
        toolbox = await tools_for(context) if context and manner.uses_tools else {}
        work = Work(request, chosen, manner, calls=[*request.approved])
        if context and toolbox:
            work.shelf = lay_out_tools(toolbox, request, chosen, manner.size_of)
            work.caller = Caller(chosen.model.name, work.shelf.toolbox(), context)
        async with aclosing(work.events()) as events:
            async for event in events:
                yield event


@dataclass(slots=True)
class Work:
    """One answer on its way through the graph. `calls` are to be run next."""

    request: ChatRequest
    chosen: Chosen
    manner: Manner
    caller: Caller | None = None
    shelf: Shelf | None = None
    calls: list[ToolCall] = field(default_factory=list)
    rounds: int = 0
    usage: Usage = field(default_factory=Usage)
    limit: str = ""
    began: float = field(default_factory=monotonic)
    last: Finished = field(default_factory=lambda: Finished("stop"))

    async def events(self) -> AsyncGenerator[Event]:
        step = Step.CALL if self.calls and self.caller else Step.ASK
        while step is not Step.END:
            walk = self._ask() if step is Step.ASK else self._call()
            async with aclosing(walk) as events:
                async for event in events:
                    yield event
            step = self._after(step)
        yield replace(self.last, usage=self.usage)

    def _after(self, step: Step) -> Step:
        if step is Step.CALL:
            return Step.END if self.last.finish_reason == "approval_needed" else Step.ASK
        return Step.CALL if self.calls else Step.END

    async def _ask(self) -> AsyncGenerator[Event]:
        for news in self._begin_round():
            yield news
        sieve, said, calls = Sieve(), [], []
        ended = Finished("ended_early")
        async with aclosing(self.manner.ask(self.request, self._tools_to_tell())) as events:
            async for event in events:
                if isinstance(event, Finished):
                    ended = event
                elif isinstance(event, ToolCallStarted):
                    calls.append(event.call)
                elif isinstance(event, TextDelta) and self.manner.mode == "words":
                    if words := sieve.add(event.text):
                        said.append(words)
                        yield TextDelta(words)
                else:
                    if isinstance(event, TextDelta):
                        said.append(event.text)
                    yield event
        if rest := sieve.end():
            said.append(rest)
            yield TextDelta(rest)
        self._take(ended, "".join(said), [*calls, *sieve.calls])
        for news in self.manner.take(self.calls, self.caller):
            yield news
        yield RoundEnded(ended.usage, ended.timings)

    def _begin_round(self) -> Iterator[Event]:
        self.limit = self._limit_reached()
        if self.limit:
            yield Notice(self.limit)
        if self.shelf and (offered := self.shelf.news()):
            yield offered

    def _take(self, ended: Finished, said: str, calls: list[ToolCall]) -> None:
        """Calls of a stream that broke off, or beyond a limit, are not run."""
        self.rounds += 1
        self.usage = _sum(self.usage, ended.usage)
        is_whole = ended.finish_reason == "stop" and self.caller is not None and not self.limit
        self.calls = self._named_apart(calls) if is_whole else []
        is_limited = bool(self.limit) and ended.finish_reason == "stop"
        self.last = replace(ended, finish_reason="tool_limit") if is_limited else ended
        if self.calls:
            message = ChatMessage("assistant", said, tool_calls=tuple(self.calls))
            self.request = replace(self.request, messages=(*self.request.messages, message))

    def _named_apart(self, calls: list[ToolCall]) -> list[ToolCall]:
        """Some servers count their calls from the beginning in every round."""
        known = {call.call_id for message in self.request.messages for call in message.tool_calls}
        fresh: list[ToolCall] = []
        for call in calls:
            if call.call_id in known:
                call = replace(call, call_id=f"call_{uuid4().hex[:12]}")
            known.add(call.call_id)
            fresh.append(call)
        return fresh

    async def _call(self) -> AsyncGenerator[Event]:
        if self.caller is None:
            return
        calls, waiting = self.calls, self._undecided()
        ready = [call for call in calls if call not in waiting]
        for call in ready:
            yield ToolCallStarted(call, self.caller.risk_of(call))
        results: dict[str, str] = {}
        if self.caller.context.attended:
            for call in waiting:
                yield ApprovalNeeded(call, self.caller.risk_of(call))
            calls = ready
            self.last = Finished("approval_needed") if waiting else self.last
        else:
            for call in waiting:
                results[call.call_id] = UNATTENDED
                yield ToolCallStarted(call, self.caller.risk_of(call))
                yield ToolCallFinished(call.call_id, UNATTENDED, ok=False)
        async with aclosing(self.caller.run(ready, self._seconds_left())) as finished:
            async for result in finished:
                results[result.call_id] = result.result
                yield result
        self._note_results(calls, results)

    def _undecided(self) -> list[ToolCall]:
        """The calls about which a person has to be asked."""
        allowed = {call.call_id for call in self.request.approved}
        return [
            call
            for call in self.calls
            if self.caller and call.call_id not in allowed and self.caller.needs_approval(call)
        ]

    def _note_results(self, calls: list[ToolCall], results: dict[str, str]) -> None:
        told = [
            ChatMessage("tool", results[c.call_id], tool_call_id=c.call_id, tool_name=c.name)
            for c in calls
        ]
        self.calls = []
        self.request = replace(self.request, messages=(*self.request.messages, *told), approved=())

    def _tools_to_tell(self) -> list[Tool]:
        return [] if self.limit or self.shelf is None else [*self.shelf.offered.values()]

    def _limit_reached(self) -> str:
        if self.rounds >= settings.TOOL_ROUNDS:
            return "tool_rounds"
        return "tool_time" if self.rounds and self._seconds_left() <= 0 else ""

    def _seconds_left(self) -> float:
        return settings.TOOL_SECONDS - (monotonic() - self.began)


def _sum(left: Usage, right: Usage) -> Usage:
    def add(one: int | None, other: int | None) -> int | None:
        return other if one is None else one + (other or 0)

    return Usage(
        add(left.input_tokens, right.input_tokens), add(left.output_tokens, right.output_tokens)
    )
