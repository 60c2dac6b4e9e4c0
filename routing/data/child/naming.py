"""Names that are pleasant to write in SQL."""

import re
import unicodedata
from collections.abc import Iterable


def table_name(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    name = re.sub(r"\W+", "_", plain).strip("_")[:60]
    if not name:
        return "data"
    return f"t_{name}" if name[0].isdigit() else name


def unique(names: Iterable[str]) -> list[str]:
    """Names that differ, also when capitals do not count: a, a_2, a_3."""
    taken: set[str] = set()
    given = []
    for name in names:
        chosen, number = name, 1
        while chosen.casefold() in taken:
            number += 1
            chosen = f"{name}_{number}"
        taken.add(chosen.casefold())
        given.append(chosen)
    return given
