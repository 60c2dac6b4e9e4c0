"""Limits that the operating system holds, whatever the engine does."""

import contextlib
import sys

MIB = 2**20
# What Python and the engine's own code take besides the engine's data.
OVERHEAD_MB = 320


def confine(memory_mb: int, seconds: float, may_write_mb: int) -> None:
    """Memory, processor time, and the size of any file that is written (none, for a query)."""
    _end_with_parent()
    try:
        import resource
    except ImportError:  # Windows, where the engine's own limits and the parent's clock hold alone
        return
    memory = (memory_mb + OVERHEAD_MB) * MIB
    for limit, value in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_AS, memory + 2048 * MIB),
        (resource.RLIMIT_CPU, int(seconds * 4) + 10),
        (resource.RLIMIT_FSIZE, may_write_mb * MIB),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(OSError, ValueError):  # a system that knows no such limit
            resource.setrlimit(limit, (value, value))


def _end_with_parent() -> None:
    """Where the system can (Linux): the server may be killed, and nobody would wait any more."""
    if sys.platform == "linux":
        import ctypes
        import signal

        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
