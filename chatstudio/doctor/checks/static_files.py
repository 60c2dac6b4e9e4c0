from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from chatstudio.doctor.findings import Finding, ok, warning
from chatstudio.launch.prepare import has_static_files

STEP = "Start with make run, which gathers them, or run manage.py collectstatic."


def examine() -> Iterator[Finding]:
    if not Path(settings.STATIC_ROOT).is_dir():
        yield warning("They have not been gathered yet.", STEP)
    elif not has_static_files():
        yield warning("They are older than this program.", STEP)
    else:
        yield ok("Gathered and up to date.")
