"""A file's name as it can be shown anywhere. It names nothing on the disk."""

import re
import unicodedata

LENGTH = 120
# Control and format characters, bidirectional marks among them; surrogates; what is unassigned.
HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def clean_name(name: str) -> str:
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", last))
    kept = "".join(c for c in shown if unicodedata.category(c) not in HIDDEN)
    return _shorten(" ".join(kept.split()).strip(". ")) or "file"


def _shorten(name: str) -> str:
    if len(name) <= LENGTH:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return f"{name[: LENGTH - 1]}…"
    return f"{stem[: LENGTH - len(ending) - 2]}…{dot}{ending}"
