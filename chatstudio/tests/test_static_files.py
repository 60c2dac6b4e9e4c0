"""Our scripts as a browser gets them, and as they are written."""

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage

from chatstudio.joined_modules import join_modules
from chatstudio.static_files import StaticFilesStorage

SCRIPTS = settings.BASE_DIR / "static" / "js"
FILES = {
    "js/studio.js": 'import { x } from "./x.js";\nx();\n',
    "js/x.js": "// Why\nexport function x() {}\n",
    "vendor/other.js": "// Why\n  export {};\n",
    "css/studio.css": "// Why\n",
}


@pytest.fixture
def sources(tmp_path) -> FileSystemStorage:
    for name, text in FILES.items():
        path = tmp_path / "sources" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return FileSystemStorage(tmp_path / "sources")


def collected(sources: FileSystemStorage, location: Path) -> dict[str, str]:
    """What is there after collectstatic: of each name without its hash, the text."""
    storage = StaticFilesStorage(location=location)
    for name in FILES:
        with sources.open(name) as file:
            storage.save(name, file)
    list(storage.post_process({name: (sources, name) for name in FILES}, dry_run=False))
    found = [path for path in location.rglob("*.*s") if path.is_file()]
    names = [
        re.sub(r"\.\w+(?=\.\w+$)", "", path.relative_to(location).as_posix()) for path in found
    ]
    return dict(zip(names, [path.read_text() for path in found], strict=True))


def test_modules_are_joined_and_all_else_stays_as_it_is(sources, tmp_path) -> None:
    others = {name: FILES[name] for name in ("vendor/other.js", "css/studio.css")}
    joined = {"js/studio.js": "function x() {}\nx();\n"}
    assert collected(sources, tmp_path / "static") == others | joined


def test_another_module_is_another_address(sources, tmp_path) -> None:
    collected(sources, tmp_path / "static")
    (tmp_path / "sources/js/x.js").write_text("export function x() { return 1; }\n")
    collected(sources, tmp_path / "static")
    assert len(list((tmp_path / "static/js").glob("studio.*.js"))) == 2


def test_every_module_is_part_of_what_pages_load() -> None:
    sources = {path.name: path.read_text("utf-8") for path in SCRIPTS.iterdir()}
    joined = join_modules("studio.js", sources)
    for name in set(sources) - {"studio.js"}:
        without = {**sources, name: "// nothing\n"}
        assert len(join_modules("studio.js", without)) < len(joined), name


@pytest.mark.process
def test_scripts_are_free_of_what_a_linter_finds() -> None:
    """Names that are nowhere declared, imports of nothing or for nothing (.oxlintrc.json)."""
    oxlint = shutil.which("oxlint", path=sysconfig.get_path("scripts"))
    assert oxlint, "oxlint comes with the development packages"
    found = subprocess.run(
        [oxlint, "--format=unix", SCRIPTS], cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stdout


def test_no_line_of_a_script_is_wider_than_100_columns() -> None:
    for path in SCRIPTS.glob("*.js"):
        lines = path.read_text("utf-8").splitlines()
        assert [line for line in lines if len(line) > 100] == []
