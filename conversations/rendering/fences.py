"""Whether a text that is still growing ends inside a code block."""

import re

from conversations.rendering.markdown import to_html

_CODE_END = "</code></pre>"
_ONLY_CLOSING_TAGS = re.compile(r"\n?(?:</(?:li|ul|ol|blockquote|div)>\n?)*\Z")


def ends_in_open_code(markdown: str, html: str) -> bool:
    """`html` is the render of `markdown`.

    A closing fence is the one last line of a code block whose removal leaves the HTML as it is.
    Asking the parser costs a second render on few flushes, and it knows every rule of nesting and
    of fence length.
    """
    end = html.rfind(_CODE_END)
    if end < 0 or not _ONLY_CLOSING_TAGS.match(html, end + len(_CODE_END)):
        return False
    text = markdown.rstrip(" \t\r\n")
    if not text.endswith(("```", "~~~")):
        return True
    return to_html(text[: text.rfind("\n") + 1]) != html
