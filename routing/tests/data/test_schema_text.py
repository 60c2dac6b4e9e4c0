"""What a model is told of tables, within a number of characters."""

import pytest

from routing.data.schema_text import schema_text, sql_name
from routing.data.types import Column, Table

COLUMNS = (
    Column("day", "DATE", low="2024-01-01", high="2024-12-31"),
    Column("Region of it", "VARCHAR", values=("north", "south")),
)
TABLE = Table("sales", 1_000, COLUMNS, (("2024-01-01", "north"), (None, "a\nb")))


def test_everything_where_there_is_room() -> None:
    text = schema_text([TABLE])
    assert "Table sales, 1,000 rows:" in text
    assert "day DATE: 2024-01-01 to 2024-12-31" in text
    assert "\"Region of it\" VARCHAR: one of 'north', 'south'" in text
    assert "NULL | a b" in text


@pytest.mark.parametrize("budget", [60, 100, 150, 200, 1_000, 5_000])
def test_the_budget_is_kept(budget) -> None:
    many = [Table(f"table_{n}", n, COLUMNS * 5, (("x" * 50,) * 10,)) for n in range(200)]
    assert len(schema_text(many, budget)) <= budget


def test_rows_go_before_values_and_values_before_names() -> None:
    full = len(schema_text([TABLE]))
    shorter = schema_text([TABLE], full - 1)
    assert "2024-12-31" in shorter
    assert "some rows" not in shorter
    names = schema_text([TABLE], 40)
    assert names == 'sales (day, "Region of it")'


@pytest.mark.parametrize(
    ("name", "written"), [("a_b", "a_b"), ("A", '"A"'), ('a"b', '"a""b"'), ("1a", '"1a"')]
)
def test_names_are_quoted_where_sql_wants_it(name, written) -> None:
    assert sql_name(name) == written
