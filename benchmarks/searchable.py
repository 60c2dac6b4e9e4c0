"""Many messages with words as people's have them: few very common, most rare.

    DATA_DIR=… python -m benchmarks.searchable 100000

The text comes from a few thousand paragraphs, so that a million messages take a minute to write and
not an hour; one word in each is its own. Prints the sizes in bytes: {"text": …, "index": …}.
"""

import json
import os
import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatstudio.settings")

PARAGRAPHS, IN_ONE_CONVERSATION, VOCABULARY = 4_000, 50, 30_000
SYLLABLES = [first + vowel for first in "bdfghklmnprstvwz" for vowel in "aeiou"]
COMMON = ["heat", "pump", "the", "number", "function"]  # the commonest, with names to search for


def vocabulary(dice: random.Random) -> list[str]:
    words = dict.fromkeys(COMMON)
    while len(words) < VOCABULARY:
        words["".join(dice.choices(SYLLABLES, k=dice.choice((1, 2, 2, 3, 3, 4))))] = None
    return list(words)


def paragraphs(dice: random.Random, words: list[str], length: int) -> list[str]:
    """The n-th word occurs about in proportion to 1 / n, as in any language."""
    weights = list(accumulate(1 / (n + 10) for n in range(len(words))))
    lengths = (max(3, int(dice.gauss(length, 10))) for _ in range(PARAGRAPHS))
    return [" ".join(dice.choices(words, cum_weights=weights, k=k)) for k in lengths]


def seed(count: int) -> None:
    from django.db import connection, transaction
    from django.utils import timezone

    from chatstudio.local import local_person
    from conversations.features.search import index

    owner, now = local_person().pk, timezone.now().replace(tzinfo=None)
    index.take_down()
    with transaction.atomic(), connection.cursor() as cursor:
        write(cursor.connection, owner, count, now)
    index.rebuild()


def write(database: Any, owner: int, count: int, now: datetime) -> None:
    dice = random.Random(1)  # noqa: S311  the same words every time
    words = vocabulary(dice)
    questions, answers = paragraphs(dice, words, 15), paragraphs(dice, words, 100)
    texts = ((answers if n % 2 else questions)[n * 7919 % PARAGRAPHS] for n in range(count))
    parts = ({"message_id": n + 1, "content": f"{text} own{n}"} for n, text in enumerate(texts))
    insert(database, "Conversation", conversations(owner, questions, count, now))
    insert(database, "Message", messages(count, now))
    insert(database, "MessagePart", parts, kind="text", position=0)


def conversations(
    owner: int, titles: list[str], count: int, now: datetime
) -> Iterator[dict[str, Any]]:
    total = count // IN_ONE_CONVERSATION
    for n in range(1, total + 1):
        moment = str(now - timedelta(minutes=20 * (total - n)))
        own = {"id": n, "public_id": uuid4().hex, "owner_id": owner, "model_name": "bench"}
        yield own | {"title": titles[n % PARAGRAPHS][:50], "last_message_at": moment}


def messages(count: int, now: datetime) -> Iterator[dict[str, Any]]:
    asked = {"role": "user", "model_name": "", "routing_profile": ""}
    answered = {"role": "assistant", "model_name": "bench", "routing_profile": "direct"}
    for n in range(count):
        where = {"conversation_id": n // IN_ONE_CONVERSATION + 1, "public_id": uuid4().hex}
        parent = n if n % IN_ONE_CONVERSATION else None
        own = {"id": n + 1, "parent_id": parent, "created_at": str(now - age(count - n))}
        yield own | where | (answered if n % 2 else asked)


def age(messages_since: int) -> timedelta:
    return timedelta(seconds=24 * messages_since)


def insert(database: Any, model: str, rows: Iterator[dict[str, Any]], **fixed: Any) -> None:
    """As objects a million of them would take minutes; what a row does not name has its default."""
    from django.apps import apps
    from django.db import connection

    kind = apps.get_model("conversations", model)
    blank = kind(**fixed)
    defaults = {
        field.column: field.get_db_prep_save(field.pre_save(blank, add=True), connection)
        for field in kind._meta.concrete_fields
        if field.column != "id"
    }
    first = defaults | next(rows)
    names, marks = ", ".join(first), ", ".join(f":{name}" for name in first)
    sql = f"INSERT INTO {kind._meta.db_table} ({names}) VALUES ({marks})"  # noqa: S608  ours
    database.execute(sql, first)
    database.executemany(sql, (defaults | row for row in rows))


def sizes() -> dict[str, int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(length(content)) FROM conversations_messagepart")
        text = cursor.fetchone()[0]
        cursor.execute("SELECT sum(length(block)) FROM conversations_search_words_data")
        return {"text": text, "index": cursor.fetchone()[0]}


def main() -> None:
    import django

    django.setup()
    seed(int(sys.argv[1]))
    print(json.dumps(sizes()))


if __name__ == "__main__":
    main()
