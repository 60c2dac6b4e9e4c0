"""The fake models' steps as bytes of Ollama's protocol or of OpenAI's."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.fakes.model_answers import Call, ErrorLine, Fragment, Refuse, Text, Think
from tests.fakes.model_shapes import chances

CREATED_AT = "2026-11-22T10:20:27.416088050Z"


def line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


@dataclass
class Count:
    """What the last chunk reports."""

    prompt: int
    started: float = field(default_factory=time.monotonic)
    tokens: int = 0

    def nanoseconds(self) -> int:
        return max(1, int((time.monotonic() - self.started) * 1e9))


class Wire(Protocol):
    content_type: str

    def step(self, step: Text | Think | Fragment) -> bytes: ...

    def error_line(self, error: ErrorLine) -> bytes: ...

    def end(self, reason: str, calls: list[Call], count: Count) -> bytes: ...

    def refusal(self, refused: Refuse) -> bytes: ...


@dataclass
class OllamaWire:
    model: str
    content_type: str = "application/x-ndjson"
    chances: int | None = None
    is_bare: bool = False

    def _chunk(self, message: Mapping[str, Any], **rest: Any) -> bytes:
        start: dict[str, Any] = {"model": self.model, "created_at": CREATED_AT}
        if self.is_bare:
            start["response"] = message.get("content", "")
        else:
            start["message"] = {"role": "assistant", "content": "", **message}
        return line({**start, "done": False, **rest})

    def step(self, step: Text | Think | Fragment) -> bytes:
        told = self.chances is not None and isinstance(step, Text)
        more = {"logprobs": [chances(step.text, self.chances or 0)]} if told else {}
        name = "content" if isinstance(step, Text) else "thinking"
        return self._chunk({name: step.text}, **more)

    def error_line(self, error: ErrorLine) -> bytes:
        return line({"error": error.message})

    def end(self, reason: str, calls: list[Call], count: Count) -> bytes:
        told = [
            {
                "id": f"call_{n:08}",
                "function": {"index": n, "name": c.name, "arguments": c.arguments},
            }
            for n, c in enumerate(calls)
        ]
        return self._chunk(
            {"tool_calls": told} if told else {},
            done=True,
            done_reason=reason,
            total_duration=count.nanoseconds(),
            load_duration=1_000_000,
            prompt_eval_count=count.prompt,
            prompt_eval_duration=2_000_000,
            eval_count=count.tokens,
            eval_duration=count.nanoseconds(),
        )

    def refusal(self, refused: Refuse) -> bytes:
        """Errors of the engine come as JSON inside of a text."""
        if not refused.fields:
            return line({"error": refused.raw})
        inner = {"code": refused.status, "message": refused.raw, "type": refused.kind}
        return line({"error": json.dumps({"error": {**inner, **refused.fields}})})


@dataclass
class OpenAIWire:
    model: str
    content_type: str = "text/event-stream"
    begun: bool = False
    chances: int | None = None
    is_bare: bool = False

    def _chunk(self, choices: list[dict[str, Any]], **rest: Any) -> bytes:
        start = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1795344439}
        return b"data: " + line({**start, "model": self.model, "choices": choices, **rest}) + b"\n"

    def _delta(self, delta: Mapping[str, Any], reason: str | None = None) -> bytes:
        return self._chunk([{"index": 0, "delta": delta, "finish_reason": reason}])

    def step(self, step: Text | Think | Fragment) -> bytes:
        """The first delta has no content, as with llama.cpp."""
        told = chances(step.text, self.chances) if self.chances is not None else None
        if self.is_bare:
            return self._text(step.text, told)
        if isinstance(step, Fragment):
            function = {"name": "" if self.begun else "calculate", "arguments": step.text}
            self.begun = True
            return self._delta({"tool_calls": [{"index": 0, "function": function}]})
        name = "content" if isinstance(step, Text) else "reasoning_content"
        first = b"" if self.begun else self._delta({"role": "assistant", "content": None})
        self.begun = True
        more = {"logprobs": {"content": [told]}} if told else {}
        choice = {"index": 0, "delta": {name: step.text}, "finish_reason": None, **more}
        return first + self._chunk([choice])

    def _text(self, text: str, told: Mapping[str, Any] | None) -> bytes:
        choice: dict[str, Any] = {"index": 0, "text": text, "finish_reason": None}
        if told:
            others = {one["token"]: one["logprob"] for one in told["top_logprobs"]}
            lists = {"tokens": [text], "token_logprobs": [told["logprob"]]}
            choice["logprobs"] = {**lists, "top_logprobs": [others], "text_offset": [0]}
        return self._chunk([choice])

    def error_line(self, error: ErrorLine) -> bytes:
        detail = {"code": 500, "message": error.message, "type": "server_error"}
        return b"data: " + line({"error": detail}) + b"\n"

    def end(self, reason: str, calls: list[Call], count: Count) -> bytes:
        usage = {"prompt_tokens": count.prompt, "completion_tokens": count.tokens}
        deltas = [self._call(index, call) for index, call in enumerate(calls)]
        return b"".join(
            (
                *deltas,
                self._delta({}, "tool_calls" if calls else reason),
                self._chunk([], usage=usage),
                b"data: [DONE]\n\n",
            )
        )

    def _call(self, index: int, call: Call) -> bytes:
        """The arguments in two fragments of JSON text."""
        text = json.dumps(call.arguments)
        head = {"index": index, "id": f"call_{index}", "type": "function"}
        start = {**head, "function": {"name": call.name, "arguments": text[:3]}}
        rest = {"index": index, "function": {"arguments": text[3:]}}
        return self._delta({"tool_calls": [start]}) + self._delta({"tool_calls": [rest]})

    def refusal(self, refused: Refuse) -> bytes:
        error = {"message": refused.raw, "type": refused.kind, "code": refused.status}
        return line({"error": {**error, **refused.fields}})
