"""What an agent's objects mean: ours as the README has them, OpenAI's chunks, a few others' names.

Ours are `{"answer": "…"}` for a whole answer; `{"delta": "…"}`, `{"reasoning": "…"}` for pieces;
`{"done": true, "usage": {"input_tokens": 1, "output_tokens": 2}}` for the end; `{"error": "…"}`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from chatstudio.base.json_types import JsonMapping, integer_at, object_at, text_at
from routing.agent.refusals import failure
from routing.agent.service import Service
from routing.errors import AgentBadAnswer, AgentEndedEarly, AgentError, AgentSaidNothing
from routing.llm.openai_chunks import Assembly
from routing.llm.wire import finish_reason
from routing.types import Event, Finished, ReasoningDelta, TextDelta, Usage

ANSWER_NAMES = ("answer", "text", "content", "message", "response", "output", "reply")
NAMES = {*ANSWER_NAMES, "delta", "reasoning", "reasoning_content", "choices"}


@dataclass(slots=True)
class Reading:
    """`told` is whether words have come, `understood` whether there was a place for them."""

    service: Service
    chunks: Assembly = field(default_factory=Assembly)
    usage: Usage = field(default_factory=Usage)
    reason: str = ""
    told: bool = False
    understood: bool = False
    is_over: bool = False

    def add(self, data: JsonMapping) -> Iterator[Event]:
        if data.get("error"):
            raise failure(data, self.service, answering=self.told)
        for event in self._events(data):
            self.told = True
            yield event
        self.is_over = data.get("done") is True

    def _events(self, data: JsonMapping) -> Iterator[Event]:
        self.understood |= not NAMES.isdisjoint(data)
        if "choices" in data:
            for event in self.chunks.add(data):
                # What an agent does itself, it reports in words; ours to do is nothing.
                if isinstance(event, TextDelta | ReasoningDelta):
                    yield event
            return
        self._note_end(data)
        if thought := text_at(data, "reasoning") or text_at(data, "reasoning_content"):
            yield ReasoningDelta(thought)
        if piece := text_at(data, "delta") or self._answer(data):
            yield TextDelta(piece)

    def _answer(self, data: JsonMapping) -> str:
        """At the end of a stream some say the whole once more."""
        named = [name for name in ANSWER_NAMES if name in data]
        if not named or (self.told and data.get("done") is True):
            return ""
        inner = object_at(data, named[0])
        return text_at(inner, "content") or text_at(inner, "text") or text_at(data, named[0])

    def _note_end(self, data: JsonMapping) -> None:
        self.reason = text_at(data, "finish_reason") or self.reason
        if usage := object_at(data, "usage"):
            self.usage = Usage(
                integer_at(usage, "input_tokens") or integer_at(usage, "prompt_tokens"),
                integer_at(usage, "output_tokens") or integer_at(usage, "completion_tokens"),
            )

    def end(self) -> Finished:
        """A stream that breaks off after its first words has these kept, and says so."""
        facts = self.service.facts
        usage = self.usage if self.usage != Usage() else self.chunks.usage
        reason = self.reason or self.chunks.reason or ""
        complete = self.is_over or bool(reason)
        if not self.told:
            raise self._nothing(complete)
        if complete:
            return Finished(finish_reason(reason), usage, self.chunks.timings)
        code = AgentEndedEarly.code
        return Finished("ended_early", usage, error_code=code, error_context=facts)

    def _nothing(self, complete: bool) -> AgentError:
        facts = self.service.facts
        if not complete:
            return AgentEndedEarly(**facts)
        if not self.understood:
            return AgentBadAnswer(detail='there is no "answer" in it', **facts)
        return AgentSaidNothing(**facts)
