from time import thread_time
from typing import Any

import pytest
from comrak import render_markdown

from conversations.rendering import BlockStream, markdown
from conversations.tests.rendering.strict_html import safe_tags

# Seconds: a busy machine is given them, a cost that grows with the square takes minutes.
ENOUGH = 20

HOSTILE = {
    "long line": "x" * 1_000_000,
    "brackets": "[" * 200_000,
    "parentheses": "[a](" * 50_000,
    "quotes": ">" * 50_000,
    "quotes again": ">" * 101 + " " + ">" * 50_000,
    "quotes in a list": "- " + ">" * 50_000,
    "runs of quotes": (">" * 100 + " ") * 500,
    "spaced quotes": "> " * 50_000,
    "quoted lines": (">" * 500 + "\n") * 400,
    "nested lists": "- " * 50_000,
    "indented lists": "".join("  " * depth + "- a\n" for depth in range(400)),
    "strong": "*" * 50_000 + "a" + "*" * 50_000,
    "emphasis": "*a **b " * 20_000 + "** c*" * 20_000,
    "open fence": "```python\n" + "x = 1\n" * 160_000,
    "closed fence": "```python\n" + "x = 1\n" * 160_000 + "```\n",
    "many fences": "```python\nx\n```\n" * 10_000,
    "slow code": "```python\n" + "  \n" * 9_000 + "```\n",
    "unclosed tags": "<div " * 50_000,
    "comments": "<!--" * 50_000,
    "html lines": "<div>\n\n" * 20_000,
    "dollars": "$a " * 50_000,
    "open formulas in backticks": "$`\n" * 20_000 + "$" + "`" * 50_000,
    "formulas": "".join(f"$a_{{{n}}}$ " for n in range(20_000)),
    "nested formula": "$" + "{" * 1_900 + "}" * 1_900 + "$",
    "table": "|a" * 1_000 + "|\n" + "|-" * 1_000 + "|\n" + "|\n" * 500,
    "images": "![" * 20_000 + "a" + "](b)" * 20_000,
    "links": "[a](https://b.example) " * 10_000,
    "references": "[a]: https://b.example\n" + "[a]" * 30_000,
    "entities": "&lt;" * 50_000,
    "open formulas": "\\(" * 10_000,
    "lines of brackets": "\\[\n" * 20_000,
    "environments": "\\begin{align}\n" * 10_000,
    "nested environments": "\\begin{align}" * 5_000 + "\\end{align}" * 5_000,
    "runs of backticks": "".join("`" * (n % 300 + 1) + " " for n in range(2_000)),
    "code in cells": "| a |\n|---|\n" + "| `a|b` | c |\n" * 3_000,
    "open elements": "<u>" * 20_000 + "</s>" * 20_000,
    "open details": "<details><summary>x</summary>\n" * 3_000,
    "closed details": "<details>\n" * 3_000 + "</details>\n" * 3_000,
    "fences in fences": "```markdown\n```js\n" * 10_000,
    "late fences": "a ```py\n" * 10_000,
    "addresses": "https://x。" * 20_000,
    "notes": "".join(f"[^{n}]: x\n" for n in range(10_000)),
    "tildes": "~a " * 50_000,
    "rules": "a\n---\n" * 10_000,
    "backslashes": "\\" * 100_000,
    "nested chemistry": "\\ce{{{{" * 10_000,
    "combining": "a" + "\u0300" * 100_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_rendered_in_time(text: str) -> None:
    start = thread_time()
    BlockStream().update(text, final=True)
    assert thread_time() - start < ENOUGH


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_safe(text: str) -> None:
    safe_tags(text[:60_000], final=False)


def test_a_flush_costs_what_is_new(monkeypatch) -> None:
    paragraph = "Some *words* about `code` and **more** of them, in a line of usual length.\n\n"
    stream = BlockStream()
    stream.update(paragraph * 1_000, final=False)
    rendered: list[int] = []

    def count_and_render(text: str, **options: Any) -> str:
        rendered.append(len(text))
        return render_markdown(text, **options)

    monkeypatch.setattr(markdown, "render_markdown", count_and_render)
    for end in range(1, 5):
        stream.update(paragraph * 1_000 + "next"[:end], final=False)
    assert len(rendered) == 4
    assert max(rendered) < 3_000
