"""The demo's texts as conversations, spread over the last thirty days."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from chatstudio.base.json_types import JsonObject, number_at
from conversations.features.exchange.values import (
    ForeignConversation,
    ForeignGeneration,
    ForeignMessage,
    ForeignPart,
    ForeignToolCall,
)
from metrics.demo.figures import figures_of
from metrics.demo.texts import TALKS, Talk, Turn

FORMAT = "demo"
ROUNDS = 3  # the same talks, each with another beginning in time
SERVER = "http://localhost:11434"


def conversations(now: datetime, dice: Random) -> Iterator[ForeignConversation]:
    """Each talk once, and some again on other days, as people ask twice."""
    for number in range(ROUNDS):
        for place, talk in enumerate(TALKS):
            if number == 0 or dice.random() < 0.4:
                began = now - timedelta(days=dice.uniform(0.1, 9.9) + 10 * number)
                yield _Teller(talk, f"{number}-{place}", began, dice).tell()


class _Teller:
    def __init__(self, talk: Talk, key: str, began: datetime, dice: Random) -> None:
        self.talk, self.dice, self.moment = talk, dice, began
        self.metrics: list[JsonObject] = []
        self.conversation = ForeignConversation(
            key,
            FORMAT,
            title=talk.title,
            created_at=began,
            model_name=talk.model_name,
            server=SERVER,
            tags=list(talk.tags),
        )

    def tell(self) -> ForeignConversation:
        for number, turn in enumerate(self.talk.turns):
            self._tell_turn(number, turn)
        self.conversation.updated_at = self.moment
        self.conversation.sections = {"metrics": self.metrics}
        return self.conversation

    def _tell_turn(self, number: int, turn: Turn) -> None:
        asked = ForeignMessage(f"q{number}", self.conversation.head, "user", created_at=self.moment)
        asked.parts.append(ForeignPart("text", turn.question))
        self.conversation.messages.append(asked)
        for place, text in enumerate(turn.answers):
            self.moment += timedelta(seconds=self.dice.uniform(20, 240))
            answer = self._answer(f"a{number}-{place}", asked.key, turn, text)
            self.conversation.messages.append(answer)
        self.conversation.head = f"a{number}-0"

    def _answer(self, key: str, parent: str, turn: Turn, text: str) -> ForeignMessage:
        figures = figures_of(self.talk.model_name, len(text), self.dice)
        took = timedelta(milliseconds=number_at(figures, "duration_ms") or 0)
        generation = ForeignGeneration(
            model_name=self.talk.model_name,
            server=SERVER,
            finish_reason="stop",
            receipt=receipt_of(figures),
            created_at=self.moment,
            finished_at=self.moment + took,
        )
        message = ForeignMessage(
            key,
            parent,
            "assistant",
            created_at=self.moment,
            model_name=self.talk.model_name,
            server=SERVER,
            routing_profile="direct",
            generations=[generation],
        )
        message.parts = list(_parts(turn, text, generation))
        stamp = {"generation": f"{key}.0", "created_at": self.moment.isoformat()}
        self.metrics.append({**figures, **stamp, "server": SERVER})
        return message


def _parts(turn: Turn, text: str, generation: ForeignGeneration) -> Iterator[ForeignPart]:
    if turn.thoughts:
        yield ForeignPart("reasoning", turn.thoughts, duration_ms=2400)
    if turn.call:
        name, arguments, result = turn.call
        call = ForeignToolCall("call-1", name, dict(arguments), result)
        generation.tool_calls.append(call)
        yield ForeignPart("tool_call", tool_call=call)
    yield ForeignPart("text", text, round=int(turn.call is not None))


def receipt_of(figures: JsonObject) -> JsonObject:
    return {
        "memory": True,
        "usage": {name: figures[name] for name in ("input_tokens", "output_tokens")},
        "duration_ms": figures["duration_ms"],
        "time_to_first_token_ms": figures["time_to_first_token_ms"],
        "tokens_per_second": figures["tokens_per_second"],
    }
