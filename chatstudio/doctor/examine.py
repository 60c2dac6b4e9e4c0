"""Runs the examinations, one after the other; none can end the report."""

from collections.abc import Iterator

from chatstudio.base.examining import EXAMINATIONS, Examination, Finding, failure
from chatstudio.doctor.checks import (
    agent,
    answer,
    clock,
    database,
    disk,
    folder,
    memory,
    migrations,
    model_server,
    python,
    redis,
    search,
    settings,
    static_files,
)
from chatstudio.doctor.lines import Line

OURS: dict[str, Examination] = {
    "Python": python.look,
    "Settings": settings.look,
    "Data folder": folder.look,
    "Disk": disk.look,
    "Memory": memory.look,
    "Database": database.look,
    "Migrations": migrations.look,
    "Clock": clock.look,
    "Search": search.look,
    "Static files": static_files.look,
    "Redis": redis.look,
    "Model server": model_server.look,
    "Answer": answer.look,
    "Agent": agent.look,
}


def examine() -> Iterator[Line]:
    """Line by line as they are found."""
    for name, look in (OURS | EXAMINATIONS).items():
        yield from (Line(name, finding) for finding in carefully(look))


def carefully(look: Examination) -> list[Finding]:
    try:
        return list(look())
    except Exception as error:
        said = " ".join(str(error).split())[:300]
        text = f"This could not be looked at: {type(error).__name__}: {said}"
        return [failure(text, "Correct what is said above first, and run the doctor again.")]
