import platform
import sys
from collections.abc import Iterator

from chatstudio.doctor.findings import Finding, failure, ok

OLDEST = (3, 12)


def examine() -> Iterator[Finding]:
    running = f"Python {platform.python_version()} on {platform.system()}"
    if sys.version_info[:2] < OLDEST:
        yield failure(f"{running} is too old.", "Install Python 3.13 and run make setup again.")
    else:
        yield ok(running)
