"""The messages that lead to a leaf: the tree's one line from its root."""

from django.db import connection

from conversations.models import Message

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


def branch(leaf_id: int | None, limit: int = UNLIMITED, *, for_page: bool = False) -> list[Message]:
    """The last `limit` messages that lead to this leaf, oldest first, with their parts; for a page
    with their generations and the conversation too."""
    if leaf_id is None:
        return []
    ids = branch_ids(leaf_id, limit)
    rows = Message.objects.prefetch_related("parts__tool_call")
    if for_page:
        rows = rows.select_related("conversation").prefetch_related("generations")
    found: dict[int, Message] = {}
    for start in range(0, len(ids), AT_ONCE):
        found.update((row.id, row) for row in rows.filter(id__in=ids[start : start + AT_ONCE]))
    return [found[key] for key in ids]
