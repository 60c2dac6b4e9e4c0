"""What a chunk of `/v1/chat/completions` says: words, thoughts, calls, numbers and an end.

Servers put them in several places, and in several shapes; a whole answer has the same ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from django.conf import settings

from chatstudio.base.json_types import (
    JsonMapping,
    JsonObject,
    JsonValue,
    integer_at,
    list_at,
    number_at,
    object_at,
    objects_at,
    text_at,
)
from chatstudio.base.text import replace_unstorable
from chatstudio.base.words import KB
from routing.llm.call_fragments import CallFragments
from routing.llm.wire import finish_reason
from routing.types import (
    Event,
    Finished,
    ReasoningDelta,
    TextDelta,
    Timings,
    TokenChances,
    ToolCallStarted,
    Usage,
)

THOUGHTS = ("reasoning_content", "reasoning", "reasoning_text", "reasoning_details", "thinking")
"""Where thoughts are; some servers say the same in two places."""
THOUGHT_TYPES = ("thinking", "reasoning", "reasoning.text", "reasoning.summary")
INNER = ("text", "content", "thinking", "reasoning", "summary", "refusal")
WORDS = ("content", "text", "refusal")
NUMBERS = frozenset({"usage", "x_groq", "timings"})
CALLS = frozenset({"tool_calls", "function_call"})


@dataclass(slots=True)
class Assembly:
    """What of a stream has to be kept until its end."""

    reason: str | None = None
    done: bool = False
    usage: Usage = field(default_factory=Usage)
    timings: Timings = field(default_factory=Timings)
    calls: CallFragments = field(default_factory=CallFragments)
    choice: int | None = None
    thoughts_in: str = ""
    """The field in which its thoughts came."""

    def add(self, chunk: JsonMapping) -> Iterator[Event]:
        if not NUMBERS.isdisjoint(chunk):
            self._add_numbers(chunk)
        if choice := self._choice_of(chunk):
            self.reason = text_at(choice, "finish_reason") or self.reason
            self.done = self.done or _is_whole(choice)
            delta = _delta_of(choice)
            if not CALLS.isdisjoint(delta):
                self._add_calls(delta)
                if self.calls.size > settings.MAX_ANSWER_KB * KB:
                    yield Finished("too_long", self.usage, self.timings)
                    return
            yield from self._words_of(delta)
            if chances := object_at(choice, "logprobs"):
                yield from _chances_of(chances)

    def end(self) -> Iterator[Event]:
        """Tool calls of a stream that broke off in their middle are not told."""
        if self.reason is None and not self.done and not self.calls.are_complete:
            yield Finished("ended_early", self.usage, self.timings)
            return
        for call in self.calls.calls():
            yield ToolCallStarted(call)
        yield Finished(finish_reason(self.reason or ""), self.usage, self.timings)

    def _choice_of(self, chunk: JsonMapping) -> JsonObject:
        """One is asked for. Where a server sends several, it is the first that all chunks have."""
        choices = objects_at(chunk, "choices")
        if not choices:  # the last chunk, with the usage, has none
            return {}
        if len(choices) == 1 and choices[0].get("index") == self.choice is not None:
            return choices[0]
        if self.choice is None:
            self.choice = min(integer_at(choice, "index") or 0 for choice in choices)
        same = (one for one in choices if (integer_at(one, "index") or 0) == self.choice)
        return next(same, {})

    def _add_numbers(self, chunk: JsonMapping) -> None:
        usage = object_at(chunk, "usage") or object_at(object_at(chunk, "x_groq"), "usage")
        if usage:
            counts = [integer_at(usage, name) for name in ("prompt_tokens", "completion_tokens")]
            self.usage = Usage(*counts)
        # llama.cpp's own measure.
        if timings := object_at(chunk, "timings"):
            self.timings = Timings(
                prompt_ms=number_at(timings, "prompt_ms"),
                generation_ms=number_at(timings, "predicted_ms"),
            )

    def _words_of(self, delta: JsonMapping) -> Iterator[Event]:
        content = delta.get("content")
        parts = [content] if isinstance(content, dict) else content
        thought, place = _first_text(delta, THOUGHTS)
        if thought:
            self.thoughts_in = place
            yield ReasoningDelta(thought)
        if isinstance(parts, list) and parts:
            for part in parts:
                yield from _part(part)
        elif words := _first_text(delta, WORDS)[0]:
            yield TextDelta(words)

    def _add_calls(self, delta: JsonMapping) -> None:
        alone = object_at(delta, "tool_calls")  # not in a list
        for fragment in objects_at(delta, "tool_calls") or ([alone] if alone else []):
            self.calls.add(fragment)
        if single := object_at(delta, "function_call"):
            self.calls.add({"index": 0, "function": single})


def _is_whole(choice: JsonMapping) -> bool:
    return "message" in choice and "delta" not in choice


def _delta_of(choice: JsonMapping) -> JsonObject:
    """The delta may be a text, and the text may stand where older protocols have it."""
    for name in ("delta", "message"):
        if isinstance(choice.get(name), dict):
            return object_at(choice, name)
    told = (text_at(choice, name) for name in ("delta", "message", "text"))
    plain = next(filter(None, told), "")
    return {"content": plain} if plain else {}


def _first_text(delta: JsonMapping, names: Sequence[str]) -> tuple[str, str]:
    """And where it stands."""
    for name in names:
        if text := text_in(delta.get(name)):
            return text, name
    return "", ""


def _part(part: JsonValue) -> Iterator[Event]:
    text = text_in(part)
    if text and isinstance(part, dict) and text_at(part, "type") in THOUGHT_TYPES:
        yield ReasoningDelta(text)
    elif text:
        yield TextDelta(text)


def text_in(value: JsonValue, depth: int = 4) -> str:
    """A text, or the one in an object or in the parts of a list."""
    if isinstance(value, str):
        return replace_unstorable(value)
    if isinstance(value, list) and depth:
        return "".join(text_in(one, depth - 1) for one in value)
    if isinstance(value, dict) and depth:
        return next(filter(None, (text_in(value.get(name), depth - 1) for name in INNER)), "")
    return ""


def _chances_of(told: JsonMapping) -> Iterator[TokenChances]:
    """Token by token, or in lists beside each other, as `/v1/completions` has them."""
    likely, others = list_at(told, "token_logprobs"), list_at(told, "top_logprobs")
    tokens: list[JsonObject] = [
        {"token": token, "logprob": chance, "bytes": None, "top_logprobs": _others(other)}
        for token, chance, other in zip_longest(list_at(told, "tokens"), likely, others)
        if isinstance(token, str)
    ]
    if found := tokens or objects_at(told, "content"):
        yield TokenChances(tuple(found))


def _others(told: JsonValue) -> list[JsonValue]:
    pairs = told.items() if isinstance(told, dict) else ()
    return [{"token": token, "logprob": chance, "bytes": None} for token, chance in pairs]
