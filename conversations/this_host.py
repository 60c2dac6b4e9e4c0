"""Which machine this is, as far as process ids go."""

import os
import socket
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
PID_NAMESPACE = Path("/proc/self/ns/pid")


@cache
def name() -> str:
    """Containers and cloned machines often share a host name; a process id of one of them says
    nothing about the others. Where Linux tells, the name includes what tells them apart."""
    try:
        apart = f"{BOOT_ID.read_text().strip()[:8]} {PID_NAMESPACE.readlink()}"
    except OSError:
        return socket.gethostname()
    return f"{socket.gethostname()} {apart}"[:255]


def process_facts() -> dict[str, Any]:
    """What a ServerProcess row says of this process."""
    return {"host": name(), "pid": os.getpid(), "version": settings.VERSION}
