import os
from collections.abc import Iterator
from pathlib import Path

from chatstudio.base.words import GB, gigabytes_in_words
from chatstudio.doctor.findings import Finding, ok, warning

SCARCE = GB // 4
STEP = "Close other programs, or unload a model that is not needed on the page Models."


def examine() -> Iterator[Finding]:
    free = available()
    if free is None:
        yield ok("This system does not say how much memory is free.")
    elif free < SCARCE:
        yield warning(f"Only {gigabytes_in_words(free)} of memory are free.", STEP)
    else:
        yield ok(f"{gigabytes_in_words(free)} of memory are free.")


def available() -> int | None:
    """What a program could still get, in bytes; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        sizes = dict(line.split(":", 1) for line in lines if ":" in line)
        return int(sizes["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
