"""Archives that somebody else has packed."""

import io
import stat
import zipfile

import pytest

from conversations.features.exchange import opening
from conversations.features.exchange.tests.samples import chatgpt, claude, packed

pytestmark = pytest.mark.django_db


OUTSIDE = ["../e.json", "a/../../e.json", "/etc/e.json", "C:\\e.json", "..\\e.json"]


@pytest.mark.parametrize("name", OUTSIDE)
def test_names_that_lead_outside_are_refused(bring, name: str) -> None:
    tally = bring(packed({"conversations.json": [chatgpt()], name: [chatgpt()]}))
    assert tally.exit_code == 2
    assert "outside of itself" in tally.error
    assert tally.counts["imported"] == 0


def test_links_are_refused(bring) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        link = zipfile.ZipInfo("conversations.json")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert "a link" in bring(made.getvalue()).error


def test_a_bomb_is_refused(bring) -> None:
    tally = bring(packed({"conversations.json": b"[" + b" " * 30_000_000 + b"]"}))
    assert "packed too tightly" in tally.error


def test_too_many_files_are_refused(bring, monkeypatch) -> None:
    monkeypatch.setattr(opening, "MOST_FILES", 3)
    assert "more than 3 files" in bring(packed({f"{n}.json": [] for n in range(5)})).error


def test_an_archive_that_unpacks_to_too_much_is_refused(bring, monkeypatch) -> None:
    monkeypatch.setattr(opening, "MOST_BYTES", 100)
    assert "larger than" in bring(packed({"a.json": [chatgpt()]})).error


def test_a_damaged_archive_is_refused_with_a_sentence(bring) -> None:
    whole = packed({"conversations.json": [chatgpt()]})
    assert "damaged" in bring(whole[: len(whole) // 2]).error


def test_a_damaged_file_within_does_not_stop_the_others(bring) -> None:
    tally = bring(packed({"a.json": b"no json", "b.json": [claude()]}))
    assert (tally.counts["imported"], tally.counts["failed"]) == (1, 1)


def test_an_archive_without_conversations_says_so(bring) -> None:
    assert bring(packed({"picture.png": b"x"})).exit_code == 2
    assert bring(packed({"user.json": {"id": 1}})).exit_code == 2
