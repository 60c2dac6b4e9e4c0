import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parents[3] / "scripts"


def script(name: str) -> ModuleType:
    """A script's module; the scripts are found beside each other, not as a package."""
    if str(SCRIPTS) not in sys.path:
        sys.path.append(str(SCRIPTS))
    return importlib.import_module(name)


@pytest.fixture
def find_python() -> ModuleType:
    return script("find_python")


@pytest.fixture
def venv_dir(tmp_path, monkeypatch) -> ModuleType:
    """The module, working in an empty folder and unable to run anything."""
    module = script("venv_dir")
    monkeypatch.setattr(module, "ROOT", str(tmp_path))
    monkeypatch.setattr(module, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(module, "STAMPS", str(tmp_path / ".venv" / "installed.json"))
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("version = 3.13.0")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "base.txt").write_text("django==6.1.3")
    return module


@pytest.fixture
def fake_python(tmp_path, monkeypatch):
    """Makes a program that answers the probe like a Python of this version."""
    monkeypatch.delenv("PYTHON", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    def make(path: str, version: str, missing: str = "[]") -> str:
        program = tmp_path / path
        program.parent.mkdir(parents=True, exist_ok=True)
        numbers = version.replace(".", ", ")
        program.write_text(f"#!/bin/sh\necho '[[{numbers}], {missing}, \"{program}\"]'\n")
        program.chmod(0o700)
        return str(program)

    return make
