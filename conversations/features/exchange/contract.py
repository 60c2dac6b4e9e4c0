"""What every format fulfils."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from conversations.features.exchange.values import Entry, Found

type Value = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Format:
    """`claims` says whether a JSON value is this format's; `read_value` makes conversations of it,
    without any state, and raises Refused where it cannot. `write` takes conversations one at a time
    and never holds more than one. A format that only reads, or only writes, lacks the other.

    Where `with_records` is set, `write` is given what belongs to the person, too.

    `about` says in words what the format carries; `extension` is the file's, `archive` the one
    where several conversations need an archive.
    """

    name: str
    label: str
    about: str
    extension: str = "json"
    content_type: str = "application/json"
    archive: str = ""
    with_records: bool = False
    claims: Callable[[Value], bool] | None = None
    read_value: Callable[[Value], Iterator[Found]] | None = None
    write: Callable[[Iterable[Any]], Iterator[bytes]] | None = None

    def read(self, stream: IO[bytes]) -> Iterator[Entry]:
        from conversations.features.exchange.reading import read_stream

        return read_stream(stream, formats=[self])

    def suffix(self, count: int) -> str:
        return self.archive if self.archive and count != 1 else self.extension
