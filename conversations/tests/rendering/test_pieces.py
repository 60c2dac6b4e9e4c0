"""A very long text, cut for pages."""

import pytest

from conversations.rendering import pieces, render
from conversations.rendering.pieces import cut_into_pieces, piece_at


@pytest.fixture(autouse=True)
def short(monkeypatch) -> None:
    monkeypatch.setattr(pieces, "LENGTH", 100)
    monkeypatch.setattr(pieces, "MOST", 120)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "short",
        "x" * 1000,
        "word " * 200,
        "A line.\n" * 90,
        "A paragraph.\n\n" * 60,
        "é\n" * 300,
    ],
)
def test_nothing_is_lost_and_no_piece_is_long(text: str) -> None:
    found = list(cut_into_pieces(text))
    assert "".join(text[piece.start : piece.end] for piece in found) == text
    assert all(piece.end - piece.start <= 120 for piece in found)


def test_it_is_cut_behind_a_paragraph() -> None:
    text = "One two three four five.\n\n" * 12
    assert all(piece.markdown.endswith(".\n\n") for piece in cut_into_pieces(text))


@pytest.mark.parametrize("fence", ["```python", "~~~~"])
def test_code_that_goes_on_is_code_in_the_next_piece(fence: str) -> None:
    text = f"Look:\n\n{fence}\n" + "print(1)\n" * 40 + fence[:4].rstrip("p") + "\n\nDone.\n"
    found = list(cut_into_pieces(text))
    assert all(piece.markdown.startswith(f"{fence}\n") for piece in found[1:-1])
    html = ["".join(block.html for block in render(piece.markdown)) for piece in found]
    assert all("<pre" in piece for piece in html)
    assert "Done." in html[-1].rpartition("</pre>")[2]


def test_only_where_a_piece_begins_there_is_one() -> None:
    text = "word " * 200
    second = list(cut_into_pieces(text))[1]
    assert piece_at(text, second.start) == second
    assert piece_at(text, second.start + 1) is None
