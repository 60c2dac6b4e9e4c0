"""A job as JSON on the standard input, what was found as lines of JSON on the standard output."""

import errno
import json
import os
import sys
from importlib import import_module
from types import ModuleType

from routing.data.child.limits import confine
from routing.data.errors import (
    NEEDS_TOO_MUCH,
    DataError,
    NotReadable,
    SourceUnavailable,
    TooMuchMemory,
)
from routing.data.types import Job, Told

JOBS = {
    "read file": "routing.data.child.read_file",
    "query file": "routing.data.child.query_file",
    "query postgres": "routing.data.child.query_postgres",
    "describe postgres": "routing.data.child.describe_postgres",
}


def tell(told: Told) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def without_place(sentence: str, job: Job) -> str:
    """Where files lie on this server is nobody's business."""
    folder = job.get("folder") or os.path.dirname(job.get("file", ""))
    return sentence.replace(f"{folder}{os.sep}", "") if folder else sentence


def job_named(name: str) -> ModuleType:
    try:
        return import_module(JOBS[name])
    except ImportError:
        if "postgres" not in name:
            raise
        raise SourceUnavailable(
            "The package for PostgreSQL is not installed. Start with make run EXTRAS=postgres."
        ) from None


def main() -> None:
    job: Job = json.load(sys.stdin)
    try:
        doing = job_named(job["do"])  # before the limits: Python keeps what it compiles
        confine(job["memory_mb"], job["seconds"], job.get("may_write_mb", 0))
        doing.run(job, tell)
    except DataError as error:
        tell({"error": {"code": error.code, "sentence": without_place(str(error), job)}})
    except OSError as error:
        if error.errno not in (errno.EFBIG, errno.ENOSPC):
            raise
        said = "This becomes too large when it is unpacked, or the disk is full."
        tell({"error": {"code": NotReadable.code, "sentence": said}})
    except MemoryError:
        tell({"error": {"code": TooMuchMemory.code, "sentence": NEEDS_TOO_MUCH}})
    else:
        tell({"done": True})


if __name__ == "__main__":
    main()
    # All is told: without the engine's tidying up, which may abort where memory is short.
    os._exit(0)
