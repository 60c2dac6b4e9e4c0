"""The key that signs cookies: made once, kept in a file that only its owner can read."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def load_or_create(path: Path) -> str:
    """The key in this file, made first if need be. Processes that start together agree on one."""
    try:
        return read(path) or read(create(path))
    except OSError as error:
        raise ImproperlyConfigured(
            f"The secret key cannot be kept at {path} ({error.strerror}). "
            "Make that folder writable, or set DATA_DIR to one that is."
        ) from error


def read(path: Path) -> str:
    return path.read_text(encoding="ascii").strip() if path.exists() else ""


def create(path: Path) -> Path:
    """A whole key appears under the name at once, and the first of several processes wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with open(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
    ) as file:
        file.write(secrets.token_urlsafe(50))
        file.flush()
        os.fsync(file.fileno())
    publish(draft, path)
    return path


def publish(draft: Path, path: Path) -> None:
    if path.exists() and not read(path):
        path.unlink(missing_ok=True)  # left empty by a full disk
    try:
        os.link(draft, path)  # unlike a rename it never replaces another process's key
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        draft.replace(path)
    draft.unlink(missing_ok=True)
