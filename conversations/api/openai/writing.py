"""An answer in OpenAI's words: whole, or as it grows."""

import json
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass

from chatstudio.base.api.errors import in_openais_shape
from chatstudio.base.api.schemas import Facts
from chatstudio.base.text import encode_text
from conversations.answering.transcript import CallState, Part
from conversations.api.events import HEARTBEAT
from conversations.api.openai.running import Answer, failure_of
from conversations.api.streaming import HEARTBEAT_SECONDS
from routing.llm.wire import UNPARSED
from routing.types import Finished, Usage

DONE = b"data: [DONE]\n\n"


def completion(answer: Answer, last: Finished) -> Facts:
    choice = {"index": 0, "message": message(answer), "finish_reason": reason(answer, last)}
    return {
        **head(answer, "chat.completion"),
        "choices": [choice],
        "usage": usage(last.usage),
        "chat_studio": of_studio(answer),
    }


def head(answer: Answer, kind: str) -> Facts:
    row = answer.generation
    return {
        "id": f"chatcmpl-{row.public_id.hex}",
        "object": kind,
        "created": int(row.created_at.timestamp()),
        "model": answer.wanted.asked_for,
    }


def message(answer: Answer) -> Facts:
    transcript = answer.live.transcript
    calls = [call_shape(call) for call in calls_to_run(answer)]
    thought = "".join(part.content for part in transcript.parts if part.kind == "reasoning")
    told: Facts = {"role": "assistant", "content": transcript.text}
    if thought:
        told["reasoning_content"] = thought
    if calls:
        told |= {"content": transcript.text or None, "tool_calls": calls}
    return told


def calls_to_run(answer: Answer) -> list[CallState]:
    """Those of the program's own tools: who gave tools is to run them."""
    if not answer.wanted.request.tools:
        return []
    return [part.call for part in answer.live.transcript.parts if part.call]


def call_shape(call: CallState) -> Facts:
    """Arguments that are no JSON go on as the model wrote them."""
    text = call.arguments.get(UNPARSED)
    arguments = text if isinstance(text, str) else json.dumps(call.arguments, ensure_ascii=False)
    function = {"name": call.name, "arguments": arguments}
    return {"id": call.call_id, "type": "function", "function": function}


def reason(answer: Answer, last: Finished) -> str:
    """Calls that were cut off in the middle are none to be run."""
    if last.finish_reason == "length":
        return "length"
    return "tool_calls" if calls_to_run(answer) else "stop"


def usage(counted: Usage) -> dict[str, int] | None:
    if counted == Usage():
        return None
    sent, told = counted.input_tokens or 0, counted.output_tokens or 0
    return {"prompt_tokens": sent, "completion_tokens": told, "total_tokens": sent + told}


def of_studio(answer: Answer) -> Facts:
    course, parts = answer.live.course, answer.live.transcript.parts
    made = [part.call for part in parts if part.call and part.call.finished_at]
    return {
        "generation_id": str(answer.generation.public_id),
        "profile": course.route.strategy if course.route else answer.wanted.name.strategy,
        "model": course.route.model_name if course.route else answer.wanted.name.model_name,
        "steps": [{"name": call.name, "ok": call.status == "done"} for call in made],
        "messages_left_out": course.cut.messages if course.cut else 0,
    }


@dataclass(slots=True)
class Cursor:
    """How much of an answer has been told. It is read from the transcript, so a slow reader gets
    larger pieces and misses none."""

    answer: Answer
    part: int = 0
    characters: int = 0
    calls: int = 0
    kind: str = ""

    def deltas(self) -> Iterator[Facts]:
        parts = self.answer.live.transcript.parts
        while self.part < len(parts):
            yield from self._of(parts[self.part])
            if self.part == len(parts) - 1:
                return
            self.part, self.characters, self.kind = self.part + 1, 0, ""

    def _of(self, part: Part) -> Iterator[Facts]:
        if (self.kind, part.kind) == ("reasoning", "text"):  # it was no thought after all
            self.characters = 0
        fresh, self.kind = part.content[self.characters :], part.kind
        self.characters = len(part.content)
        if fresh:
            yield {"content" if part.kind == "text" else "reasoning_content": fresh}
        known = calls_to_run(self.answer) if part.call else []
        for call in known[self.calls :]:
            yield {"tool_calls": [{"index": self.calls, **call_shape(call)}]}
            self.calls += 1


@dataclass(slots=True)
class Chunks:
    """`with_usage` is the program's wish to be told of tokens at the end."""

    answer: Answer
    with_usage: bool

    async def frames(self) -> AsyncGenerator[bytes]:
        """Nothing before the first words are there, so that a failure before them can still be
        an HTTP error; but where a model takes long to load, a sign of life."""
        cursor, answer = Cursor(self.answer), self.answer
        try:
            first = await self._first(cursor)
            yield self._chunk({"role": "assistant", "content": ""})
            for delta in first:
                yield self._chunk(delta)
            while answer.last is None:
                has_news = await answer.more(HEARTBEAT_SECONDS)
                for delta in cursor.deltas():
                    yield self._chunk(delta)
                if not has_news:
                    yield HEARTBEAT
            for piece in self._end(answer.last):
                yield piece
        finally:
            answer.leave()

    async def _first(self, cursor: Cursor) -> list[Facts]:
        answer = self.answer
        while await answer.more(HEARTBEAT_SECONDS):
            deltas = list(cursor.deltas())
            if answer.last and not deltas and (failure := failure_of(answer.last)):
                raise failure
            if deltas or answer.last:
                return deltas
        return []

    def _end(self, last: Finished) -> Iterator[bytes]:
        if failure := failure_of(last):
            yield as_data(in_openais_shape(failure))
            return
        ending = {"chat_studio": of_studio(self.answer)}
        yield self._chunk({}, reason(self.answer, last), **ending)
        if self.with_usage:
            chunk = {**head(self.answer, "chat.completion.chunk"), "choices": []}
            yield as_data({**chunk, "usage": usage(last.usage)})
        yield DONE

    def _chunk(self, delta: Facts, finish_reason: str | None = None, **more: object) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        nothing_yet = {"usage": None} if self.with_usage else {}
        chunk = {**head(self.answer, "chat.completion.chunk"), "choices": [choice]}
        return as_data({**chunk, **nothing_yet, **more})


def as_data(value: Facts) -> bytes:
    text = json.dumps(value, ensure_ascii=False)
    return encode_text(f"data: {text}\n\n")
