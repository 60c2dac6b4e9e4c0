"""Lists in keyset pages, by id: a page costs the same however far back it lies."""

from django.db.models import Model, QuerySet
from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.schemas import Body


class Keyset(Body):
    """`cursor` is a page's `next_cursor`."""

    cursor: str = Field("", max_length=64)
    limit: int = Field(50, ge=1, le=200)


def newest_first[Row: Model](
    rows: QuerySet[Row], wanted: Keyset, by: str = "id"
) -> tuple[list[Row], str | None]:
    """The page, and the cursor of what follows. `by` names a number that no two rows share."""
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
