"""The model works with tools: it is asked, its calls are run, it is asked again, until it answers.

    ASK ──no calls──────────────→ END
     │ ↑
     │ └──all have run──── CALL ──a person has to decide──→ END (approval_needed)
     └──calls─────────────→┘

A strategy never waits for a person: where one has to decide, the answer ends, and goes on from its
rows another time, beginning with CALL. Where nobody can be asked at all, the call is not made, the
model is told so, and the answer goes on.

In one answer nothing is done twice: the same call with the same arguments is told its first result
again. Limits end in a last question without tools, which says that an answer is wanted now.
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from time import monotonic
from uuid import uuid4

from django.conf import settings

from routing.asking import bytes_per_token
from routing.strategies.base import Choose
from routing.tools.base import Tool
from routing.tools.calling import Caller
from routing.tools.choosing import Shelf, lay_out_tools, pick_tools
from routing.tools.modes import Manner, first_mode, reason_of
from routing.tools.registry import tools_for
from routing.tools.repeats import AGAIN, BESIDE, Made
from routing.tools.sieve import sift_calls
from routing.types import (
    ApprovalNeeded,
    ChatMessage,
    ChatRequest,
    Chosen,
    Event,
    Finished,
    HistoryCut,
    Notice,
    ReasoningDelta,
    Recast,
    RoundEnded,
    RouteChosen,
    TextDelta,
    Timings,
    ToolCall,
    ToolCallFinished,
    ToolCallStarted,
    Usage,
)

SWITCHED_OFF = "Tools are switched off for this message."
ANSWER_NOW = (
    "(No more tools can be called for this answer. Answer now, in words, with what you know.)"
)
MOST_REPEATS = 2
"""Rounds of nothing but calls that were made before, until an answer is wanted."""
UNATTENDED = "Nobody can be asked to allow this call here, so it was not made."


class Step(Enum):
    ASK = auto()
    CALL = auto()
    END = auto()


class Tools:
    name = "tools"
    label = "Tools+Data"
    about = "The model may look things up with tools and ask your data before it answers."
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
        pick = pick_tools(toolbox, names_to_send(request) if toolbox else None)
        work = Work(request, chosen, manner, calls=[*request.approved])
        if toolbox and not pick.tools and not request.approved:
            yield pick.nothing_offered
        # What was allowed is made, or told to be gone: no call stays without a result.
        if context and manner.uses_tools and (pick.tools or request.approved):
            work.shelf = lay_out_tools(pick, request, chosen, manner.size_of)
            work.caller = Caller(work.shelf.toolbox(), context)
        async with aclosing(work.events()) as events:
            async for event in events:
                yield event


def names_to_send(request: ChatRequest) -> frozenset[str] | None:
    """What a person has allowed is made, whatever was chosen while it waited."""
    chosen = request.tool_context.chosen if request.tool_context else None
    return None if chosen is None else chosen | {call.name for call in request.approved}


@dataclass(slots=True)
class Spoken:
    """What a model says in one round, and what it has thought before."""

    text: list[str] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)

    def note(self, event: Event) -> None:
        match event:
            case TextDelta():
                self.text.append(event.text)
            case ReasoningDelta():
                self.thoughts.append(event.text)
            case Recast(kind="text"):
                self.text, self.thoughts = [event.words], []
            case Recast():
                self.text, self.thoughts = [], [event.words]
            case _:
                pass

    def message(self) -> ChatMessage:
        return ChatMessage("assistant", "".join(self.text), thoughts="".join(self.thoughts))


@dataclass(slots=True)
class Work:
    """One answer on its way through the graph. `calls` are to be run next."""

    request: ChatRequest
    chosen: Chosen
    manner: Manner
    caller: Caller | None = None
    shelf: Shelf | None = None
    calls: list[ToolCall] = field(default_factory=list)
    made: Made = field(init=False)
    rounds: int = 0
    repeats: int = 0
    usage: Usage = field(default_factory=Usage)
    timings: Timings = field(default_factory=Timings)
    limit: str = ""
    seconds: float = 0.0
    tells_unknown: bool = True
    last: Finished = field(default_factory=lambda: Finished("stop"))

    def __post_init__(self) -> None:
        self.made = Made.of_answer(self.request.messages)

    async def events(self) -> AsyncGenerator[Event]:
        step = Step.CALL if self.calls and self.caller else Step.ASK
        while step is not Step.END:
            walk = self._ask() if step is Step.ASK else self._call()
            async with aclosing(walk) as events:
                async for event in events:
                    yield event
            step = self._after(step)
        yield replace(self.last, usage=self.usage, timings=self.timings)

    def _after(self, step: Step) -> Step:
        if step is Step.CALL:
            return Step.END if self.last.finish_reason == "approval_needed" else Step.ASK
        return Step.CALL if self.calls else Step.END

    async def _ask(self) -> AsyncGenerator[Event]:
        for news in self._begin_round():
            yield news
        spoken, calls = Spoken(), list[ToolCall]()
        ended, is_whole = Finished("ended_early"), True
        async with aclosing(self._answered()) as events:
            async for event in events:
                is_whole = is_whole and not isinstance(event, HistoryCut)
                if isinstance(event, Finished):
                    ended = event
                elif isinstance(event, ToolCallStarted):
                    calls.append(event.call)
                else:
                    spoken.note(event)
                    yield event
        said = spoken.message()
        if self.limit and calls and not said.content.strip():
            yield Notice("no_answer")
        if is_whole:
            self._learn_size(ended.usage)
        self._take(ended, said, calls)
        for news in self.manner.take(self.calls, self.caller):
            yield news
        yield RoundEnded(ended.usage, ended.timings)

    def _begin_round(self) -> Iterator[Event]:
        self.limit = self._limit_reached()
        if self.limit:
            yield Notice(self.limit)
        if self.shelf and (offered := self.shelf.news()):
            yield offered

    def _tools_to_tell(self) -> list[Tool]:
        return [*self.shelf.offered.values()] if self.shelf and not self.limit else []

    def _answered(self) -> AsyncGenerator[Event]:
        """What the model says, the calls that it writes into its text among its calls."""
        request = wanting_answer(self.request) if self.caller and self.limit else self.request
        answered = self.manner.ask(request, self._tools_to_tell())
        if self.caller is None:
            return answered
        return sift_calls(answered, self.caller.offered, tells_unknown=self.tells_unknown)

    def _learn_size(self, usage: Usage) -> None:
        """How many bytes this model's tokens have, before results are added."""
        sent = self.manner.sent_at_once(self.request, self._tools_to_tell())
        if self.rounds or sent is None:
            return
        if ratio := bytes_per_token(sent, usage.input_tokens):
            self.request = replace(self.request, bytes_per_token=ratio)

    def _take(self, ended: Finished, said: ChatMessage, calls: list[ToolCall]) -> None:
        """Calls of a stream that broke off, or beyond a limit, are not run."""
        self.rounds += 1
        self.usage += ended.usage
        self.timings += ended.timings
        is_whole = ended.is_whole and self.caller is not None and not self.limit
        self.calls = self._named_apart(calls) if is_whole else []
        is_limited = bool(self.limit) and ended.is_whole
        self.last = replace(ended, finish_reason="tool_limit") if is_limited else ended
        if self.calls and self.caller:
            known = self.caller.toolbox
            self.tells_unknown &= all(call.name in known for call in self.calls)
            message = replace(said, tool_calls=tuple(self.calls))
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
        fresh, again = self._parted()
        waiting = self._undecided(fresh)
        ready = [call for call in fresh if call not in waiting]
        self.repeats = 0 if fresh else self.repeats + 1
        for call in ready:
            yield ToolCallStarted(call, self.caller.risk_of(call))
        told = [*ready, *again]
        if self.caller.context.attended:
            for call in waiting:
                yield ApprovalNeeded(call, self.caller.risk_of(call))
            self.last = Finished("approval_needed") if waiting else self.last
        else:
            told += waiting
            for call in waiting:
                self.made.note(call, UNATTENDED)
                yield ToolCallStarted(call, self.caller.risk_of(call))
                yield ToolCallFinished(call.call_id, UNATTENDED, ok=False)
        async with aclosing(self._run(ready)) as finished:
            async for result in finished:
                if isinstance(result, ApprovalNeeded):
                    told.remove(result.call)
                    self.last = Finished("approval_needed")
                yield result
        for call in again:
            yield ToolCallStarted(call)
            yield self._tell_again(call)
        self._note_results([call for call in self.calls if call in told])

    async def _run(
        self, calls: list[ToolCall]
    ) -> AsyncGenerator[ToolCallFinished | ApprovalNeeded]:
        """Side by side; the time counts that they take together."""
        if self.caller is None or not calls:
            return
        by_id = {call.call_id: call for call in calls}
        began = monotonic()
        async with aclosing(self.caller.run(calls, self._seconds_left())) as finished:
            async for result in finished:
                if isinstance(result, ToolCallFinished):
                    self.made.note(by_id[result.call_id], result.result)
                yield result
        self.seconds += monotonic() - began

    def _parted(self) -> tuple[list[ToolCall], list[ToolCall]]:
        """The calls that are new in this answer, and those that were made before or stand twice in
        this round. What a person has just allowed is new."""
        allowed = [call for call in self.calls if call in self.request.approved]
        fresh = [*allowed, *self.made.first_of_each(c for c in self.calls if c not in allowed)]
        return fresh, [call for call in self.calls if call not in fresh]

    def _tell_again(self, call: ToolCall) -> ToolCallFinished:
        result = self.made.result_of(call)
        told = BESIDE if result is None else f"{AGAIN}\n\n{result}"
        self.made.told[call.call_id] = told
        return ToolCallFinished(call.call_id, told, duration_ms=0.0)

    def _undecided(self, calls: list[ToolCall]) -> list[ToolCall]:
        """The calls about which a person has to be asked."""
        allowed = {call.call_id for call in self.request.approved}
        return [
            call
            for call in calls
            if self.caller and call.call_id not in allowed and self.caller.needs_approval(call)
        ]

    def _note_results(self, calls: list[ToolCall]) -> None:
        told = [
            ChatMessage("tool", self.made.told[c.call_id], tool_call_id=c.call_id, tool_name=c.name)
            for c in calls
        ]
        self.calls = []
        self.request = replace(self.request, messages=(*self.request.messages, *told), approved=())

    def _limit_reached(self) -> str:
        if self.rounds >= settings.TOOL_ROUNDS:
            return "tool_rounds"
        if self.repeats >= MOST_REPEATS:
            return "tool_repeats"
        return "tool_time" if self.rounds and self._seconds_left() <= 0 else ""

    def _seconds_left(self) -> float:
        """The model's own time is not the tools'."""
        return settings.TOOL_SECONDS - self.seconds


def wanting_answer(request: ChatRequest) -> ChatRequest:
    """Said behind the last result: many templates take no further message there."""
    *before, last = request.messages
    if last.role != "tool":
        return replace(request, messages=(*before, last, ChatMessage("user", ANSWER_NOW)))
    last = replace(last, content=f"{last.content}\n\n{ANSWER_NOW}")
    return replace(request, messages=(*before, last))
