import pytest

from conversations.answering.history.tree import branch
from conversations.features.exchange.tests.samples import claude, packed, said
from conversations.models import Conversation, Message

pytestmark = pytest.mark.django_db


def test_messages_come_in_a_row_with_their_times(brought) -> None:
    rows = branch(brought([claude()]).head_id)
    assert [(row.role, row.text) for row in rows] == [
        ("user", "What grows in March?"),
        ("assistant", "Radishes."),
    ]
    assert rows[0].created_at.isoformat() == "2026-03-01T08:01:00+00:00"


def test_thinking_and_tool_steps_are_told_apart(brought) -> None:
    content = [
        {"type": "thinking", "thinking": "Look it up.", "start_timestamp": "2026-03-01T08:00:00Z",
         "stop_timestamp": "2026-03-01T08:00:02.5Z"},
        {"type": "tool_use", "id": "t1", "name": "web_search", "input": {"query": "March"}},
        {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "Kale"}]},
        {"type": "text", "text": "Kale."},
    ]  # fmt: skip
    brought([claude(said("human", "?"), said("assistant", "Kale.", content=content))])
    parts = list(Message.objects.get(role="assistant").parts.select_related("tool_call"))
    assert [part.kind for part in parts] == ["reasoning", "tool_call", "text"]
    assert parts[0].duration_ms == 2500
    assert (parts[1].tool_call.result, parts[1].tool_call.arguments) == ("Kale", {"query": "March"})


def test_attached_text_is_kept_and_other_files_are_named(bring) -> None:
    attached = [{"file_name": "notes.txt", "extracted_content": "Sow early."}]
    message = said("human", "See", attachments=attached, files=[{"file_name": "garden.jpg"}])
    tally = bring([claude(message)])
    assert "Sow early." in Message.objects.get().text
    assert "garden.jpg is not in the export" in tally.report[0]["reason"]


def test_the_other_files_of_its_archive_are_passed_over(bring) -> None:
    files = {"conversations.json": [claude()], "projects.json": [], "users.json": [{"uuid": "u"}]}
    tally = bring(packed(files))
    assert (tally.counts["imported"], tally.exit_code) == (1, 0)


def test_one_without_messages_is_skipped_with_a_reason(bring) -> None:
    empty = {**claude(), "chat_messages": []}
    tally = bring([empty])
    assert tally.report[0]["reason"] == "It has no messages."
    assert not Conversation.objects.exists()


def test_a_kind_of_content_that_is_new_vanishes_not(bring) -> None:
    content = [{"type": "voice_note", "text": "Spoken."}, {"type": "hologram"}]
    tally = bring([claude(said("human", "?"), said("assistant", "", content=content))])
    assert Message.objects.get(role="assistant").text == "Spoken."
    assert "'hologram' was left out" in tally.report[0]["reason"]
