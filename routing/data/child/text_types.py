"""Of which type a column of text is: each of its cells has to be one, or it stays text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from routing.data.child.engine import quoted_name

SAMPLED, SAMPLED_CELLS = 1_000, 400_000
COLUMNS_AT_ONCE = 400
GROUPS = "[. \u00a0\u202f'’]"
"""What Europeans put between thousands: a point, a space (also one that does not break)."""


@dataclass(frozen=True, slots=True)
class TextType:
    """`pattern` is what all cells have to look like, `sql` makes the value of the cell `{c}` and
    is NULL where it cannot. `sign` has to be in one of the cells, if it is given."""

    name: str
    pattern: re.Pattern[str]
    sql: str
    sign: re.Pattern[str] | None = None

    def of(self, cell: str) -> str:
        return self.sql.replace("{c}", f"trim({cell})") if self.sql else cell


def _type(name: str, pattern: str, sql: str, sign: str = "") -> TextType:
    return TextType(name, re.compile(pattern, re.I), sql, re.compile(sign) if sign else None)


def _date(pattern: str, *formats: str) -> list[TextType]:
    return [
        _type("DATE", pattern, f"CAST(try_strptime({{c}}, '{one}') AS DATE)") for one in formats
    ]


def _moment(pattern: str, *formats: str) -> list[TextType]:
    listed = ", ".join(f"'{one}'" for one in formats)
    return [_type("TIMESTAMP", pattern, f"try_strptime({{c}}, [{listed}])")]


TEXT = _type("VARCHAR", r"(?s).*", "")
# What begins with a zero is a number of a house, a phone or a post office.
WHOLE = _type(
    "BIGINT",
    r"-?(0|[1-9]\d{0,17})",
    "CASE WHEN TRY_CAST({c} AS BIGINT)::VARCHAR = {c} THEN TRY_CAST({c} AS BIGINT) END",
)
POINT = _type(
    "DOUBLE",
    r"-?(\d{1,18}|\d*\.\d+|\d+\.)(e[+-]?\d+)?",
    "CASE WHEN {c} NOT LIKE '+%' AND (NOT ({c} LIKE '0_%' OR {c} LIKE '-0_%') OR {c} LIKE '0.%' "
    "OR {c} LIKE '-0.%' OR {c} LIKE '0e%') AND (length({c}) < 19 OR {c} LIKE '%.%' "
    "OR {c} LIKE '%e%') THEN TRY_CAST({c} AS DOUBLE) END",
)
COMMA_PATTERN = rf"[+-]?(\d{{1,3}}({GROUPS}\d{{3}})+|0|[1-9]\d*)(,\d+)?"
COMMA = _type(
    "DOUBLE",
    COMMA_PATTERN,
    f"CASE WHEN regexp_full_match({{c}}, '{COMMA_PATTERN.replace(chr(39), chr(39) * 2)}') THEN "
    f"TRY_CAST(replace(regexp_replace({{c}}, '{GROUPS.replace(chr(39), chr(39) * 2)}', '', 'g'), "
    "',', '.') AS DOUBLE) END",
    sign=",",
)
GROUPED_PATTERN = r"[+-]?(\d{1,3}(,\d{3})+|0|[1-9]\d*)(\.\d+)?"
GROUPED = _type(
    "DOUBLE",
    GROUPED_PATTERN,
    f"CASE WHEN regexp_full_match({{c}}, '{GROUPED_PATTERN}') THEN "
    "TRY_CAST(replace({c}, ',', '') AS DOUBLE) END",
    sign=",",
)
MARKS_APART = "['’ \u00a0\u202f]"
APART_PATTERN = rf"[+-]?(\d{{1,3}}({MARKS_APART}\d{{3}})+|0|[1-9]\d*)(\.\d+)?"
APART = _type(
    "DOUBLE",
    APART_PATTERN,
    f"CASE WHEN regexp_full_match({{c}}, '{APART_PATTERN.replace(chr(39), chr(39) * 2)}') THEN "
    "TRY_CAST(regexp_replace({c}, '[^0-9.+-]', '', 'g') AS DOUBLE) END",
    sign="['’\u00a0\u202f]| .*[.]",
)
"""As the Swiss write it: an apostrophe or a space between thousands, and a point. With common
spaces and no point it may be a phone number."""
TRUTH = _type("BOOLEAN", "true|false", "TRY_CAST({c} AS BOOLEAN)")
TIMES = [
    _type("DATE", r"\d{4}-\d\d?-\d\d?", "TRY_CAST({c} AS DATE)"),
    *_date(r"\d{1,2}\.\d{1,2}\.\d{4}", "%d.%m.%Y"),
    *_date(r"\d{1,2}\.\d{1,2}\.\d{2}", "%d.%m.%y"),
    *_date(r"\d{1,2}/\d{1,2}/\d{4}", "%d/%m/%Y", "%m/%d/%Y"),
    *_date(r"\d{1,2}-\d{1,2}-\d{4}", "%d-%m-%Y", "%m-%d-%Y"),
    *_date(r"\d{4}/\d{1,2}/\d{1,2}", "%Y/%m/%d"),
    *_date(r"\d{4}\.\d{1,2}\.\d{1,2}\.?", "%Y.%m.%d"),
    _type("TIMESTAMP", r"\d{4}-\d\d?-\d\d?[ T]\d\d?:\d\d.*", "TRY_CAST({c} AS TIMESTAMP)"),
    *_moment(r"\d{1,2}\.\d{1,2}\.\d{4},? .+", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S"),
    *_moment(r"\d{1,2}/\d{1,2}/\d{4},? .+", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S"),
    *_moment(
        r"\d{1,2}/\d{1,2}/\d{4},? .+",
        *("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p"),
    ),
    _type("TIME", r"\d\d?:\d\d(:\d\d)?", "TRY_CAST({c} AS TIME)"),
]

EITHER_WAY = {
    one.sql: other
    for one in TIMES
    for other in TIMES
    if one.pattern == other.pattern and "'%d" in one.sql and "'%m" in other.sql
}
"""Of a type with the day first the one with the month first."""


def types_for(delimiter: str) -> list[TextType]:
    """In the order in which they are tried: where a comma parts the columns, one in a cell is
    more likely to stand between thousands."""
    numbers = [GROUPED, COMMA] if delimiter == "," else [COMMA, GROUPED]
    return [WHOLE, POINT, *numbers, APART, *TIMES, TRUTH]


def choose_types(
    connection: duckdb.DuckDBPyConnection, source: str, names: Sequence[str], delimiter: str
) -> list[TextType]:
    """`source` is what stands in FROM; the cells of all its columns are text."""
    rows = min(SAMPLED, SAMPLED_CELLS // max(len(names), 1) + 1)
    sampled = connection.execute(f"SELECT * FROM {source} LIMIT {rows}").fetchall()
    possible = types_for(delimiter)
    columns = [_cells(sampled, at) for at in range(len(names))]
    likely = [_likely(cells, possible) for cells in columns]
    if COMMA in likely:  # then "2.000" in another column is two thousand
        likely = [_as_with_comma(one, cells) for one, cells in zip(likely, columns, strict=True)]
    chosen: list[TextType] = []
    for start in range(0, len(names), COLUMNS_AT_ONCE):
        part = slice(start, start + COLUMNS_AT_ONCE)
        chosen += _checked(connection, source, names[part], likely[part], possible)
    return chosen


def notes_on(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    names: Sequence[str],
    chosen: Sequence[TextType],
) -> list[str]:
    """A sentence for each column whose days and months could be exchanged."""
    doubtful = [
        (name, other)
        for name, one in zip(names, chosen, strict=True)
        if (other := EITHER_WAY.get(one.sql)) is not None
    ]
    held = _hold(connection, source, doubtful) if doubtful else []
    return [
        f"Column {name}: the day is taken to stand before the month, as both would be possible."
        for (name, _), holds in zip(doubtful, held, strict=True)
        if holds
    ]


def _cells(rows: Sequence[Sequence[object]], at: int) -> list[str]:
    return [text for row in rows if row[at] is not None and (text := str(row[at]).strip())]


def _likely(cells: Sequence[str], possible: Sequence[TextType]) -> TextType:
    return next((one for one in possible if _fits(one, cells)), TEXT) if cells else WHOLE


def _fits(one: TextType, cells: Sequence[str]) -> bool:
    has_sign = one.sign is None or any(map(one.sign.search, cells))
    return has_sign and all(map(one.pattern.fullmatch, cells))


def _as_with_comma(one: TextType, cells: Sequence[str]) -> TextType:
    return (
        COMMA
        if one in (POINT, TEXT) and cells and all(map(COMMA.pattern.fullmatch, cells))
        else one
    )


def _checked(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    names: Sequence[str],
    likely: Sequence[TextType],
    possible: Sequence[TextType],
) -> list[TextType]:
    """What the first rows say has to hold for all; else the next that does."""
    held = _hold(connection, source, list(zip(names, likely, strict=True)))
    chosen = []
    for name, one, holds in zip(names, likely, held, strict=True):
        if holds:
            chosen.append(one)
            continue
        others = _hold(connection, source, [(name, other) for other in possible])
        chosen.append(
            next((other for other, fits in zip(possible, others, strict=True) if fits), TEXT)
        )
    return chosen


def _hold(
    connection: duckdb.DuckDBPyConnection, source: str, pairs: Sequence[tuple[str, TextType]]
) -> list[bool]:
    """Whether all cells of the column are of the type; an empty column is text."""
    wanted = ", ".join(_measure(quoted_name(name), one) for name, one in pairs)
    found = connection.execute(f"SELECT {wanted} FROM {source}").fetchone() or ()
    return [
        not one.sql or 0 < found[2 * at] == found[2 * at + 1] for at, (_, one) in enumerate(pairs)
    ]


def _measure(column: str, one: TextType) -> str:
    return f"count(nullif(trim({column}), '')), count({one.of(column)})"
