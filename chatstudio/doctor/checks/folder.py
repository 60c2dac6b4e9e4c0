"""DATA_DIR: there, writable by whoever runs this, and by nobody else."""

import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from chatstudio.base.private_files import OTHERS, open_to_others
from chatstudio.doctor.findings import Finding, failure, ok, warning


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
        return
    yield ok(f"{folder} can be written to.")
    is_closed = not folder.stat().st_mode & OTHERS
    if not is_closed and (found := open_to_others(folder)):
        names = ", ".join(path.name for path in found)
        yield warning(
            f"Other accounts of this machine can read what lies in {folder}: {names}.",
            f"As its owner: chmod -R go= {shlex.join(map(str, found))}",
        )
