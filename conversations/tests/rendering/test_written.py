"""What models write in daily use: what has to be on the page, and what may not be."""

from random import Random

import pytest

from conversations.rendering import preparing
from conversations.tests.rendering.html import html_of
from conversations.tests.rendering.screen import assert_streams_exactly
from conversations.tests.rendering.strict_html import safe_tags
from conversations.tests.rendering.written import WRITTEN

# Name of the text: how many formulas are drawn, what is shown, and what is not.
SHOWN = {
    "latex-parens": (5, ["<code>\\(x\\)</code>", "\\[ not math \\]"], ["\\Delta"]),
    "latex-envs": (
        15,
        ["<mtable", "<menclose", "<msub><mtext>H</mtext>"],
        ["\\begin", "\\ce", "\\require"],
    ),
    "math-dollar-multi": (13, ["<em>under</em>", "<li>In a list:", "\\frac"], ["```", "$$"]),
    "tilde": (0, ["3~4 or 5~6", "H~2~O", "<del>gone</del>"], []),
    "cjk-bold": (
        0,
        ["<strong>「重要」</strong>的", "<strong>テスト（括弧）</strong>", "<em>斜体。</em>"],
        ["*", "~"],
    ),
    "br-in-table": (
        0,
        [
            "open the lid<br>turn the key<br>wait",
            "H<sub>2</sub>O and x<sup>2</sup>",
            "<details><summary>More</summary>\n<p>Hidden <strong>text</strong>.</p>\n</details>",
            "<kbd>Ctrl</kbd>+<kbd>C</kbd>",
            "<u>under</u> <mark>marked</mark> line<br>break",
            "&lt;!-- a comment --&gt;",
        ],
        [],
    ),
    "generics": (
        0,
        ["List&lt;String&gt; and Vec&lt;T&gt;", "&lt;script&gt;", "&lt;/s&gt;", "&lt;thinking&gt;"],
        ["<script", "<img", "<div"],
    ),
    "footnote": (
        0,
        ['A claim.<sup class="footnote-ref">1</sup>', '<section class="footnotes">', "The source."],
        ["[^", " id=", "href", "↩"],
    ),
    "currency": (0, ["$5 and $10, or $20-$30", "PATH=$HOME/bin:$PATH and $/PR"], []),
    "links": (
        0,
        [
            ">https://example.com/路径</a>。后面",
            ">https://例え.jp/x</a>）end",
            ">https://example.com/a_(b)_c</a>,",
            ">www.example.com</a>,",
        ],
        ["javascript:", "file:", 'href="sandbox'],
    ),
    "fence-info": (
        0,
        [
            '<span class="code-language">python</span><span class="code-file">src/app.py</span>',
            '<span class="code-language">jsonc</span>',
            '<span class="code-language">Mermaid diagram</span>',
            '<span class="code-language">r</span>',
            "```js",
        ],
        ["title=", "{r}"],
    ),
    "table-nolead": (1, ["<code>x | y</code>", "<td>a | b</td>"], ["$"]),
    "table-in-list": (0, ['<li>\n<p>Item:</p>\n<div class="table-wrap">'], []),
    "setext": (0, ["<p>A line of text</p>\n<hr>\n<h3>Next</h3>"], ["<h4>"]),
    "rtl": (0, ['<p dir="auto">', '<ul dir="auto">', '<div dir="auto" class="table-wrap">'], []),
    "indented": (0, ["<p>Paragraph four spaces.</p>", "three spaces\n</code>"], ["```"]),
    "longword": (1, ["<code>bbb", 'href="https://example.com/ccc'], []),
}


@pytest.mark.parametrize("name", SHOWN)
def test_text_is_shown_as_it_is_meant(name: str) -> None:
    formulas, shown, hidden = SHOWN[name]
    html = html_of(WRITTEN[name])
    assert html.count("<math") == formulas
    assert [piece for piece in shown if piece not in html] == []
    assert [piece for piece in hidden if piece in html] == []


@pytest.mark.parametrize("longest", [8, 2_000], ids=["settled early", "as it is"])
@pytest.mark.parametrize("name", WRITTEN)
def test_text_streams_exactly(name: str, longest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "MAX_FORMULA", longest)
    assert_streams_exactly(WRITTEN[name], Random(name), longest=60)


@pytest.mark.parametrize("name", WRITTEN)
def test_every_beginning_is_safe(name: str) -> None:
    text = WRITTEN[name]
    for end in range(1, len(text), 13):
        safe_tags(text[:end], final=False)


def test_a_long_text_streams_exactly() -> None:
    text = "\n\n".join(WRITTEN.values())
    assert_streams_exactly(text, Random(0), longest=len(text) // 8)
