import json
from pathlib import Path
from random import Random

import pytest
from comrak import ExtensionOptions, RenderOptions, render_markdown

from conversations.rendering.elements import revive_elements
from conversations.rendering.markdown import to_html
from conversations.rendering.marks import MARK
from conversations.tests.rendering.screen import assert_streams_exactly
from conversations.tests.rendering.strict_html import safe_tags

EXAMPLES = json.loads((Path(__file__).parent / "data/commonmark.json").read_text())
MARKDOWN = [example["markdown"] for example in EXAMPLES]
NUMBERS = [str(example["example"]) for example in EXAMPLES]

BELOW = "three dashes below a paragraph are a rule, no heading"
ONE_SIGN = "one or two signs below a paragraph make no heading of it"
# What the specification says otherwise, and why we differ.
OTHERWISE = {
    **dict.fromkeys((59, 84, 91, 95, 96, 103, 141, 300), BELOW),
    83: ONE_SIGN,
}


def commonmark(markdown: str) -> str:
    """As comrak reads it, with GitHub's extensions and raw HTML escaped."""
    extensions, escaping = ExtensionOptions(), RenderOptions()
    for name in ("table", "strikethrough", "tasklist", "autolink", "alerts"):
        setattr(extensions, name, True)
    escaping.escape = True
    return render_markdown(markdown, extension_options=extensions, render_options=escaping)


def test_all_examples_are_there() -> None:
    assert len(EXAMPLES) == 652


@pytest.mark.parametrize("markdown", MARKDOWN, ids=NUMBERS)
def test_example_streams_exactly(markdown: str) -> None:
    assert_streams_exactly(markdown, Random(markdown))


@pytest.mark.parametrize("markdown", MARKDOWN, ids=NUMBERS)
def test_example_is_safe(markdown: str) -> None:
    safe_tags(markdown)


@pytest.mark.parametrize("start", range(0, 652, 8))
def test_examples_in_a_row_stream_exactly(start: int) -> None:
    text = "\n".join(MARKDOWN[start : start + 8])
    assert_streams_exactly(text, Random(start), longest=40)


def test_examples_are_read_as_the_specification_says() -> None:
    different = {
        example["example"]
        for example in EXAMPLES
        if revive_elements(to_html(example["markdown"])).replace(MARK, "")
        != commonmark(example["markdown"])
    }
    assert different == OTHERWISE.keys()
