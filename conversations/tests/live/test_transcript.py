import pytest

from conversations.answering.transcript import Part, Transcript
from routing.types import (
    Notice,
    ReasoningDelta,
    Recast,
    TextDelta,
    ToolCall,
    ToolCallFinished,
    ToolCallStarted,
)


def transcript_of(*events) -> Transcript:
    transcript = Transcript()
    for event in events:
        transcript.apply(event)
    return transcript


def test_parts_follow_the_order_in_which_things_happened() -> None:
    transcript = transcript_of(
        ReasoningDelta("Hm"),
        ReasoningDelta("m"),
        TextDelta("A"),
        ReasoningDelta("So"),
        TextDelta("B"),
    )
    shown = [(part.position, part.kind, part.content) for part in transcript.parts]
    assert shown == [
        (0, "reasoning", "Hmm"),
        (1, "text", "A"),
        (2, "reasoning", "So"),
        (3, "text", "B"),
    ]


def test_reasoning_has_a_duration_once_text_follows() -> None:
    transcript = transcript_of(ReasoningDelta("Hm"), TextDelta("A"))
    assert transcript.parts[0].duration_ms is not None
    assert transcript.parts[1].duration_ms is None


def test_reasoning_that_is_last_gets_its_duration_at_the_end() -> None:
    transcript = transcript_of(ReasoningDelta("Hm"))
    transcript.close()
    assert transcript.parts[0].duration_ms is not None


def test_closing_again_keeps_the_duration() -> None:
    transcript = Transcript([Part("reasoning", 0, "Hm", duration_ms=1234)])
    transcript.close()
    assert transcript.parts[0].duration_ms == 1234


def test_text_goes_on_behind_what_is_there() -> None:
    transcript = Transcript([Part("text", 0, "Good ")])
    transcript.apply(TextDelta("morning"))
    assert transcript.text == "Good morning"
    assert len(transcript.parts) == 1


def test_it_is_dirty_until_what_it_holds_is_saved() -> None:
    transcript = transcript_of(TextDelta("A"))
    assert transcript.is_dirty
    transcript.saved = transcript.version
    assert not transcript.is_dirty


def test_a_notice_is_no_text() -> None:
    transcript = transcript_of(Notice("tools_unsupported"))
    assert transcript.parts == []
    assert not transcript.is_dirty


@pytest.mark.parametrize("bad", ["\x00", "\ud83d"])
def test_what_no_database_takes_is_replaced(bad: str) -> None:
    assert transcript_of(TextDelta(f"ä{bad}b")).text == "ä\ufffdb"


@pytest.mark.parametrize("good", ["😀", "é", "\u2028", "\ufeffx"])
def test_whole_characters_stay(good: str) -> None:
    assert transcript_of(TextDelta(good)).text == good


def test_both_halves_of_a_pair_are_one_character() -> None:
    assert transcript_of(TextDelta("\ud83d\ude00")).text == "😀"


def test_what_has_changed_since_it_was_saved_is_known() -> None:
    call = ToolCall("c1", "now", {})
    transcript = transcript_of(TextDelta("Maybe so. "), ToolCallStarted(call), TextDelta("Well"))
    transcript.saved = transcript.version
    assert transcript.unsaved_parts() == []
    transcript.apply(ToolCallFinished("c1", "noon"))
    assert [part.kind for part in transcript.unsaved_parts()] == ["tool_call", "text"]
    transcript.saved = transcript.version
    transcript.apply(TextDelta(", yes"))
    assert [part.content for part in transcript.unsaved_parts()] == ["Well, yes"]


def test_a_part_of_which_the_end_was_recast_has_changed() -> None:
    transcript = Transcript([Part("text", 0, "Before. ")])
    transcript.apply(TextDelta("thought"))
    transcript.saved = transcript.version
    transcript.apply(Recast("reasoning", "thought"))
    changed = [(part.kind, part.content) for part in transcript.unsaved_parts()]
    assert changed == [("text", "Before. "), ("reasoning", "thought")]
