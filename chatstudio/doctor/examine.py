"""Runs the examinations, one after the other; none can end the report."""

from collections.abc import Iterator

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
from chatstudio.doctor.findings import Examination, Finding, Line, failure

EXAMINATIONS: dict[str, Examination] = {
    "Python": python.examine,
    "Settings": settings.examine,
    "Data folder": folder.examine,
    "Disk": disk.examine,
    "Memory": memory.examine,
    "Database": database.examine,
    "Migrations": migrations.examine,
    "Clock": clock.examine,
    "Search": search.examine,
    "Static files": static_files.examine,
    "Redis": redis.examine,
    "Model server": model_server.examine,
    "Answer": answer.examine,
    "Agent": agent.examine,
}


def examine() -> Iterator[Line]:
    """Line by line as they are found."""
    for name, examination in EXAMINATIONS.items():
        yield from (Line(name, finding) for finding in carefully(examination))


def carefully(examination: Examination) -> list[Finding]:
    try:
        return list(examination())
    except Exception as error:
        said = " ".join(str(error).split())[:300]
        text = f"This could not be looked at: {type(error).__name__}: {said}"
        return [failure(text, "Correct what is said above first, and run the doctor again.")]
