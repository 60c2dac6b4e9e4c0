"""A receipt as it is stored, and typed: see the package's docstring."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from chatstudio.base.json_types import JsonObject, flag_at, number_at, object_at
from conversations.receipts import parts
from conversations.receipts.reading import count_at, one, one_or_none, several, texts_at
from routing.types import RoundEnded, RouteChosen, Timings, Usage


class Stored[T]:
    """What stands under this name in the stored JSON, read whenever it is asked for."""

    def __init__(self, read: Callable[[JsonObject, str], T]) -> None:
        self.read = read

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, receipt: "Receipt", owner: type) -> T:
        return self.read(receipt.stored, self.name)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The stored JSON is kept as it came and each part is read when it is asked for. So nothing
    that is unknown here is lost on the way back, and a page of answers makes no objects of the
    thousands of messages that one of them may have been sent with.

    The first half is written before the model is asked, the second at the end. Where a row or a
    file says something else than it should, the part says nothing; reading never raises. Tokens
    are the server's own count, times are milliseconds; None means that nobody said.
    """

    stored: JsonObject = field(default_factory=dict)

    memory = Stored(flag_at)
    """Off: only the question itself was sent."""
    parameters = Stored(object_at)
    """Only those that were set, see routing.parameters."""
    prompt_profile = Stored(one(parts.SentProfile))
    memories = Stored(several(parts.SentMemory))
    summary = Stored(one_or_none(parts.SentSummary))
    messages = Stored(several(parts.SentMessage))
    """What was sent of the history, oldest first; until the end also what is going to be left out.
    In a request of another program all of its messages."""
    sent_bytes = Stored(count_at)
    """Of all texts that were sent, before anything is left out."""
    images = Stored(count_at)
    searched_again = Stored(texts_at)
    """Ids of files of earlier messages that were searched for this question too."""

    route = Stored(one(RouteChosen))
    fallback = Stored(one_or_none(parts.Fallback))
    tools = Stored(texts_at)
    """Names of those that were offered."""
    window = Stored(one(parts.Window))
    rounds = Stored(several(RoundEnded))
    """What each took, where the model was asked more than once."""
    notices = Stored(texts_at)
    """Codes, see routing.types.Notice."""
    model = Stored(one(parts.Model))
    left_out = Stored(one_or_none(parts.LeftOut))
    usage = Stored(one(Usage))
    """The sum of all rounds."""
    timings = Stored(one(Timings))
    duration_ms = Stored(number_at)
    time_to_first_token_ms = Stored(number_at)
    tokens_per_second = Stored(number_at)
    calls = Stored(count_at)
    """How many tools another program's request has called: their rows are not kept."""

    @classmethod
    def from_json(cls, value: object) -> Self:
        return cls(value if isinstance(value, dict) else {})

    def to_json(self) -> JsonObject:
        return self.stored
