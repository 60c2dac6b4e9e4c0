"""A model that writes SQL: the one that SQL_MODEL names, else the one that answers by default."""

import re

from django.conf import settings

from routing.asking import text_of
from routing.data.errors import NoSqlWritten
from routing.errors import ModelNotFound, NoModel
from routing.llm.catalogue import Catalogue
from routing.llm.servers import configured_places, known_models, provider_at
from routing.types import ChatMessage, ChatRequest, ModelInfo, Parameters

# The form that models made for SQL were trained on; others understand it as well.
PROMPT = """### Task
Write one {dialect} SELECT statement that answers this question: {question}

### Database schema
{schema}

### Rules
Answer with the SQL alone, in one ```sql block. Use only tables and columns of the schema, written
exactly as they are there. Never change data. If the schema cannot answer the question, answer with
a SELECT of one text that says what is missing.

### SQL
"""
FENCED = re.compile(r"```[ \t]*\w*\s*\n(.*?)(?:```|\Z)", re.DOTALL)
LONGEST = 1_500


async def write_sql(question: str, schema: str, dialect: str = "DuckDB") -> str:
    """The SQL for a question. It is not checked here: the engine does that."""
    model = await writer()
    provider = await provider_at(model.server)
    request = request_for(question, schema, dialect, model.name)
    return taken_from(await text_of(provider.chat(request)), model.name)


async def writer() -> ModelInfo:
    return writer_among(await known_models())


def writer_among(catalogue: Catalogue) -> ModelInfo:
    server = configured_places()[0].url
    if settings.SQL_MODEL:
        found = catalogue.find(settings.SQL_MODEL)
        if found is None:
            raise ModelNotFound(model_name=settings.SQL_MODEL, server=server)
        return found
    if catalogue.default is None:
        raise catalogue.errors[0] if catalogue.errors else NoModel(server=server)
    return catalogue.default


def request_for(question: str, schema: str, dialect: str, model_name: str) -> ChatRequest:
    prompt = PROMPT.format(dialect=dialect, question=question, schema=schema)
    parameters = Parameters(temperature=0, num_predict=LONGEST)
    return ChatRequest(model_name, (ChatMessage("user", prompt),), parameters)


def taken_from(text: str, model_name: str) -> str:
    sql = sql_in(text)
    if not sql:
        raise NoSqlWritten(f"{model_name} wrote no SQL. Ask in other words, or set SQL_MODEL.")
    return sql


def sql_in(text: str) -> str:
    """The first fenced block; where there is none, all of it without what models put around it."""
    fenced = FENCED.search(text)
    return (fenced[1] if fenced else text.replace("[SQL]", "").replace("[/SQL]", "")).strip()
