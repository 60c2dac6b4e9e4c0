"""Our scripts as a browser gets them, and as they are written."""

import gzip
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.http import HttpResponse
from django.test import RequestFactory

from chatstudio.joined_modules import join_modules
from chatstudio.middleware import StaticFilesMiddleware
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


def collect(sources: FileSystemStorage, location: Path) -> None:
    storage = StaticFilesStorage(location=location)
    for name in FILES:
        with sources.open(name) as file:
            storage.save(name, file)
    list(storage.post_process({name: (sources, name) for name in FILES}, dry_run=False))


def collected(sources: FileSystemStorage, location: Path) -> dict[str, str]:
    """What is there after collectstatic: of each name without its hash, the text."""
    collect(sources, location)
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


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br", "br"), ("br;q=1.0, gzip", "br"), ("gzip", "gzip"), ("", "")],
)
def test_a_file_comes_as_it_is_asked_for(sources, tmp_path, settings, accepted, encoding) -> None:
    settings.STATIC_ROOT, settings.WHITENOISE_AUTOREFRESH = str(tmp_path / "static"), False
    text = "const words = 1;\n" * 1000
    (tmp_path / "sources/vendor/other.js").write_text(text)
    collect(sources, tmp_path / "static")
    (name,) = [path.name for path in (tmp_path / "static/vendor").glob("*.js")]
    served = StaticFilesMiddleware(lambda request: HttpResponse(status=404))
    asked = RequestFactory().get(f"/static/vendor/{name}", headers={"Accept-Encoding": accepted})
    answer = served(asked)
    assert answer.headers.get("Content-Encoding", "") == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress}.get(encoding, bytes)
    assert unpacked(b"".join(answer)).decode() == text


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
