"""Markdown in, safe HTML out, in blocks that can be shown one by one.

    markdown.py     the whole text to HTML (comrak), and that HTML to top-level blocks
    blocks.py       one raw block to the safe block that is shown
      links.py  formulas.py  code_blocks.py  highlight.py  sanitise.py
    stream.py       what changed on the screen since the last flush
    titles.py       the words without the markup

There is one rule: the screen shows what a one-shot render of the same text gives. So every flush
renders the whole text again, and no state of the stream can make the result differ.
"""

from conversations.rendering.blocks import Block
from conversations.rendering.stream import BlockStream, Changes, render
from conversations.rendering.titles import plain_text

__all__ = ["Block", "BlockStream", "Changes", "plain_text", "render"]
