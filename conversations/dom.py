"""The ids of the page's elements, known here alone on the server's side."""

from uuid import UUID

SIDEBAR = "sidebar-list"
TITLE = "conversation-title"
TAGS = "conversation-tags"
MESSAGES = "messages"
COMPOSER = "composer"
COMPOSER_ACTION = "composer-action"
PAGE_STATE = "page-state"
TOASTS = "toasts"


def message(key: UUID) -> str:
    return f"message-{key}"


def part(key: UUID, position: int) -> str:
    return f"part-{key}-{position}"


def block(key: UUID, position: int, number: int) -> str:
    return f"block-{key}-{position}-{number}"


def status(key: UUID) -> str:
    return f"status-{key}"
