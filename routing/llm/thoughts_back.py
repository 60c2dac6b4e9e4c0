"""What a model thought before its calls, sent back within the same answer to a server of OpenAI's
shape, in the field in which the server has told it.

Some servers refuse the results of calls without these thoughts, others refuse the field. Either is
tried the other way once, and what a server has taken is remembered while the process runs.
"""

import re
from dataclasses import dataclass, field

from routing.llm.refusals import read_complaint
from routing.types import ChatRequest

FIELDS = ("reasoning_content", "reasoning")
IS_NAMED = re.compile(r"\breasoning(_content)?\b", re.IGNORECASE)
REFUSALS = (400, 422)

_fields: dict[tuple[str, str], str] = {}
"""By server and model; empty where they are refused."""


@dataclass(slots=True)
class ThoughtsBack:
    """Of one request. `field` is where its thoughts stand; empty, they are not sent."""

    server: str
    request: ChatRequest
    field: str = field(init=False)
    has_changed: bool = False

    def __post_init__(self) -> None:
        self.field = _fields.get((self.server, self.request.model_name), "")

    def is_changed_by(self, status: int, body: bytes) -> bool:
        """Whether another try is made after this refusal."""
        has_some = any(message.thoughts for message in self.request.messages)
        if status not in REFUSALS or self.has_changed or not has_some:
            return False
        said = read_complaint(body)
        words = f"{said.detail} {said.fields.get('param') or ''}"
        self.has_changed = IS_NAMED.search(words) is not None
        if self.has_changed:
            self.field = "" if self.field else FIELDS[0]
        return self.has_changed

    def note_taken(self) -> None:
        if self.has_changed:
            _fields[self.server, self.request.model_name] = self.field

    def note_told(self, told_in: str) -> None:
        if told_in in FIELDS:
            _fields.setdefault((self.server, self.request.model_name), told_in)
