"""Files through the real child process."""

from uuid import UUID, uuid4

import pytest

from conversations.features.files import reading
from conversations.features.files import storage as files
from conversations.features.files.reader.result import Unreadable
from conversations.features.files.tests import samples

pytestmark = pytest.mark.process


def kept(data: bytes) -> UUID:
    key = uuid4()
    files.keep(key, [data], 10**9)
    return key


def text_in(data: bytes) -> str:
    key = kept(data)
    reading.read(key)
    return files.path_of(key, files.TEXT).read_text("utf-8")


def refusal_of(data: bytes) -> str:
    with pytest.raises(Unreadable) as failed:
        reading.read(kept(data))
    return failed.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_in_the_encodings_that_people_use(encoding) -> None:
    assert text_in("Grüße aus Köln, naïve words in a row\n".encode(encoding)).startswith("Grüße")


def test_latin_1_is_read_where_it_is_not_utf_8() -> None:
    assert text_in("Grüße – “Wien”".encode("cp1252")) == "Grüße – “Wien”"


def test_code_keeps_its_indent_and_gets_lines_of_unix() -> None:
    assert text_in(b"def f():\r\n    return 1\r\n") == "def f():\n    return 1"


def test_a_web_page_is_read_as_its_words() -> None:
    page = b"<!doctype html><title>T</title><script>bad()</script><p>One</p><p>Two &amp; 3</p>"
    text = text_in(page)
    assert "One\n" in text
    assert "Two & 3" in text
    assert "bad" not in text


def test_svg_is_text_and_no_image() -> None:
    key = kept(b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    assert reading.read(key).kind == "text"


def test_a_pdf_is_read_page_by_page() -> None:
    key = kept(samples.pdf("First page", "Second page"))
    facts = reading.read(key)
    assert (facts.kind, facts.media_type, facts.pages) == ("document", "application/pdf", 2)
    assert files.path_of(key, files.TEXT).read_text() == "First page\fSecond page"


def test_word_is_read_by_paragraphs_and_cells() -> None:
    table = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    assert text_in(samples.docx("One", "Two", more=table)) == "One\nTwo\nCell"


def test_excel_is_read_by_sheets_and_rows() -> None:
    text = text_in(samples.xlsx(Prices=[["Tea", 3.5], ["Milk", None, "cold"]]))
    assert text == "Sheet: Prices\nTea\t3.5\nMilk\t\tcold"


def test_slides_are_pages_in_their_order() -> None:
    key = kept(samples.pptx(*(f"Slide {n}" for n in range(1, 12))))
    assert reading.read(key).pages == 11
    assert files.path_of(key, files.TEXT).read_text().split("\f")[1].strip() == "Slide 2"


def test_an_open_document_keeps_its_tabs() -> None:
    assert text_in(samples.odt("One<t:tab/>Two", "<t:span>Three</t:span> four")) == (
        "One\tTwo\nThree four"
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (bytes(range(256)) * 40, "unknown"),
        (b"\x7fELF" + b"\x00" * 100, "unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old_office"),
        (samples.zipped({"notes.txt": "Hi"}), "archive"),
        (b"PK\x03\x04 no archive at all", "broken"),
        (b"%PDF-1.7 and then nothing", "broken"),
        (samples.pdf("Secret", password="open"), "encrypted"),
        (samples.pdf("", ""), "scanned"),
        (samples.docx(""), "empty"),
        (samples.zipped({"word/document.xml": "<w:p>not closed"}), "broken"),
        (samples.image()[:60], "broken_image"),
        (samples.image_bomb(), "image_too_large"),
        (b"words " * 600_000, "too_long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_named(data, code) -> None:
    assert refusal_of(data) == code


def test_a_zip_bomb_is_not_unfolded() -> None:
    assert refusal_of(samples.zip_bomb()) == "bomb"


def test_a_sheet_whose_only_row_lies_far_down_is_given_up_soon() -> None:
    """A kilobyte that openpyxl tells as two thousand million rows."""
    assert refusal_of(samples.far_down("2000000000")) == "too_long"
    assert text_in(samples.far_down("1048576")).endswith("x")


def test_parts_that_lie_about_their_size_or_share_their_content() -> None:
    assert refusal_of(samples.lying_zip()) == "broken"
    assert refusal_of(samples.overlapping_zip()) == "bomb"


def test_of_a_picture_that_is_a_page_as_well_nothing_but_the_picture_is_kept() -> None:
    script = b"<script>alert(1)</script>"
    for data in (
        samples.image() + script + samples.zipped({"xl/workbook.xml": "x"}),
        samples.image(format="JPEG", comment=script),
    ):
        key = kept(data)
        assert reading.read(key).kind == "image"
        for ending in (files.PICTURE, files.SMALL):
            shown = files.path_of(key, ending).read_bytes()
            assert script not in shown
            assert b"PK" not in shown
    assert refusal_of(b"GIF89a/*" + b"\x01\x00" * 4 + b"*/=1;alert(1)//") == "broken_image"


def test_entities_that_unfold_without_end_are_refused() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'
    assert refusal_of(samples.zipped({"word/document.xml": bomb})) == "bomb"


def test_a_file_that_takes_too_long_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr(reading, "SECONDS", 0.01)
    assert refusal_of(b"Hi") == "too_much"


def test_a_file_that_takes_too_much_memory_is_given_up(monkeypatch) -> None:
    big = "['x' * 2**20 for _ in range(2000)]"
    code = f"from conversations.features.files.reader.limits import confine; confine(); {big}"
    monkeypatch.setattr(reading, "_command", lambda key: [reading.sys.executable, "-c", code])
    assert refusal_of(b"Hi") == "too_much"


def test_the_child_knows_nothing_of_our_settings(monkeypatch) -> None:
    monkeypatch.setenv("LLM_API_KEY", "secret")
    code = "import os, json; print(json.dumps({'error': os.environ.get('LLM_API_KEY', 'none')}))"
    monkeypatch.setattr(reading, "_command", lambda key: [reading.sys.executable, "-c", code])
    assert refusal_of(b"Hi") == "none"


def test_an_image_is_made_smaller_and_keeps_its_shape() -> None:
    key = kept(samples.image(4000, 1000, "JPEG"))
    facts = reading.read(key)
    assert (facts.width, facts.height, facts.media_type) == (1568, 392, "image/jpeg")
    assert files.path_of(key, files.SMALL).stat().st_size > 0


def test_a_photo_is_turned_and_forgets_where_it_was_taken() -> None:
    key = kept(samples.turned_photo())
    facts = reading.read(key)
    assert (facts.width, facts.height) == (30, 60)
    assert b"SECRET PLACE" not in files.path_of(key, files.PICTURE).read_bytes()


@pytest.mark.parametrize("format", ["PNG", "GIF", "WEBP", "TIFF"])
def test_other_kinds_of_image_become_png_or_jpeg(format) -> None:
    facts = reading.read(kept(samples.image(format=format)))
    assert facts.media_type in ("image/png", "image/jpeg")


def test_what_stands_behind_an_image_is_not_kept() -> None:
    key = kept(samples.image() + b"<script>alert(1)</script>")
    reading.read(key)
    assert b"<script>" not in files.path_of(key, files.PICTURE).read_bytes()
