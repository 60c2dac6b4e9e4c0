import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from chatstudio.base.words import GB, gigabytes_in_words
from chatstudio.doctor.findings import Finding, failure, ok, warning

SCARCE, NONE_LEFT = 1 * GB, GB // 10


def examine() -> Iterator[Finding]:
    folder = Path(settings.DATA_DIR)
    there = next(one for one in (folder, *folder.parents) if one.exists())
    free = shutil.disk_usage(there).free
    text = f"{gigabytes_in_words(free)} free where {folder} is."
    step = "Make room there, or set DATA_DIR to another disk."
    if free < NONE_LEFT:
        yield failure(text, step)
    elif free < SCARCE:
        yield warning(text, step)
    else:
        yield ok(text)
