"""What changed, by lines and by words, within limits."""

import time

from conversations.features.prompt_profiles.differences import MOST_LINES, changes, difference


def shown(old: str, new: str) -> list[str]:
    """Each line as `sign text`, with what changed in brackets."""
    return [
        line.sign
        + " "
        + "".join(f"[{piece.text}]" if piece.is_changed else piece.text for piece in line.pieces)
        for line in difference(old, new)
    ]


def test_a_word_within_a_line() -> None:
    assert shown("Be very kind.", "Be quite kind.") == [
        "- Be [very] kind.",
        "+ Be [quite] kind.",
    ]


def test_a_new_line_and_one_that_is_gone() -> None:
    assert shown("a\nb", "a\nb\nc") == ["  a", "  b", "+ c"]
    assert shown("a\nb", "b") == ["- a", "  b"]


def test_of_what_stayed_only_the_neighbours_are_shown() -> None:
    old = "\n".join("abcdefgh")
    assert shown(old, old.replace("h", "H"))[:4] == ["… 5 lines the same", "  f", "  g", "- [h]"]
    assert shown(old, old.replace("a", "A"))[-1] == "… 5 lines the same"


def test_an_empty_text_becomes_one() -> None:
    assert shown("", "Hello") == ["+ Hello"]
    assert shown("Hello", "") == ["- Hello"]


def test_only_the_fields_that_differ_in_the_order_of_the_form() -> None:
    before = {"name": "A", "system_prompt": "x", "parameters": {"top_k": 1}}
    after = {"name": "B", "system_prompt": "x", "parameters": {"top_k": 2, "seed": 0}}
    found = changes(before, after)
    assert [change.label for change in found] == ["Name", "Parameters"]
    assert [line.sign for line in found[1].lines] == ["-", "+", "+"]


def test_a_field_that_an_old_version_did_not_know() -> None:
    (change,) = changes({}, {"name": "A"})
    assert [line.sign for line in change.lines] == ["+"]


def test_texts_that_would_take_the_square_count_as_exchanged() -> None:
    old = "\n".join(f"line {n}" for n in range(0, 50_000))
    new = "\n".join(f"line {n}" if n % 2 else f"other {n}" for n in range(0, 50_000))
    began = time.process_time()
    lines = list(difference(old, new))
    assert {line.sign for line in lines} == {"-", "+", " "}
    assert len(lines) > MOST_LINES
    assert time.process_time() - began < 60  # minutes, or hours, without a limit


def test_one_endless_line_is_not_looked_at_word_by_word() -> None:
    old, new = "a b " * 20_000, "b a " * 20_000
    assert [len(line.pieces) for line in difference(old, new)] == [1, 1]
