"""The messages that lead to a leaf: the tree's one line from its root."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from django.db import connection
from django.db.models import Q

from conversations.models import Conversation, Message

# The chain of parents from a leaf upwards. As a recursive query it costs what it returns, however
# long the conversation; the same SQL serves SQLite and PostgreSQL.
BRANCH = """
WITH RECURSIVE branch(id, parent_id, depth) AS (
    SELECT id, parent_id, 1 FROM conversations_message WHERE id = %s
    UNION ALL
    SELECT m.id, m.parent_id, branch.depth + 1
    FROM conversations_message m JOIN branch ON m.id = branch.parent_id
    WHERE branch.depth < %s
)
SELECT id FROM branch ORDER BY depth DESC
"""
UNLIMITED = 10_000_000
AT_ONCE = 5_000


def branch_ids(leaf_id: int, limit: int = UNLIMITED) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(BRANCH, [leaf_id, limit])
        return [row[0] for row in cursor.fetchall()]


def branch(
    leaf_id: int | None, limit: int = UNLIMITED, *, page_of: Conversation | None = None
) -> list[Message]:
    """The last `limit` messages that lead to this leaf, oldest first, with their parts; for a page
    of the conversation with their generations and with itself too."""
    if leaf_id is None:
        return []
    ids = branch_ids(leaf_id, limit)
    rows = Message.objects.prefetch_related("parts__tool_call", "attachments")
    if page_of:
        rows = rows.select_related("feedback").prefetch_related("generations")
    found: dict[int, Message] = {}
    for start in range(0, len(ids), AT_ONCE):
        found.update((row.id, row) for row in rows.filter(id__in=ids[start : start + AT_ONCE]))
    messages = [found[key] for key in ids]
    if page_of:
        for message in messages:
            message.conversation = page_of
        for parent, message in pairwise(messages):
            message.parent = parent
    return messages


# All that stands below a message; a child is always newer than its parent, so the newest of them
# is a leaf.
BELOW = """
WITH RECURSIVE below(id) AS (
    SELECT id FROM conversations_message WHERE id = %s
    UNION ALL
    SELECT m.id FROM conversations_message m JOIN below ON m.parent_id = below.id
)
SELECT max(id) FROM below
"""


def newest_below(message_id: int) -> int:
    """The leaf where this branch was last left; the message itself where nothing follows."""
    with connection.cursor() as cursor:
        cursor.execute(BELOW, [message_id])
        (leaf,) = cursor.fetchone()
    return int(leaf)


@dataclass(frozen=True, slots=True)
class Siblings:
    """The messages that share a parent, in the order in which they were written. `number` counts
    from 1; the neighbours are public ids."""

    number: int
    count: int
    previous: UUID | None
    next: UUID | None


def siblings_of(messages: Sequence[Message]) -> dict[int, Siblings]:
    """For those messages that have any, by id; one query for any number of them."""
    return {
        key: _place(family, number)
        for family in families_of(messages)
        if len(family) > 1
        for number, (key, _) in enumerate(family)
    }


def families_of(messages: Sequence[Message]) -> list[list[tuple[int, UUID]]]:
    """The messages that stand in one place with these, by place: id and public id, oldest first."""
    if not messages:
        return []
    parents = {message.parent_id for message in messages}
    same = Q(parent_id__in=parents - {None})
    if None in parents:
        same |= Q(parent=None, conversation_id=messages[0].conversation_id)
    families: dict[int | None, list[tuple[int, UUID]]] = {}
    rows = Message.objects.filter(same).order_by("id").values_list("parent_id", "id", "public_id")
    for parent_id, key, public_id in rows:
        families.setdefault(parent_id, []).append((key, public_id))
    return list(families.values())


def _place(family: Sequence[tuple[int, UUID]], number: int) -> Siblings:
    before = family[number - 1][1] if number else None
    after = family[number + 1][1] if number + 1 < len(family) else None
    return Siblings(number + 1, len(family), before, after)
