"""An answer as `/v1/responses` tells it: as items, whole or as they grow."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.schemas import Facts
from chatstudio.base.text import encode_text
from conversations.answering.transcript import CallState
from conversations.api.openai.responses.shapes import ResponseBody
from conversations.api.openai.running import Answer
from conversations.api.openai.telling import Telling
from conversations.api.openai.writing import arguments_of, counted, of_studio

CUT = {
    "length": "max_output_tokens",
    "too_long": "max_output_tokens",
    "content_filter": "content_filter",
}


def response(answer: Answer, body: ResponseBody, error: ApiError | None = None) -> Facts:
    """As far as it has come."""
    row, last = answer.generation, answer.last
    cut = CUT.get(last.finish_reason) if last else None
    status = "failed" if error else "incomplete" if cut else "completed" if last else "in_progress"
    text = {"format": {"type": "text"}, **(body.text or {})}
    return {
        "id": f"resp_{row.public_id.hex}",
        "object": "response",
        "created_at": int(row.created_at.timestamp()),
        "status": status,
        "error": {"code": "server_error", "message": error.message} if error else None,
        "incomplete_details": {"reason": cut} if cut else None,
        "instructions": body.instructions,
        "max_output_tokens": body.max_output_tokens,
        "metadata": body.metadata or {},
        "model": answer.wanted.asked_for,
        "output": items_of(answer, is_over=last is not None),
        "parallel_tool_calls": body.parallel_tool_calls is not False,
        "previous_response_id": None,
        "reasoning": {"effort": None, "summary": None, **(body.reasoning or {})},
        "store": False,
        "temperature": body.temperature,
        "text": text,
        "tool_choice": body.tool_choice or "auto",
        "tools": body.tools or [],
        "top_p": body.top_p,
        "truncation": "disabled",
        "usage": usage(answer),
        "chat_studio": of_studio(answer) if last else None,
    }


def usage(answer: Answer) -> Facts | None:
    found = counted([answer]) if answer.last else None
    if found is None:
        return None
    sent, told = found.input_tokens or 0, found.output_tokens or 0
    return {
        "input_tokens": sent,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": told,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": sent + told,
    }


def items_of(answer: Answer, *, is_over: bool) -> list[Facts]:
    """Nothing before the end: until then the events tell them."""
    if not is_over:
        return []
    hex_key, calls = answer.generation.public_id.hex, answer.calls()
    items: list[Facts] = []
    for number, part in enumerate(answer.live.transcript.parts):
        key = f"{hex_key}_{number}"
        if part.call in calls and part.call is not None:
            items.append(call_item(key, part.call))
        elif part.content and part.kind in ("text", "reasoning"):
            chances = answer.chances if part.kind == "text" else []
            items.append(text_item(key, part.kind, part.content, chances))
    return items


def text_item(key: str, kind: str, text: str | None, chances: object = ()) -> Facts:
    """Without a text it has only begun."""
    has_begun = text is None
    content = [] if has_begun else [text_part(kind, text or "", chances)]
    if kind == "reasoning":
        return {"id": f"rs_{key}", "type": "reasoning", "summary": [], "content": content}
    status = "in_progress" if has_begun else "completed"
    about = {"id": f"msg_{key}", "type": "message", "status": status, "role": "assistant"}
    return {**about, "content": content}


def text_part(kind: str, text: str, chances: object = ()) -> Facts:
    if kind == "reasoning":
        return {"type": "reasoning_text", "text": text}
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": chances or []}


def call_item(key: str, call: CallState, *, has_begun: bool = False) -> Facts:
    return {
        "id": f"fc_{key}",
        "type": "function_call",
        "status": "in_progress" if has_begun else "completed",
        "call_id": call.call_id,
        "name": call.name,
        "arguments": "" if has_begun else arguments_of(call),
    }


NAMES = {"text": "output_text", "reasoning": "reasoning_text"}
"""Of the events that bring a piece of it."""


@dataclass(slots=True)
class Open:
    """The item that is being told."""

    part: int
    kind: str
    text: str = ""


@dataclass(slots=True)
class ItemEvents(Telling):
    """Of one answer. Each event has the number that it is of all."""

    body: ResponseBody
    number: int = -1
    index: int = -1
    open: Open | None = None

    @property
    def answer(self) -> Answer:
        return self.answers[0]

    def begin(self) -> Iterator[bytes]:
        yield self._event("response.created", response=response(self.answer, self.body))
        yield self._event("response.in_progress", response=response(self.answer, self.body))

    def more(self, answer: Answer) -> Iterator[bytes]:
        cursor = self.cursors[0]
        for new in cursor.news():
            if isinstance(new, CallState):
                yield from self._close()
                yield from self._call(new, cursor.part)
                continue
            kind, text = new
            is_other = not self.open or (self.open.part, self.open.kind) != (cursor.part, kind)
            if is_other:  # or what was told proved to be of the other kind
                yield from self._close()
                yield from self._begin_item(Open(cursor.part, kind))
            if self.open:
                self.open.text += text
            chances = {"logprobs": cursor.new_chances()} if kind == "text" else {}
            yield self._of_part(f"response.{NAMES[kind]}.delta", delta=text, **chances)

    def end(self, answer: Answer) -> Iterator[bytes]:
        yield from self._close()
        whole = response(answer, self.body)
        yield self._event(f"response.{whole['status']}", response=whole)

    def finish(self) -> Iterator[bytes]:
        return iter(())

    def fail(self, failure: ApiError) -> Iterator[bytes]:
        whole = response(self.answer, self.body, failure)
        yield self._event("response.failed", response=whole)

    def _begin_item(self, item: Open) -> Iterator[bytes]:
        self.open, self.index = item, self.index + 1
        yield self._item("added", text_item(self._key(item.part), item.kind, None))
        if item.kind == "text":
            yield self._of_part("response.content_part.added", part=text_part(item.kind, ""))

    def _close(self) -> Iterator[bytes]:
        if (item := self.open) is None:
            return
        part = text_part(item.kind, item.text)
        chances: Facts = {"logprobs": []} if item.kind == "text" else {}
        yield self._of_part(f"response.{NAMES[item.kind]}.done", text=item.text, **chances)
        if item.kind == "text":
            yield self._of_part("response.content_part.done", part=part)
        yield self._item("done", text_item(self._key(item.part), item.kind, item.text))
        self.open = None

    def _call(self, call: CallState, part: int) -> Iterator[bytes]:
        self.index += 1
        key, arguments = self._key(part), arguments_of(call)
        about = {"item_id": f"fc_{key}", "output_index": self.index}
        name = "response.function_call_arguments"
        yield self._item("added", call_item(key, call, has_begun=True))
        yield self._event(f"{name}.delta", **about, delta=arguments)
        yield self._event(f"{name}.done", **about, name=call.name, arguments=arguments)
        yield self._item("done", call_item(key, call))

    def _key(self, part: int) -> str:
        return f"{self.answer.generation.public_id.hex}_{part}"

    def _item(self, what: str, item: Facts) -> bytes:
        name = f"response.output_item.{what}"
        return self._event(name, output_index=self.index, item=item)

    def _of_part(self, name: str, **data: object) -> bytes:
        item = self.open or Open(0, "text")
        prefix = "rs" if item.kind == "reasoning" else "msg"
        place = {"item_id": f"{prefix}_{self._key(item.part)}", "output_index": self.index}
        return self._event(name, **place, content_index=0, **data)

    def _event(self, name: str, /, **data: object) -> bytes:
        self.number += 1
        told = {"type": name, "sequence_number": self.number, **data}
        return encode_text(f"event: {name}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n")
