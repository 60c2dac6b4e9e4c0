"""What the API says of data."""

from datetime import datetime
from uuid import UUID

from ninja import Schema

from chatstudio.base.api.schemas import Page, Success

type Cells = list[str | int | float | bool | None]


class ColumnShape(Schema):
    """`values` are all of them where they are few; else `low` and `high` are the ends."""

    name: str
    type: str
    low: str
    high: str
    values: list[str]


class TableShape(Schema):
    name: str
    rows: int
    columns: list[ColumnShape]


class TableWithSample(TableShape):
    sample: list[Cells]


class SourceShape(Schema):
    """`status` is reading, ready or failed, with the reason in `problem`; `progress` is 0 to 1
    while it is read. `is_configured`: a database of the studio, which is everybody's; what is in it
    is told when it is asked for alone, and its `rows` and `tables` are null in a list. `encoding`
    is that in which a text was read, by Python's name; `notes` say what is not in the tables, or
    is there in another form."""

    id: UUID
    name: str
    kind: str
    status: str
    problem: str
    progress: float | None
    is_configured: bool
    size_bytes: int | None
    rows: int | None
    tables: list[TableShape] | None
    encoding: str
    notes: list[str]
    created_at: datetime | None


class SourceWithSample(SourceShape):
    tables: list[TableWithSample] | None  # type: ignore[assignment]


class DataSources(Page):
    """The configured ones stand on the first page, before one's own."""

    sources: list[SourceShape]


class OneDataSource(Success):
    source: SourceWithSample


class ResultColumnShape(Schema):
    """`kind` is number, time or text."""

    name: str
    type: str
    kind: str


class QueryAnswer(Success):
    """A whole number from 2^63 and a decimal that a float cannot hold come as text in their own
    digits, dates and times in ISO 8601. `truncated`: there are more rows; the CSV has them."""

    columns: list[ResultColumnShape]
    rows: list[list[object]]
    truncated: bool
    ms: int


class WrittenQueryAnswer(QueryAnswer):
    """`sql` is what the model wrote."""

    sql: str
