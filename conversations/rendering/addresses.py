"""Bare addresses, ended where a reader would end them, and footnotes that nothing refers to.
Neither needs to know what stands around it: a mark within code gives its source."""

import re
from collections import Counter

from conversations.rendering.marks import MARK, URL_END, URL_START, URL_WWW

_ENDS_URL = "\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65“”‘’…—"
_WEB = re.compile(rf"://[^\s<>`|{_ENDS_URL}]{{1,500}}")
_WEB_OR_WWW = re.compile(rf"://[^\s<>`|{_ENDS_URL}]{{1,500}}|www\.[^\s<>`|{_ENDS_URL}]{{1,500}}")
_MUST_END = re.compile(f"[{_ENDS_URL}]")
_MAY_END = re.compile(r"\*\*|~~|[\]}]")
_SCHEME = re.compile(r"(?<![A-Za-z0-9])https?\Z", re.IGNORECASE)
_URL_WITH_HOST = re.compile(r"(?:\w+://|www\.)\w", re.IGNORECASE)
_NO_BARE_URL = re.compile(r"(?:\]\(<?|[<\w/.@-]|\]:[ \t]*)\Z", re.ASCII)
# `http://localhost:8000에서`, in scripts that write no space there: no host ends with letters of
# two scripts, and no port with letters.
_HOST_IN_A_SENTENCE = re.compile(
    r"(?:\w*://|www\.)(?:[A-Za-z0-9-]+\.)*(?:[A-Za-z0-9-]+:\d{1,5}|(?<=\.)[A-Za-z]{2,})"
    r"(?=[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3][^./:?#]*[.:?]?\Z)"
)
_AT_END_OF_URL = re.compile(r"[?!.,:*_~'\";]+\Z")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]{1,200})\](:?)")


def wrap_urls(text: str) -> str:
    """<…> around those bare addresses that comrak would end too late."""
    pieces = []
    copied = at = 0
    pattern = _WEB_OR_WWW if "www." in text else _WEB
    while found := pattern.search(text, at):
        at = found.end()
        is_cut = bool(_MUST_END.match(text, at))
        if not (is_cut or _MAY_END.search(found[0]) or _HOST_IN_A_SENTENCE.match(found[0])):
            continue
        start = found.start()
        if found[0][0] == ":":
            start -= _scheme_length(text, start)
        url = text[start : found.end()]
        if (start == found.start() and url[0] == ":") or start < copied:
            continue
        if end := _end_of_url(text, start, url, is_cut=is_cut):
            scheme = f"http://{URL_WWW}" if url[0] == "w" else ""
            wrapped = f"{URL_START}<{scheme}{url[:end]}>{URL_END}"
            pieces += [text[copied:start], wrapped]
            copied = at = start + end
    return "".join([*pieces, text[copied:]])


def _scheme_length(text: str, at: int) -> int:
    found = _SCHEME.search(text, max(0, at - 6), at)
    return at - found.start() if found else 0


def _end_of_url(text: str, start: int, url: str, *, is_cut: bool) -> int:
    """Where the address ends before its run of characters does; 0 where comrak sees it too."""
    before = text[max(0, start - 500) : start].rpartition("\n")[2]
    if _NO_BARE_URL.search(before[-12:]):
        return 0
    stops = [len(url)] if is_cut else []
    if host := _HOST_IN_A_SENTENCE.match(url):
        stops.append(host.end())
    for mark in ("**", "~~"):
        if mark in url and before.count(mark) % 2:
            stops.append(url.index(mark))
    for opening, closing in ("[]", "{}"):
        if closing in url and url.count(opening) < url.count(closing):
            stops.append(_unbalanced(url, opening, closing))
    if not stops or re.match(r"\][(\[:]", url[min(stops) :]):
        return 0
    ended = _AT_END_OF_URL.sub("", url[: min(stops)])
    while ended.endswith(")") and ended.count(")") > ended.count("("):
        ended = _AT_END_OF_URL.sub("", ended[:-1])
    return len(ended) if _URL_WITH_HOST.match(ended) else 0


def _unbalanced(url: str, opening: str, closing: str) -> int:
    depth = 0
    for at, character in enumerate(url):
        depth += (character == opening) - (character == closing)
        if depth < 0:
            return at
    return len(url)


def keep_lone_footnotes(text: str) -> str:
    """A note that nothing refers to would be lost; it stays where it is, as text."""
    if "[^" not in text:
        return text
    counts = Counter((label.casefold(), bool(colon)) for label, colon in _FOOTNOTE.findall(text))

    def keep(match: re.Match[str]) -> str:
        label = match[1].casefold()
        lone = match[2] and not counts[label, False]
        return f"{match[0][:-1]}{MARK}:" if lone else match[0]

    return _FOOTNOTE.sub(keep, text)
