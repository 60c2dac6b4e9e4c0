"""Each kind of file as people send it, broken, and as nobody should; without the child process,
which `test_reading` has."""

import base64
import json
import random
from email.message import EmailMessage
from pathlib import Path

import pytest

from conversations.features.files.formats import FORMATS
from conversations.features.files.reader.__main__ import read_file
from conversations.features.files.refusals import FileRefused
from conversations.features.files.tests import samples
from conversations.features.files.tests.samples import DRAWING, WORD, zipped

CASES = Path(__file__).parent / "cases"
PICTURE = base64.b64encode(samples.image()).decode()
TEXT_BOX = (
    "<w:p><w:r><m:AlternateContent xmlns:m='m'><m:Choice><w:txbxContent><w:p><w:r><w:t>In a box"
    "</w:t></w:r></w:p></w:txbxContent></m:Choice><m:Fallback><w:txbxContent><w:p><w:r><w:t>In a "
    "box</w:t></w:r></w:p></w:txbxContent></m:Fallback></m:AlternateContent></w:r></w:p>"
)


@pytest.fixture
def found(tmp_path):
    """What is read of some bytes: the facts, with the text."""

    def read(data: bytes | str, *options: str) -> dict:
        source, text, picture, small = (tmp_path / name for name in "stpm")
        source.write_bytes(data.encode() if isinstance(data, str) else data)
        facts = read_file(source, text, picture, small, *options)
        return facts if "error" in facts else facts | {"text": text.read_text("utf-8")}

    return read


def table(*rows: str) -> str:
    """A Word table; cells are separated by `|`."""
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    lines = ("".join(map(cell.format, row.split("|"))) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"


def word_part(kind: str, inner: str) -> str:
    return f'<w:{kind} xmlns:w="{WORD}">{inner}</w:{kind}>'


def test_a_word_table_has_a_line_for_each_row(found) -> None:
    text = found(samples.docx("Before", more=table("Name|Age", "Anna|", "|30")))["text"]
    assert text == "Before\nName\tAge\nAnna\n\t30"


def test_a_table_in_a_cell_stays_in_its_line(found) -> None:
    inner = table("in|ner")
    outer = f"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>out</w:t></w:r></w:p>{inner}<w:p/></w:tc></w:tr>"
    assert found(samples.docx(more=f"{outer}</w:tbl>"))["text"] == "out in ner"


def test_a_text_box_is_read_once(found) -> None:
    assert found(samples.docx("One", more=TEXT_BOX))["text"].count("In a box") == 1


def test_word_is_read_with_what_stands_around_its_body(found) -> None:
    note = "<w:footnote w:type='separator' w:id='-1'><w:p/></w:footnote><w:footnote w:id='2'><w:p>"
    text = found(
        zipped(
            {
                "word/document.xml": word_part(
                    "document",
                    "<w:p><w:r><w:t>Body</w:t><w:footnoteReference w:id='2'/></w:r></w:p>",
                ),
                "word/header1.xml": word_part("hdr", "<w:p><w:r><w:t>Top</w:t></w:r></w:p>"),
                "word/header2.xml": word_part("hdr", "<w:p><w:r><w:t>Top</w:t></w:r></w:p>"),
                "word/footer1.xml": word_part("ftr", "<w:p><w:r><w:t>Bottom</w:t></w:r></w:p>"),
                "word/footnotes.xml": word_part(
                    "footnotes", f"{note}<w:r><w:t>See there</w:t></w:r></w:p></w:footnote>"
                ),
            }
        )
    )["text"]
    assert text.split("\n\n") == [
        "Header:\nTop",
        "Body[2]",
        "Footnotes:\n[2] See there",
        "Footer:\nBottom",
    ]


def test_tab_stops_are_no_tabs_and_deleted_words_are_gone(found) -> None:
    more = (
        "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:del><w:r><w:delText>Old</w:delText></w:r>"
        "</w:del><w:ins><w:r><w:t>New</w:t><w:tab/><w:t>x</w:t></w:r></w:ins></w:p>"
    )
    assert found(samples.docx(more=more))["text"] == "New\tx"


def slides_with_notes() -> bytes:
    """The second file is shown first, and has notes."""
    slide = f"<p:sld xmlns:p='p' xmlns:a='{DRAWING}'><a:p><a:r><a:t>{{}}</a:t></a:r></a:p></p:sld>"
    notes = slide.format("Say hello</a:t></a:r><a:fld><a:t>2</a:t></a:fld><a:r><a:t>")
    listed = "<p:p xmlns:p='p' xmlns:r='r'><p:sldId r:id='b'/><p:sldId r:id='a'/></p:p>"
    related = (
        "<R><Relationship Id='a' Target='slides/slide1.xml'/>"
        "<Relationship Id='b' Target='slides/slide2.xml'/></R>"
    )
    return zipped(
        {
            "ppt/presentation.xml": listed,
            "ppt/_rels/presentation.xml.rels": related,
            "ppt/slides/slide1.xml": slide.format("Last"),
            "ppt/slides/slide2.xml": slide.format("First"),
            "ppt/slides/_rels/slide2.xml.rels": (
                "<R><Relationship Id='n' Target='../notesSlides/notesSlide1.xml'/></R>"
            ),
            "ppt/notesSlides/notesSlide1.xml": notes,
        }
    )


def test_slides_come_in_their_order_with_their_notes(found) -> None:
    facts = found(slides_with_notes())
    first, last = facts["text"].split("\f")
    assert (first.split(), last.split()) == (["First", "Notes:", "Say", "hello"], ["Last"])
    assert facts["pages"] == 2


def ods(rows: str) -> bytes:
    sheet = f"<t:table t:name='Prices' xmlns:table='u' table:name='Prices'>{rows}</t:table>"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<o:d xmlns:o='o' xmlns:t='t' xmlns:text='x'>{sheet}</o:d>",
        }
    )


def test_sheets_of_open_documents_are_rows_and_cells(found) -> None:
    cell = "<t:table-cell><text:p>{}</text:p></t:table-cell>".format
    rows = (
        f"<t:table-row>{cell('Tea')}{cell('3.5')}</t:table-row>"
        "<t:table-row><t:table-cell t:number-columns-repeated='2'/>"
        f"{cell('cold')}</t:table-row>"
        "<t:table-row t:number-rows-repeated='1048576'>"
        "<t:table-cell t:number-columns-repeated='16384'/></t:table-row>"
        f"<t:table-row t:number-rows-repeated='2'>{cell('again')}</t:table-row>"
    )
    text = found(ods(rows))["text"]
    assert text.rstrip("\n") == "Sheet: Prices\nTea\t3.5\n\t\tcold\n\nagain\nagain"


def notebook(*cells: dict) -> str:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


CODE = {
    "cell_type": "code",
    "source": ["print(42)\n", "plot()"],
    "outputs": [
        {"output_type": "stream", "name": "stdout", "text": ["42\n"]},
        {
            "output_type": "display_data",
            "data": {"image/png": PICTURE * 40, "text/plain": "<Figure>"},
        },
        {"output_type": "error", "ename": "KeyError", "evalue": "'x'", "traceback": []},
    ],
}


def test_a_notebook_is_its_cells_and_what_they_put_out_in_words(found) -> None:
    facts = found(notebook({"cell_type": "markdown", "source": "# Head"}, CODE))
    assert facts["text"].split("\n\n") == [
        "# Head",
        "```\nprint(42)\nplot()\n```",
        "Output:\n42",
        "Output:\n<Figure>",
        "Output:\nKeyError: 'x'",
    ]
    assert facts["media_type"] == "application/x-ipynb+json"
    assert facts["notes"] == ("Pictures that its cells put out (1) are left out.",)


def test_an_old_notebook_is_read_too(found) -> None:
    cell = {"cell_type": "code", "input": ["1+1"], "outputs": [{"text": ["2"], "png": "AA"}]}
    old = json.dumps({"nbformat": 3, "worksheets": [{"cells": [cell]}]})
    assert found(old)["text"] == "```\n1+1\n```\n\nOutput:\n2"


@pytest.mark.parametrize(
    "content", ['{"cells": 3, "a": "é"}', '{"cells": [', '{"nbformat": 4, "x": [{"y": 1}]}']
)
def test_other_json_is_text(found, content) -> None:
    facts = found(content)
    assert (facts["kind"], facts["text"]) == ("text", content)


def letter(**more: str) -> EmailMessage:
    mail = EmailMessage()
    heads = {"Subject": "Grüße aus Wien", "From": "Jane <jane@example.com>", "To": "b@example.com"}
    for name, value in (heads | more).items():
        mail[name] = value
    mail["Date"] = "Mon, 01 Jan 2024 10:00:00 +0000"
    mail.set_content("Schöne Grüße\n", cte="base64")
    return mail


def test_a_mail_is_its_heads_its_words_and_the_names_of_what_is_attached(found) -> None:
    mail = letter()
    mail.add_alternative("<p>Schöne <b>Grüße</b></p>", subtype="html")
    mail.add_attachment(samples.image(), "image", "png", filename="a.png")
    inner = letter(Subject="Inside")
    mail.add_attachment(inner)
    text = found(mail.as_bytes())["text"]
    assert text.startswith("Subject: Grüße aus Wien\nFrom: Jane <jane@example.com>\nTo: b@exa")
    assert "Date: Mon, 01 Jan 2024 10:00:00 +0000\n\nSchöne Grüße\n\n" in text
    assert "not in this text: a.png, Inside" in text
    assert "Attached message:\n\nSubject: Inside" in text
    assert "base64" not in text


def part(kind: str, words: str, *heads: str) -> str:
    return "\n".join([f"Content-Type: {kind}", *heads, "", words])


def several(kind: str, *parts: str) -> str:
    mark = f"b{len(parts)}{len(''.join(parts))}"
    inside = "".join(f"--{mark}\n{one}\n" for one in parts)
    return part(f'multipart/{kind}; boundary="{mark}"', f"{inside}--{mark}--")


def test_all_parts_that_a_mail_program_shows_are_its_words(found) -> None:
    page = several(
        "related",
        part("text/html", "<p>First</p><img src=cid:1>"),
        part("image/png", "x", "Content-Disposition: inline; filename=i.png"),
    )
    forms = several("alternative", part("text/plain", "Third"), part("text/html", "<p>No</p>"))
    whole = several(
        "mixed",
        page,
        part("text/plain", "Second"),
        forms,
        part("text/plain", "own", "Content-Disposition: attachment; filename=note.txt"),
        part("text/plain", "Last"),
    )
    text = found(f"From: a@b.c\nTo: d@e.f\nSubject: x\nMIME-Version: 1.0\n{whole}")["text"]
    assert text.endswith(
        "First\n\nSecond\n\nThird\n\nLast\n\n"
        "Attachments, which are not in this text: i.png, note.txt"
    )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ('application/pdf; name="r.pdf"', "which are not in this text: r.pdf"),
        ("multipart/mixed", "here it is"),
        ('text/plain; charset="unknown-8bit"', "here it is"),
    ],
)
def test_a_mail_of_one_part_that_is_not_what_it_should_be(found, kind, words) -> None:
    head = f"From: a@b.c\nTo: d@e.f\nSubject: x\nMIME-Version: 1.0\nContent-Type: {kind}\n\n"
    assert words in found(f"{head}here it is")["text"]


def test_a_mail_that_is_a_page_alone_is_its_words(found) -> None:
    mail = letter()
    mail.set_content("<p>One</p><p>Two &amp; 3</p>", subtype="html")
    assert "\n\nOne\n\nTwo & 3" in found(mail.as_bytes())["text"]


def test_a_mail_in_an_old_encoding_is_read_with_and_without_its_name(found) -> None:
    head = "From: a@b.c\nTo: d@e.f\nSubject: {}\n\n"
    named = head.format("x").replace("\n\n", "\nContent-Type: text/plain; charset=gb2312\n\n")
    assert found(named.encode() + "今天开会。".encode("gbk"))["text"].endswith("今天开会。")
    raw = (head.format("Привет, друзья") + "Как дела? Всё хорошо.").encode("koi8_r")
    assert "Subject: Привет, друзья" in found(raw)["text"]
    assert found(raw)["text"].endswith("Как дела? Всё хорошо.")


def test_a_mailbox_is_a_page_for_each_mail(found) -> None:
    box = "".join(f"From a@b.c Mon Jan 01 10:00:00 2024\n{letter()}\n" for _ in range(2))
    facts = found(box)
    assert facts["pages"] == facts["text"].count("Subject:") == 2


SAVED = """From: <Saved by Blink>
Snapshot-Content-Location: https://example.com/
Subject: A page
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="xx"

--xx
Content-Type: text/html
Content-Transfer-Encoding: quoted-printable

<!DOCTYPE html><html><head><title>T</title></head><body><p>Caf=C3=A9 menu</p></body></html>
--xx
Content-Type: image/png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--xx--
"""


def test_a_saved_web_page_is_its_words(found) -> None:
    facts = found(SAVED.replace("\n", "\r\n"))
    assert (facts["text"], facts["media_type"]) == ("A page\n\nCafé menu", "multipart/related")


def test_rich_text_is_its_words(found) -> None:
    assert found((CASES / "rtf.rtf").read_bytes())["text"] == "Hello bold über.\nNext"


@pytest.mark.parametrize(
    ("rich", "plain"),
    [
        (r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 S;}}\f0 \'d5\'c5\'c8\'fd\par}", "张三"),
        (r"{\rtf1\ansi\uc1 \u1055?\u1088? \u-10179?\u-8704?}", "Пр 😀"),
        (r"{\rtf1\trowd\cellx1 a\cell b\cell\row\trowd c\cell d\cell\row}", "a\tb\nc\td"),
        (r"{\rtf1{\info{\title T}}{\pict\pngblip 89504e47}x{\footnote foot} end}", "xfoot end"),
    ],
)
def test_rich_text_in_its_varieties(found, rich, plain) -> None:
    assert found(rich)["text"] == plain


def epub(**more: str | bytes) -> bytes:
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": (
                "<c><rootfiles><rootfile full-path='OEBPS/p.opf'/></rootfiles></c>"
            ),
            "OEBPS/p.opf": (
                "<package><manifest><item id='a' href='one.xhtml'/><item id='b' "
                "href='t%20wo.xhtml'/><item id='c' href='gone.xhtml'/></manifest><spine>"
                "<itemref idref='b'/><itemref idref='a'/><itemref idref='c'/></spine></package>"
            ),
            "OEBPS/one.xhtml": "<!DOCTYPE html><html><body><h1>Two</h1><p>Later</p></body></html>",
            "OEBPS/t wo.xhtml": "<html><head><script src='x'/></head><body>First</body></html>",
        }
        | more
    )


def test_a_book_is_its_chapters_in_the_order_of_reading(found) -> None:
    facts = found(epub())
    assert facts["text"].split() == ["First", "Two", "Later"]
    assert facts["notes"] == ("1 of its chapters are not in the file.",)


def test_the_values_of_a_form_are_read(found) -> None:
    assert found((CASES / "form.pdf").read_bytes())["text"].endswith("fld: Form value")


def test_pages_without_text_are_named(found) -> None:
    facts = found(samples.pdf("One", "Two", "", "Four"))
    assert facts["notes"] == ("Page 3 has no text, and may be scanned.",)
    assert facts["text"].count("\f") == 3
    several = found(samples.pdf("One", *[""] * 20))["notes"]
    assert several[0].startswith("Pages 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 8 more have no")


def test_formulas_without_results_are_counted(found) -> None:
    facts = found(samples.xlsx(Sheet=[["a", 1], ["b", "=1+1"], ["c", "=2+2"]]))
    assert facts["text"] == "Sheet: Sheet\na\t1\nb\nc"
    assert facts["notes"][0].startswith("2 formulas have no results in this file")


@pytest.mark.parametrize(
    ("name", "encoding", "words"),
    [
        ("cp1251.txt", "cp1251", "Привет, как дела?"),
        ("gbk.txt", "gb18030", "张三住在北京。"),
        ("shiftjis.txt", "cp932", "田中さんは東京に住んでいます。"),
    ],
)
def test_short_texts_in_old_encodings(found, name, encoding, words) -> None:
    facts = found((CASES / name).read_bytes())
    assert facts["encoding"] == encoding
    assert facts["text"].startswith(words)


def test_an_encoding_that_is_named_in_the_file_is_believed(found) -> None:
    page = "<html><head><meta charset='koi8-r'></head><body>Ёж</body></html>"
    assert found(page.encode("koi8_r"))["text"].strip() == "Ёж"
    code = "# -*- coding: iso-8859-2 -*-\nname = 'Łódź'\n"
    assert found(code.encode("iso8859_2"))["text"] == code.strip()


def test_a_text_is_read_again_in_the_encoding_that_is_wished(found) -> None:
    data = "Мир".encode("koi8_r")
    assert found(data, "encoding=koi8_r")["text"] == "Мир"
    assert found(data, "encoding=utf-8") == {"error": "encoding"}


BOMB = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'
DEEP = "<a>" * 200_000


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped({"word/document.xml": BOMB}), "bomb"),
        (zipped({"word/document.xml": BOMB.encode("utf-16")}), "bomb"),
        (ods("<t:table-row>"), "broken"),
        (epub(**{"META-INF/container.xml": BOMB}), "bomb"),
        (epub(**{"META-INF/container.xml": "<c/>"}), "broken"),
        (epub(**{"OEBPS/p.opf": "<package"}), "broken"),
        (zipped({"mimetype": "application/epub+zip"}), "empty"),
        (
            epub(
                **{
                    "META-INF/encryption.xml": "<e/>",
                    "OEBPS/one.xhtml": random.Random(3).randbytes(900),
                }
            ),
            "encrypted",
        ),
        (zipped({"mimetype": "application/epub+zip", "a.xhtml": "x" * 2**21}), "bomb"),
        (zipped({"mimetype": "application/epub+zip", "a.html": "<p>a</p>" * 90}), ""),
        (r"{\rtf1 " + "{" * 100_000, "empty"),
        (r"{\rtf1\ansi\ansicpg99999 x}", "encoding"),
        ("From: a@b.c\nTo: b@c.d\nSubject: x\nContent-Type: multipart/mixed\n\nno parts", ""),
        ("From: a@b.c\nTo: \nSubject: =?x-nope?q?a=FF?=\nDate: nonsense\n\nbody", ""),
        (zipped({"ppt/presentation.xml": "<p", "ppt/slides/slide1.xml": "<p/>"}), "broken"),
        (zipped({"word/document.xml": DEEP}), "broken"),
        (b"%PDF-1.4\n1 0 obj<</Annots 1 0 R>>", "broken"),
        (random.Random(1).randbytes(400).translate(None, bytes(range(128))), "encoding"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 10 else "",
)
def test_broken_and_hostile_files_are_named(found, data, code) -> None:
    assert found(data).get("error", "") == code


def test_every_refusal_has_its_sentence() -> None:
    assert str(FileRefused("unknown", "a.bin")) == (
        "“a.bin” is neither text nor an image, web page, PDF, office document, mail, notebook or "
        "book."
    )
    assert "UTF-8" in str(FileRefused("encoding", "a.txt"))


def test_the_manual_names_every_format() -> None:
    manual = (Path(__file__).parents[4] / "README.md").read_text("utf-8")
    chapter = manual.partition("## Files\n")[2].partition("\n## ")[0].casefold()
    for format in FORMATS:
        words = (format.label, format.family, format.label.split()[0])
        words += tuple(ending.removeprefix(".") for ending in format.endings)
        assert any(word.casefold() in chapter for word in words), format.kind


def test_every_format_has_its_reader() -> None:
    folder = CASES.parent.parent / "reader"
    assert all((folder / f"{format.module}.py").exists() for format in FORMATS)


def test_colours_of_a_terminal_are_left_out_of_a_notebook(found) -> None:
    red = {"output_type": "stream", "text": ["\x1b[31mred\x1b[0m\n"]}
    formula = {"output_type": "display_data", "data": {"text/latex": ["$x$"]}}
    cell = {"cell_type": "code", "source": "a", "outputs": [red, formula]}
    text = found(json.dumps({"nbformat": 4, "cells": [cell]}))["text"]
    assert text.endswith("Output:\nred\n\nOutput:\n$x$")
