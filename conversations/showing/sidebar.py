"""The list of a person's conversations, by day, in keyset pages."""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from chatstudio.base.http import Request, named_zone
from chatstudio.base.quick_rows import KeptQuery
from chatstudio.base.text import clean_text
from chatstudio.models import User
from conversations.lookup import person_of, tags_of
from conversations.models import Conversation, Message, Status, Tag
from conversations.models.message import ACTIVE

PAGE = 40
MOST_PINNED = 100

seen_in: dict[int, tzinfo] = {}
"""By person: lists for open pages are made in no request."""


@dataclass(frozen=True, slots=True)
class Item:
    """`at`, in seconds, is when the last message came; `mark` is empty, or what is to be seen."""

    public_id: UUID
    title: str
    at: int
    mark: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which conversations are listed. `suffix` makes a link keep to it."""

    tag: str = ""
    archived: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filter":
        return cls(clean_text(query.get("tag", "")[: Tag.NAME_LENGTH]), "archived" in query)

    @property
    def is_active(self) -> bool:
        return bool(self.tag) or self.archived

    @property
    def query(self) -> str:
        chosen = {"tag": self.tag, "archived": "1" if self.archived else ""}
        return urlencode({name: value for name, value in chosen.items() if value})

    @property
    def words(self) -> str:
        return ", ".join(filter(None, (self.tag, "Archived" if self.archived else "")))

    @property
    def suffix(self) -> str:
        return f"?{self.query}" if self.is_active else ""


EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Sidebar:
    """`tags` are asked for where a template shows them, which a frame does not."""

    groups: list[Group] = field(default_factory=list)
    next_cursor: str = ""
    digest: str = ""
    after: str = ""
    filter: Filter = EVERYTHING
    tags: Iterable[str] = ()

    @property
    def onward(self) -> str:
        """The query of the next page."""
        after = urlencode({"after": self.next_cursor})
        return f"?{after}&{self.filter.query}" if self.filter.is_active else f"?{after}"


def sidebar_shown(request: Request, current: UUID | None = None) -> Sidebar:
    """Its page that the address names: where it is older, without script."""
    after, chosen = request.GET.get("after", ""), Filter.of(request.GET)
    return sidebar_for(person_of(request), current, after, chosen)


def open_conversation(request: Request) -> UUID | None:
    """The one that the asking page shows, from the address htmx sends along."""
    address = request.htmx.current_url or ""
    for piece in address.split("/"):
        try:
            return UUID(piece)
        except ValueError:
            continue
    return None


def sidebar_for(
    person: User, current: UUID | None = None, after: str = "", chosen: Filter = EVERYTHING
) -> Sidebar:
    """Pinned conversations first (on the first page alone), then the rest, newest first."""
    is_usual = chosen == EVERYTHING and not after
    rows = _newest(person.pk) if is_usual else list(_page(person.pk, after, chosen))
    more, rows = len(rows) > PAGE, rows[:PAGE]
    pinned = [] if after else _pinned(person.pk) if is_usual else list(_on_top(person.pk, chosen))
    groups = [Group("Pinned", [_item(row, current) for row in pinned])] if pinned else []
    zone = zone_of(person)
    today = timezone.localdate(timezone=zone)
    for label, members in groupby(
        rows, key=lambda row: day_label(row.last_message_at, today, zone)
    ):
        groups.append(Group(label, [_item(row, current) for row in members]))
    cursor = f"{rows[-1].last_message_at.timestamp()!r}_{rows[-1].id}" if more else ""
    tags = tags_of(person).values_list("name", flat=True)
    return Sidebar(groups, cursor, digest(groups), after, chosen, tags)


def _listed_rows(person_id: int, chosen: Filter) -> QuerySet[Conversation]:
    active = Message.objects.filter(conversation=OuterRef("pk"), status__in=ACTIVE)
    rows = Conversation.objects.filter(owner_id=person_id, deleted_at__isnull=True)
    if chosen.tag:
        rows = rows.filter(tags__name=chosen.tag)
    return (
        rows.filter(is_archived=chosen.archived)
        .annotate(is_active=Exists(active), state=F("head__status"))
        .only("id", "public_id", "title", "last_message_at", "unread_since")
        .order_by("-last_message_at", "-id")
    )


def _on_top(person_id: int, chosen: Filter) -> QuerySet[Conversation]:
    return _listed_rows(person_id, chosen).filter(is_pinned=True)[:MOST_PINNED]


def _page(person_id: int, after: str, chosen: Filter) -> QuerySet[Conversation]:
    rows = _listed_rows(person_id, chosen).filter(is_pinned=False)
    try:
        stamp, key = after.split("_")
        moment = datetime.fromtimestamp(float(stamp), tz=timezone.get_current_timezone())
        older = Q(last_message_at__lt=moment) | Q(last_message_at=moment, id__lt=int(key))
        rows = rows.filter(older, last_message_at__lte=moment)
    except (ValueError, OverflowError, OSError):
        pass  # an unreadable cursor starts from the top
    return rows[: PAGE + 1]


# The list without a filter, which every page shows and every answer changes twice.
_newest = KeptQuery(lambda person_id: _page(person_id, "", EVERYTHING), int)
_pinned = KeptQuery(lambda person_id: _on_top(person_id, EVERYTHING), int)


def _item(row: Conversation, current: UUID | None) -> Item:
    at = int(row.last_message_at.timestamp())
    return Item(row.public_id, str(row), at, _mark(row), row.public_id == current)


def _mark(row: Conversation) -> str:
    """What asks for something comes first."""
    if row.state == Status.AWAITING_APPROVAL:  # type: ignore[attr-defined]
        return "decision"
    if row.is_active:  # type: ignore[attr-defined]
        return "writing"
    if row.unread_since is None:
        return ""
    return "failed" if row.state == Status.FAILED else "unread"  # type: ignore[attr-defined]


def zone_of(person: User) -> tzinfo | None:
    """The reader's, where this request or one before it named it; None is the server's own."""
    if name := named_zone.get():
        with suppress(KeyError, ValueError, OSError):  # no zone that is known here
            seen_in[person.pk] = ZoneInfo(name)
    return seen_in.get(person.pk)


def day_label(moment: datetime, today: date, zone: tzinfo | None = None) -> str:
    day = timezone.localtime(moment, zone).date()
    age = (today - day).days
    if age <= 0:
        return "Today"
    if age == 1:
        return "Yesterday"
    if age <= 7:
        return "Previous 7 days"
    if day >= today - timedelta(days=30):
        return "Previous 30 days"
    return f"{day:%B %Y}"


def digest(groups: Iterable[Group]) -> str:
    facts = [
        (group.label, str(item.public_id), item.title, item.mark)
        for group in groups
        for item in group.items
    ]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
