"""What our own format carries besides conversations. Each part of the product registers its own,
in its AppConfig.ready, so that this one need not know them: figures of answers, feedback, attached
files, summaries; and of the person memories and prompt profiles with their versions.

A section of a conversation is any JSON, written beside its messages; a message is named by its
key, a generation by "key.number". Whoever restores one gets JSON that nobody vouches for, and the
ids that the keys stand for now; it runs within the conversation's transaction.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from chatstudio.models import User
from conversations.models import Attachment, Conversation


@dataclass(frozen=True, slots=True)
class Rows:
    """A conversation with the primary keys of its rows, by their keys in the file. `attached` are
    rows of files that have been read and lie in their place, each with its message's key."""

    conversation: Conversation
    messages: dict[str, int] = field(default_factory=dict)
    generations: dict[str, int] = field(default_factory=dict)
    attached: list[tuple[str, Attachment]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ConversationSection:
    """`collect` gives None where there is nothing to say. `forget` removes, before an update, what
    would not go with the conversation's messages."""

    name: str
    collect: Callable[[Rows], object]
    restore: Callable[[Rows, object], None]
    forget: Callable[[Conversation], None] = lambda conversation: None


@dataclass(frozen=True, slots=True)
class PersonSection:
    """`restore` says what became of it: imported, updated, unchanged, or skipped with a reason.
    With `write` False it only looks."""

    name: str
    collect: Callable[[User], Iterable[object]]
    restore: Callable[[User, object, bool], tuple[str, str]]


CONVERSATION_SECTIONS: dict[str, ConversationSection] = {}
PERSON_SECTIONS: dict[str, PersonSection] = {}


def register(section: ConversationSection | PersonSection) -> None:
    if isinstance(section, ConversationSection):
        CONVERSATION_SECTIONS[section.name] = section
    else:
        PERSON_SECTIONS[section.name] = section
