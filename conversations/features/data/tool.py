"""`query_data`: a model asks a person's registered files and the configured databases."""

from collections.abc import Mapping, Sequence
from typing import Any

from conversations.features.data import asking
from conversations.models import DataSource
from conversations.models.configured_sources import configured_sources
from routing.data.errors import DataError
from routing.data.places import Asker
from routing.data.schema_text import BUDGET, schema_text
from routing.data.types import Limits, Result
from routing.errors import RoutingError
from routing.tools.base import Risk, Tool, ToolContext, ToolFailed

NAME = "query_data"
# What a model can make use of; the person sees the whole on the page of the source.
LIMITS = Limits(rows=50, characters=12_000, cell_characters=300)
MOST_SOURCES = 20


async def data_tools(context: ToolContext) -> list[Tool]:
    """A source for the registry: one tool, which knows the tables; none where there is no data."""
    sources = await sources_of(context.person_id)
    if not sources:
        return []
    told = await description(sources, Asker(context.person_id))
    return [Tool(NAME, told, schema_of(sources), Risk.READS, run, source="Data")]


async def sources_of(person_id: int) -> list[DataSource]:
    rows = DataSource.objects.filter(owner_id=person_id, status=DataSource.Status.READY)
    found = [source async for source in rows[:MOST_SOURCES]]
    return [*found, *configured_sources()]


async def description(sources: Sequence[DataSource], asker: Asker) -> str:
    """The schemas of all of them, within one budget."""
    share = BUDGET // len(sources)
    pieces = [
        f"Source {source.name!r}:\n{await describe_tables(source, share, asker)}"
        for source in sources
    ]
    return "\n\n".join(
        [
            "Answers questions about the data below with a table. Give either SQL (one SELECT; "
            "DuckDB's dialect, PostgreSQL's for databases) or a question in words.",
            *pieces,
        ]
    )


async def describe_tables(source: DataSource, budget: int, asker: Asker) -> str:
    try:
        return schema_text(await asking.tables_of(source, asker), budget)
    except DataError as error:
        return str(error)


def schema_of(sources: Sequence[DataSource]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "source": {"type": "string", "enum": [source.name for source in sources]},
            "sql": {"type": "string", "description": "One SELECT statement."},
            "question": {"type": "string", "description": "In words, where no SQL is given."},
        },
        "required": ["source"],
    }


async def run(arguments: Mapping[str, Any], context: ToolContext) -> str:
    source = await find_source(context.person_id, str(arguments.get("source") or ""))
    sql = str(arguments.get("sql") or "").strip()
    question = str(arguments.get("question") or "").strip()
    if not sql and not question:
        raise ToolFailed("Give either sql or question.")
    asker = Asker(context.person_id)
    try:
        sql = sql or await asking.sql_for(source, question, asker)
        result = await asking.ask(source, sql, asker, limits=LIMITS)
    except (DataError, RoutingError) as error:
        if not sql:
            raise ToolFailed(str(error)) from None
        link = asking.query_path(source, sql)  # where the person can mend it
        raise ToolFailed(f"{error}\nThe SQL was: {sql}\nEdit and run it: {link}") from None
    link = asking.query_path(source, sql)
    return f"{as_text(result)}\n\nSQL: {sql}\nThe whole result: {link}"


async def find_source(person_id: int, name: str) -> DataSource:
    """Of this person's own, or of the configuration; a single one needs no name."""
    sources = await sources_of(person_id)
    found = [source for source in sources if source.name == name]
    if not found and not name and len(sources) == 1:
        found = sources
    if not found:
        names = ", ".join(repr(source.name) for source in sources) or "none"
        raise ToolFailed(f"There is no source named {name!r}. There are: {names}.")
    return found[0]


def as_text(result: Result) -> str:
    """A Markdown table, which models read well."""
    names = [column.name for column in result.columns]
    lines = [_line(names), _line(["---"] * len(names)), *map(_line, result.rows)]
    if not result.rows:
        lines.append("(no rows)")
    if result.is_cut:
        lines.append(f"(only the first {len(result.rows)} rows)")
    return "\n".join(lines)


def _line(cells: Sequence[object]) -> str:
    shown = ("NULL" if cell is None else str(cell) for cell in cells)
    return "| " + " | ".join(c.replace("|", "\\|").replace("\n", " ") for c in shown) + " |"
