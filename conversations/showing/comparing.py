"""Two answers to one question side by side, with the words that differ."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from uuid import UUID

from django.http import Http404
from django.utils.safestring import SafeString

from chatstudio.base.words import group_digits, seconds_in_words
from conversations.models import Message
from conversations.receipts import Receipt
from conversations.rendering.pieces import MOST
from conversations.showing import frames
from conversations.showing.article_views import (
    blocks_of,
    label_of,
    output_tokens_of,
    speed_told,
)
from conversations.showing.marking import mark_differences

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
    figures: Sequence[tuple[str, str]]
    pieces: Sequence[Piece]
    html: SafeString | None = None
    """As in the conversation, with what differs marked."""


@dataclass(frozen=True, slots=True)
class Comparison:
    sides: tuple[Side, Side]
    is_equal: bool
    by_line: bool

    @property
    def figures(self) -> list[tuple[str, str, str]]:
        """What was told of either: name, left, right."""
        rows = zip(*(side.figures for side in self.sides), strict=True)
        return [(name, left, right) for (name, left), (_, right) in rows if left or right]

    @property
    def is_rendered(self) -> bool:
        return all(side.html is not None for side in self.sides)

    @property
    def has_marks(self) -> bool:
        return any("<mark>" in (side.html or "") for side in self.sides)


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


def render_sides(found: Comparison, first: Message, second: Message) -> Comparison:
    """With both texts as in the conversation, unless one is longer than what is shown at once."""
    if max(len(first.text), len(second.text)) > MOST:
        return found
    rendered = ["".join(map(_block, blocks_of(row.text))) for row in (first, second)]
    left, right = map(frames.safe, mark_differences(*rendered))
    one, other = found.sides
    return replace(found, sides=(replace(one, html=left), replace(other, html=right)))


def _block(html: str) -> str:
    return f'<div class="block">{html}</div>'


def _pieces(matcher: SequenceMatcher[str], tokens: Sequence[str], side: int) -> Iterator[Piece]:
    for tag, *places in matcher.get_opcodes():
        begin, end = places[2 * side : 2 * side + 2]
        if text := "".join(tokens[begin:end]):
            yield Piece(text, differs=tag != "equal")


def _side(message: Message, number: int, pieces: Iterator[Piece]) -> Side:
    receipts = [generation.read_receipt() for generation in message.generations.all()]
    receipt = receipts[-1] if receipts else Receipt()
    took = sum(one.duration_ms or 0 for one in receipts)
    tokens, first = output_tokens_of(receipts), receipt.time_to_first_token_ms
    figures = (
        ("Time", seconds_in_words(took / 1000) if took else ""),
        ("First word after", seconds_in_words(first / 1000) if first else ""),
        ("Tokens", group_digits(tokens) if tokens else ""),
        ("Speed", speed_told(receipts)),
    )
    label = label_of(message.routing_profile)
    return Side(message.public_id, number, message.model_name, label, figures, list(pieces))


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
