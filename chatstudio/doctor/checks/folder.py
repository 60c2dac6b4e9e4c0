"""DATA_DIR: there, and writable by whoever runs this."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from chatstudio.doctor.findings import Finding, failure, ok


def examine() -> Iterator[Finding]:
    folder = Path(settings.DATA_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor"):
            pass
    except OSError as error:
        yield failure(
            f"{folder} cannot be written to: {error.strerror}.",
            "Give the person who runs Chat Studio the right to, or set DATA_DIR elsewhere.",
        )
    else:
        yield ok(f"{folder} can be written to.")
