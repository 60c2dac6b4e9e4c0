"""Makes .venv and installs the locked packages into it, once."""
# ruff: noqa: B904, RUF005  "from error" and unpacking in a list are too new

from __future__ import print_function

import hashlib
import json
import os
import re
import sys
import tempfile

from children import ROOT, WINDOWS, Missing, capture
from find_python import OLDEST, find_python

VENV = os.path.join(ROOT, ".venv")
STAMPS = os.path.join(VENV, "installed.json")

HINTS = (
    (
        "THESE PACKAGES DO NOT MATCH THE HASHES",
        "The package index sent another file than the lock names. Try without a mirror.",
    ),
    ("No space left", "The disk is full."),
    ("Permission denied|Read-only", "The folder cannot be written to by this user."),
    (
        "connection|ProxyError|Timeout|timed out|resolve|SSLError|URLError",
        "The package index cannot be reached. Check the network, then try again. "
        + "Behind a proxy set HTTPS_PROXY; with a mirror of your own set PIP_INDEX_URL.",
    ),
    (
        "No matching distribution",
        "The package index lacks this version, or has none for this machine's Python.",
    ),
)


def venv_python():
    return (
        os.path.join(VENV, "Scripts", "python.exe")
        if WINDOWS
        else os.path.join(VENV, "bin", "python")
    )


def venv_works():
    """False also where its Python was removed or replaced: then pip cannot be imported."""
    check = "import sys, pip; sys.exit(sys.version_info < %r)" % (OLDEST,)
    return os.path.exists(venv_python()) and capture([venv_python(), "-c", check])[0] == 0


def ensure_venv():
    if venv_works():
        return
    if os.path.exists(VENV):
        print("The environment in .venv does not work any more; making a new one.")
    python = find_python()
    print("Making .venv with %s" % python)
    sys.stdout.flush()
    require_writable()
    code, output = capture([python, "-m", "venv", "--clear", VENV])
    if code != 0:
        raise Missing("Making .venv failed:\n%s" % tail(output))


def require_writable():
    try:
        os.rmdir(tempfile.mkdtemp(dir=ROOT))
    except (IOError, OSError) as error:
        raise Missing(
            "Chat Studio keeps its environment and data in its own folder, but %s\n"
            "cannot be written to (%s). "
            "Copy it to a folder of yours, or give yourself the right to write there."
            % (ROOT, error.strerror)
        )


def read_stamps():
    try:
        with open(STAMPS) as file:
            return json.load(file)
    except (IOError, ValueError):
        return {}


def fingerprint(lock):
    """Changes with the lock and with the Python under .venv."""
    digest = hashlib.sha256()
    for path in (lock, os.path.join(VENV, "pyvenv.cfg")):
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def install(name):
    """Installs requirements/<name>.txt into .venv unless this very lock was installed before."""
    lock = os.path.join(ROOT, "requirements", name + ".txt")
    mark, stamps = fingerprint(lock), read_stamps()
    if stamps.get(name) == mark:
        return
    print(
        "Installing the packages of requirements/%s.txt (the first time takes about a minute)"
        % name
    )
    pip("--require-hashes", "--no-deps", "-r", lock)
    stamps[name] = mark
    with open(STAMPS, "w") as file:
        json.dump(stamps, file)


def pip(*arguments):
    sys.stdout.flush()
    options = ["install", "--quiet", "--no-input", "--disable-pip-version-check", "--retries", "2"]
    # Three quarters of what the packages hold is never imported; Python compiles the rest itself.
    options.append("--no-compile")
    code, output = capture([venv_python(), "-m", "pip"] + options + list(arguments))
    if code == 0:
        return
    hints = [hint for pattern, hint in HINTS if re.search(pattern, output, re.IGNORECASE)]
    raise Missing("\n".join(["Installing packages failed:", tail(output)] + hints[:1]))


def tail(output):
    """The end of what pip or venv printed, without pip's warnings where it has more to say."""
    lines = [line for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if not line.startswith("WARNING")] or lines
    return "\n".join("  " + line[:300] for line in errors[-8:])
