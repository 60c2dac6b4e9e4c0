from random import Random
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.rendering import blocks, markdown, preparing
from conversations.tests.rendering.screen import assert_streams_exactly
from conversations.tests.rendering.strict_html import safe_tags

PIECES = [
    *(
        "a",
        "word ",
        "\n",
        "\n\n",
        "  ",
        "    ",
        "\t",
        "\r\n",
        "- ",
        "1. ",
        "> ",
        "# ",
        "---\n",
        "===\n",
    ),
    *("```", "```js\n", "~~~~py\n", "~~~~\n", "`", "*", "**", "_", "~~", "$", "$$", "$x^2$", "\\"),
    *(
        "| a | b |\n",
        "|:-:|--|\n",
        "- [x] ",
        "> [!NOTE]\n",
        "[a](http://b)",
        "![a](http://b)",
        "[",
        "](",
    ),
    *(
        "<div>\n",
        "</div>",
        "<script>",
        "<!--",
        "-->",
        "&amp;",
        "&#0;",
        "www.a.de ",
        "[a]: http://b\n",
    ),
    *("\\(", "\\)", "\n\\[\n", "\n\\]\n", "\n$$\n", "\\begin{align}", "\\end{align}", "\\ce{H2O}"),
    *("<br>", "<br>\n", "<sub>", "</sub>", "<u>", "</u>", "<kbd>", "</kbd>", "<s>", "~", "\n-"),
    *(
        "<details>\n",
        "<details><summary>",
        "</summary>",
        "</details>\n",
        "&lt;",
        "\\<",
        "| `a|b` |\n",
    ),
    *(
        "[^1]",
        "[^1]: note\n",
        "https://a.de。",
        "**https://a.de**。",
        "中文「a」",
        "م",
        "US$3",
        "$5 ",
    ),
    *("```markdown\n", "```\n", "a ```py\n", "\n---\n", "\ufdd0", "\ufdd3"),
    *("x = 1\n", "def f():\n", '"', "\0", "\u2028", "\ud83d", "é", "😀", "```math\n", "<b id=x>"),
]
texts = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@settings(max_examples=400)
@given(texts, st.integers(0, 1000))
def test_any_text_streams_exactly(text: str, seed: int) -> None:
    assert_streams_exactly(text, Random(seed), longest=30)


@settings(max_examples=300)
@given(texts, st.integers(0, 1000))
def test_any_text_streams_exactly_once_its_beginning_is_settled(text: str, seed: int) -> None:
    with (
        patch.object(preparing, "MAX_FORMULA", 10),
        patch.object(markdown, "MAX_FORMULA", 10),
        patch.object(blocks, "SETTLE_LENGTH", 10),
    ):
        assert_streams_exactly(text, Random(seed), longest=30)


@settings(max_examples=400)
@given(texts)
def test_any_text_is_safe(text: str) -> None:
    safe_tags(text)


@settings(max_examples=200)
@given(st.text(max_size=300))
def test_any_characters_stream_exactly(text: str) -> None:
    assert_streams_exactly(text, Random(0), longest=50)
