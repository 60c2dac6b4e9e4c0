import re
from pathlib import Path

import pytest

from conversations.rendering.token_classes import TOKEN_CLASSES

CSS = (Path(__file__).parents[3] / "static/css/code.css").read_text()
LIGHT, DARK, DARK_BY_SYSTEM = (
    dict(re.findall(r"--code-([\w-]+): (#\w{6});", block)) for block in CSS.split(":root")[1:4]
)


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_colour_can_be_read(theme: dict[str, str]) -> None:
    background = luminance(theme["background"])
    for name in theme.keys() - {"background"}:
        low, high = sorted([background, luminance(theme[name])])
        assert (high + 0.05) / (low + 0.05) >= 4.5, name


def test_dark_is_the_same_by_choice_and_by_system() -> None:
    assert DARK == DARK_BY_SYSTEM
    assert DARK.keys() == LIGHT.keys()


def test_every_token_class_has_a_style() -> None:
    assert {name for name in TOKEN_CLASSES.values() if f".{name}" not in CSS} == set()
