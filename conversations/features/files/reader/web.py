"""A web page's words."""

import re
from html.parser import HTMLParser

UNSEEN = ("script", "style", "template", "noscript", "svg", "head")
LINES = re.compile(
    r"p|div|br|hr|li|ul|ol|tr|table|h[1-6]|section|article|header|footer|main|nav|aside"
    r"|blockquote|pre|dt|dd|figcaption|title"
)


class Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.unseen = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.unseen and tag in UNSEEN:
            self.unseen = tag
        if LINES.fullmatch(tag):
            self.pieces.append("\n")
        elif tag in ("td", "th"):
            self.pieces.append("\t")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.unseen or tag == "body":
            self.unseen = ""
        if LINES.fullmatch(tag):
            self.pieces.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """As XHTML writes `<br/>`, and `<script/>`, which holds nothing."""
        if LINES.fullmatch(tag):
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.pieces.append(re.sub(r"[ \t\n\r\f]+", " ", data))


def words_of(page: str) -> str:
    words = Words()
    words.feed(page)
    words.close()
    lines = (line.strip() for line in "".join(words.pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
