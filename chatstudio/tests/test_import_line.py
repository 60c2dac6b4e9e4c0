"""One line of imports: a module may import what stands to its right, never to its left.

chatstudio's root > metrics > conversations > routing > chatstudio.base
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

APPS = ("chatstudio", "metrics", "conversations", "routing")
LINE = ["chatstudio", "metrics", "conversations", "routing", "chatstudio.base"]

# The User row belongs to the project (AUTH_USER_MODEL has to stand before the first migration), and
# conversations and metrics have owners.
ALLOWED = {("conversations", "chatstudio.models"), ("metrics", "chatstudio.models")}


def modules() -> list[Path]:
    files = [file for app in APPS for file in (settings.BASE_DIR / app).rglob("*.py")]
    return [f for f in files if not {"tests", "migrations", "conftest.py"} & set(f.parts)]


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)


@cache
def imports(path: Path) -> tuple[str, ...]:
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def place(module: str) -> str:
    """The longest name on the line that this module is within."""
    return max((p for p in LINE if f"{module}.".startswith(f"{p}.")), key=len, default="")


def may_import(importer: str, imported: str) -> bool:
    here, there = place(importer), place(imported)
    is_row = any(here == app and f"{imported}.".startswith(f"{row}.") for app, row in ALLOWED)
    # "from chatstudio.base import x" names chatstudio.base and chatstudio.base.x, both of the leaf
    return not there or is_row or LINE.index(there) >= LINE.index(here)


def test_there_is_something_to_look_at() -> None:
    assert {place(name_of(path)) for path in modules()} == set(LINE)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_imports_nothing_to_its_left(path: Path) -> None:
    wrong = [name for name in imports(path) if not may_import(name_of(path), name)]
    assert wrong == []


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("conversations.answering.turns", "metrics.models"),
        ("routing.types", "conversations.models"),
        ("routing.types", "chatstudio.models"),
        ("chatstudio.base.origin", "routing.types"),
        ("conversations.answering.turns", "chatstudio.views"),
    ],
)
def test_the_line_itself_refuses(importer: str, imported: str) -> None:
    assert not may_import(importer, imported)


def test_conversations_never_know_of_metrics() -> None:
    named = [path for path in modules() if place(name_of(path)) == "conversations"]
    assert not [path for path in named if "metrics" in {n.split(".")[0] for n in imports(path)}]


def test_routing_has_no_rows_and_no_html() -> None:
    app = settings.BASE_DIR / "routing"
    assert not (app / "models.py").exists()
    assert not (app / "migrations").exists()
    assert not (app / "templates").exists()
    assert not (settings.BASE_DIR / "templates" / "routing").exists()


@pytest.mark.parametrize(
    "path", [p for p in modules() if place(name_of(p)) == "routing"], ids=name_of
)
def test_routing_imports_neither_rows_nor_pages(path: Path) -> None:
    without = ("django.db", "django.http", "django.template", "django.shortcuts", "django.urls")
    assert not [name for name in imports(path) if name.startswith(without)]


def test_the_live_core_knows_no_database() -> None:
    core = settings.BASE_DIR / "conversations" / "answering"
    for name in ("generation.py", "transcript.py"):
        assert not [module for module in imports(core / name) if module.startswith("django")]
