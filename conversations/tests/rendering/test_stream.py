from random import Random
from unittest.mock import Mock

import pytest

from conversations.rendering import Block, BlockStream, Changes, blocks, markdown, render
from conversations.tests.rendering.screen import assert_streams_exactly


def paragraph(text: str) -> Block:
    return Block(f"<p>{text}</p>\n")


def test_first_update_brings_all_blocks() -> None:
    changes = BlockStream().update("a\n\nb", final=False)
    assert changes == Changes(0, (paragraph("a"), paragraph("b")))


def test_only_the_growing_block_is_reported() -> None:
    shown = BlockStream()
    shown.update("a\n\nb", final=False)
    assert shown.update("a\n\nbc", final=False) == Changes(1, (paragraph("bc"),), (paragraph("b"),))


def test_same_text_brings_nothing() -> None:
    shown = BlockStream()
    shown.update("a\n\nb", final=False)
    assert not shown.update("a\n\nb", final=True)


def test_shorter_list_says_what_was_removed() -> None:
    shown = BlockStream()
    shown.update("a\n\nb\n\nc", final=False)
    before = paragraph("b"), paragraph("c")
    assert shown.update("a\n\nx", final=False) == Changes(1, (paragraph("x"),), before)
    assert shown.update("a", final=False) == Changes(1, (), (paragraph("x"),))


def test_link_definition_changes_an_early_block() -> None:
    shown = BlockStream()
    shown.update("[a]\n\nb\n\n", final=False)
    assert shown.update("[a]\n\nb\n\n[a]: https://x.example", final=False).first_changed == 0


def test_closing_fence_changes_only_the_code() -> None:
    shown = BlockStream()
    shown.update("a\n\n```python\nreturn\n", final=False)
    changes = shown.update("a\n\n```python\nreturn\n```\n", final=False)
    assert changes.first_changed == 1
    assert '<span class="k">' in changes.blocks[0].html


def test_blocks_are_those_of_a_one_shot_render() -> None:
    shown = BlockStream()
    shown.update("a\n\n- b", final=True)
    assert list(shown.blocks) == render("a\n\n- b")


def test_unchanged_blocks_are_not_worked_on_again(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = BlockStream()
    shown.update("a\n\n" * 50 + "b", final=False)
    worked_on = Mock(side_effect=str)
    monkeypatch.setattr(blocks, "sanitise", worked_on)
    shown.update("a\n\n" * 50 + "bc", final=False)
    assert [call.args for call in worked_on.mock_calls] == [("<p>bc</p>\n",)]


def test_stream_that_crosses_the_limit_streams_exactly() -> None:
    text = "$x$ `a`\n\n```python\nreturn\n```\n\n" * (blocks.RICH_LENGTH // 80)
    assert_streams_exactly(text, Random(0), longest=len(text) // 10)


def test_nothing_rich_past_the_limit() -> None:
    text = "a" * blocks.RICH_LENGTH + "\n\n$x$\n\n```python\nreturn\n```"
    html = "".join(block.html for block in render(text))
    assert "<code>x</code>" in html
    assert '<span class="k">' not in html


class PanicException(BaseException):
    pass


@pytest.mark.parametrize("error", [ValueError, PanicException])
def test_failing_parser_shows_the_text(monkeypatch: pytest.MonkeyPatch, error: type) -> None:
    def fail(*args: object, **kwargs: object) -> str:
        raise error

    monkeypatch.setattr(markdown, "render_markdown", fail)
    assert "<pre><code>&lt;b&gt; *x*</code></pre>" in render("<b> *x*")[0].html


@pytest.mark.parametrize("error", [ValueError, PanicException])
def test_failing_sanitiser_shows_the_words(monkeypatch: pytest.MonkeyPatch, error: type) -> None:
    def fail(html: str) -> str:
        raise error

    monkeypatch.setattr(blocks, "sanitise", fail)
    assert render("<b> *x* & [y](javascript:z)") == [Block("<p>&lt;b&gt; x &amp; y</p>\n")]


def test_interrupt_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(html: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(blocks, "sanitise", interrupt)
    with pytest.raises(KeyboardInterrupt):
        render("x")
