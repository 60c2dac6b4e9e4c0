"""Rows for big conversations and long sidebars, without a model and without a server.

    DATA_DIR=… python -m benchmarks.seeding '{"conversations": 5, "lengths": [20, 2000]}'

prints the public ids: {"empty": […], "long": […]}.
"""

import json
import os
import sys
from datetime import timedelta
from typing import Any
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatstudio.settings")

QUESTION = "What about number {n}? Please explain it in a few sentences, with an example."
ANSWER = """Number **{n}** is much like the others, with *one* difference: it comes after {before}.

- It can be divided by itself and by one.
- Its square is `{square}`, which is also the number of fields on a board of that size.

Here is how you could compute it:

```python
def square(value: int = {n}) -> int:
    return value * value
```

That is all that there is to say about it; ask for another one whenever you like.
"""


def seed(conversations: int, lengths: list[int]) -> dict[str, list[str]]:
    from chatstudio.local import local_person
    from conversations.models import Conversation

    owner = local_person()
    empty = [
        _conversation(owner, f"About the number {n} and its friends", n)
        for n in range(conversations)
    ]
    Conversation.objects.bulk_create(empty, batch_size=500)
    long = [_long(owner, length) for length in lengths]
    return {"empty": [str(row.public_id) for row in empty], "long": long}


def _conversation(owner: Any, title: str, age: int) -> Any:
    from django.utils import timezone

    from conversations.models import Conversation

    moment = timezone.now() - timedelta(minutes=20 * age)
    return Conversation(owner=owner, title=title, last_message_at=moment)


def _long(owner: Any, length: int) -> str:
    from conversations.models import Message, MessagePart

    conversation = _conversation(owner, f"A conversation of {length} messages", 0)
    conversation.save()
    first = (Message.objects.order_by("-id").values_list("id", flat=True).first() or 0) + 1
    rows = [_message(conversation, first, n) for n in range(length)]
    parts = [
        MessagePart(message_id=row.id, kind="text", position=0, content=_text(n))
        for n, row in enumerate(rows)
    ]
    Message.objects.bulk_create(rows, batch_size=500)
    MessagePart.objects.bulk_create(parts, batch_size=500)
    conversation.head_id, conversation.revision = rows[-1].id, length
    conversation.save()
    return str(conversation.public_id)


def _message(conversation: Any, first: int, n: int) -> Any:
    from conversations.models import Message

    return Message(
        id=first + n,
        public_id=uuid4(),
        conversation=conversation,
        parent_id=first + n - 1 if n else None,
        depth=n,
        role="assistant" if n % 2 else "user",
        model_name="bench" if n % 2 else "",
        created_at=conversation.last_message_at,
    )


def _text(n: int) -> str:
    return (ANSWER if n % 2 else QUESTION).format(n=n, before=n - 1, square=n * n)


def main() -> None:
    import django
    from django.db import transaction

    django.setup()
    with transaction.atomic():
        print(json.dumps(seed(**json.loads(sys.argv[1]))))


if __name__ == "__main__":
    main()
