"""Our scripts' modules as one file: a page asks for one instead of two dozen.

No parser of JavaScript: it knows the few shapes that our modules are written in, each at the
beginning of a line, and refuses every other import and export. A module's top level is then
everybody's, so no two may declare one name there.
"""

import re
from collections.abc import Mapping

COMMENT_LINES = re.compile(r"^ *//.*\n", re.M)
INDENTATION = re.compile(r"^\s+", re.M)
NAMES = r"\{\s*[\w$]+(?:,\s*[\w$]+)*,?\s*\}"
IMPORT = re.compile(rf'^import (?:{NAMES} from )?"\./(\w+\.js)";\n', re.M)
DECLARED = re.compile(r"^(?:export )?((?:async )?(?:const|let|class|function) )([\w$]+)", re.M)
NOT_KNOWN = (
    re.compile(r"^(?: *(?:import|export)\b|(?:const|let) [^\w$]).*|.*\bimport\s*[(.].*", re.M),
    re.compile(r"^[^`\n]*(?:`[^`\n]*`[^`\n]*)*`[^`\n]*$", re.M),  # a text of several lines
)


class NotJoined(ValueError):
    pass


def join_modules(entry: str, sources: Mapping[str, str]) -> str:
    """`entry` and all that it imports, in the order in which a browser runs them."""
    code = {name: COMMENT_LINES.sub("", source) for name, source in sources.items()}
    homes: dict[str, str] = {}
    order = dict.fromkeys(modules_before(entry, code, ()))
    return INDENTATION.sub("", "\n".join(bare(name, code[name], homes) for name in order))


def modules_before(name: str, code: Mapping[str, str], importers: tuple[str, ...]) -> list[str]:
    """It comes last itself."""
    path = (*importers, name)
    if name in importers or name not in code:
        problem = "is a circle" if name in importers else "leads nowhere"
        raise NotJoined(f"{' → '.join(path)} {problem}")
    imported = IMPORT.findall(code[name])
    return [*(each for one in imported for each in modules_before(one, code, path)), name]


def bare(name: str, code: str, homes: dict[str, str]) -> str:
    """A module without its imports and exports."""
    for _, declared in DECLARED.findall(code):
        if homes.setdefault(declared, name) != name:
            raise NotJoined(f"{declared} is declared by {homes[declared]} and by {name}")
    joined = DECLARED.sub(r"\1\2", IMPORT.sub("", code))
    for found in filter(None, (pattern.search(joined) for pattern in NOT_KNOWN)):
        raise NotJoined(f"{name} has what is not understood: {found[0].strip()}")
    return joined
