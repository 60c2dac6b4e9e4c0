"""Files of every kind become tables, or say where they are wrong."""

import json
import re
import sqlite3
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from routing.data.asking import ask
from routing.data.errors import NotReadable
from routing.data.reading import kind_of_file
from routing.tests.data.conftest import SALES, read_whole, registered

pytestmark = pytest.mark.process


async def rows_of(folder: Path, content: bytes | str, file_name: str, sql: str):
    source, _ = await registered(folder, content, file_name)
    return (await ask(source, sql)).rows


async def test_csv_is_described_with_types_ends_values_and_rows(folder) -> None:
    _, (table,) = await registered(folder, SALES)
    assert (table.name, table.rows) == ("sales", 3)
    day, region, amount = table.columns
    assert (day.type, day.low, day.high) == ("DATE", "2024-01-01", "2024-01-03")
    assert region.values == ("north", "south")
    assert (amount.type, amount.low, amount.high) == ("DOUBLE", "10.5", "20.0")
    assert table.sample[0] == ("2024-01-01", "north", 10.5)


async def test_only_the_finished_file_is_left(folder) -> None:
    await registered(folder, SALES)
    (left,) = folder.iterdir()
    assert left.name == "data.duckdb"
    assert left.stat().st_mode & 0o222 == 0


@pytest.mark.parametrize("content", ["a;b\n1;2\n", "a\tb\n1\t2\n", "a|b\n1|2\n"])
async def test_other_delimiters_are_found(folder, content) -> None:
    assert await rows_of(folder, content, "x.csv", "SELECT a, b FROM x") == ((1, 2),)


async def test_utf16_as_excel_writes_it_is_read(folder) -> None:
    content = "name,x\nJosé,1\n".encode("utf-16")
    assert await rows_of(folder, content, "x.csv", "SELECT name FROM x") == (("José",),)


async def test_a_late_word_makes_a_column_text(folder) -> None:
    content = "a\n" + "".join(f"{n}\n" for n in range(50_000)) + "oops\n"
    rows = await rows_of(folder, content, "x.csv", "SELECT count(*), max(a) FROM x")
    assert rows == ((50_001, "oops"),)


async def refused(folder: Path, content: bytes | str, file_name: str) -> str:
    with pytest.raises(NotReadable) as caught:
        await registered(folder, content, file_name)
    assert list(folder.iterdir()) == []
    return str(caught.value)


async def test_a_csv_row_with_too_many_columns_is_kept_and_said(folder) -> None:
    content = "a,b\n" + "1,2\n" * 5_000 + "1,2,3\n" + "1,2\n" * 9
    source, contents = await read_whole(folder, content, "x.csv")
    assert (await ask(source, "SELECT count(*), sum(column_3) FROM x")).rows == ((5_010, 3),)
    assert contents.notes[0].startswith("1 row has more than 2 columns")


async def test_a_text_in_an_old_encoding_is_read_and_can_be_read_again(folder) -> None:
    content = "id,name\n1,José\n".encode("latin-1")
    _, contents = await read_whole(folder, content, "x.csv")
    assert (contents.encoding, contents.tables[0].sample) == ("cp1252", ((1, "José"),))
    again, contents = await read_whole(folder, content, "x.csv", encoding="cp1250")
    assert (contents.encoding, contents.notes) == ("cp1250", ())
    assert (await ask(again, "SELECT name FROM x")).rows == (("José",),)
    assert (folder / "uploaded").exists()  # it may be read once more


async def test_an_encoding_that_does_not_fit_leaves_all_as_it_was(folder) -> None:
    source, _ = await read_whole(folder, "id,name\n1,José\n".encode("latin-1"), "x.csv")
    with pytest.raises(NotReadable, match="not in the encoding UTF-8"):
        await read_whole(folder, "id,name\n1,José\n".encode("latin-1"), "x.csv", "utf-8")
    assert (await ask(source, "SELECT count(*) FROM x")).rows == ((1,),)


async def test_a_programs_file_is_no_table(folder) -> None:
    assert "a program's file" in await refused(folder, b"\x7fELF\x00\x00\x01,\n" * 50, "x.csv")


async def test_an_empty_csv_is_refused(folder) -> None:
    assert await refused(folder, "", "x.csv") == "The file is empty."


async def test_json_lists_and_lines_are_read(folder) -> None:
    listed = json.dumps([{"a": 1, "b": {"c": [1, 2]}}, {"a": 2}])
    assert await rows_of(folder, listed, "x.json", "SELECT b FROM x") == (("{c: [1, 2]}",), (None,))
    lines = '{"a": 1}\n{"a": 2}\n'
    assert await rows_of(folder / "2", lines, "x.jsonl", "SELECT sum(a) FROM x") == ((3,),)


async def test_broken_json_says_where(folder) -> None:
    assert "at byte 8 in record" in await refused(folder, '[{"a":1},{"a":2,]', "x.json")


async def test_parquet_is_read(folder, tmp_path) -> None:
    import duckdb

    path = tmp_path / "x.parquet"
    duckdb.sql("SELECT range AS a FROM range(10)").write_parquet(str(path))
    assert await rows_of(folder, path.read_bytes(), "x.parquet", "SELECT sum(a) FROM x") == ((45,),)


async def test_broken_parquet_is_refused(folder) -> None:
    assert "No magic bytes" in await refused(folder, b"PAR1 nonsense", "x.parquet")


def workbook(path: Path) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "Sales 2024"
    sheet.append([])
    sheet.append(["Day", "Code", "Amount", None])
    sheet.append([date(2024, 1, 1), "007", 1.5])
    sheet.append([datetime(2024, 1, 2), "008", "#DIV/0!"])
    book.create_sheet("Empty")
    mixed = book.create_sheet("Mixed")
    for row in (["a", "a"], [1, "x"], [datetime(2024, 1, 1, 3), True]):
        mixed.append(row)
    book.save(path)
    return path.read_bytes()


async def test_a_row_that_lies_further_down_than_a_sheet_has_rows(folder, tmp_path) -> None:
    """It would come after two thousand million empty ones, of which each takes its time."""
    out, book = BytesIO(), ZipFile(BytesIO(workbook(tmp_path / "x.xlsx")))
    with ZipFile(out, "w") as changed:
        for name in book.namelist():
            changed.writestr(name, re.sub(rb'(r="[A-C]?)4"', rb'\g<1>2000000000"', book.read(name)))
    rows = await rows_of(folder, out.getvalue(), "x.xlsx", "SELECT count(*) FROM sales_2024")
    assert rows == ((1,),)


async def test_every_sheet_of_a_workbook_is_a_table(folder, tmp_path) -> None:
    _, tables = await registered(folder, workbook(tmp_path / "x.xlsx"), "x.xlsx")
    assert [table.name for table in tables] == ["sales_2024", "mixed"]
    assert [(c.name, c.type) for c in tables[0].columns] == [
        ("Day", "DATE"),
        ("Code", "VARCHAR"),
        ("Amount", "DOUBLE"),
    ]
    assert [c.name for c in tables[1].columns] == ["a", "a_2"]


async def test_leading_zeros_and_faults_of_a_workbook(folder, tmp_path) -> None:
    content = workbook(tmp_path / "x.xlsx")
    rows = await rows_of(folder, content, "x.xlsx", 'SELECT "Code", "Amount" FROM sales_2024')
    assert rows == (("007", 1.5), ("008", None))


@pytest.mark.parametrize(
    ("content", "words"), [(b"PK nope", "no"), (b"\xd0\xcf\x11\xe0 old", "old Excel file")]
)
async def test_what_is_no_workbook_is_refused(folder, content, words) -> None:
    assert words in await refused(folder, content, "x.xlsx")


def sqlite_file(path: Path) -> bytes:
    database = sqlite3.connect(path)
    database.execute('CREATE TABLE "My Table" (a INT, b TEXT, c REAL, d BLOB)')
    rows = [(1, "007", 1.5, b"\x01\xff"), (2, None, 2, None), (3, "\\N", 2.25, b"a")]
    database.executemany('INSERT INTO "My Table" VALUES (?, ?, ?, ?)', rows)
    database.execute("CREATE VIEW v AS SELECT load_extension('evil')")
    database.execute("CREATE TABLE vacant (x)")
    database.commit()
    database.close()
    return path.read_bytes()


async def test_the_tables_of_sqlite_are_read_its_views_are_not(folder, tmp_path) -> None:
    _, tables = await registered(folder, sqlite_file(tmp_path / "x.db"), "x.db")
    assert [(t.name, t.rows) for t in tables] == [("My Table", 3), ("vacant", 0)]
    assert [c.type for c in tables[0].columns] == ["BIGINT", "VARCHAR", "DOUBLE", "BLOB"]


async def test_values_of_sqlite_stay_what_they_were(folder, tmp_path) -> None:
    content = sqlite_file(tmp_path / "x.db")
    rows = await rows_of(folder, content, "x.db", 'SELECT b, d FROM "My Table"')
    assert rows == (("007", "0x01ff"), (None, None), ("\\N", "0x61"))


async def test_a_broken_sqlite_file_is_refused(folder, tmp_path) -> None:
    broken = b"SQLite format 3\x00" + b"x" * 5_000
    assert "not a whole SQLite database" in await refused(folder, broken, "x.db")


async def test_a_truncated_sqlite_table_names_its_row(folder, tmp_path) -> None:
    path = tmp_path / "x.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE t (a TEXT)")
    database.executemany("INSERT INTO t VALUES (?)", [("x" * 500,) for _ in range(2_000)])
    database.commit()
    database.close()
    content = path.read_bytes()
    broken = content[: len(content) // 2] + b"\xff" * (len(content) // 2)
    assert "Table t, after row" in await refused(folder, broken, "x.db")


async def test_what_grows_too_large_when_unpacked_is_refused(folder, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("routing.data.reading.may_write_mb", lambda file: 1)
    path = tmp_path / "x.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE t (a TEXT)")
    database.executemany("INSERT INTO t VALUES (?)", [("x" * 500,) for _ in range(5_000)])
    database.commit()
    database.close()
    assert "too large when it is unpacked" in await refused(folder, path.read_bytes(), "x.db")


@pytest.mark.parametrize("name", ["x.xls", "x.exe", "x", ".csv.zip"])
def test_other_kinds_are_refused_by_name(name) -> None:
    with pytest.raises(NotReadable):
        kind_of_file(name)


@pytest.mark.parametrize(
    ("file_name", "table"),
    [("2024 Übersicht!.csv", "t_2024_übersicht"), ("select.csv", "select"), ("_.csv", "data")],
)
async def test_the_table_has_a_name_for_sql(folder, file_name, table) -> None:
    _, (found,) = await registered(folder, SALES, file_name)
    assert found.name == table
