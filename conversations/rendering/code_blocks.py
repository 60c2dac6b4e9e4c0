"""The frame around a code block: its language, what can be done with it, and the code."""

import re
from html import escape, unescape

from conversations.rendering.formulas import formula
from conversations.rendering.highlight import highlight
from conversations.rendering.languages import ENDINGS, TITLES
from conversations.rendering.latex import without_delimiters

_CODE_BLOCK = re.compile(
    r'<pre><code(?: class="language-([^"]*)")?(?: data-math-style="display")?>(.*?)</code></pre>',
    re.DOTALL,
)
_LANGUAGE = re.compile(r"\w[\w+#.-]{0,31}")
_FILE = re.compile(r":([^\s:{}\"'<>]{1,100})\Z")
# Their fences hold one formula and nothing else.
_FORMULAS = {"math", "katex", "mathjax"}
# What these hold may be a formula as well, to be read and to be copied.
_MAYBE_FORMULAS = {"latex", "tex"}
_DOCUMENT = re.compile(
    r"\\(?:documentclass|usepackage|(?:sub)*section|item|caption|newcommand|def|includegraphics)\b"
    r"|\\begin\{(?:document|tabular|table|figure|itemize|enumerate|tikzpicture|theorem|proof)"
    r"|(?<!\\)\$[^$]+\$.*[^$\s]"
)

_FRAME = (
    '<figure class="code"><figcaption><span class="code-language">{title}</span>{file}'
    '<button type="button" data-wrap="code">Wrap</button>'
    '<button type="button" data-save="{ending}">Download</button>'
    '<button type="button" class="copy-code" data-copy="code">Copy</button></figcaption>'
    "{drawn}<pre>{code}</pre></figure>"
)


def dress_code_blocks(html: str, *, last_is_open: bool, rich: bool) -> str:
    """An open block stays plain in the same frame, so that nothing jumps when it closes."""
    end_of_last = html.rfind("</pre>")

    def dress(match: re.Match[str]) -> str:
        is_open = last_is_open and match.end() > end_of_last
        plain = is_open or not rich
        return _figure(unescape(match[1] or ""), match[2], plain=plain)

    return _CODE_BLOCK.sub(dress, html)


def _figure(info: str, source: str, *, plain: bool) -> str:
    """`info` is the first word behind the fence: `python`, `python:src/app.py`, `{r}`."""
    found = _LANGUAGE.search(info)
    language = found[0] if found else ""
    drawn = ""
    if language and not plain:
        code = unescape(source)
        if language in _FORMULAS:
            return _formulas(code)
        if language in _MAYBE_FORMULAS and not _DOCUMENT.search(code):
            drawn = _drawn(code)
        highlighted = highlight(code, language)
        if highlighted is not None:
            source = highlighted
    return _FRAME.format(
        title=escape(TITLES.get(language, language)),
        file=_file_name(info),
        ending=ENDINGS.get(language.lower(), "txt"),
        drawn=drawn,
        code=f"<code>{source}</code>",
    )


def _formulas(code: str) -> str:
    return formula(without_delimiters(code), display=True)


def _drawn(code: str) -> str:
    html = _formulas(code)
    return html if html.startswith("<math") else ""


def _file_name(info: str) -> str:
    found = _FILE.search(info)
    return f'<span class="code-file">{escape(found[1])}</span>' if found else ""
