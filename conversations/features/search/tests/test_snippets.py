"""The piece of a message around what was found."""

from conversations.features.search.parsing import parse
from conversations.features.search.snippets import LENGTH, mark_terms, snippet


def shown(text: str, looked_for: str, *, is_markdown: bool = False) -> str:
    """With [marks]."""
    pieces = snippet(text, parse(looked_for).wanted, is_markdown=is_markdown)
    return "".join(f"[{piece.text}]" if piece.is_match else piece.text for piece in pieces)


def test_every_match_is_marked_as_it_is_written() -> None:
    assert shown("Café, cafe and CAFÉS", "cafe") == "[Café], [cafe] and [CAFÉS]"


def test_a_phrase_is_marked_as_one_and_its_words_alone_are_not() -> None:
    assert shown("A pump, a heat pump.", '"heat pump"') == "A pump, a [heat pump]."


def test_the_last_word_may_go_on_and_the_others_not() -> None:
    assert shown("heating heat pumps", "heat pum") == "heating [heat] [pumps]"


def test_words_without_spaces() -> None:
    assert shown("这是热泵的原理", "热泵") == "这是[热泵]的原理"


def test_a_long_text_is_shown_around_the_first_match() -> None:
    text = shown("before " * 500 + "the needle " + "after " * 500, "needle ")
    assert text.startswith("… before")
    assert text.endswith("after …")
    assert "the [needle] after" in text
    assert LENGTH / 2 < len(text) < LENGTH * 2


def test_a_word_without_end_is_cut() -> None:
    assert len(shown("x" * 50_000 + " needle", "needle ")) < LENGTH * 2
    assert len(shown("x" * 50_000, "xxx")) < LENGTH * 3


def test_lines_become_spaces_and_markdown_is_left_out() -> None:
    text = "# Heat\n\n> It **moves** *all* `heat`\n\n| a | b |\n|---|---|\n- 2 * 3*4\n```python\nx"
    assert shown(text, "heat ", is_markdown=True) == "[Heat] It moves all [heat] a · b 2 * 3*4 x"


def test_tables_and_links_are_shown_as_their_words() -> None:
    text = "| | before | after |\n|---|---:|---|\n| heat | 4 | [a pump](https://x.example/a) |"
    assert shown(text, "heat ", is_markdown=True) == "before · after [heat] · 4 · a pump"


def test_what_turns_the_direction_of_text_is_left_out() -> None:
    assert shown("a\u202egpj.exe\u2069 b", "exe ") == "agpj.[exe] b"


def test_where_nothing_is_found_the_beginning_is_shown() -> None:
    assert shown("One two three", "four ") == "One two three"


def test_a_title_is_shown_whole() -> None:
    pieces = mark_terms("Heat pumps " * 20, parse("pumps ").wanted)
    assert sum(piece.is_match for piece in pieces) == 20
