"""The bar of what the window held: exact in its sum, shared out by sizes."""

import pytest

from conversations.receipts import Receipt
from conversations.showing.window_parts import SCALE, window_parts

COUNTED = {"usage": {"input_tokens": 1000, "output_tokens": 200}, "window": {"tokens": 4096}}


def parts(**stored: object) -> dict[str, int]:
    return {part.label: part.tokens for part in window_parts(Receipt({**COUNTED, **stored}))}


def sent(size: int, *files: dict[str, object]) -> list[dict[str, object]]:
    return [{"role": "user", "bytes": size, "attachments": list(files)}]


def test_texts_share_what_was_read_by_their_sizes() -> None:
    profile, memories = {"bytes": 300}, [{"bytes": 50}, {"bytes": 50}]
    assert parts(prompt_profile=profile, memories=memories, messages=sent(600)) == {
        "System prompt": 300,
        "Memories": 100,
        "Messages": 600,
        "Answer": 200,
        "Free": 2896,
    }


def test_tools_are_taken_off_before() -> None:
    shown = parts(tool_tokens=400, messages=sent(10))
    assert (shown["Tools offered"], shown["Messages"]) == (400, 600)


def test_files_took_what_nothing_else_did() -> None:
    file = {"kind": "text", "bytes": 999_999}
    shown = parts(messages=sent(200, file), sent_bytes=1000)
    assert (shown["Messages"], shown["Files"]) == (200, 800)


@pytest.mark.parametrize(
    ("stored", "label"),
    [
        ({"messages": sent(9, {"kind": "image"}), "images": 1}, "Messages and images"),
        (
            {"messages": sent(9, {"kind": "text"}), "left_out": {"messages": 2}},
            "Messages and files",
        ),
    ],
)
def test_what_cannot_be_told_apart_is_one_part(stored: dict[str, object], label: str) -> None:
    assert parts(**stored)[label] == 1000


def test_of_several_rounds_the_last_one_is_what_the_window_held() -> None:
    rounds = [
        {"usage": {"input_tokens": 500, "output_tokens": 40}},
        {"usage": {"input_tokens": 800, "output_tokens": 60}},
    ]
    assert parts(rounds=rounds, messages=sent(1)) == {
        "Messages": 500,
        "Steps with tools": 300,
        "Answer": 60,
        "Free": 3236,
    }


def test_the_parts_fill_the_bar_without_a_gap() -> None:
    shown = window_parts(Receipt({**COUNTED, "messages": sent(7), "prompt_profile": {"bytes": 3}}))
    ends = [part.start + part.width for part in shown]
    assert [part.start for part in shown] == [0, *ends[:-1]]
    assert ends[-1] == SCALE


@pytest.mark.parametrize("stored", [{}, {"usage": {"output_tokens": 5}}, {"usage": "no"}], ids=str)
def test_without_a_count_there_is_no_bar(stored: dict[str, object]) -> None:
    assert window_parts(Receipt(stored)) == []


def test_where_the_window_is_unknown_nothing_is_free() -> None:
    assert "Free" not in parts(window={}, messages=sent(1))
