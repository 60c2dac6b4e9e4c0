"""The words of a text, for titles and lists."""

import re
from html import unescape

from conversations.rendering.elements import revive_elements
from conversations.rendering.markdown import split_blocks, to_html
from conversations.rendering.marks import MARK

_IMAGE = re.compile(r'<img src="[^"]*" alt="([^"]*)"[^>]*/>')
_TAG = re.compile(r"<[^>]*>")
# Marks that turn the direction of text could reorder what stands around a title.
_DIRECTION_MARKS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def plain_text(markdown: str, limit: int) -> str:
    """The words of the first block that has any, at most `limit` characters.

    Plain text, not HTML: escape it where it is shown.
    """
    start = markdown.lstrip()[: 4 * limit + 200]
    for block in split_blocks(to_html(start)):
        block = revive_elements(block).replace(MARK, "")
        text = unescape(_TAG.sub("", _IMAGE.sub(r"\1", block)))
        if words := " ".join(text.translate(_DIRECTION_MARKS).split()):
            return _shorten(words, limit)
    return ""


def _shorten(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    # A cut between two words loses none; a text without spaces is cut where it must be.
    whole = cut if text[limit - 1] == " " else cut.rpartition(" ")[0]
    return (whole or cut).rstrip(" ,;:.-–") + "…"
