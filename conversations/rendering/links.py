"""Links to the web and to mail addresses stay; everything else becomes its text.

Images become links too: a remote image that loads by itself tells its server what was read, and the
address of an image can carry the conversation away.
"""

import re
from html import unescape

_LINK_OR_IMAGE = re.compile(
    r'<a href="(?P<href>[^"]*)"(?P<title>(?: title="[^"]*")?)>|</a>'
    r'|<img src="(?P<source>[^"]*)" alt="(?P<alt>[^"]*)"[^>]*/>'
)
_LINK_TARGET = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
_IMAGE_SOURCE = re.compile(r"https?://[^\s]", re.IGNORECASE)


def rewrite_links(html: str) -> str:
    kept: list[bool] = []  # for each link that is open, the outermost first

    def rewrite(match: re.Match[str]) -> str:
        if match["href"] is not None:
            # comrak can nest an autolink in a link; HTML cannot.
            kept.append(not any(kept) and bool(_LINK_TARGET.match(unescape(match["href"]))))
            return match[0] if kept[-1] else ""
        if match["source"] is not None:
            return _image(match["source"], match["alt"], in_link=any(kept))
        return match[0] if kept and kept.pop() else ""

    return _LINK_OR_IMAGE.sub(rewrite, html)


def _image(source: str, alt: str, *, in_link: bool) -> str:
    text = f"image: {alt or source}".rstrip(": ")
    if in_link or not _IMAGE_SOURCE.match(unescape(source)):
        return text
    return f'<a class="remote-image" href="{source}">{text}</a>'
