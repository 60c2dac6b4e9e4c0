import json
from pathlib import Path
from random import Random

import pytest

from conversations.tests.rendering.screen import assert_streams_exactly
from conversations.tests.rendering.strict_html import safe_tags

EXAMPLES = json.loads((Path(__file__).parent / "data/commonmark.json").read_text())
MARKDOWN = [example["markdown"] for example in EXAMPLES]
NUMBERS = [str(example["example"]) for example in EXAMPLES]


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
