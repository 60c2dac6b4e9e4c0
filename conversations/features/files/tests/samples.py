"""Files as people send them, and as nobody should; all made here."""

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def image(
    width: int = 40, height: int = 20, format: str = "PNG", mode: str = "RGB", **more: Any
) -> bytes:
    from PIL import Image

    out = BytesIO()
    Image.new(mode, (width, height), "red").save(out, format, **more)
    return out.getvalue()


def turned_photo() -> bytes:
    """As a phone takes it: lying on its side, with the order to turn it, and with its place."""
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "SECRET PLACE"
    return image(60, 30, "JPEG", exif=exif)


def image_bomb() -> bytes:
    """A PNG of 30,000 × 30,000 pixels in a few bytes: its header says so, and no more is there."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 1000)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    return start + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def zipped(parts: dict[str, bytes | str]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx(*paragraphs: str, more: str = "") -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    document = f'<w:document xmlns:w="{WORD}"><w:body>{body}{more}</w:body></w:document>'
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document})


def pptx(*slides: str) -> bytes:
    shape = '<p:sld xmlns:p="p" xmlns:a="{}"><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:sld>'
    parts: dict[str, bytes | str] = {"ppt/presentation.xml": "<p/>"}
    for number, text in enumerate(slides, 1):
        parts[f"ppt/slides/slide{number}.xml"] = shape.format(DRAWING, text)
    return zipped(parts)


def odt(*paragraphs: str) -> bytes:
    body = "".join(f"<t:p>{text}</t:p>" for text in paragraphs)
    content = f'<o:document xmlns:o="o" xmlns:t="t">{body}</o:document>'
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def xlsx(**sheets: list[list[Any]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def pdf(*pages: str, password: str = "") -> bytes:
    """A page without words is what a scanner makes."""
    from pypdf import PdfReader, PdfWriter

    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
    ]
    font = "<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
    for n, text in enumerate(pages):
        stream = f"BT /F 12 Tf 50 700 Td ({text}) Tj ET" if text else ""
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font{font}>>"
            f"/Contents {4 + 2 * n} 0 R>>".encode()
        )
        objects.append(f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream".encode())
    data = _with_table(objects)
    if not password:
        return data
    writer, out = PdfWriter(clone_from=PdfReader(BytesIO(data))), BytesIO()
    writer.encrypt(password)
    writer.write(out)
    return out.getvalue()


def _with_table(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, data in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, data)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def far_down(row: str) -> bytes:
    """A workbook that says its only row is this one."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(xlsx(S=[["x"]]))) as book, zipfile.ZipFile(out, "w") as changed:
        for name in book.namelist():
            data = book.read(name)
            if name.startswith("xl/worksheets/"):
                data = data.replace(b'r="1"', b'r="%s"' % row.encode()).replace(
                    b'"A1"', b'"A%s"' % row.encode()
                )
            changed.writestr(name, data)
    return out.getvalue()


def lying_zip() -> bytes:
    """A part of 9 MB that both of its entries say has a hundred bytes."""
    data = bytearray(zipped({"word/document.xml": "<a>" + "x" * 9_000_000 + "</a>"}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.find(mark) + at
        data[start : start + 4] = struct.pack("<I", 100)
    return bytes(data)


def overlapping_zip() -> bytes:
    """Three hundred entries for the same packed megabytes, which stand there once."""
    data = zipped({"word/document.xml": "x" * 1_000_000})
    start, end = data.find(b"PK\x01\x02"), data.find(b"PK\x05\x06")
    entry = data[start:end]
    entries = entry * 300
    tail = struct.pack("<HHHHIIH", 0, 0, 300, 300, len(entries), start, 0)
    return data[:start] + entries + b"PK\x05\x06" + tail


def zip_bomb() -> bytes:
    """A Word document of a few kilobytes that unfolds to 90 MB."""
    return docx("Hi", more="<w:p/>" * 15_000_000)
