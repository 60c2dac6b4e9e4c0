import re

import pytest

from conversations.rendering import Block, render
from conversations.rendering.markdown import split_blocks
from conversations.tests.rendering.html import html_of


def test_each_top_level_element_is_a_block() -> None:
    blocks = render("# a\n\nb\n\n- c\n  - d\n\n---\n\n> e")
    starts = [block.html[:4] for block in blocks]
    assert starts == ["<h3>", "<p>b", "<ul>", "<hr>", "<blo"]


def test_bare_text_is_a_block() -> None:
    assert render("<div>\n\nx") == [Block("&lt;div&gt;\n"), Block("<p>x</p>\n")]


def test_split_loses_nothing() -> None:
    html = "a\n<p>b</p>\n<hr />\n<ul>\n<li><ul>\n</ul>\n</li>\n</ul>\nc<pre><code></code></pre>"
    assert "".join(split_blocks(html)) == html
    assert len(split_blocks(html)) == 6


def test_split_of_unknown_html_keeps_it_in_one_piece() -> None:
    assert split_blocks("<x>a</x><p>b</p>") == ["<x>a</x><p>b</p>"]


def test_empty_text_has_no_blocks() -> None:
    assert render("") == render(" \n\n") == []


@pytest.mark.parametrize(
    ("levels", "shown"),
    [
        ((1, 2, 3, 4, 5, 6), (3, 4, 5, 6, 6, 6)),
        ((3, 3, 4), (3, 3, 4)),  # begins low
        ((2, 4, 2, 3), (3, 4, 3, 4)),  # leaves one out
        ((4, 3, 2, 3), (3, 3, 3, 4)),  # rises above its first
    ],
)
def test_headings_lie_below_the_answers_own_and_leave_no_level_out(
    levels: tuple[int, ...], shown: tuple[int, ...]
) -> None:
    html = html_of("\n\n".join(f"{'#' * level} *a*\n\nb" for level in levels))
    assert [int(level) for level in re.findall(r"<h(\d)><em>a</em></h\1>", html)] == [*shown]


def test_headings_within_a_block_count_too() -> None:
    html = html_of("> ## a\n> ### b\n\n- # c\n\n### d\n\n`<h2>` <h2>")
    assert re.findall(r"<h(\d)>(\w)", html) == [("3", "a"), ("4", "b"), ("3", "c"), ("4", "d")]


def test_a_column_without_a_name_has_no_heading() -> None:
    html = html_of("|  | a |\n|:-:|---|\n| b | c |")
    assert '<td class="align-center"></td>\n<th>a</th>' in html


def test_table_scrolls_in_a_box() -> None:
    html = html_of("| a |\n|---|\n| b |")
    assert html.startswith('<div class="table-wrap"><button type="button" data-copy="table">')
    assert html.endswith("</table></div>")


def test_alignment_is_a_class() -> None:
    html = html_of("| a | b | c |\n|:--|:-:|--:|\n| d | e | f |")
    assert '<th class="align-left">a</th>' in html
    assert '<td class="align-center">e</td>' in html
    assert '<td class="align-right">f</td>' in html


def test_alert_keeps_its_classes() -> None:
    html = html_of("> [!WARNING]\n> Hot")
    assert html.startswith('<div class="markdown-alert markdown-alert-warning">')
    assert '<p class="markdown-alert-title">Warning</p>' in html


def test_task_list() -> None:
    html = html_of("- [ ] a\n- [x] b")
    assert '<li><input aria-label="To do" type="checkbox" disabled=""> a</li>' in html
    assert '<li><input aria-label="Done" type="checkbox" checked="" disabled=""> b</li>' in html


def test_strikethrough() -> None:
    assert html_of("~~a~~") == "<p><del>a</del></p>"


def test_half_a_surrogate_pair_is_replaced() -> None:
    assert html_of("a\ud83d") == "<p>a\ufffd</p>"


def test_a_whole_surrogate_pair_is_one_character() -> None:
    assert html_of("\ud83d\ude00") == "<p>😀</p>"
