"""Reads HTML and refuses whatever is not on this list.

Written out apart from the sanitiser's own lists, so that a slip there is seen here.
"""

from html.parser import HTMLParser

from conversations.rendering import render

TAGS = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "em"),
    *("strong", "del", "code", "pre", "a", "input", "div", "span", "table", "thead", "tbody", "tr"),
    *(
        "th",
        "td",
        "figure",
        "figcaption",
        "button",
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "ms",
        "mtext",
    ),
    *("mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "munder", "mover", "mstyle"),
    *("munderover", "mmultiscripts", "mprescripts", "mtable", "mtr", "mtd", "mphantom", "mpadded"),
    *("menclose", "sub", "sup", "kbd", "u", "mark", "s", "details", "summary", "section"),
}
VOID = {"br", "hr", "input"}
BLOCKS = {
    *("p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr", "div"),
    *("table", "details", "summary", "section", "figure"),
}
DIRECTED = {
    *("p", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "div", "details"),
    "section",
}
ATTRIBUTES = {
    "a": {"href", "title", "class", "rel", "target"},
    "ol": {"start"},
    "input": {"type", "disabled", "checked", "aria-label"},
    "button": {"type", "class", "data-copy", "data-wrap", "data-save"},
    "details": {"open"},
    **{tag: {"class"} for tag in ("div", "figure", "p", "span", "td", "th", "sup", "section")},
}
MATH_ATTRIBUTES = {
    *(
        "display",
        "mathvariant",
        "stretchy",
        "fence",
        "form",
        "movablelimits",
        "accent",
        "accentunder",
    ),
    *("minsize", "maxsize", "linethickness", "displaystyle", "scriptlevel", "columnalign", "width"),
    *("columnlines", "rowlines", "mathcolor", "notation", "linebreak", "lspace", "rspace"),
}


class StrictParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        self.seen.append(tag)
        if tag not in VOID:
            assert not (tag in BLOCKS and "p" in self.open), (tag, self.open)
            self.open.append(tag)
        allowed = ATTRIBUTES.get(tag, MATH_ATTRIBUTES if tag.startswith("m") else set())
        values = dict(attrs)
        if tag in DIRECTED:
            assert values.pop("dir", "auto") == "auto"
        assert set(values) <= allowed, (tag, attrs)
        if tag == "a":
            check_link(values)
        if tag == "input":
            assert (values["type"], values["disabled"]) == ("checkbox", "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        assert not any("\ufdd0" <= character <= "\ufdef" for character in data), data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def check_link(values: dict[str, str | None]) -> None:
    href = values["href"] or ""
    assert href.lower().startswith(("http://", "https://", "mailto:")), href
    assert values["rel"] == "noopener noreferrer nofollow"
    assert values["target"] == "_blank"


def safe_tags(markdown: str, *, final: bool = True) -> list[str]:
    """The tags of the rendered text, after checking that all of it is allowed.

    Each block is whole in itself.
    """
    parser = StrictParser()
    for block in render(markdown, final=final):
        parser.feed(block.html)
        assert parser.open == [], block
    parser.close()
    return parser.seen
