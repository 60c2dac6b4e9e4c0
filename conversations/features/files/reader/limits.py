"""What the child process may take. Windows has no such limits; there the parent's clock remains."""

try:
    import resource
except ImportError:
    resource = None  # type: ignore[assignment]

MEMORY = 1024 * 2**20
CPU_SECONDS = 20
LARGEST_FILE = 64 * 2**20


def confine() -> None:
    if resource is None:
        return
    for name, limit in (
        ("RLIMIT_AS", MEMORY),
        ("RLIMIT_CPU", CPU_SECONDS),
        ("RLIMIT_FSIZE", LARGEST_FILE),
        ("RLIMIT_CORE", 0),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (limit, limit))
        except (ValueError, OSError):  # macOS refuses some; a stricter one may hold already
            continue
