"""The ids of the page's elements that frames point at; the templates write the same ones."""

from uuid import UUID

MESSAGES = "messages"
TOASTS = "toasts"


def message(key: UUID) -> str:
    return f"message-{key}"


def part(key: UUID, position: int) -> str:
    return f"part-{key}-{position}"


def block(key: UUID, position: int, number: int) -> str:
    return f"block-{key}-{position}-{number}"
