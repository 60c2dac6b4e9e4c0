"""A person's conversations to a file's bytes, in the order in which they began. No clock is in
them: the same rows give the same bytes."""

from collections.abc import Iterable, Iterator

from chatstudio.models import User
from conversations.features.exchange.contract import Format
from conversations.features.exchange.loading import load_all
from conversations.features.exchange.sections import PERSON_SECTIONS
from conversations.features.exchange.values import ForeignRecord, Found
from conversations.features.files.section import pieces_of
from conversations.lookup import conversations_of


def export_conversations(
    person: User, chosen: Format, ids: Iterable[int] | None = None
) -> Iterator[bytes]:
    """All conversations, or those of these ids that are the person's."""
    rows = conversations_of(person)
    if ids is not None:
        rows = rows.filter(id__in=list(ids))
    keys = list(rows.order_by("id").values_list("id", flat=True))
    if chosen.write_everything:
        return chosen.write_everything(_everything(person if ids is None else None, keys))
    assert chosen.write is not None  # noqa: S101  the registry of writers holds no other
    return chosen.write(load_all(keys))


def _everything(person: User | None, keys: Iterable[int]) -> Iterator[Found]:
    """What belongs to the person, if one is given, then the conversations with their files."""
    if person:
        for section in PERSON_SECTIONS.values():
            yield from (ForeignRecord(section.name, data) for data in section.collect(person))
    for key in keys:
        yield from pieces_of(key)
        yield from load_all([key], complete=True)
