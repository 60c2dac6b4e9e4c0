"""Runs other programs in an environment that can be relied on."""

import os
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WINDOWS = os.name == "nt"


class Missing(Exception):
    """Something that the person has to provide; the text says what it is and how to get it."""


def environment():
    """Ours, completed where it is empty and free of what would redirect Python or pip, or keep
    Python from remembering what it compiled: packages come without that."""
    env = dict(os.environ)
    for name in (
        "PYTHONHOME",
        "PYTHONPATH",
        "PYTHONDONTWRITEBYTECODE",
        "PIP_USER",
        "PIP_TARGET",
        "PIP_PREFIX",
        "__PYVENV_LAUNCHER__",
    ):
        env.pop(name, None)
    for name in (
        "HOST",
        "PORT",
        "MODEL",
        "EXTRAS",
    ):  # make hands on what was not given as an empty text
        if not env.get(name):
            env.pop(name, None)
    home = os.path.expanduser("~")
    env.setdefault("HOME", home if os.path.isabs(home) else tempfile.gettempdir())
    env.setdefault("PATH", os.defpath)
    env["PYTHONUTF8"] = "1"
    return env


def capture(command):
    """Runs the command: (exit code, all that it printed); 127 if it cannot be started."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(),
            cwd=ROOT,
        )
    except OSError as error:
        return 127, str(error)
    output = process.communicate()[0].decode("utf-8", "replace")
    return process.returncode, output
