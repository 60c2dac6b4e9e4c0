"""Results as a page shows them."""

from dataclasses import dataclass

from chatstudio.base.words import count_of, seconds_in_words
from conversations.features.data.asking import query_url
from conversations.features.data.chart import Chart, chart_of
from conversations.models import DataSource
from routing.data.types import Cell, Order, Result


@dataclass(frozen=True, slots=True)
class Head:
    """A column's name, which sorts by it; a second time the other way round."""

    name: str
    type: str
    is_number: bool
    url: str
    sorted: str
    """ascending | descending | "" """


@dataclass(frozen=True, slots=True)
class ShownCell:
    text: str
    is_number: bool
    is_null: bool


@dataclass(frozen=True, slots=True)
class ResultView:
    heads: tuple[Head, ...]
    rows: tuple[tuple[ShownCell, ...], ...]
    chart: Chart | None
    csv_url: str
    facts: str


def result_view(source: DataSource, sql: str, result: Result, order: Order | None) -> ResultView:
    sorting = f"{'-' if order.descending else ''}{order.column + 1}" if order else ""
    heads = tuple(
        Head(
            column.name,
            column.type,
            column.kind == "number",
            query_url(source, sql, _next_order(number, order)),
            _describe_sorting(number, order),
        )
        for number, column in enumerate(result.columns)
    )
    return ResultView(
        heads,
        tuple(tuple(map(_cell, row)) for row in result.rows),
        chart_of(result),
        query_url(source, sql, sorting, door="data_csv"),
        _facts(result),
    )


def _next_order(number: int, order: Order | None) -> str:
    rising = order is not None and order.column == number and not order.descending
    return f"-{number + 1}" if rising else str(number + 1)


def _describe_sorting(number: int, order: Order | None) -> str:
    if order is None or order.column != number:
        return ""
    return "descending" if order.descending else "ascending"


def _cell(cell: Cell) -> ShownCell:
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    if isinstance(cell, bool):
        return ShownCell("true" if cell else "false", False, False)
    if isinstance(cell, float):
        return ShownCell(f"{cell:.12g}", True, False)
    return ShownCell("" if cell is None else str(cell), is_number, cell is None)


def _facts(result: Result) -> str:
    count = len(result.rows)
    rows = count_of(count, "row")
    if result.is_cut:
        rows = f"The first {rows}; the CSV has more"
    return f"{rows} · {seconds_in_words(result.seconds, digits=2)}"
