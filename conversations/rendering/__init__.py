"""Markdown in, safe HTML out, in blocks that can be shown one by one.

    markdown.py     the whole text to HTML (comrak), that HTML to top-level blocks, and what
                    has grown in one
      preparing.py  what models write otherwise than comrak reads, before it; marks.py, behind it
      elements.py   the few HTML elements that live
    blocks.py       each of them as it is safe to show, and what changed since the last flush
      headings.py  links.py  formulas.py  latex.py  chemistry.py  code_blocks.py  highlight.py
      sanitise.py
    pieces.py     a very long text, cut for pages
    titles.py       the words without the markup

There is one rule: the screen shows what a one-shot render of the same text gives. So every flush
renders the text again, but for a beginning that no later word can change, and no state of the
stream can make the result differ.
"""

from conversations.rendering.blocks import Block, BlockStream, Changes, render
from conversations.rendering.markdown import Growth, find_growth
from conversations.rendering.titles import plain_text

__all__ = [
    "Block",
    "BlockStream",
    "Changes",
    "Growth",
    "find_growth",
    "plain_text",
    "render",
]
