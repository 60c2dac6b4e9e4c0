"""A long text's beginning is not rendered again, and still no word of the screen differs."""

from random import Random
from unittest.mock import Mock

import pytest

from conversations.rendering import BlockStream, blocks, markdown, preparing
from conversations.tests.rendering.screen import assert_streams_exactly
from conversations.tests.rendering.test_commonmark_stream import MARKDOWN

PARAGRAPH = "Some *words* about `code` and **more** of them, in a line of usual length.\n\n"


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if everything were a hundred times as long."""
    for module in (preparing, markdown):
        monkeypatch.setattr(module, "MAX_FORMULA", 10)
    monkeypatch.setattr(blocks, "SETTLE_LENGTH", 10)


def settled_of(text: str) -> str:
    stream = BlockStream()
    for end in range(0, len(text) + 7, 7):
        stream.update(text[:end], final=False)
    return stream._settled.text


@pytest.mark.usefixtures("soon")
def test_what_stands_before_the_last_paragraphs_is_settled() -> None:
    assert settled_of(PARAGRAPH * 5) == PARAGRAPH * 4


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    "beginning",
    [
        "```\nopen\n\n",
        "- item\n\n  ",
        "<pre>\nopen\n\n",
        "[^note] refers on\n\n",
        "[late]: https://a.de\n\n",
        "- [late]: https://a.de\n\n",
        "<details>\n\nopen\n\n",
    ],
)
def test_nothing_is_settled_that_goes_on(beginning: str) -> None:
    assert settled_of(f"{beginning}and so\n\n    on, and on, and on\n") == ""


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    "later",
    [
        "[late]: https://a.de\n",
        "> - [late]:\n> https://a.de\n",
        "1. [late\n  ]: <https://a.de>\n",
        "[^late]: a note\n",
        "```\n[late]: https://a.de\n```\n",
        "$$\nx\n$$\n",
        "</details>\n",
        "---\n",
    ],
)
def test_whatever_comes_later_streams_exactly(later: str) -> None:
    text = f"The [late] one, [late][] too.\n\nWords [^late], and [late].\n\n{PARAGRAPH * 3}"
    for start in (text, text.replace("[^late]", "it")):
        assert_streams_exactly(f"{start}{later}\nThe [late] end.", Random(later))


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("start", range(0, 652, 4))
def test_examples_among_paragraphs_stream_exactly(start: int) -> None:
    random = Random(start)
    text = "".join(f"{one}\n\nWords.\n\n" for one in random.sample(MARKDOWN, 4))
    assert_streams_exactly(text, random, longest=40)


def test_a_flush_renders_no_more_of_a_long_text(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = BlockStream()
    for count in range(200):
        stream.update(PARAGRAPH * count, final=False)
    rendered = Mock(side_effect=markdown.render_markdown)
    monkeypatch.setattr(markdown, "render_markdown", rendered)
    for count in range(200, 300):
        stream.update(PARAGRAPH * count, final=False)
    lengths = [len(call.args[0]) for call in rendered.mock_calls]
    assert max(lengths) < 2 * blocks.SETTLE_LENGTH
    assert sum(lengths) < 100 * 1.5 * blocks.SETTLE_LENGTH


@pytest.mark.usefixtures("soon")
def test_headings_lie_below_those_that_are_settled() -> None:
    text = "".join(f"{'#' * level} Head\n\nWords of it.\n\n" for level in (2, 3, 4, 3, 1, 2, 4))
    assert "#### Head" in settled_of(text)
    assert_streams_exactly(text, Random(0))
