"""What a model reads of a message's files, and what the receipt says of them."""

import pytest

from conversations.answering.history.past import as_sent, read_messages
from conversations.answering.history.request import build_request
from conversations.features.files import storage as files
from conversations.features.files.tests.rows import attached, picture
from conversations.models import Message
from conversations.tests.rows import say

pytestmark = pytest.mark.django_db

LONG = "\n".join(f"Row {n} says {'walrus' if n == 2500 else 'nothing'}." for n in range(3000))


@pytest.fixture
def question(conversation) -> Message:
    return say(conversation, "user", "Where is the walrus?")


def sent(question: Message) -> str:
    return as_sent(read_messages(question.id)[-1])[0].content


def test_pages_are_told(alice, question) -> None:
    attached(alice, "One\fTwo", question, name="a.pdf", kind="document", pages=2)
    assert sent(question).startswith("File “a.pdf” (2 pages):\n```\nOne\n\nTwo\n```")


def test_a_fence_is_longer_than_those_inside(alice, question) -> None:
    attached(alice, "````\ncode\n````", question)
    assert "\n`````\n````\ncode\n````\n`````\n" in sent(question)


def test_of_a_searched_file_the_nearest_passages_are_sent_with_their_place(alice, question) -> None:
    attached(alice, LONG, question, mode="searched")
    assert "Row 2500 says walrus." in sent(question)
    assert "[lines 2," in sent(question)
    assert len(sent(question)) < 9000


def test_a_lost_file_is_named(alice, question) -> None:
    row = attached(alice, "Words", question)
    files.remove(row.public_id)
    assert sent(question).startswith("[file: notes.txt, no longer there]")


def test_several_stand_in_their_order_before_the_words(alice, question) -> None:
    attached(alice, "First", question)
    picture(alice, question)
    text = sent(question)
    assert text.index("First") < text.index("[image: cat.png]") < text.index("Where is")


def test_earlier_files_are_sent_again(alice, conversation, question) -> None:
    attached(alice, "The walrus is in the cellar.", question)
    say(conversation, "assistant", "In the cellar.")
    say(conversation, "user", "Why?")
    answer = say(conversation, "assistant", "", "waiting")
    request = build_request(conversation, answer, "m").request
    assert "The walrus is in the cellar." in request.messages[0].content


def test_a_long_file_is_searched_for_later_questions_too(alice, conversation, question) -> None:
    row = attached(alice, LONG.replace("walrus", "heron", 1), question, mode="searched")
    say(conversation, "assistant", "Nowhere.")
    say(conversation, "user", "And the heron?")
    answer = say(conversation, "assistant", "", "waiting")
    prepared = build_request(conversation, answer, "m")
    first, _, second = prepared.request.messages
    assert "heron" not in first.content
    assert "Row 2500 says heron." in second.content
    assert second.content.endswith("\n\nAnd the heron?")
    assert prepared.receipt.searched_again == (str(row.public_id),)


def test_files_that_are_searched_share_the_room(alice, question) -> None:
    for _ in range(4):
        attached(alice, LONG, question, mode="searched")
    assert len(sent(question)) < 10_000


def test_the_receipt_names_files_by_id_hash_and_size(alice, conversation, question) -> None:
    file, seen = attached(alice, "Words", question), picture(alice, question)
    answer = say(conversation, "assistant", "", "waiting")
    receipt = build_request(conversation, answer, "m").receipt.to_json()
    text, image = receipt["messages"][0]["attachments"]
    common = {"sha256": "0" * 64}
    assert text == {
        **common,
        "id": str(file.public_id),
        "kind": "text",
        "bytes": 5,
        "mode": "whole",
    }
    assert image == {**common, "id": str(seen.public_id), "kind": "image", "bytes": 0}
    assert receipt["images"] == 1
