import pytest

from conversations.rendering import plain_text


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("# A *fine* `title`\n\nand more", "A fine title"),
        ("", ""),
        ("\n\n  hello \n  world  ", "hello world"),
        ("[a link](https://x.example) ![a cat](https://x.example/c.png)", "a link a cat"),
        ("---\n\n- one\n- two", "one two"),
        ("```python\nx = 1\n```", "x = 1"),
        ("<b>bold</b> & $x^2$", "<b>bold</b> & x^2"),
        ("Tom &amp; Jerry &lt;3", "Tom & Jerry <3"),
        ("\u202eevil\u202c", "evil"),
    ],
)
def test_words_without_markup(markdown: str, words: str) -> None:
    assert plain_text(markdown, 60) == words


def test_cut_at_a_word() -> None:
    assert plain_text("one two three", 9) == "one two…"
    assert plain_text("one two three", 8) == "one two…"
    assert plain_text("one two three", 7) == "one…"


def test_text_that_fits_is_not_cut() -> None:
    assert plain_text("one two three", 13) == "one two three"


def test_long_word_is_cut_where_it_must_be() -> None:
    assert plain_text("x" * 100, 10) == "x" * 9 + "…"


def test_long_text_costs_no_more_than_its_start() -> None:
    assert plain_text("word " * 1_000_000, 12) == "word word…"
