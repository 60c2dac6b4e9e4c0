"""What has happened, as values. Answering says it; showing listens and makes frames of it.

So nothing that writes an answer knows of pages. A listener gets every piece of news in order, and
`tell` returns when all have dealt with it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from conversations.answering.generation import Follower, LiveGeneration
from conversations.answering.transcript import Transcript
from conversations.models import Conversation, Generation, Message


@dataclass(frozen=True, slots=True)
class TurnBegun:
    """A question with its empty answer, at the end of the branch that is shown. `text` is the
    question's; the files that it came with are at hand where `has_files`."""

    question: Message
    generation: Generation
    text: str
    has_files: bool


@dataclass(frozen=True, slots=True)
class BranchShown:
    """Another branch is shown, perhaps with an answer that is about to be `written`."""

    conversation: Conversation
    written: UUID | None = None


@dataclass(frozen=True, slots=True)
class AnswerResumed:
    """An answer is about to be written on."""

    message_id: int


@dataclass(frozen=True, slots=True)
class AnswerLaunched:
    """An answer is being written; `follower` has its events from the first one on."""

    live: LiveGeneration
    generation: Generation
    follower: Follower


@dataclass(frozen=True, slots=True)
class AnswerEnded:
    """Its rows are in their final form; `written` is what this process has written of them."""

    message_id: int
    written: tuple[Generation, Transcript] | None = None


@dataclass(frozen=True, slots=True)
class AnswerChanged:
    """Something about a finished answer has changed, such as its thumb."""

    message_id: int


@dataclass(frozen=True, slots=True)
class ConversationChanged:
    """A new title or new tags, for example."""

    conversation: Conversation
    tags: Sequence[str]


@dataclass(frozen=True, slots=True)
class SidebarChanged:
    """The list of this person's conversations."""

    person_id: int


type News = (
    TurnBegun
    | BranchShown
    | AnswerResumed
    | AnswerLaunched
    | AnswerEnded
    | AnswerChanged
    | ConversationChanged
    | SidebarChanged
)
type Listener = Callable[[News], Awaitable[None]]

_listeners: dict[Listener, None] = {}


def listen(listener: Listener) -> None:
    """From now on; a second time changes nothing."""
    _listeners[listener] = None


async def tell(news: News) -> None:
    for listener in _listeners:
        await listener(news)
