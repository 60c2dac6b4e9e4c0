"""A model and its server in one text, as forms and programs name it: `llama3:8b@http://host:11434`."""

SEPARATOR = "@"


def ref_of(name: str, server: str) -> str:
    return f"{name}{SEPARATOR}{server}" if name else ""


def split_ref(ref: str) -> tuple[str, str]:
    """Name and server. Anything after the last @ is the server's address."""
    name, at, server = ref.rpartition(SEPARATOR)
    return (name, server) if at else (ref, "")
