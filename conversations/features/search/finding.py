"""The one function behind the page and the models' own tool."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connection

from chatstudio.models import User
from conversations.features.search.facets import facets_of, moments, owner
from conversations.features.search.matching import MATCHING
from conversations.features.search.parsing import parse
from conversations.features.search.snippets import mark_terms, snippet
from conversations.features.search.values import PAGE, Filters, Hit, Page, Query, Term, TitleHit
from conversations.lookup import conversations_of
from conversations.models import Message, MessagePart

TITLES = 5

# SQLite takes CROSS JOIN as an order: the index leads, newest first, and no more of its rows are
# looked at than are shown. To PostgreSQL it is a join like any other.
MESSAGES = """
SELECT m.id
FROM {index} CROSS JOIN conversations_message m CROSS JOIN conversations_conversation c
WHERE {condition} AND {where} AND m.id = {id} AND c.id = m.conversation_id
  AND c.owner_id = %s AND c.deleted_at IS NULL {more}
ORDER BY {id} DESC LIMIT %s
"""
TITLED = """
SELECT c.id
FROM {index} CROSS JOIN conversations_conversation c
WHERE {condition} AND c.id = {id} AND c.owner_id = %s AND c.deleted_at IS NULL {more}
ORDER BY {id} DESC LIMIT %s
"""

# Tags are few; the database looks them up once.
OF_TAG = """conversations_conversationtag link JOIN conversations_tag tag ON tag.id = link.tag_id
  WHERE tag.owner_id = %s AND tag.name = %s"""
TAGGED = f"AND c.id IN (SELECT link.conversation_id FROM {OF_TAG})"  # noqa: S608  ours
# From the first to the last message of those conversations, else a common word that they do not
# have would be read to its end. As one bound each, which is what FTS5 makes use of.
WITHIN = f"""{{id}} <= (SELECT coalesce(max((SELECT max(id) FROM conversations_message
    WHERE conversation_id = link.conversation_id AND id < %s)), 0) FROM {OF_TAG})
  AND {{id}} >= (SELECT min((SELECT min(id) FROM conversations_message
    WHERE conversation_id = link.conversation_id)) FROM {OF_TAG})"""  # noqa: S608  ours


def search(person: User, text: str, filters: Filters | None = None, cursor: str = "") -> Page:
    """Messages with all the words of `text`, newest first, and on the first page conversations
    with them in their title. `cursor` is a page's `next_cursor`; an unreadable one starts from the
    top. A text without words finds nothing, and the page's `problem` says why.
    """
    filters = filters or Filters()
    query = parse(text)
    if query.problem:
        return Page(problem=query.problem)
    is_readable = cursor.isascii() and cursor.isdigit() and len(cursor) < 19
    ids = _message_ids(person, query, filters, int(cursor) if is_readable else 2**63 - 1)
    more, ids = len(ids) > PAGE, ids[:PAGE]
    has_titles = filters.is_any_message and not cursor
    return Page(
        hits=_hits(ids, query.wanted),
        titles=_titles(person, query, filters) if has_titles else (),
        next_cursor=str(ids[-1]) if more else "",
    )


def _message_ids(person: User, query: Query, filters: Filters, before: int) -> list[int]:
    match = MATCHING[connection.vendor].messages(query, facets_of(person, filters))
    start, end = moments(filters)
    more, values = _tag_condition(person, filters)
    where, first_values = "{id} < %s", [before]
    if filters.tag:
        where, first_values = WITHIN, [before, *values, *values]
    for condition, moment in (("AND m.created_at >= %s", start), ("AND m.created_at < %s", end)):
        if moment:
            more += f" {condition}"
            values.append(connection.ops.adapt_datetimefield_value(moment))
    sql = MESSAGES.format(**match.names, where=where.format(id=match.id), more=more)
    return _ids(sql, [*match.parameters, *first_values, person.pk, *values, PAGE + 1])


def _tag_condition(person: User, filters: Filters) -> tuple[str, list[Any]]:
    return (TAGGED, [person.pk, filters.tag]) if filters.tag else ("", [])


def _ids(sql: str, parameters: Sequence[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row[0] for row in cursor.fetchall()]


# What a hit shows of its message; the rest of both rows is wide.
SHOWN = ("public_id", "role", "model_name", "created_at", "conversation__public_id")


def _hits(ids: Sequence[int], terms: Sequence[Term]) -> list[Hit]:
    if not ids:
        return []
    texts = _texts(ids)
    rows = Message.objects.select_related("conversation").only(*SHOWN, "conversation__title")
    newest = rows.filter(id__in=ids).order_by("-id")
    return [_hit(row, "\n".join(texts[row.id]), terms) for row in newest]


def _texts(ids: Sequence[int]) -> dict[int, list[str]]:
    """The pieces of each message, in their order."""
    texts = defaultdict[int, list[str]](list)
    parts = MessagePart.objects.filter(kind=MessagePart.Kind.TEXT, message__in=ids)
    for key, content in parts.values_list("message_id", "content"):
        texts[key].append(content)
    return texts


def _hit(message: Message, text: str, terms: Sequence[Term]) -> Hit:
    is_answer = message.role == Message.Role.ASSISTANT
    return Hit(
        message_id=message.public_id,
        conversation_id=message.conversation.public_id,
        title=str(message.conversation),
        role=message.role,
        model_name=message.model_name,
        created_at=message.created_at,
        snippet=snippet(text, terms, is_markdown=is_answer),
    )


def _titles(person: User, query: Query, filters: Filters) -> list[TitleHit]:
    match = MATCHING[connection.vendor].titles(query, [[owner(person)]])
    more, values = _tag_condition(person, filters)
    sql = TITLED.format(**match.names, more=more)
    ids = _ids(sql, [*match.parameters, person.pk, *values, TITLES])
    if not ids:
        return []
    newest = conversations_of(person).filter(id__in=ids).order_by("-id")
    rows = newest.values_list("public_id", "title", "last_message_at")
    return [TitleHit(key, mark_terms(title, query.wanted), moment) for key, title, moment in rows]
