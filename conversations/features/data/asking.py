"""A person's question to one of their sources, for the page, the download and the tool alike."""

from collections.abc import AsyncGenerator
from urllib.parse import urlencode

from django.urls import get_script_prefix, reverse

from chatstudio.models import User
from conversations.models import DataSource
from conversations.models.configured_sources import url_of
from routing.data import asking
from routing.data.errors import SourceUnavailable
from routing.data.places import Asker
from routing.data.schema_text import schema_text
from routing.data.sql_writer import write_sql
from routing.data.types import Limits, Order, Result, Table, tables_from

# A download may be longer than what a page shows, and take longer.
DOWNLOAD = Limits(seconds=120, rows=1_000_000, characters=2**31, cell_characters=100_000)


def engine_source(source: DataSource) -> asking.Source:
    if source.is_postgres:
        return asking.PostgresSource(url_of(source))
    if not source.is_ready:
        raise SourceUnavailable(f"{source.name} cannot be asked yet: it is not read.")
    return asking.FileSource(source.folder)


def asker_of(person: User) -> Asker:
    return Asker(person.pk, person.came_with.pk if person.came_with else None)


async def tables_of(source: DataSource, asker: Asker) -> tuple[Table, ...]:
    """Of a file as they were found when it was read, of a database as they are now."""
    if source.is_postgres:
        return await asking.describe_postgres(asking.PostgresSource(url_of(source)), asker)
    return tables_from(source.tables)


async def ask(
    source: DataSource,
    sql: str,
    asker: Asker,
    order: Order | None = None,
    limits: Limits | None = None,
) -> Result:
    return await asking.ask(engine_source(source), sql, limits, order, asker)


def csv_lines(
    source: DataSource, sql: str, asker: Asker, order: Order | None = None
) -> AsyncGenerator[str]:
    return asking.csv_lines(engine_source(source), sql, DOWNLOAD, order, asker)


def dialect_of(source: DataSource) -> str:
    return "PostgreSQL" if source.is_postgres else "DuckDB"


async def sql_for(source: DataSource, question: str, asker: Asker) -> str:
    """SQL within an answer, of which it is a part; raises RoutingError or DataError."""
    return await write_sql(
        question, schema_text(await tables_of(source, asker)), dialect_of(source)
    )


def query_path(source: DataSource, sql: str) -> str:
    """The same to be kept, and whatever path we stand below then."""
    return "/" + query_url(source, sql).removeprefix(get_script_prefix())


def query_url(source: DataSource, sql: str, order: str = "", door: str = "data_source") -> str:
    """Where a person sees this query, can change it and run it again."""
    asked = {"sql": sql, **({"order": order} if order else {})}
    return f"{reverse(door, args=[source.public_id])}?{urlencode(asked)}"
