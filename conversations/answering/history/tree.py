"""The tree of messages: the line that leads to a leaf, and the leaf that a line leads to."""

from itertools import pairwise

from django.db import connection

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
