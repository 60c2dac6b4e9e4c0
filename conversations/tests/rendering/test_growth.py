"""What is sent of a block that grows: what is new in it, and as little else as can be."""

from collections.abc import Iterator
from random import Random

import pytest

from conversations.rendering import BlockStream, Growth, find_growth
from conversations.tests.rendering.screen import Screen, assert_streams_exactly, one_shot


def lists(*items: str) -> str:
    return "<ul>\n" + "".join(f"<li>{item}</li>\n" for item in items) + "</ul>\n"


@pytest.mark.parametrize(
    ("old", "new", "growth"),
    [
        ("<p>a</p>\n", "<p>a b</p>\n", Growth(" b", (0,))),
        ("<p>a</p>\n", "<p>a <em>b</em></p>\n", Growth(" <em>b</em>", (0,))),
        (lists("a"), lists("ab"), Growth("b", (0, 0))),
        (lists("a"), lists("a", "b"), Growth("<li>b</li>\n", (0,))),
        ("<p>a *b</p>\n", "<p>a <em>b</em></p>\n", Growth("<em>b</em>", (0,), units=2)),
        ("<p><b>a</b> c</p>", "<p><i>a</i> c</p>", Growth("<i>a</i> c", (0,), elements=1)),
        ("<p>a &amp; *😀</p>", "<p>a &amp; <i>😀</i></p>", Growth("<i>😀</i>", (0,), units=3)),
        ("<tr><td>a</td><td></td></tr>", "<tr><td>ab</td><td></td></tr>", Growth("b", (0, 1))),
        ("<p>a&lt;</p>", "<p>a&lt;b</p>", Growth("b", (0,))),
        ("<p>a&lt;</p>", "<p>a&gt;</p>", Growth("&gt;", (0,), units=1)),
        ("<p>a<br></p>", "<p>a<br>b</p>", Growth("b", (0,))),
        (
            "<p>a <math><mi>x</mi></math></p>",
            "<p>a <math><mi>y</mi></math></p>",
            Growth("<math><mi>y</mi></math>", (0,), elements=1),
        ),
        (
            lists("a", "b"),
            lists("<p>a</p>", "<p>b</p>"),
            Growth("<li><p>a</p></li>\n<li><p>b</p></li>\n", (0,), elements=2),
        ),
    ],
)
def test_the_smallest_change_is_found(old: str, new: str, growth: Growth) -> None:
    assert find_growth(old, new) == growth


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p>a</p>\n", "<h1>a</h1>\n"),
        ("a", "ab"),
        ("<hr>", "<hr>a"),
        ("<p>a</p>", "<p>a</p>\n"),
        ("<p>a</p>", "<p>a\rb</p>"),
        ("<math><mi>x</mi></math>", "<math><mi>y</mi></math>"),
    ],
)
def test_where_only_the_whole_block_will_do(old: str, new: str) -> None:
    assert find_growth(old, new) is None


def written(kind: str, size: int) -> str:
    """One block of so many characters."""
    pieces = {
        "paragraph": ("", "Words and *more* of them, `code` and [links](https://a.de). "),
        "code": ("```python\n", "if x < y and words[n]:  # one more line\n    print(n, 'é')\n"),
        "list": ("", "- An item with *some* words\n  - and one within\n"),
        "table": ("| a | b | c |\n|---|--:|---|\n", "| one | 2 | some *words* |\n"),
        "quote": ("", "> Somebody said so, and **more**,\n> in several lines.\n>\n"),
        "numbers": ("", "1. First, there is `x`\n\n   and then more of it.\n\n"),
    }
    head, piece = pieces[kind]
    return (head + piece * (size // len(piece) + 1))[:size]


KINDS = ["paragraph", "code", "list", "table", "quote", "numbers"]


def tokens(text: str, size: int = 6) -> Iterator[str]:
    """The text so far, after each flush."""
    yield from (text[:end] for end in range(size, len(text) + size, size))


def bytes_sent(text: str, size: int = 6) -> int:
    stream, screen = BlockStream(), Screen()
    for so_far in tokens(text, size):
        screen.apply(stream.update(so_far, final=False))
    assert screen.shows(one_shot(text, final=False))
    return screen.bytes


@pytest.mark.parametrize("kind", KINDS)
def test_a_flush_is_as_long_at_the_end_as_at_the_beginning(kind: str) -> None:
    short, long = bytes_sent(written(kind, 1_000)), bytes_sent(written(kind, 5_000))
    assert long < 6 * short


@pytest.mark.parametrize("kind", KINDS)
def test_forty_thousand_characters_take_little_more_than_their_html(kind: str) -> None:
    """Some 60 bytes for a flush, and what JSON takes for its quotes."""
    text = written(kind, 40_000)
    shown = sum(len(html.encode()) for html in one_shot(text, final=False))
    assert bytes_sent(text, 1_000) < 1.2 * shown + 60 * len(text) / 1_000


LATE = "[late], *begun and **[later] " + "more words with `code` and *some* stress, " * 700
FORMULAS = "Here $x^2_{n}$ and\n\n$$\n\\int_0^1 x \\, dx\n$$\n\nand \\(y\\), \\[z\\] so.\n"
DETAILS = "<details><summary>More *of* it</summary>\n\n- a\n- b\n\n</details>\n\nwords\n\n"
NUMBERS = range(60)
NOTES = [*(f"Word[^{n}] " for n in NUMBERS), "\n\n", *(f"[^{n}]: note {n}\n" for n in NUMBERS)]
WORST = {
    "code": written("code", 40_000) + "```\n\nThe end.",
    "table": written("table", 300 * 27) + "\n\nThe end.",
    "paragraph": f"{LATE}ended* and** so.\n\n[late]: https://a.de\n\n[later]: /b 'c'\n",
    "deep lists": "".join(f"{'  ' * (n % 20)}- item {n}\n" for n in range(300)) + "\n- loose",
    "notes": "".join(NOTES),
    "formulas": FORMULAS * 60,
    "details": DETAILS * 60,
    "emoji": "😀 *😀* **😀 [😀](https://a.de)** " * 300,
}


@pytest.mark.parametrize("name", WORST)
def test_the_worst_cases_pass_exactly(name: str) -> None:
    text = WORST[name]
    assert_streams_exactly(text, Random(name), longest=max(12, len(text) // 60))


@pytest.mark.parametrize("name", ["deep lists", "notes", "formulas", "details", "emoji"])
def test_they_pass_exactly_in_small_steps(name: str) -> None:
    assert_streams_exactly(WORST[name][:1_500], Random(name), longest=5)
