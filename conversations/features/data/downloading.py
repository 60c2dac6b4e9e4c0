"""The answer of a query as a CSV file, sent as it comes."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from conversations.features.data import asking
from conversations.models import DataSource
from routing.data.places import Asker
from routing.data.types import Order

CSV = "text/csv; charset=utf-8"


async def csv_answer(
    source: DataSource, sql: str, asker: Asker, order: Order | None
) -> StreamingHttpResponse:
    """Raises DataError before the first piece."""
    lines = asking.csv_lines(source, sql, asker, order)
    first = await anext(lines)
    response = StreamingHttpResponse(_with(first, lines), content_type=CSV)
    disposition = content_disposition_header(True, f"{source.name}.csv")
    response.headers["Content-Disposition"] = disposition or "attachment"
    return response


async def _with(first: str, rest: AsyncGenerator[str]) -> AsyncIterator[str]:
    async with aclosing(rest):  # who goes away in the middle ends the query
        yield first
        async for line in rest:
            yield line
