"""Which piece of a conversation a page shows around one message, wherever in the tree it is."""

from dataclasses import dataclass

from django.db import connection

from conversations.models import Conversation, Message

AFTER = 14

# From the head up to the message, or to where it would be: a parent is older than its children.
# The lowest of these, which follow the message, and how far the head is away.
UP = """
WITH RECURSIVE up(id, parent_id, distance) AS (
    SELECT id, parent_id, 0 FROM conversations_message WHERE id = %s
    UNION ALL
    SELECT m.id, m.parent_id, up.distance + 1
    FROM conversations_message m JOIN up ON m.id = up.parent_id WHERE up.id > %s
)
SELECT id, distance FROM up ORDER BY distance DESC LIMIT %s
"""
# From the message down, to the newest child of each.
DOWN = """
WITH RECURSIVE down(id, distance) AS (
    SELECT id, 0 FROM conversations_message WHERE id = %s
    UNION ALL
    SELECT (SELECT max(m.id) FROM conversations_message m WHERE m.parent_id = down.id),
           down.distance + 1
    FROM down WHERE down.id IS NOT NULL AND down.distance < %s
)
SELECT id FROM down WHERE id IS NOT NULL ORDER BY distance DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class BranchAround:
    """`leaf_id` is the last message of the piece, `distance` how many messages of the active branch
    come after the one that is looked for; None where that lies on another branch."""

    message: Message
    leaf_id: int
    distance: int | None


def read_branch_around(conversation: Conversation, message: Message) -> BranchAround:
    with connection.cursor() as cursor:
        cursor.execute(UP, [conversation.head_id, message.id, AFTER + 1])
        rows = cursor.fetchall()
        if rows and rows[0][0] == message.id:
            return BranchAround(message, rows[-1][0], rows[0][1])
        cursor.execute(DOWN, [message.id, AFTER])
        return BranchAround(message, cursor.fetchone()[0], None)
