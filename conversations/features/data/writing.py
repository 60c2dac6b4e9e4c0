"""SQL that a model writes for a person, which counts among their answers."""

from chatstudio.models import User
from conversations.answering.turns.requests import Asked, Running, events, start
from conversations.features.data.asking import asker_of, dialect_of, tables_of
from conversations.models import DataSource, Generation
from routing.data.errors import NoSqlWritten
from routing.data.schema_text import schema_text
from routing.data.sql_writer import request_for, taken_from, writer
from routing.errors import error_of

BROKEN = ("ended_early", "cancelled", "interrupted")
BROKEN_OFF = "The model broke off before the SQL was whole. Ask again."


async def sql_for(person: User, source: DataSource, question: str) -> str:
    """Raises TurnRefused, RoutingError or DataError."""
    schema = schema_text(await tables_of(source, asker_of(person)))
    model = await writer()
    request = request_for(question, schema, dialect_of(source), model.name)
    return taken_from(await _write_text(person, Asked("direct", request, model.server)), model.name)


async def _write_text(person: User, asked: Asked) -> str:
    def run(generation: Generation) -> Running:
        return Running(generation, events(generation, asked))

    running = await start(person, asked, run)
    try:
        last = await running.whole()
    finally:
        running.leave()
    if last.error_code:
        raise error_of(last.error_code, last.error_context)
    if last.finish_reason in BROKEN:
        raise NoSqlWritten(BROKEN_OFF)
    return running.live.transcript.text
