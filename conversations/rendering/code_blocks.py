"""The frame around a code block: its language, a button to copy it, and the code."""

import re
from html import escape, unescape

from conversations.rendering.formulas import formula
from conversations.rendering.highlight import highlight

_CODE_BLOCK = re.compile(
    r'<pre><code(?: class="language-([^"]*)")?(?: data-math-style="display")?>(.*?)</code></pre>',
    re.DOTALL,
)
_LANGUAGE = re.compile(r"\w[\w+#.-]{0,31}")

_FRAME = (
    '<figure class="code"><figcaption><span class="code-language">{language}</span>'
    '<button type="button" class="copy-code" data-copy="code">Copy</button></figcaption>'
    "<pre>{code}</pre></figure>"
)


def dress_code_blocks(html: str, *, last_is_open: bool, rich: bool) -> str:
    """An open block stays plain in the same frame, so that nothing jumps when it closes."""
    end_of_last = html.rfind("</pre>")

    def dress(match: re.Match[str]) -> str:
        is_open = last_is_open and match.end() > end_of_last
        found = _LANGUAGE.search(unescape(match[1] or ""))
        return _figure(found[0] if found else "", match[2], plain=is_open or not rich)

    return _CODE_BLOCK.sub(dress, html)


def _figure(language: str, source: str, *, plain: bool) -> str:
    if language and not plain:
        code = unescape(source)
        if language == "math":
            return formula(code.strip(), display=True)
        highlighted = highlight(code, language)
        if highlighted is not None:
            source = highlighted
    return _FRAME.format(language=escape(language), code=f"<code>{source}</code>")
