"""Searching in the person's own conversations."""

from collections import defaultdict
from collections.abc import Container, Sequence
from typing import Annotated
from uuid import UUID

from chatstudio.models import User
from conversations.answering.seam import in_one_thread
from conversations.features.search import Hit, search
from conversations.features.search.parsing import parse
from conversations.features.search.values import Query, Term
from conversations.models import Message
from routing.tools.base import Risk, ToolContext, tool

MOST = 8
MOST_WORDS = 8
NOTHING = "Nothing was found. Try fewer or other words."
SOME = "No message has all of these words. Some of them have:"


@tool(Risk.READS)
@in_one_thread
def search_conversations(
    context: ToolContext,
    query: Annotated[str, 'words to look for; "a phrase" in quotes; -word excludes'],
) -> str:
    """Searches what the person and their models have said in earlier conversations, newest first.
    Tells excerpts with date and title."""
    person = User.objects.get(id=context.person_id)
    asked = question_being_answered(context.message_id)
    page = search(person, query)
    if page.problem:
        return page.problem
    if hits := _without(page.hits, asked):
        return "\n\n".join(map(_line, hits[:MOST]))
    hits = find_some_words(person, parse(query), asked)
    return "\n\n".join([SOME, *map(_line, hits)]) if hits else NOTHING


def question_being_answered(answer_id: int | None) -> frozenset[UUID]:
    """Its words are those of the search, and so are those of its other versions; none of them, nor
    the answer, tells anything."""
    rows = Message.objects.select_related("parent")
    answer = rows.filter(id=answer_id).first() if answer_id else None
    if answer is None or answer.parent is None:
        return frozenset()
    question = answer.parent
    versions = Message.objects.filter(
        conversation_id=question.conversation_id, parent_id=question.parent_id, role=question.role
    )
    return frozenset({answer.public_id, *versions.values_list("public_id", flat=True)})


def find_some_words(person: User, query: Query, asked: Container[UUID]) -> list[Hit]:
    """The messages with most of the words; one that few messages have counts for more."""
    found: dict[UUID, Hit] = {}
    weight: defaultdict[UUID, float] = defaultdict(float)
    unwanted = [f"-{_as_typed(term)}" for term in query.unwanted]
    for term in sorted(query.wanted, key=_length, reverse=True)[:MOST_WORDS]:
        hits = search(person, " ".join([_as_typed(term), *unwanted])).hits
        for hit in _without(hits, asked):
            found[hit.message_id] = hit
            weight[hit.message_id] += 1 / len(hits)
    newest = sorted(found.values(), key=lambda hit: hit.created_at, reverse=True)
    return sorted(newest, key=lambda hit: weight[hit.message_id], reverse=True)[:MOST]


def _without(hits: Sequence[Hit], asked: Container[UUID]) -> list[Hit]:
    return [hit for hit in hits if hit.message_id not in asked]


def _as_typed(term: Term) -> str:
    return f'"{" ".join(term.words)}"'


def _length(term: Term) -> int:
    return sum(map(len, term.words))


def _line(hit: Hit) -> str:
    words = "".join(piece.text for piece in hit.snippet)
    return f"{hit.created_at:%Y-%m-%d}, “{hit.title}”, {hit.role}: {words}"
