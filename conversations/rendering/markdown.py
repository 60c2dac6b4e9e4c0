"""The whole text to HTML. Raw HTML in the text comes out escaped."""

import re
from html import escape

from comrak import ExtensionOptions, RenderOptions, render_markdown

from chatstudio.base.text import replace_unstorable
from conversations.rendering.attempt import attempt

# comrak's time grows with the square of an unbroken run of quote marks: 50,000 take 1.8 s.
MAX_QUOTE_MARKS = 100
_TOO_MANY_QUOTE_MARKS = re.compile(">" * MAX_QUOTE_MARKS + ">+")


def _extensions() -> ExtensionOptions:
    options = ExtensionOptions()
    options.table = True
    options.strikethrough = True
    options.tasklist = True
    options.autolink = True
    options.alerts = True
    options.math_dollars = True
    return options


def _escaping() -> RenderOptions:
    options = RenderOptions()
    options.escape = True
    return options


_EXTENSIONS = _extensions()
_ESCAPING = _escaping()


def to_html(markdown: str) -> str:
    """Well-formed HTML, not yet safe; where comrak fails, the text itself in a <pre>."""
    text = _cap_quote_marks(replace_unstorable(markdown))
    html = attempt(
        lambda: render_markdown(text, extension_options=_EXTENSIONS, render_options=_ESCAPING)
    )
    return f"<pre><code>{escape(text)}</code></pre>\n" if html is None else html


def _cap_quote_marks(text: str) -> str:
    return _TOO_MANY_QUOTE_MARKS.sub(">" * MAX_QUOTE_MARKS, text)
