"""The scripts have to be readable by old Pythons: it is those that say what is missing."""

import ast
import glob
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[3] / "scripts"
NAMES = ("studio.py", "children.py", "find_python.py", "venv_dir.py")
TOO_NEW = (
    ast.JoinedStr,
    ast.NamedExpr,
    ast.AnnAssign,
    ast.Starred,
    ast.AsyncFunctionDef,
    ast.Match,
)


@pytest.mark.parametrize("name", NAMES)
def test_the_scripts_use_no_new_syntax(name):
    nodes = list(ast.walk(ast.parse((SCRIPTS / name).read_text())))
    found = [node for node in nodes if isinstance(node, TOO_NEW)]
    assert [node for node in found if not isinstance(node, ast.Starred)] == []
    in_lists = [n for n in nodes if isinstance(n, ast.List | ast.Tuple | ast.Set)]
    assert not any(isinstance(element, ast.Starred) for n in in_lists for element in n.elts)
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    assert not any(f.returns or any(a.annotation for a in f.args.args) for f in functions)


@pytest.mark.parametrize("name", NAMES)
def test_the_scripts_are_plain_ascii(name):
    assert (SCRIPTS / name).read_bytes().isascii()


def old_pythons() -> list[str]:
    root = os.path.expanduser("~/.pyenv/versions/")
    found = [path for v in ("2.7", "3.6", "3.8") for path in glob.glob(f"{root}{v}.*/bin/python")]
    return [path for path in ["/usr/bin/python3", *found] if os.path.exists(path)]


@pytest.mark.parametrize("python", old_pythons())
@pytest.mark.process
def test_old_pythons_on_this_machine_can_run_the_script(python):
    command = [python, "-B", str(SCRIPTS / "studio.py"), "help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "setup" in done.stdout


@pytest.mark.process
def test_an_unknown_command_lists_the_known_ones():
    command = [sys.executable, "-B", str(SCRIPTS / "studio.py"), "fly"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "  run " in done.stdout
