"""The environment is read in one file, and .env.example lists all of it with its default."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SETTINGS = ROOT / "chatstudio" / "settings.py"
EXAMPLE = ROOT / ".env.example"

# ENV_FILE says where .env itself is, so it cannot stand in it.
NOT_IN_THE_EXAMPLE = {"ENV_FILE"}

# OpenTelemetry's SDK reads its own variables, in its own way.
READ_BY_THE_SDK = {
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_SERVICE_NAME",
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
}

# Who else may look at os.environ, and why.
MAY_READ = {
    "chatstudio/settings.py": "the one reader",
    "manage.py": "says which settings module, for Django itself",
    "chatstudio/asgi.py": "says which settings module, for Django itself",
    "conversations/features/files/reading.py": "leaves its child PATH and language alone",
    "routing/data/process.py": "leaves its child the machine's PATH and language, nothing of ours",
    "chatstudio/management/commands/serve.py": "tells its children the demo model's address",
}


def reads() -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(SETTINGS.read_text())):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "read"
        ):
            yield node


def names_read() -> set[str]:
    return {call.args[1].value for call in reads()}


def example() -> dict[str, str]:
    lines = EXAMPLE.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def test_every_setting_stands_in_the_example() -> None:
    assert (names_read() - NOT_IN_THE_EXAMPLE) | READ_BY_THE_SDK == set(example())


def test_a_line_of_explanation_stands_before_each() -> None:
    lines = EXAMPLE.read_text().splitlines()
    bare = [
        line
        for before, line in pairwise(lines)
        if "=" in line and not line.startswith("#") and not before.startswith("# ")
    ]
    assert bare == []


def test_each_explanation_is_one_setting_only() -> None:
    assert len(example()) == EXAMPLE.read_text().count("\n# ") - EXAMPLE.read_text().count("\n# --")


def evaluated(env_file: Path | str) -> dict[str, str]:
    """The settings as a fresh process has them."""
    code = "import json, chatstudio.settings as s; print(json.dumps(vars(s), default=str))"
    env = {"PATH": os.environ["PATH"], "ENV_FILE": str(env_file), "SECRET_KEY": "x"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=True
    )
    values = json.loads(done.stdout)
    return {name: values.get(name) for name in names_read()}


@pytest.mark.process
def test_the_example_holds_the_defaults() -> None:
    """Copied as it is, it changes nothing."""
    assert evaluated(EXAMPLE) == evaluated(os.devnull)


def environment_uses(path: Path) -> bool:
    tree = ast.parse(path.read_text())
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv", "environb")
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        for node in ast.walk(tree)
    )


def test_nobody_else_looks_at_the_environment() -> None:
    apps = ("chatstudio", "conversations", "metrics", "routing")
    files = [ROOT / "manage.py", *(file for app in apps for file in (ROOT / app).rglob("*.py"))]
    looking = {
        str(file.relative_to(ROOT))
        for file in files
        if "tests" not in file.parts and environment_uses(file)
    }
    assert looking <= set(MAY_READ)
