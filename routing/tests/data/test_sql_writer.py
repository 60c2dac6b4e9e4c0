"""SQL by a model: which one is asked, what of its words is taken."""

import pytest

from routing.data.errors import NoSqlWritten
from routing.data.sql_writer import sql_in, write_sql, writer_among
from routing.errors import ModelNotFound, NoModel
from routing.llm.catalogue import Catalogue
from routing.types import ModelInfo

CHAT, CODER = ModelInfo("llama3:8b", "s"), ModelInfo("sqlcoder:7b", "s")


def test_the_model_that_is_set_writes(settings) -> None:
    settings.SQL_MODEL = "sqlcoder:7b"
    assert writer_among(Catalogue((CHAT, CODER), default=CHAT)) is CODER


def test_else_the_one_that_answers(settings) -> None:
    settings.SQL_MODEL = ""
    assert writer_among(Catalogue((CHAT, CODER), default=CHAT)) is CHAT


def test_a_model_that_is_not_there_is_named(settings) -> None:
    settings.SQL_MODEL = "sqlcoder:7b"
    with pytest.raises(ModelNotFound, match="sqlcoder:7b"):
        writer_among(Catalogue((CHAT,), default=CHAT))


def test_without_any_model_it_says_so(settings) -> None:
    settings.SQL_MODEL = ""
    with pytest.raises(NoModel):
        writer_among(Catalogue())


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1",
        "  SELECT 1\n",
        "```sql\nSELECT 1\n```",
        "Here it is:\n```\nSELECT 1\n```\nIt counts.",
        "```sql\nSELECT 1",
        "[SQL]SELECT 1[/SQL]",
    ],
)
def test_the_sql_is_taken_out_of_the_words(text) -> None:
    assert sql_in(text) == "SELECT 1"


async def test_a_model_is_asked_with_question_and_schema() -> None:
    """The echo answers with what it was asked."""
    words = await write_sql("How many?", "Table sales, 3 rows:")
    assert words


async def test_a_model_without_words_wrote_none(monkeypatch) -> None:
    monkeypatch.setattr("routing.data.sql_writer.sql_in", lambda text: "")
    with pytest.raises(NoSqlWritten):
        await write_sql("How many?", "")
