from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from chatstudio.base.examining import Finding, ok, warning
from chatstudio.launch.prepare import fingerprint

STEP = "Start with make run, which gathers them, or run manage.py collectstatic."


def examine() -> Iterator[Finding]:
    root = Path(settings.STATIC_ROOT)
    stamp = root.with_suffix(".stamp")
    if not root.is_dir():
        yield warning("They have not been gathered yet.", STEP)
    elif not stamp.exists() or stamp.read_text() != fingerprint():
        yield warning("They are older than this program.", STEP)
    else:
        yield ok("Gathered and up to date.")
