"""Which images keep their bytes when they are read once more."""

import io
from uuid import uuid4

import pytest
from PIL import Image, PngImagePlugin

from conversations.features.files import reading
from conversations.features.files import storage as files
from conversations.features.files.tests import samples

pytestmark = pytest.mark.process


def again(data: bytes, **options: bool) -> bytes:
    key = uuid4()
    files.keep(key, [data], 10**9)
    reading.read(key, **options)
    return files.path_of(key, files.PICTURE).read_bytes()


def noted_png() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "SECRET")
    return samples.image(pnginfo=notes)


def noise(**options: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((300, 200), 50).convert("RGB").save(out, "JPEG", **options)
    return out.getvalue()


OURS = {
    "colours": noise(),
    "grey": samples.image(30, 20, "JPEG", mode="L"),
    "png": samples.image(),
    "see-through": samples.image(mode="RGBA"),
}
NOT_OURS = {
    "notes": samples.turned_photo(),
    "a comment": samples.image(30, 20, "JPEG", comment=b"SECRET"),
    "a profile": samples.image(30, 20, "JPEG", icc_profile=b"SECRET" * 20),
    "something behind it": samples.image(30, 20, "JPEG") + b"SECRET",
    "another end behind it": samples.image(30, 20, "JPEG") + b"SECRET\xff\xd9",
    "too wide": samples.image(3200, 20, "JPEG"),
    "progressive": samples.image(30, 20, "JPEG", progressive=True),
    "words": noted_png(),
    "words behind it": samples.image() + b"SECRET",
    "a palette": samples.image(mode="P"),
    "another format": samples.image(format="GIF"),
}


@pytest.mark.parametrize("name", OURS)
def test_one_that_is_as_we_write_it_keeps_its_bytes(name: str) -> None:
    assert again(OURS[name], keeps_ours=True) == OURS[name]


@pytest.mark.parametrize("name", NOT_OURS)
def test_any_other_is_written_anew(name: str) -> None:
    kept = again(NOT_OURS[name], keeps_ours=True)
    assert kept != NOT_OURS[name]
    assert b"SECRET" not in kept
    assert max(Image.open(io.BytesIO(kept)).size) <= 1568


def test_an_upload_is_always_written_anew() -> None:
    photo = noise(quality=30)
    assert again(photo) != photo
