"""Our scripts as a browser gets them."""

import pytest
from django.core.files.base import ContentFile

from chatstudio.static_files import StaticFilesStorage

SCRIPT = b"// What it is for\nlet x = 1; // one\n  // more\nlet y = 'http://a';\n"


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
