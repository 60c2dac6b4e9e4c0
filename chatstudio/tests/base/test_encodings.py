"""Bytes become the words that were written, or a sentence says what is not certain."""

import json
import random
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from chatstudio.base.encodings.decoding import NotDecodable, decode, detect_file, write_as_utf8
from chatstudio.base.encodings.detecting import detect as really_detect
from chatstudio.base.encodings.names import CHOICES

TEXTS = [
    (row["encodings"], row["short"], row["long"])
    for row in json.loads(Path(__file__).with_name("encoded_texts.json").read_text("utf-8"))
]

detect = cache(really_detect)


def variants(encodings: Sequence[str], text: str) -> Iterator[tuple[str, bytes, str]]:
    """Without what an encoding cannot say, as of typographic quotes."""
    for encoding in encodings:
        data = text.encode(encoding, "ignore")
        yield encoding, data, data.decode(encoding)


def is_right(data: bytes, text: str, encoding: str) -> bool:
    return bool(encoding) and data.decode(encoding) == text


@pytest.mark.parametrize(
    ("encodings", "short", "long"), TEXTS, ids=[short for _, short, _ in TEXTS]
)
def test_a_text_is_found_and_what_is_called_sure_is_right(encodings, short, long) -> None:
    for encoding, data, text in variants(encodings, short):
        found = detect(data)
        assert is_right(data, text, found.encoding) or not found.is_sure, (encoding, found)
    for encoding, data, text in variants(encodings, long):
        found = detect(data)
        # Estonian has hardly a letter that tells its code page from the Western one.
        assert is_right(data, text, found.encoding) or encoding == "cp1257", (encoding, found)


def test_few_words_are_enough_for_nearly_all() -> None:
    found = [
        is_right(data, text, detect(data).encoding)
        for encodings, short, _ in TEXTS
        for _, data, text in variants(encodings, short)
    ]
    assert sum(found) / len(found) > 0.85


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "iso2022_jp"])
def test_what_proves_itself_is_sure(encoding) -> None:
    for text in ("id,名前\n1,田中\n", "会議"):
        read, reading = decode(text.encode(encoding))
        assert (read, reading.note) == (text, "")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["id,name\n1,é\n2,B\n", "Привет, мир\n", "今天开会。\n明天见。\n"])
def test_the_mark_may_be_missing(encoding, text) -> None:
    assert decode(text.encode(encoding))[0] == text


def test_a_short_text_in_utf8_that_is_cut_off_is_still_one() -> None:
    text, reading = decode("Größe 你好".encode()[:-1])
    assert (text, reading.encoding) == ("Größe 你\ufffd", "utf-8")
    assert decode("联通".encode("gbk"), "gb18030")[0] == "联通"


def test_a_few_broken_bytes_in_utf8_are_counted() -> None:
    torn = "Grüße aus Köln, schöne Straße\n".encode() * 9 + b"\xff\xfe\n"
    text, reading = decode(torn)
    assert text.startswith("Grüße aus Köln")
    assert reading.note == "2 characters could not be decoded, and stand as \ufffd."


def test_what_is_not_certain_names_the_others() -> None:
    _, reading = decode("МИР".encode("koi8_r"))
    assert reading.note.startswith("Read as ")
    assert "would be possible too" in reading.note


def test_a_person_may_say_which_it_is() -> None:
    data = "Привет".encode("koi8_r")
    assert decode(data, "koi8_r")[0] == "Привет"
    for wrong in ("utf-8", "rot13", "nonsense"):
        with pytest.raises(NotDecodable):
            decode(data, wrong)


def test_bytes_that_no_language_looks_like_are_refused() -> None:
    for seed in range(5):
        noise = random.Random(seed)
        data = bytes(noise.randrange(128, 256) for _ in range(400))
        with pytest.raises(NotDecodable):
            decode(data)


@pytest.mark.parametrize("encoding", CHOICES)
def test_every_choice_is_known(encoding) -> None:
    assert decode("abc".encode(encoding), encoding)[0] == "abc"


def test_a_large_file_is_judged_by_the_part_that_tells(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("chatstudio.base.encodings.decoding.PIECE", 1000)
    source, target = tmp_path / "old", tmp_path / "new"
    text = "plain words\n" * 500 + "Сегодня утром мы поехали на дачу. Погода была хорошая.\n" * 50
    source.write_bytes(text.encode("cp1251"))
    reading = write_as_utf8(source, target, detect_file(source))
    assert reading.encoding == "cp1251"
    assert target.read_text("utf-8") == text
