"""Tables as people have them, each with the count of its cells: none is lost without a sentence.
Read in this process, since a child for each of them would take its time."""

import csv
import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from pathlib import Path

import duckdb
import pytest
from openpyxl import Workbook, load_workbook

from chatstudio.base.encodings.decoding import decode
from routing.data.child import read_file
from routing.data.errors import NotReadable
from routing.data.reading import kind_of_file
from routing.data.types import Contents, tables_from

CASES = Path(__file__).parent / "cases"
RAGGED_SHORT = "{} fewer than {}; what is missing is empty."
RAGGED_LONG = "{} more than {}; what is beyond stands in columns without a name of their own."
NO_NAMES = "No row names the columns; they are called column_1, column_2 and so on."


@pytest.fixture
def read(tmp_path, monkeypatch):
    """The contents of an uploaded file, and all rows of its tables by name."""
    monkeypatch.chdir(tmp_path)

    def run(data: bytes | str, name: str = "x.csv", encoding: str = ""):
        file, draft = tmp_path / "uploaded", tmp_path / "draft.duckdb"
        draft.unlink(missing_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)
        told: dict = {}
        job = {"file": str(file), "draft": str(draft), "kind": kind_of_file(name)}
        job |= {"name": Path(name).stem, "memory_mb": 600, "seconds": 60.0, "encoding": encoding}
        read_file.run(job, told.update)
        tables = tables_from(json.loads(json.dumps(told["tables"])))
        contents = Contents(tables, tuple(told["notes"]), told.get("encoding", ""))
        with duckdb.connect(str(draft), read_only=True) as connection:
            rows = {
                table.name: connection.execute(f'FROM "{table.name}"').fetchall()
                for table in contents.tables
            }
        return contents, rows

    return run


def columns_of(contents: Contents) -> list[str]:
    return [column.name for column in contents.tables[0].columns]


def cells_kept(contents: Contents, rows: dict[str, list[tuple]]) -> int:
    """In rows, as names of columns, and named in a note."""
    own = re.compile(r"column_\d+(_\d+)?")
    names = [column.name for table in contents.tables for column in table.columns]
    told = [int(found[1]) for note in contents.notes if (found := TOLD.search(note))]
    in_rows = sum(value is not None for table in rows.values() for row in table for value in row)
    return sum(not own.fullmatch(name) for name in names) + in_rows + sum(told)


TOLD = re.compile(r"(\d+) cells? (above the table|with a fault)")


def cells_of_text(data: bytes, delimiter: str) -> int:
    text, _ = decode(data)
    rows = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    kept = (row for row in rows if not re.fullmatch("sep=.?", "".join(row)))
    return sum(bool(cell.strip()) for row in kept for cell in row)


def workbook(*rows: Sequence[object], merged: str = "") -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    if merged:
        book.active.merge_cells(merged)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def cells_of_workbook(data: bytes) -> int:
    book = load_workbook(BytesIO(data))
    values = (v for sheet in book for row in sheet.iter_rows(values_only=True) for v in row)
    return sum(value is not None and bool(str(value).strip()) for value in values)


D = date(2025, 12, 31)
# Content; the delimiter; names of columns; the first rows; sentences.
TEXTS: dict[str, tuple[bytes | str, str, list[str], list[tuple], list[str]]] = {
    "semicolons and decimal commas": (
        "name;amount;when\nAnna;1,5;31.12.2025\nBen;2.000,75;01.01.2026\n",
        ";", ["name", "amount", "when"], [("Anna", 1.5, D), ("Ben", 2000.75, date(2026, 1, 1))], [],
    ),
    "thousands in a column without a comma": (
        "a;b\n1,5;2.000\n2,5;1.200.000\n", ";", ["a", "b"], [(1.5, 2000.0), (2.5, 1.2e6)], [],
    ),
    "thousands with spaces": (
        "a\tb\n1 234,56\t1\n-12\u00a0345,5\t2\n", "\t", ["a", "b"], [(1234.56, 1), (-12345.5, 2)],
        [],
    ),
    "quoted decimal commas between commas": (
        'a,b\n"1,5",x\n"12,25",y\n', ",", ["a", "b"], [(1.5, "x"), (12.25, "y")], [],
    ),
    "English thousands": (
        'a,b\n"1,234",x\n"12,345.5",y\n', ",", ["a", "b"], [(1234.0, "x"), (12345.5, "y")], [],
    ),
    "a line that names the separator": (
        "sep=;\nid;v\n1;a,b\n", ";", ["id", "v"], [(1, "a,b")], [],
    ),
    "a line that names the separator, quoted, with a mark": (
        '\ufeff"sep=|"\r\nid|v\r\n1|x\r\n', "|", ["id", "v"], [(1, "x")], [],
    ),
    "a title above": (
        "Monthly report,,\n,,\nid,name,amount\n1,A,2\n2,B,3\n", ",", ["id", "name", "amount"],
        [(1, "A", 2), (2, "B", 3)], ["1 cell above the table stands in no row: “Monthly report”."],
    ),
    "facts above": (
        "Account:;AT12\nFrom:;01.01.2024\nOwner: ;Ann Lee\n\nDate;Text;Amount\n"
        "02.01.2024;Tea;3,50\n",
        ";", ["Date", "Text", "Amount"], [(date(2024, 1, 2), "Tea", 3.5)],
        ["6 cells above the table stand in no row: “Account:”, “AT12”, “From:”, “01.01.2024”, "
         "“Owner:” and 1 more."],
    ),
    "a bank's facts above": (
        "Konto;AT12 3456\nStand;1.234,56 EUR\n\nTag;Betrag;Art\n01.02.2024;-12,50;EUR\n",
        ";", ["Tag", "Betrag", "Art"], [(date(2024, 2, 1), -12.5, "EUR")],
        ["4 cells above the table stand in no row: “Konto”, “AT12 3456”, “Stand”, “1.234,56 EUR”."],
    ),
    "days and months that could be either": (
        "d,e\n01/02/2025,1\n03/04/2025,2\n", ",", ["d", "e"],
        [(date(2025, 2, 1), 1), (date(2025, 4, 3), 2)],
        ["Column d: the day is taken to stand before the month, as both would be possible."],
    ),
    "much at once": (
        "Liste;;\n;;\nitem;;price\ntea;1;2.000,75\nmilk;2;1,5;more\nsugar;3\n", ";",
        ["item", "column_2", "price", "column_4"],
        [("tea", 1, 2000.75, None), ("milk", 2, 1.5, "more"), ("sugar", 3, None, None)],
        [
            "1 cell above the table stands in no row: “Liste”.",
            RAGGED_SHORT.format("1 row has", "3 columns"),
            RAGGED_LONG.format("1 row has", "3 columns"),
        ],
    ),
    "a year among the names, and words in the first row": (
        "region,2024\nnorth,n/a\nsouth,5\n", ",", ["region", "2024"],
        [("north", "n/a"), ("south", "5")], [],
    ),
    "names that are missing": (
        "id,,amount\n1,x,2\n2,y,3\n", ",", ["id", "column_2", "amount"], [(1, "x", 2), (2, "y", 3)],
        [],
    ),
    "an index without a name": (
        ",name,v\n0,A,2\n1,B,3\n", ",", ["column_1", "name", "v"], [(0, "A", 2), (1, "B", 3)], [],
    ),
    "columns without anything": (
        "a,,b,\n1,,2,\n", ",", ["a", "column_2", "b"], [(1, None, 2)], [],
    ),
    "names twice": (
        "a,A,a\n1,2,3\n", ",", ["a", "A_2", "a_3"], [(1, 2, 3)], [],
    ),
    "no names": (
        "1,Anna,2.5\n2,Ben,3.5\n", ",", ["column_1", "column_2", "column_3"],
        [(1, "Anna", 2.5), (2, "Ben", 3.5)], [NO_NAMES],
    ),
    "years as names": (
        "region,2023,2024\nnorth,1,2\n", ",", ["region", "2023", "2024"], [("north", 1, 2)], [],
    ),
    "rows of other lengths": (
        "a,b,c\n1,2\n3,4,5\n6,7,8,9\n", ",", ["a", "b", "c", "column_4"],
        [(1, 2, None, None), (3, 4, 5, None), (6, 7, 8, 9)],
        [
            RAGGED_SHORT.format("1 row has", "3 columns"),
            RAGGED_LONG.format("1 row has", "3 columns"),
        ],
    ),
    "rows that all end with a separator": (
        "a,b\n1,2,\n3,4,\n", ",", ["a", "b"], [(1, 2), (3, 4)], [],
    ),
    "lines in cells, and empty lines": (
        'a,b\n"x\ny",1\n\n"say ""hi""",2\n', ",", ["a", "b"], [("x\ny", 1), ('say "hi"', 2)], [],
    ),
    "an inch in a cell": (
        'a,b\n5" pipe,1\n6" pipe,2\n', ",", ["a", "b"], [('5" pipe', 1), ('6" pipe', 2)], [],
    ),
    "leading zeros, long numbers and phones": (
        "zip,iban,phone\n01067,123456789012345678901,+43 1 23\n80331,5,+49\n", ",",
        ["zip", "iban", "phone"],
        [("01067", "123456789012345678901", "+43 1 23"), ("80331", "5", "+49")], [],
    ),
    "line ends of old Macintoshes": ("a,b\r1,2\r3,4\r", ",", ["a", "b"], [(1, 2), (3, 4)], []),
    "one column": ("name\nAnna\nBen\n", ",", ["name"], [("Anna",), ("Ben",)], []),
    "names alone": ("a,b\n", ",", ["a", "b"], [], []),
    "dates and times": (
        "a;b;c\n31/12/2025;2025-12-31 10:00;10:30\n", ";", ["a", "b", "c"],
        [(D, datetime(2025, 12, 31, 10), None)], [],
    ),
    "GBK": (
        "姓名,城市\n王伟,上海\n李娜,深圳\n".encode("gbk"), ",", ["姓名", "城市"],
        [("王伟", "上海"), ("李娜", "深圳")], [],
    ),
    "Latin-1": (
        "id;name\n1;José\n2;Müller\n".encode("latin-1"), ";", ["id", "name"],
        [(1, "José"), (2, "Müller")], [],
    ),
    "KOI8-R": (
        "id,имя\n1,Анна\n2,Борис\n".encode("koi8_r"), ",", ["id", "имя"],
        [(1, "Анна"), (2, "Борис")], [],
    ),
    "EUC-KR": (
        "이름,도시\n김철수,서울\n박영희,부산\n".encode("euc_kr"), ",", ["이름", "도시"],
        [("김철수", "서울"), ("박영희", "부산")], [],
    ),
    "UTF-16 with commas, with and without a mark": (
        "id,name\n1,Ä\n2,B\n".encode("utf-16"), ",", ["id", "name"], [(1, "Ä"), (2, "B")], [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TEXTS)
def test_a_text_becomes_the_table_that_it_is(read, case) -> None:
    content, delimiter, names, first, notes = TEXTS[case]
    data = content.encode() if isinstance(content, str) else content
    contents, rows = read(data)
    (found,) = rows.values()
    assert (columns_of(contents), list(contents.notes)) == (names, notes)
    for row, wanted in zip(found, first, strict=True):
        assert all(w is None or value == w for value, w in zip(row, wanted, strict=True)), row
    assert cells_kept(contents, rows) == cells_of_text(data, delimiter)


SHEETS: dict[str, tuple[bytes, list[str], list[tuple], list[str]]] = {
    "a merged title": (
        workbook(["Report 2025"], [], ["id", "name", "v"], [1, "A", 2], merged="A1:C1"),
        ["id", "name", "v"], [(1, "A", 2)],
        ["1 cell above the table stands in no row: “Report 2025”."],
    ),
    "groups above the names": (
        workbook([None, "Sales", None, "Costs"], ["id", "a", "b", "c"], [1, 2, 3, 4],
                 merged="B1:C1"),
        ["id", "a", "b", "c"], [(1, 2, 3, 4)],
        ["2 cells above the table stand in no row: “Sales”, “Costs”."],
    ),
    "a row longer than the names": (
        workbook(["a", "b"], [1, 2], [3, 4, 5, None, 6]),
        ["a", "b", "column_3", "column_5"], [(1, 2, None, None), (3, 4, 5, 6)], [],
    ),
    "names that are missing": (
        workbook(["id", None, "v"], [1, "x", 2]), ["id", "column_2", "v"], [(1, "x", 2)], [],
    ),
    "a table that begins further in": (
        workbook([], [None, "id", "v"], [None, 1, 2]), ["id", "v"], [(1, 2)], [],
    ),
    "no names": (
        workbook([1, 2.5], [2, 3.5]), ["column_1", "column_2"], [(1, 2.5), (2, 3.5)], [NO_NAMES],
    ),
    "faults of formulas": (
        workbook(["a", "b"], ["x", "#DIV/0!"], ["y", "#N/A"], ["z", 1]),
        ["a", "b"], [("x", None), ("y", None), ("z", 1)],
        ["2 cells with a fault of a formula (#DIV/0!, #N/A) are empty."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SHEETS)
def test_a_sheet_becomes_the_table_that_it_is(read, case) -> None:
    data, names, wanted, notes = SHEETS[case]
    contents, rows = read(data, "x.xlsx")
    assert (columns_of(contents), *rows.values()) == (names, wanted)
    assert list(contents.notes) == notes
    assert cells_kept(contents, rows) == cells_of_workbook(data)


TWO_ROWS = (["Region", "2023", None, "2024", None], [None, "Q1", "Q2", "Q1", "Q2"])


def test_names_in_two_rows_are_put_together(read) -> None:
    names = ["Region", "2023 Q1", "2023 Q2", "2024 Q1", "2024 Q2"]
    sheet = workbook(["Report"], *TWO_ROWS, ["North", 1, 2, 3, 4], merged="B2:C2")
    contents, rows = read(sheet, "x.xlsx")
    assert (columns_of(contents), rows["sheet"]) == (names, [("North", 1, 2, 3, 4)])
    assert contents.notes == ("1 cell above the table stands in no row: “Report”.",)
    contents, rows = read("Region,2023,2023,2024,2024\n,Q1,Q2,Q1,Q2\nNorth,1,2,3,4\n")
    assert (columns_of(contents), rows["x"]) == (names, [("North", 1, 2, 3, 4)])
    contents, rows = read("id,v\nNA,NA\n1,2\n")
    assert (columns_of(contents), len(rows["x"])) == (["id", "v"], 2)


def test_names_that_repeat_themselves_beside_an_empty_one_are_names(read) -> None:
    contents, rows = read(workbook(["a", "a", None, "b"], [1, 2, 3, 4]), "x.xlsx")
    assert columns_of(contents) == ["a", "a_2", "column_3", "b"]
    assert rows["sheet"] == [(1, 2, 3, 4)]


@pytest.mark.parametrize("mark", ["'", "’", " ", "\u00a0", "\u202f"])
def test_thousands_may_stand_apart(read, mark) -> None:
    _, rows = read(f"a;b\n1{mark}000.50;1\n2{mark}000;2\n")
    assert rows["x"] == [(1000.5, 1), (2000.0, 2)]
    _, rows = read(f"a;b\n1{mark}000,50;1\n2{mark}000;2\n")
    assert rows["x"] == [(1000.5, 1), (2000.0, 2)]
    _, rows = read("phone;b\n600 123 456;1\n601 123 456;2\n")
    assert rows["x"] == [("600 123 456", 1), ("601 123 456", 2)]


def test_a_sheet_with_cells_far_below_nothing_is_read(read) -> None:
    data = workbook(*[[]] * 100, ["id", "v"], [1, 2])
    contents, rows = read(data, "x.xlsx")
    assert cells_kept(contents, rows) == 4


def test_formulas_without_results_are_said(read) -> None:
    contents, rows = read(workbook(["a", "b"], [D, "=1+1"]), "x.xlsx")
    assert rows["sheet"][0] == (D,) or rows["sheet"][0] == (D, None)
    assert contents.notes[0].startswith("1 formula has no result in this file")


def test_sheets_are_told_apart_in_what_is_said(read) -> None:
    book = Workbook()
    book.active.append(["a", "b"])
    for row in (["Title"], ["a", "b"], [1, 2]):
        (book["Two"] if "Two" in book.sheetnames else book.create_sheet("Two")).append(row)
    out = BytesIO()
    book.save(out)
    contents, _ = read(out.getvalue(), "x.xlsx")
    assert contents.notes == ("Sheet Two: 1 cell above the table stands in no row: “Title”.",)


HANDED = {"semicolon.csv": ";", "cp1252.csv": ",", "ragged.csv": ",", "shiftjis.csv": ","}
HANDED |= {"title-row.csv": ",", "utf16-comma.csv": ","}


@pytest.mark.parametrize("name", HANDED)
def test_no_cell_of_a_file_is_lost(read, name) -> None:
    data = (CASES / name).read_bytes()
    contents, rows = read(data, name)
    assert cells_kept(contents, rows) == cells_of_text(data, HANDED[name])


def test_a_merged_title_of_a_file_is_said(read) -> None:
    data = (CASES / "title-merged.xlsx").read_bytes()
    contents, rows = read(data, "title-merged.xlsx")
    assert columns_of(contents) == ["id", "name", "v"]
    assert cells_kept(contents, rows) == cells_of_workbook(data)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_json_in_any_encoding(read, encoding) -> None:
    _, rows = read('[{"a":1,"b":"Größe"}]'.encode(encoding), "x.json")
    assert rows["x"] == [(1, "Größe")]


def test_very_wide_tables_are_refused_by_their_columns(read) -> None:
    names = ",".join(f"c{n}" for n in range(10_000))
    for data, name in (
        (f"{names}\n{names}\n", "x.csv"),
        (f"title\n{names}\n{names}\n", "x.csv"),
        (workbook(range(2_500), range(2_500)), "x.xlsx"),
    ):
        with pytest.raises(NotReadable, match=r"has [\d,]+ columns: at most 2,000 columns can be"):
            read(data, name)


def test_more_columns_than_are_looked_at_at_once_are_read(read) -> None:
    names = ",".join(f"c{n}" for n in range(120))
    contents, _ = read(f"{names}\n" + ",".join(map(str, range(120))) + "\n")
    assert len(columns_of(contents)) == 120


@pytest.mark.parametrize(
    "content", ['a,b\n1,2\n1,"2\n3,4\n', 'a,b\n1,2\n1,"2\n', 'title\na,b\n1,2\n1,"2\n3,4\n']
)
def test_a_quotation_mark_that_is_not_closed_is_named(read, content) -> None:
    row = content[: content.index('"')].count("\n") + 1
    with pytest.raises(NotReadable, match=f"Row {row}, column 2: a quotation mark is not closed"):
        read(content)


@pytest.mark.parametrize("data", [b"\x7fELF\x02\x01\x01" + bytes(90), bytes(range(256)) * 9])
def test_what_is_no_text_is_refused(read, data) -> None:
    with pytest.raises(NotReadable):
        read(data)
