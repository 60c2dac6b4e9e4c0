"""Attached files out and in again, and what a file that nobody vouches for may say of them."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from chatstudio.models import User
from conversations.features.exchange.exporting import export_conversations
from conversations.features.exchange.formats import FORMATS
from conversations.features.exchange.runs import run_import
from conversations.features.exchange.staging import Staging
from conversations.features.exchange.values import ForeignPiece
from conversations.features.files import storage as files
from conversations.features.files.receiving import facts_of_kept
from conversations.features.files.tests import samples
from conversations.features.files.tests.rows import on_disk
from conversations.models import Attachment, Conversation, ImportRun, Message
from conversations.tests.rows import conversation_of, say

pytestmark = [pytest.mark.django_db, pytest.mark.process]


def attach(owner: User, message: Message, name: str, data: bytes) -> Attachment:
    """As an upload would have left it."""
    row = Attachment(owner=owner, name=name, message=message, conversation=message.conversation)
    files.keep(row.public_id, [data], 10**9)
    for field, value in facts_of_kept(row.public_id).items():
        setattr(row, field, value)
    row.save()
    return row


def export_of(person: User) -> bytes:
    return b"".join(export_conversations(person, FORMATS["own"]))


def kept(row: Attachment) -> bytes:
    return files.path_of(row.public_id, files.PICTURE if row.is_image else "").read_bytes()


def lines_of(listed: list[dict], *pieces: tuple[str, bytes], role: str = "user") -> bytes:
    """An export that somebody put together by hand."""
    encoded = [(name, base64.b64encode(data).decode()) for name, data in pieces]
    lines: list[Any] = [{"piece": {"file": name, "data": data}} for name, data in encoded]
    conversation = {"title": "x", "messages": [{"role": role}], "sections": {"attachments": listed}}
    return b"\n".join(json.dumps(one).encode() for one in [*lines, {"conversation": conversation}])


NOTES = {"message": "0", "file": "a", "name": "notes.txt"}

ONE_OF_EACH = {
    "notes.txt": "Héllo\n\nworld".encode() * 1000,
    "small table.csv": b"a,b\n1,2\n",
    "drawn.png": samples.image(),
    "seen.png": samples.image(mode="RGBA"),
    "photo.jpg": samples.image(300, 200, "JPEG"),
    "grey.jpg": samples.image(300, 200, "JPEG", mode="L"),
    "turned.jpg": samples.turned_photo(),
}
FACTS = ("name", "kind", "media_type", "size", "sha256", "mode", "text_length", "width")


def test_out_and_in_again_the_bytes_are_equal(alice, bob, bring) -> None:
    question = say(conversation_of(alice), "user", "Look")
    before = [attach(alice, question, name, data) for name, data in ONE_OF_EACH.items()]
    tally = bring(export_of(alice), owner=bob)
    assert (tally.counts["imported"], tally.report[0]["reason"]) == (1, "")
    after = list(Attachment.objects.filter(owner=bob))
    told = [[[getattr(row, one) for one in FACTS] for row in rows] for rows in (before, after)]
    assert told[0] == told[1]
    assert [kept(row) for row in before] == [kept(row) for row in after]
    assert not {row.public_id for row in before} & {row.public_id for row in after}


def test_out_again_it_is_the_same_export(alice, bob, bring) -> None:
    question = say(conversation_of(alice), "user", "Look")
    for name, data in ONE_OF_EACH.items():
        attach(alice, question, name, data)
    bring(export_of(alice), owner=bob)
    first, second = (export_of(person).split(b'"title"') for person in (alice, bob))
    assert first[1:] == second[1:]
    assert first[0].count(b"piece") == second[0].count(b"piece") == len(ONE_OF_EACH)


def test_a_text_is_read_again_in_the_encoding_that_a_person_chose(alice, bob, bring) -> None:
    question = say(conversation_of(alice), "user", "Look")
    row = attach(alice, question, "a.txt", "МИР".encode("koi8_r"))
    assert row.encoding != "koi8_r"
    row.encoding = "koi8_r"
    row.save()
    bring(export_of(alice), owner=bob)
    after = Attachment.objects.get(owner=bob)
    assert (after.encoding, after.notes) == ("koi8_r", [])
    assert files.path_of(after.public_id, files.TEXT).read_text("utf-8") == "МИР"


def test_the_same_export_twice_changes_nothing(alice, bob, bring) -> None:
    attach(alice, say(conversation_of(alice), "user", "Look"), "a.txt", b"Words")
    data = export_of(alice)
    bring(data, owner=bob)
    there = on_disk()
    assert bring(data, owner=bob).counts["unchanged"] == 1
    assert bring(data, owner=alice).counts["unchanged"] == 1
    assert on_disk() == there


def test_a_dry_run_leaves_no_file(alice, bob, bring) -> None:
    attach(alice, say(conversation_of(alice), "user", "Look"), "a.txt", b"Words")
    there = on_disk()
    assert bring(export_of(alice), owner=bob, dry_run=True).counts["imported"] == 1
    assert on_disk() == there


def test_a_conversation_that_is_refused_leaves_no_file(bring) -> None:
    data = json.loads(lines_of([NOTES]))
    data["conversation"]["messages"].append({"role": "assistant"})
    data["conversation"]["sections"]["feedback"] = [{"message": "1", "value": "odd"}]
    piece = lines_of([], ("a", b"Words")).splitlines()[0]
    assert bring(piece + b"\n" + json.dumps(data).encode()).counts["failed"] == 1
    assert not on_disk()
    assert not Conversation.objects.exists()


def test_a_file_of_two_messages_is_written_once_and_belongs_to_both(alice, bob, bring) -> None:
    conversation = conversation_of(alice)
    for words in ("Look", "Look again"):
        attach(alice, say(conversation, "user", words), "a.txt", b"Words")
    data = export_of(alice)
    assert data.count(b'{"piece"') == 1
    bring(data, owner=bob)
    assert [kept(row) for row in Attachment.objects.filter(owner=bob)] == [b"Words"] * 2


def test_a_large_file_comes_in_pieces(alice, bob, bring) -> None:
    text = b"".join(b"line %d\n" % number for number in range(200_000))
    attach(alice, say(conversation_of(alice), "user", "Look"), "a.txt", text)
    data = export_of(alice)
    assert data.count(b'{"piece"') == 3
    assert max(map(len, data.splitlines())) < 1_500_000
    bring(data, owner=bob)
    assert kept(Attachment.objects.get(owner=bob)) == text


def test_a_file_that_is_lost_is_said(alice, bob, bring) -> None:
    row = attach(alice, say(conversation_of(alice), "user", "Look"), "a.txt", b"Words")
    files.remove(row.public_id)
    assert "“a.txt” was not added" in bring(export_of(alice), owner=bob).report[0]["reason"]


def test_other_formats_carry_none(alice) -> None:
    attach(alice, say(conversation_of(alice), "user", "Look"), "a.txt", b"Words")
    assert b"piece" not in b"".join(export_conversations(alice, FORMATS["chatgpt"]))


def test_a_name_and_a_kind_in_a_file_are_not_believed(brought) -> None:
    said = {"kind": "image", "media_type": "text/html", "size": 1, "sha256": "0", "owner": 1}
    said |= {"name": "../../etc/\u202epasswd"}
    brought(lines_of([NOTES | said], ("a", b"Words " * 9)))
    row = Attachment.objects.get()
    assert (row.name, row.kind, row.size) == ("passwd", "text", 54)
    assert row.sha256 == files.facts(files.path_of(row.public_id))["sha256"]


def test_a_picture_is_written_anew_where_it_is_not_as_we_write_it(brought) -> None:
    brought(lines_of([NOTES], ("a", samples.image(30, 20, "JPEG") + b"<script>")))
    assert b"<script>" not in kept(Attachment.objects.get())


@pytest.mark.parametrize(
    ("listed", "pieces", "words"),
    [
        ([NOTES], [], "its content is not in the file"),
        ([NOTES], [("b", b"Words")], "its content is not in the file"),
        ([NOTES], [("a", b"\x00\x01\x02" * 99)], "neither text nor an image"),
        ([NOTES], [("a", b"PK\x03\x04" + b"\x00" * 99)], "“notes.txt”"),
        ([NOTES], [("a", samples.image_bomb())], "too many pixels"),
        ([NOTES], [("a", b"w" * 2**20), ("a", b"w" * 2**20)], "larger than 1 MB"),
        ([NOTES | {"message": "7"}], [("a", b"Words")], "belongs to no message"),
        ([NOTES | {"message": 5}], [("a", b"Words")], "belongs to no message"),
    ],
)
def test_a_file_that_cannot_be_taken_is_in_the_report(
    bring, settings, listed, pieces, words: str
) -> None:
    settings.MAX_ATTACHMENT_MB = 1
    tally = bring(lines_of(listed, *pieces))
    assert tally.counts["imported"] == 1
    assert words in tally.report[0]["reason"]
    assert not on_disk()


def test_a_message_has_no_more_files_than_one_can_send(bring) -> None:
    bring(lines_of([NOTES] * 12, ("a", b"Words")))
    assert Attachment.objects.count() == 10


def test_an_answer_has_no_files(bring) -> None:
    assert bring(lines_of([NOTES], ("a", b"Words"), role="assistant")).counts["imported"] == 1
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("name", ["attachments", "feedback", "summaries"])
@pytest.mark.parametrize("section", [5, "x", [5], {"a": 1}, [{"message": []}], [{}]])
def test_a_section_that_is_none_hurts_nobody(bring, name: str, section: object) -> None:
    facts = {"title": name, "messages": [{"role": "user"}], "sections": {name: section}}
    assert bring(json.dumps({"conversation": facts}).encode()).counts["imported"] == 1


def test_a_damaged_piece_is_in_the_report(bring) -> None:
    tally = bring(b'{"piece": {"file": "a", "data": "%%"}}\n' + lines_of([NOTES]))
    assert (tally.counts["failed"], tally.counts["imported"]) == (1, 1)
    assert "damaged" in tally.report[0]["reason"]


def test_files_of_one_conversation_are_not_the_next_ones(bring) -> None:
    bring(lines_of([NOTES], ("a", b"Words")) + b"\n" + lines_of([NOTES | {"name": "b"}]))
    assert [row.name for row in Attachment.objects.all()] == ["notes.txt"]


def test_nothing_is_left_in_between(bring, settings) -> None:
    bring(lines_of([NOTES], ("../../escape", b"Words"), ("a", b"Words")))
    assert Attachment.objects.count() == 1
    assert not list(Path(settings.DATA_DIR, "imports").rglob("*"))


def test_an_import_that_goes_on_still_has_the_files_that_had_come(alice, tmp_path) -> None:
    path = tmp_path / "again.jsonl"
    path.write_bytes(lines_of([NOTES], ("a", b"Words")))
    run = ImportRun.objects.create(owner=alice, file_name="x", position=1)
    run_import(alice, path, run)
    assert kept(Attachment.objects.get()) == b"Words"


def test_an_update_has_the_files_of_the_newer_export(alice, bob, bring) -> None:
    conversation = conversation_of(alice)
    attach(alice, say(conversation, "user", "Look"), "a.txt", b"Words")
    bring(export_of(alice), owner=bob)
    attach(alice, say(conversation, "user", "More"), "b.txt", b"More")
    assert bring(export_of(alice), owner=bob).counts["updated"] == 1
    rows = Attachment.objects.filter(owner=bob)
    assert [(row.name, kept(row)) for row in rows] == [("a.txt", b"Words"), ("b.txt", b"More")]


def test_what_waits_is_bounded(settings, monkeypatch) -> None:
    monkeypatch.setattr("conversations.features.exchange.staging.MOST_BYTES", 10)
    staging = Staging()
    staging.add(ForeignPiece("a", b"12345678"))
    staging.add(ForeignPiece("b", b"12345678"))
    path = staging.path_of("a")
    assert path
    assert path.read_bytes() == b"12345678"
    assert staging.path_of("b") is None
    staging.close()
    assert not path.exists()
