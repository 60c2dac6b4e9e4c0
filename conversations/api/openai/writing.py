"""An answer in OpenAI's words: whole, or as it grows."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chatstudio.base.api.schemas import Facts
from conversations.answering.course import describe_route
from conversations.answering.transcript import CallState
from conversations.api.openai.running import Answer
from conversations.api.openai.telling import DONE, Telling, as_data
from conversations.showing.article_views import notices_of
from routing.llm.wire import UNPARSED
from routing.types import Usage

CUT_OFF = {"length": "length", "too_long": "length", "content_filter": "content_filter"}


def completion(answers: Sequence[Answer]) -> Facts:
    return {
        **head(answers[0], "chat.completion"),
        "choices": [choice(answer) for answer in answers],
        "usage": usage(answers),
        "chat_studio": of_studio(answers[0]),
    }


def head(answer: Answer, kind: str, prefix: str = "chatcmpl") -> Facts:
    row = answer.generation
    return {
        "id": f"{prefix}-{row.public_id.hex}",
        "object": kind,
        "created": int(row.created_at.timestamp()),
        "model": answer.wanted.asked_for,
    }


def choice(answer: Answer) -> Facts:
    told = {"index": answer.index, "message": message(answer), "finish_reason": reason(answer)}
    if answer.wanted.request.chances is not None:
        told["logprobs"] = {"content": answer.chances}
    return told


def message(answer: Answer) -> Facts:
    transcript = answer.live.transcript
    told: Facts = {"role": "assistant", "content": transcript.text}
    if thought := thought_of(answer):
        told["reasoning_content"] = thought
    if calls := [call_shape(call) for call in answer.calls()]:
        told["content"] = transcript.text or None
        told |= in_old_words(calls[0]) if answer.wanted.in_old_words else {"tool_calls": calls}
    return told


def thought_of(answer: Answer) -> str:
    parts = answer.live.transcript.parts
    return "".join(part.content for part in parts if part.kind == "reasoning")


def call_shape(call: CallState) -> Facts:
    function = {"name": call.name, "arguments": arguments_of(call)}
    return {"id": call.call_id, "type": "function", "function": function}


def in_old_words(call: Facts) -> Facts:
    """Of the one call that there was room for."""
    return {"function_call": call["function"]}


def arguments_of(call: CallState) -> str:
    """Arguments that are no JSON go on as the model wrote them."""
    text = call.arguments.get(UNPARSED)
    return text if isinstance(text, str) else json.dumps(call.arguments, ensure_ascii=False)


def reason(answer: Answer) -> str:
    """Calls that were cut off in the middle are none to be run."""
    last = answer.last
    if last and (told := CUT_OFF.get(last.finish_reason)):
        return told
    if not answer.calls():
        return "stop"
    return "function_call" if answer.wanted.in_old_words else "tool_calls"


def counted(answers: Sequence[Answer]) -> Usage | None:
    """What all of them took; None where the server did not count. It reads each question once."""
    told = [answer.last.usage for answer in answers if answer.last]
    if all(one == Usage() for one in told):
        return None
    questions = {answer.wanted.question: answer.last for answer in answers}
    sent = sum(last.usage.input_tokens or 0 for last in questions.values() if last)
    return Usage(sent, sum(one.output_tokens or 0 for one in told))


def usage(answers: Sequence[Answer]) -> dict[str, int] | None:
    found = counted(answers)
    if found is None:
        return None
    sent, told = found.input_tokens or 0, found.output_tokens or 0
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
        "notices": list(notices_of(describe_route(course))),
    }


@dataclass(slots=True)
class Chunks(Telling):
    """`with_usage` is the program's wish to be told of tokens at the end."""

    with_usage: bool = False

    def begin(self) -> Iterator[bytes]:
        for answer in self.answers:
            yield self._chunk(answer, {"role": "assistant", "content": ""})

    def more(self, answer: Answer) -> Iterator[bytes]:
        cursor = self.cursors[answer.index]
        for new in cursor.news():
            if isinstance(new, CallState):
                yield self._chunk(answer, self._call(answer, new, cursor.calls - 1))
            else:
                kind, text = new
                name = "content" if kind == "text" else "reasoning_content"
                yield self._chunk(answer, {name: text}, more=self._chances(answer, kind))

    def _call(self, answer: Answer, call: CallState, index: int) -> Facts:
        told = call_shape(call)
        if answer.wanted.in_old_words:
            return in_old_words(told)
        return {"tool_calls": [{"index": index, **told}]}

    def _chances(self, answer: Answer, kind: str = "text") -> Facts:
        fresh = self.cursors[answer.index].new_chances() if kind == "text" else []
        return {"logprobs": {"content": fresh}} if fresh else {}

    def end(self, answer: Answer) -> Iterator[bytes]:
        if rest := self._chances(answer):
            yield self._chunk(answer, {"content": ""}, more=rest)
        ending: Facts = {"chat_studio": of_studio(answer)}
        yield self._chunk(answer, {}, reason(answer), beside=ending)

    def finish(self) -> Iterator[bytes]:
        if self.with_usage:
            chunk = {**self._head(), "choices": []}
            yield as_data({**chunk, "usage": usage(self.answers)})
        yield DONE

    def _head(self) -> Facts:
        return head(self.answers[0], "chat.completion.chunk")

    def _chunk(
        self,
        answer: Answer,
        delta: Facts,
        finish_reason: str | None = None,
        more: Facts | None = None,
        beside: Facts | None = None,
    ) -> bytes:
        """`more` stands in the choice, `beside` next to it."""
        choice = {"index": answer.index, "delta": delta, "finish_reason": finish_reason}
        nothing_yet = {"usage": None} if self.with_usage else {}
        choices = [choice | (more or {})]
        return as_data({**self._head(), "choices": choices, **nothing_yet, **(beside or {})})
