"""Our scripts as a browser gets them."""

import re

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from chatstudio.static_files import StaticFilesStorage

SCRIPT = b"// What it is for\nlet x = 1; // one\n  // more\nlet y = 'http://a';\n"


def test_no_text_of_several_lines_has_what_looks_like_a_comment() -> None:
    for path in (settings.BASE_DIR / "static" / "js").glob("*.js"):
        for text in re.findall(r"`[^`]*`", path.read_text()):
            assert not re.search(r"^ *//", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("js/studio.js", b"let x = 1; // one\nlet y = 'http://a';\n"),
        ("vendor/other.js", SCRIPT),
        ("css/studio.css", SCRIPT),
    ],
)
def test_comment_lines_stay_at_home(tmp_path, name: str, kept: bytes) -> None:
    content = ContentFile(SCRIPT)
    content.read()  # as whoever has made its hash leaves it
    storage = StaticFilesStorage(location=tmp_path)
    storage.save(name, content)
    assert (tmp_path / name).read_bytes() == kept
