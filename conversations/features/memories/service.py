"""Facts that a person keeps across conversations, and which of them a model gets to see."""

from collections.abc import Sequence

from django.utils import timezone

from chatstudio.base.quick_rows import KeptQuery
from chatstudio.base.words import count_of
from chatstudio.models import User
from conversations.models import Memory, Message

BUDGET_BYTES = 6_000
MOST = 200


class MemoryRefused(Exception):
    """The text says why, and what to do."""


_enabled = KeptQuery(
    lambda owner_id: Memory.objects.filter(owner_id=owner_id, is_enabled=True)[:MOST], int
)


def sent_memories(owner_id: int) -> Sequence[Memory]:
    """Those that are switched on, newest first, as many as the budget holds; told oldest first."""
    chosen: list[Memory] = []
    room = BUDGET_BYTES
    for memory in _enabled(owner_id):
        room -= len(memory.text.encode())
        if room < 0:
            break
        chosen.append(memory)
    return chosen[::-1]


def remember(person: User, text: str, source: Message | None = None) -> Memory:
    """The same fact twice is one."""
    text = clean(text)
    known = Memory.objects.filter(owner=person, text=text).first()
    if known:
        return known
    if Memory.objects.filter(owner=person).count() >= MOST:
        raise MemoryRefused(f"There are {MOST} memories already. Delete one first.")
    return Memory.objects.create(owner=person, text=text, source=source)


def change(memory: Memory, text: str) -> None:
    memory.text = clean(text)
    memory.save(update_fields=["text", "updated_at"])


def set_enabled(memory: Memory, on: bool) -> None:
    memory.is_enabled = on
    memory.save(update_fields=["is_enabled", "updated_at"])


def set_all_enabled(person: User, on: bool) -> None:
    Memory.objects.filter(owner=person).update(is_enabled=on, updated_at=timezone.now())


def clean(text: str) -> str:
    """One line, as it stands in a list."""
    text = " ".join(text.split())
    if not text:
        raise MemoryRefused("Write what should be remembered.")
    if len(text) > Memory.LENGTH:
        raise MemoryRefused(f"A memory has at most {count_of(Memory.LENGTH, 'character')}.")
    return text
