"""Long lists in pages that begin where the one before ended, the newest first: a page costs the
same however far back it lies."""

from datetime import UTC, datetime

from django.db.models import Model, Q, QuerySet
from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.schemas import Body

SEPARATOR = "_"


class PageQuery(Body):
    """`cursor` is the `next_cursor` of the page before."""

    cursor: str = Field("", max_length=64)
    limit: int = Field(50, ge=1, le=200)


def page_of[M: Model](
    rows: QuerySet[M], field: str, cursor: str, limit: int
) -> tuple[list[M], str | None]:
    """At most `limit` rows after the cursor, and the cursor for what follows. By a time and, where
    two have the same, by the row's number."""
    ordered = rows.order_by(f"-{field}", "-pk")
    if cursor:
        moment, number = _place(cursor)
        earlier = Q(**{f"{field}__lt": moment}) | Q(pk__lt=number)
        ordered = ordered.filter(earlier, **{f"{field}__lte": moment})
    found = list(ordered[: limit + 1])
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    moment = getattr(last, field).astimezone(UTC).replace(tzinfo=None)
    # Of letters that an address can hold as they are.
    return found[:limit], f"{moment.isoformat()}Z{SEPARATOR}{last.pk}"


def _place(cursor: str) -> tuple[datetime, int]:
    """Whatever else somebody sends: years that no time zone has, numbers that no row has."""
    try:
        stamp, key = cursor.split(SEPARATOR)
        moment, number = datetime.fromisoformat(stamp), int(key)
        if moment.tzinfo is None or not 1 < moment.year < 9999 or abs(number) >= 2**63:
            raise ValueError(cursor)
    except ValueError:
        raise no_cursor() from None
    return moment.astimezone(UTC), number


def newest_first[M: Model](
    rows: QuerySet[M], wanted: PageQuery, by: str = "id"
) -> tuple[list[M], str | None]:
    """The same by one number that no two rows share."""
    if wanted.cursor:
        rows = rows.filter(**{f"{by}__lt": number_of(wanted.cursor)})
    page = list(rows.order_by(f"-{by}")[: wanted.limit + 1])
    more, page = len(page) > wanted.limit, page[: wanted.limit]
    return page, str(getattr(page[-1], by)) if more else None


def number_of(cursor: str) -> int:
    if cursor.isascii() and cursor.isdecimal() and int(cursor) < 2**63:
        return int(cursor)
    raise no_cursor()


def no_cursor() -> ApiError:
    return ApiError(422, fields={"cursor": ["This is no cursor that was given."]})
