"""What can go wrong with data, each with a sentence for the person and for the model.

DataError
├── NotReadable         a file is not what it should be; says in which row and column
├── QueryRefused        not exactly one SELECT
├── QueryFailed         the engine's own words
├── TookTooLong         interrupted at its deadline
├── TooMuchMemory       the limit of the child process
├── SourceUnavailable   the database is not there, or may not be asked
├── TooManyQueries      of one person, or through one API key, at once
└── NoSqlWritten        the model that was asked for SQL wrote none
"""

from collections.abc import Mapping
from typing import ClassVar


class DataError(Exception):
    """`str()` is the sentence."""

    code: ClassVar[str] = "data_error"


class NotReadable(DataError):
    code = "not_readable"


class QueryRefused(DataError):
    code = "query_refused"


class QueryFailed(DataError):
    code = "query_failed"


class TookTooLong(DataError):
    code = "took_too_long"


class TooMuchMemory(DataError):
    code = "too_much_memory"


class SourceUnavailable(DataError):
    code = "source_unavailable"


class TooManyQueries(DataError):
    """Wait, or ask again after so many seconds. `whose` completes "… for"."""

    code = "too_many_queries"
    retry_after = 5

    def __init__(self, whose: str) -> None:
        super().__init__(
            f"Too many queries are running or waiting for {whose} already. Wait for one of them, "
            f"or try again in {self.retry_after} seconds."
        )


class NoSqlWritten(DataError):
    code = "no_sql_written"


ALL: list[type[DataError]] = [DataError, *DataError.__subclasses__()]
FAMILY = {member.code: member for member in ALL}


def from_child(told: Mapping[str, str]) -> DataError:
    """The error that a child process told of."""
    return FAMILY.get(told["code"], DataError)(told["sentence"])


NEEDS_TOO_MUCH = (
    "This needs more memory than it may take. Ask for less: fewer rows or columns, a filter, or a "
    "total in the place of a list."
)


def took_too_long(seconds: float) -> TookTooLong:
    return TookTooLong(
        f"This was interrupted after {seconds:g} seconds. Ask for less: fewer rows, a filter, or "
        "a total in the place of a list."
    )
