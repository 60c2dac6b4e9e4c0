"""What differs is marked in a rendering, which stays well-formed."""

import re

import pytest

from conversations.rendering import render
from conversations.showing.marking import mark_differences
from conversations.tests.rendering.strict_html import StrictParser

FIRST = """# Heat pumps

A *heat pump* moves **warmth & air**, see `x < y`.

| part | price |
|------|-------|
| pump | 4,000 |

```python
print(1)
```

$x^2$ and $y$
"""
SECOND = FIRST.replace("warmth", "cold").replace("4,000", "5,500").replace("x^2", "x^3")


def rendered(text: str) -> str:
    return "".join(block.html for block in render(text))


def marks(html: str) -> list[str]:
    return re.findall(r"<mark>(.*?)</mark>", html, re.DOTALL)


def test_only_what_differs_is_marked_wherever_it_stands() -> None:
    first, second = mark_differences(rendered(FIRST), rendered(SECOND))
    assert marks(first)[:2] == ["warmth", "4,000"]
    assert marks(second)[:2] == ["cold", "5,500"]
    assert [mark[:5] for mark in (marks(first)[2], marks(second)[2])] == ["<math"] * 2
    assert len(marks(first)) == 3


@pytest.mark.parametrize("other", [SECOND, "", "Nothing of it.", FIRST.replace("# ", "")])
def test_but_for_the_marks_nothing_is_changed(other: str) -> None:
    for given in ((FIRST, other), (other, FIRST)):
        told = mark_differences(*map(rendered, given))
        assert [re.sub("</?mark>", "", html) for html in told] == [*map(rendered, given)]
        for html in told:
            parser = StrictParser()
            parser.feed(html)
            assert parser.open == []


def test_words_lost_among_others_are_marked_with_them() -> None:
    first, _ = mark_differences(
        "<p>And then one of the two went on</p>", "<p>And then all of the few are here</p>"
    )
    assert marks(first) == ["one of the two went on"]


def test_nothing_is_marked_where_all_would_be() -> None:
    assert mark_differences("<p>One</p>", "<p>Two</p>") == ("<p>One</p>", "<p>Two</p>")


def test_long_ones_are_compared_by_sentence() -> None:
    lines = [f"<p>Sentence {n} is here. And one more.</p>" for n in range(400)]
    first, second = mark_differences("".join(lines), "".join(lines[1:]))
    assert marks(first) == ["Sentence 0 is here. And one more."]
    assert marks(second) == []


def test_endless_ones_are_left_as_they_are() -> None:
    text = "".join(f"<p>{n}.</p>" for n in range(5000))
    assert mark_differences(text, text + "<p>more</p>") == (text, text + "<p>more</p>")
