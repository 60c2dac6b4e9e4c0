"""Finds a Python that can run Chat Studio, also where the default one is too old."""
# ruff: noqa: RUF005  unpacking in a list is too new

import glob
import json
import os
import re
import sys

from children import ROOT, WINDOWS, Missing, capture
from programs import folders

OLDEST = (3, 12)
KNOWN = ("3.13", "3.14", "3.12", "3.15")

# A Python built without these cannot run the application, or cannot make an environment for it.
PROBE = """
import json, sys
missing = []
for name in ("venv", "ensurepip", "ssl", "sqlite3"):
    try:
        __import__(name)
    except ImportError:
        missing.append(name)
base = getattr(sys, "_base_executable", None) or sys.executable
print(json.dumps([list(sys.version_info[:3]), missing, base]))
"""

GET_PYTHON = """  Debian 13, Ubuntu 24.04 and later:  sudo apt install python3 python3-venv
  Fedora:                             sudo dnf install python3.13
  macOS:                              brew install python@3.13
  Windows:                            winget install Python.Python.3.13
  any other system:                   https://www.python.org/downloads/ or: pyenv install 3.13
A Python in an unusual place is named with PYTHON=/path/to/python3.13"""


def wanted_version():
    try:
        with open(os.path.join(ROOT, ".python-version")) as file:
            return ".".join(file.read().strip().split(".")[:2])
    except IOError:
        return KNOWN[0]


def managed(version):
    """The Pythons of this version that pyenv and uv keep, newest first."""
    home = os.path.expanduser("~")
    roots = [
        os.environ.get("PYENV_ROOT"),
        home + "/.pyenv",
        "/root/.pyenv",
        "/opt/pyenv",
        "/usr/local/pyenv",
    ]
    patterns = [root + "/versions/" + version + ".*/bin/python" for root in roots if root]
    patterns.append(home + "/.pyenv/pyenv-win/versions/" + version + ".*/python.exe")
    patterns.append(home + "/.local/share/uv/python/cpython-" + version + ".*/bin/python" + version)
    paths = [path for pattern in patterns for path in glob.glob(pattern)]
    return sorted(paths, key=lambda path: [int(n) for n in re.findall(r"\d+", path)], reverse=True)


def candidates():
    """Commands that may be a Python, best first: the wanted version, the running one, others."""
    if os.environ.get("PYTHON"):
        yield [os.environ["PYTHON"]]
    running = "%d.%d" % sys.version_info[:2]
    for version in [wanted_version(), running] + list(KNOWN):
        if version == running and sys.executable:
            yield [sys.executable]
        name = "python" + version
        for path in [os.path.join(folder, name) for folder in folders()] + managed(version):
            yield [path]
        if WINDOWS:
            yield ["py", "-" + version]
    for name in ("python3", "python"):
        yield [name]


def find_python():
    """The path of the best Python that will do; Missing says which were seen and what they lack."""
    seen = {}
    for command in candidates():
        if os.path.isabs(command[0]) and not os.path.exists(command[0]):
            continue
        code, output = capture(command + ["-c", PROBE])
        if code != 0:
            continue
        version, missing, path = json.loads(output.strip().splitlines()[-1])
        if tuple(version[:2]) >= OLDEST and not missing:
            return path
        seen[os.path.realpath(path)] = (version, missing)
    raise Missing(explain(seen))


def explain(seen):
    lines = ["Chat Studio needs Python 3.12 or newer, and none was found that will do."]
    for path, (version, missing) in sorted(seen.items()):
        why = "lacks " + ", ".join(missing) if tuple(version[:2]) >= OLDEST else "too old"
        lines.append("  %s is Python %s: %s" % (path, ".".join(map(str, version)), why))
        if missing and tuple(version[:2]) >= OLDEST:
            lines.append(
                "    on Debian and Ubuntu:  sudo apt install python%d.%d-venv" % tuple(version[:2])
            )
    return "\n".join(lines + ["How to get one:", GET_PYTHON])


if __name__ == "__main__":
    try:
        print(find_python())
    except Missing as missing:
        sys.exit(str(missing))
