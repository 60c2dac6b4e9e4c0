"""`query_data` is read-only by the engine: what it may not do, it cannot do."""

import hashlib
from pathlib import Path

import duckdb
import pytest

from routing.data.asking import FileSource, ask
from routing.data.child.engine import open_sealed
from routing.data.child.one_select import one_select
from routing.data.errors import DataError, QueryRefused
from routing.data.types import Limits, Order
from routing.tests.data.conftest import SALES, registered
from routing.tests.data.escapes import ABUSES, ESCAPES

pytestmark = pytest.mark.process

SECRET = "a,b\nswordfish,1\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Registered once for all of them: none may change it."""
    import asyncio

    folder = tmp_path_factory.mktemp("data")
    asyncio.run(registered(folder / "source", SALES))
    (folder / "outside.csv").write_text(SECRET)
    return folder


def everything(place: Path) -> dict[str, str]:
    files = (path for path in place.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_there_are_enough_of_them() -> None:
    assert len({sql for sql, _ in ESCAPES}) == len(ESCAPES) >= 60


@pytest.mark.parametrize(("sql", "words"), ESCAPES)
async def test_the_engine_refuses(place, sql, words) -> None:
    before = everything(place)
    names = {"outside": place / "outside.csv", "data": place / "source" / "data.duckdb"}
    with pytest.raises(DataError) as caught:
        await ask(FileSource(place / "source"), sql.format(**names))
    assert words in str(caught.value)
    assert "swordfish" not in str(caught.value)
    assert everything(place) == before


@pytest.mark.parametrize(("sql", "words"), ABUSES)
async def test_what_has_no_end_or_measure_is_ended(place, sql, words) -> None:
    with pytest.raises(DataError) as caught:
        await ask(FileSource(place / "source"), sql, Limits(seconds=2))
    assert words in str(caught.value)


def test_no_function_or_view_of_the_engine_tells_where_the_file_lies(place) -> None:
    connection = open_sealed(str(place / "source"), 200)
    functions = connection.execute(
        "SELECT DISTINCT function_name FROM duckdb_functions() "
        "WHERE function_type = 'table' AND len(parameters) = 0"
    ).fetchall()
    views = connection.execute("SELECT schema_name || '.' || view_name FROM duckdb_views()")
    with_one = connection.execute(
        "SELECT DISTINCT function_name FROM duckdb_functions() "
        "WHERE function_type IN ('table', 'table_macro') AND len(parameters) = 1"
    ).fetchall()
    sources = [f"{name}()" for (name,) in functions] + [name for (name,) in views.fetchall()]
    sources += [f"{name}('{one}')" for (name,) in with_one for one in ("sales", "data")]
    scalars = connection.execute(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE len(parameters) = 0 "
        "AND function_type IN ('scalar', 'macro') AND regexp_matches(function_name, '^[a-z_0-9]+$')"
    ).fetchall()
    sources += [f"(SELECT {name}())" for (name,) in scalars]
    assert len(sources) > 40
    for source in sources:
        sql = f"FROM {source}"
        try:
            one_select(connection, sql)
            shown = str(connection.execute(sql).fetchall())
        except (DataError, duckdb.Error) as error:
            shown = str(error)
        assert str(place) not in shown, source
    connection.close()


async def test_rows_and_characters_are_capped(place) -> None:
    source = FileSource(place / "source")
    rows = await ask(source, "FROM range(5000)", Limits(rows=10))
    assert (len(rows.rows), rows.is_cut) == (10, True)
    wide = await ask(source, "SELECT repeat('x', 5000) FROM range(5000)", Limits(characters=9_000))
    assert (len(wide.rows), wide.is_cut) == (4, True)


async def test_braces_of_a_refusal_are_left_alone(place) -> None:
    with pytest.raises(QueryRefused):
        await ask(FileSource(place / "source"), "DELETE {}")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1; -- a comment behind it",
        "FROM sales",
        "VALUES (1)",
        "SHOW TABLES",
        "DESCRIBE sales",
        "SUMMARIZE sales",
        "WITH x AS (SELECT 1) FROM x",
        "(SELECT 1) UNION ALL (SELECT 2)",
        "PIVOT sales ON region USING sum(amount)",
        "PIVOT sales ON region USING sum(amount) ORDER BY day; -- DROP TABLE sales",
        "WITH x AS (FROM sales) PIVOT x ON region GROUP BY day",
        "SELECT day FROM (PIVOT sales ON region)",
        "PIVOT (FROM sales WHERE region != 'Köln und Düsseldorf') ON region; -- größer",
        "FROM sales PIVOT (sum(amount) FOR region IN ('north'))",
        "FROM query('FROM sales')",
        "FROM query_table(['sales', 'sales'])",
        "PIVOT sales ON region IN ('north', 'south') USING sum(amount)",
        "SELECT 'DROP TABLE sales; -- INSERT_QUERY_NODE'",
    ],
)
async def test_what_only_reads_is_answered(place, sql) -> None:
    assert (await ask(FileSource(place / "source"), sql)).rows


async def test_a_pivot_can_be_sorted(place) -> None:
    sql = "PIVOT sales ON region USING sum(amount) -- as it is;"
    result = await ask(FileSource(place / "source"), sql, order=Order(0, descending=True))
    assert [row[0] for row in result.rows] == ["2024-01-03", "2024-01-02", "2024-01-01"]
