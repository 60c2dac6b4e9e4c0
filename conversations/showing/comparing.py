"""Two answers to one question side by side, with the words that differ."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from uuid import UUID

from django.http import Http404

from chatstudio.base.words import seconds_in_words
from conversations.models import Message
from conversations.receipts import Receipt
from conversations.showing.article_views import footnote, label_of

MOST_WORDS, MOST_LINES = 2_000, 3_000
"""Of both together; longer texts are compared by line, and still longer ones are shown as they are:
what repeats makes the time grow with the cube."""
# White space goes with the word before it, so that no piece occurs everywhere.
WORDS = re.compile(r"\s*(?:\w+|[^\w\s])\s*|\s+")
LINES = re.compile(r"[^\n]*\n+|[^\n]+")


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Side:
    public_id: UUID
    number: int
    model_name: str
    routing_label: str
    facts: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Comparison:
    sides: tuple[Side, Side]
    is_equal: bool
    by_line: bool


def pair(message: Message, named: Message | None) -> tuple[Message, Message]:
    """This answer and the version that is named, else the one before, the older one first."""
    other = named or neighbour(message)
    if other is None or other.parent_id != message.parent_id or other == message:
        raise Http404
    first, second = sorted((message, other), key=lambda row: row.id)
    return first, second


def compare(first: Message, second: Message) -> Comparison:
    texts = first.text, second.text
    words = [WORDS.findall(text) for text in texts]
    by_line = sum(map(len, words)) > MOST_WORDS
    tokens = [LINES.findall(text) for text in texts] if by_line else words
    if sum(map(len, tokens)) > MOST_LINES:
        tokens = [[text] for text in texts]
    matcher = SequenceMatcher(None, tokens[0], tokens[1], autojunk=by_line)
    numbers = {row.id: number for number, row in enumerate(_family(first), start=1)}
    left = _side(first, numbers[first.id], _pieces(matcher, tokens[0], 0))
    right = _side(second, numbers[second.id], _pieces(matcher, tokens[1], 1))
    return Comparison((left, right), texts[0] == texts[1], by_line)


def _pieces(matcher: SequenceMatcher[str], tokens: Sequence[str], side: int) -> Iterator[Piece]:
    for tag, *places in matcher.get_opcodes():
        begin, end = places[2 * side : 2 * side + 2]
        if text := "".join(tokens[begin:end]):
            yield Piece(text, differs=tag != "equal")


def _side(message: Message, number: int, pieces: Iterator[Piece]) -> Side:
    receipts = [generation.read_receipt() for generation in message.generations.all()]
    receipt = receipts[-1] if receipts else Receipt()
    facts = footnote(*receipts)
    if first := receipt.time_to_first_token_ms:
        facts += f" · first word after {seconds_in_words(first / 1000)}"
    label = label_of(message.routing_profile)
    return Side(message.public_id, number, message.model_name, label, facts, list(pieces))


def _family(message: Message) -> list[Message]:
    rows = Message.objects.filter(
        conversation_id=message.conversation_id, parent_id=message.parent_id, role=message.role
    )
    return list(rows.order_by("id"))


def neighbour(message: Message) -> Message | None:
    """The answer before this one, else the one after it."""
    family = _family(message)
    at = family.index(message)
    if len(family) < 2:
        return None
    return family[at - 1] if at else family[1]


def others(first: Message, second: Message) -> list[tuple[int, Message]]:
    """Further answers to the same question, with their numbers."""
    family = enumerate(_family(first), start=1)
    return [(number, row) for number, row in family if row.id not in (first.id, second.id)]
