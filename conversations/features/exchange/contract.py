"""What every format fulfils."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from chatstudio.base.json_types import JsonObject
from conversations.features.exchange.values import ForeignConversation, Found

type ConversationsWriter = Callable[[Iterable[ForeignConversation]], Iterator[bytes]]
type EverythingWriter = Callable[[Iterable[Found]], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Format:
    """`claims` says whether a JSON value is this format's; `read_value` makes conversations of it,
    without any state, and raises Refused where it cannot. `write` takes conversations one at a time
    and never holds more than one. A format that only reads, or only writes, lacks the other.

    Where a conversation is several values in a row, `group_of` names the one that a value belongs
    to, and `read_value` gets them together, as `{"values": [...]}`.

    One that also carries what belongs to the person and attached files has `write_everything`.

    `about` says in words what the format carries; `extension` is the file's, `archive` the one
    where several conversations need an archive.
    """

    name: str
    label: str
    about: str
    extension: str = "json"
    content_type: str = "application/json"
    archive: str = ""
    claims: Callable[[JsonObject], bool] | None = None
    read_value: Callable[[JsonObject], Iterator[Found]] | None = None
    group_of: Callable[[JsonObject], str] | None = None
    write: ConversationsWriter | None = None
    write_everything: EverythingWriter | None = None

    def suffix(self, count: int) -> str:
        return self.archive if self.archive and count != 1 else self.extension
