"""What models write in other ways than comrak reads, put so that comrak reads it as it is meant.

The text is read once, from left to right, past code spans and fences. What stands for something
else is a mark: a character that no text may hold, which `marks.py` takes back out of the HTML. So a
place that was misread as prose costs nothing: within code and addresses a mark gives its source.

    formulas     $…$ $$…$$ \\(…\\) \\[…\\] \\begin{…}…\\end{…} \\ce{…} \\boxed{…}: a token each
    tildes       a single one never strikes through
    addresses    a bare one ends before a full stop of Chinese or Japanese, or a closing bold mark
    elements     <details> and its summary stand on lines of their own
    fences       one of `markdown` that holds others is made longer than they are
    rules        three dashes below a paragraph make no heading of it
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from conversations.rendering.addresses import keep_lone_footnotes, wrap_urls
from conversations.rendering.formula_or_text import (
    is_ascii_word,
    is_delimited_formula,
    is_formula,
)
from conversations.rendering.marks import (
    FORMULA_END,
    FORMULA_START,
    MARK,
    TILDE,
    Formula,
    drop_marks,
)

MAX_FORMULA = 2_000
# What stands before the text of a line: quote marks, bullets, numbers.
MAX_LEAD = 200

# A text without any of these is as it should be.
SPECIAL = re.compile(
    r"\\|[`~$<&\ufdd0-\ufdd9]|\[\^|://|www\."
    r"|\n[ \t>]*(?:-{1,3}|={1,2})[ \t]*$",
    re.MULTILINE,
)
_SPOTS = re.compile(
    r"\\|`|~|\$"
    r"|<(?=/?(?:details|summary|br|sub|sup|kbd|u|mark|s)\b)"
    r"|&(?=(?:lt|LT|#0{0,5}60|#[xX]0{0,4}3[cC]);)"
    r"|\n(?=[ \t>]*(?:-{1,3}|={1,2})[ \t]*$)",
    re.MULTILINE,
)
_LEAD = re.compile(r"(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t])))*[ \t]*")
_LIST_MARK = re.compile(r"[-*+\d.)]")
_LAST_DASHES = re.compile(r"-{1,2}[ \t]*\n?\Z")
_NOT_QUOTE = re.compile(r"[^>\s]")
_BLANK_LINE = re.compile(r"\n[ \t>]*\n")
_BLANK_OR_QUOTE = re.compile(r"[ \t>]*")
_CHUNK_END = re.compile(
    r"\n(?=[ \t>]*(?:$|(?:[-*+]|\d{1,9}[.)])[ \t]|\#{1,6}[ \t]|```|~~~|\|))", re.MULTILINE
)
_INNER_FENCE = re.compile(r"^[ \t>]*(?:```|~~~)", re.MULTILINE)
_FENCE_LINE = re.compile(r"^([ \t>]*)(`{3,}|~{3,})[ \t]*([^\n]*)$", re.MULTILINE)
_MARKDOWN = re.compile(r"(?:markdown|md|mdx|rmd|rmarkdown|qmd)\b", re.IGNORECASE)
_LATE_FENCE = re.compile(r"```[A-Za-z][\w+#.-]*[ \t]*$", re.MULTILINE)
_TICKS = re.compile(r"`+")
_TILDES = re.compile(r"~+")
_DOLLARS = re.compile(r"\$+")

_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_ENVIRONMENT = re.compile(
    r"\\begin\{((?:equation|align|aligned|alignat|alignedat|flalign|gather|gathered|multline|split"
    r"|eqnarray|cases|dcases|rcases|array|subarray|[pbvBV]?matrix|p?smallmatrix)\*?)\}"
)
_BRACED = r"(?:[^{}\n]|\{(?:[^{}\n]|\{(?:[^{}\n]|\{[^{}\n]*\})*\})*\})"
_BARE_COMMAND = re.compile(rf"\\(?:ce|pu|boxed)\{{{_BRACED}{{1,500}}\}}")
_TO_DOLLAR = re.compile(r"([^\\$`]*+(?:\\.[^\\$`]*+)*+)\$", re.DOTALL)
_ORDINAL = re.compile(r"(?:th|st|nd|rd|s)\b")
_DETAILS = re.compile(r"<details(?:\s[^<>\n]*)?>[ \t]*", re.IGNORECASE)
_DETAILS_END = re.compile(r"</details\s*>[ \t]*", re.IGNORECASE)
_SUMMARY = re.compile(r"[ \t\n>]*(<summary(?:\s[^<>\n]*)?>)\s*", re.IGNORECASE)
_SUMMARY_END = re.compile(r"\s*</summary\s*>[ \t]*", re.IGNORECASE)
_ALONE = re.compile(r"</?[A-Za-z]+(?:\s[^<>\n]*)?/?>(?=[ \t]*$)", re.MULTILINE)


class Prepared(NamedTuple):
    text: str
    formulas: list[Formula]


def prepare_once(text: str) -> Prepared:
    return Preparer().prepare(text)


@dataclass(frozen=True, slots=True)
class _Settled:
    """The beginning of a text, up to a blank line, whose reading no later word can change."""

    source: str = ""
    text: str = ""
    formulas: tuple[Formula, ...] = ()
    details: int = 0
    summary_open: str = ""


class Preparer:
    """Prepares a text that grows: what is settled is not read again."""

    def __init__(self) -> None:
        self._settled = _Settled()

    def has_settled(self, beginning: str) -> bool:
        """Whether what follows it reads as if it stood alone."""
        settled = self._settled
        return settled.source == beginning and not settled.details and not settled.summary_open

    def prepare(self, text: str) -> Prepared:
        """The formulas are numbered in order."""
        text = drop_marks(text).replace("\r\n", "\n")
        if not text.startswith(self._settled.source):
            self._settled = _Settled()
        before = self._settled
        begin = len(before.source)
        # A formula is no longer than that, so its end is there or will never come.
        blank = text.rfind("\n\n", begin, max(0, len(text) - MAX_FORMULA - 10))
        settled = blank + 2 if blank >= 0 else begin
        first = wrap_urls(text[begin:settled])
        scanner = _Scanner(first + wrap_urls(text[settled:]), before)
        if scanner.scan_until(len(first)) and settled > begin:
            self._settled = scanner.settle(text[:settled], len(first))
        prepared = scanner.scan_rest()
        return Prepared(keep_lone_footnotes(prepared), scanner.formulas)


class _Scanner:
    def __init__(self, text: str, before: _Settled) -> None:
        self.text = text
        self.formulas = list(before.formulas)
        self._pieces = [before.text]
        self._copied = 0
        self._at = 0
        self._line_start = 0
        self._line_known = 0
        self._chunk_end = -1
        self._unclosed: set[int] = set()
        """Lengths of runs of backticks that close nothing in this chunk."""
        self._details = before.details
        self._summary_open = before.summary_open
        self._table = _NO_TABLE
        self._readers: dict[str, Callable[[int], None]] = {
            "\\": self._read_backslash,
            "`": self._read_backticks,
            "~": self._read_tildes,
            "$": self._read_dollars,
            "<": self._read_tag,
            "&": self._read_entity,
            "\n": self._read_underline,
        }

    def scan_until(self, end: int) -> bool:
        """Whether the reading stops just there, and not within or behind something."""
        while self._at < end and (spot := _SPOTS.search(self.text, self._at)):
            if spot.start() >= end:
                self._at = end
                break
            self._at = spot.start() + 1
            self._readers[spot[0]](spot.start())
        return self._at <= end

    def settle(self, source: str, end: int) -> _Settled:
        self._pieces = ["".join([*self._pieces, self.text[self._copied : end]])]
        self._copied = self._at = end
        formulas = tuple(self.formulas)
        return _Settled(source, self._pieces[0], formulas, self._details, self._summary_open)

    def scan_rest(self) -> str:
        self.scan_until(len(self.text))
        return "".join([*self._pieces, self.text[self._copied :]])

    def _replace(self, start: int, end: int, replacement: str) -> None:
        self._pieces += [self.text[self._copied : start], replacement]
        self._copied = self._at = end

    # Places

    def _start_of_line(self, at: int) -> int:
        found = self.text.rfind("\n", self._line_known, at)
        if found >= 0:
            self._line_start = found + 1
        self._line_known = max(self._line_known, at)
        return self._line_start

    def _lead(self, at: int) -> str | None:
        """What stands before this place in its line, where that is no text."""
        start = self._start_of_line(at)
        if at - start > MAX_LEAD:
            return None
        found = _LEAD.match(self.text, start, at)
        return found[0] if found and found.end() == at else None

    def _end_of_chunk(self, at: int) -> int:
        """Where inline text ends that goes on here: no code span goes beyond."""
        if at >= self._chunk_end:
            found = _CHUNK_END.search(self.text, at)
            self._chunk_end = found.start() if found else len(self.text)
            self._unclosed.clear()
        return self._chunk_end

    def _end_of_line(self, at: int) -> int:
        end = self.text.find("\n", at)
        return end if end >= 0 else len(self.text)

    # Code

    def _read_backticks(self, at: int) -> None:
        count = _length(_TICKS, self.text, at)
        self._at = at + count
        if count >= 3 and "`" not in self.text[self._at : self._end_of_line(at)]:
            lead = self._lead(at)
            if lead is not None:
                self._read_fence(at, lead, "`", count)
                return
            if count == 3 and _LATE_FENCE.match(self.text, at):
                self._start_fence_late(at)
                return
        self._read_code_span(at, count)

    def _start_fence_late(self, at: int) -> None:
        """`Here it is: ```python` and a line's end: no code span begins so."""
        found = _LEAD.match(self.text, self._start_of_line(at))
        lead = _continued(found[0][:MAX_LEAD] if found else "")
        self._pieces += [self.text[self._copied : at], "\n" + lead]
        self._copied = at
        self._read_fence(at, lead, "`", 3)

    def _read_tildes(self, at: int) -> None:
        count = _length(_TILDES, self.text, at)
        self._at = at + count
        if count == 1:
            self._replace(at, at + 1, TILDE)
        elif count >= 3 and (lead := self._lead(at)) is not None:
            self._read_fence(at, lead, "~", count)

    def _read_code_span(self, at: int, count: int) -> None:
        limit = self._end_of_chunk(at)
        if count in self._unclosed:
            return
        found = _closing_ticks(count).search(self.text, self._at, limit)
        if found is None:
            self._unclosed.add(count)
            return
        self._at = found.end()
        if self.text.find("|", at, self._at) >= 0:
            self._guard_pipes(at, self._at)

    def _read_fence(self, at: int, lead: str, kind: str, count: int) -> None:
        line_end = self._end_of_line(at)
        limit = self._end_of_container(lead, line_end)
        info = self.text[at + count : line_end].strip()
        if _MARKDOWN.match(info):
            self._read_markdown_fence(at, lead, kind * count, line_end, limit)
            return
        found = _closing_fence(kind, count, _indent(lead)).search(self.text, line_end, limit)
        self._at = found.end() if found else limit

    def _read_markdown_fence(
        self, at: int, lead: str, fence: str, line_end: int, limit: int
    ) -> None:
        """Fences within it that have an info string are closed by a bare one each."""
        inner: list[tuple[int, bool]] = []
        longest, close = len(fence), None
        for line in _FENCE_LINE.finditer(self.text, line_end, limit):
            size, info = len(line[2]), line[3].strip()
            if line[2][0] != fence[0] or size < len(fence):
                continue
            if info:
                if "`" not in info and (not inner or inner[-1][1]):
                    inner.append((size, bool(_MARKDOWN.match(info))))
                    longest = max(longest, size + 1)
            elif inner:
                if size >= inner[-1][0]:
                    inner.pop()
            elif _indent(line[1]) <= _indent(lead) + 3:
                close = line
                break
        longer = fence[0] * longest
        if longest > len(fence):
            self._replace(at, at + len(fence), longer)
            if close:
                self._replace(*close.span(2), longer)
        self._at = close.end() if close else limit

    def _end_of_container(self, lead: str, at: int) -> int:
        """A fence that nobody closes ends with its quote or list item."""
        if not _NOT_SPACE.search(lead):
            return len(self.text)
        found = _container_end(lead.count(">"), _indent(lead)).search(self.text, at)
        return found.start() if found else len(self.text)

    # Tables

    def _guard_pipes(self, start: int, end: int) -> None:
        """`str | None` in a cell is one cell, where the row would have too many without that."""
        table = self._table_at(start)
        row = self._start_of_line(start)
        if table.columns == 0:
            return
        line = self.text[row : self._end_of_line(row)]
        if _count_cells(line) > table.columns >= _count_cells(_without_code(line)):
            guarded = re.sub(r"(?<!\\)\|", r"\\|", self.text[start:end])
            self._replace(start, end, guarded)

    def _holds_a_cell_end(self, start: int, end: int) -> bool:
        """`| $5 | 10$ |` are two cells, where the row has no pipe too many."""
        if self.text.find("|", start, end) < 0 or not (table := self._table_at(start)).columns:
            return False
        row = self._start_of_line(start)
        return _count_cells(self.text[row : self._end_of_line(row)]) <= table.columns

    def _table_at(self, at: int) -> "_Table":
        if not self._table.start <= at < self._table.end:
            self._table = _find_table(self.text, self._start_of_line(at), self._table.end)
        return self._table

    # Formulas

    def _read_backslash(self, at: int) -> None:
        following = self.text[at + 1 : at + 2]
        if following in ("(", "["):
            if not self._read_delimited(at, "\\" + following):
                self._at = at + 2
        elif following == "<":
            self._replace(at, at + 2, "\\<" + MARK)
        elif following in _PUNCTUATION:
            self._at = at + 2
        elif environment := _ENVIRONMENT.match(self.text, at):
            self._read_environment(at, environment[1])
        elif command := _BARE_COMMAND.match(self.text, at):
            self._draw(at, command.end(), command[0], display=False)

    def _read_dollars(self, at: int) -> None:
        count = _length(_DOLLARS, self.text, at)
        if count == 2:
            if not self._read_delimited(at, "$$"):
                self._at = at + 2
        elif count == 1:
            self._read_dollar(at)
        else:
            self._at = at + count

    def _read_dollar(self, at: int) -> None:
        if at and is_ascii_word(self.text[at - 1]):
            return
        limit = self._end_of_chunk(at)
        if count := _length(_TICKS, self.text, at + 1):
            self._read_ticked_formula(at, count, limit)
            return
        found = _TO_DOLLAR.match(self.text, at + 1, limit)
        if not found or not self._closes(found.end()) or not is_formula(found[1]):
            return
        if not self._holds_a_cell_end(at, found.end()):
            self._draw(at, found.end(), found[1], display=False)

    def _read_ticked_formula(self, at: int, count: int, limit: int) -> None:
        start = at + 1 + count
        end = self.text.find("`" * count + "$", start + 1, min(limit, start + MAX_FORMULA))
        if end >= 0:
            self._draw(at, end + count + 1, self.text[start:end], display=False)

    def _closes(self, end: int) -> bool:
        """`$n$th` ends a formula, `$HOME:$PATH` does not."""
        following = self.text[end : end + 1]
        return not is_ascii_word(following) or bool(_ORDINAL.match(self.text, end))

    def _read_delimited(self, at: int, opening: str) -> bool:
        closing = _CLOSING[opening]
        start = at + len(opening)
        display = opening != "\\("
        end = _find_unescaped(self.text, closing, start, start + MAX_FORMULA)
        if end < 0:
            return False
        if display and (lead := self._lead(at)) is not None:
            latex = self._block_content(lead, start, end)
        else:
            inside = end <= self._end_of_chunk(at)
            latex = self.text[start:end] if inside else ""
        end += len(closing)
        if is_delimited_formula(latex, opening, self.text, at, end):
            self._draw(at, end, latex, display=display)
            return True
        if latex and opening == "$$":  # two of them in prose: the second opens nothing
            self._at = end
            return True
        return False

    def _block_content(self, lead: str, start: int, end: int) -> str:
        """Without the quote marks of its lines; empty where it cannot be one formula."""
        content = self.text[start:end]
        first, *others = content.split("\n")
        if not others:
            return content
        alone = not first.strip()
        if (not alone and _BLANK_LINE.search(content)) or _INNER_FENCE.search(content):
            return ""
        quotes = lead.count(">")
        if quotes:
            stripped = [_strip_quotes(line, quotes) for line in others]
            if None in stripped:
                return ""
            others = [line for line in stripped if line is not None]
        elif _LIST_MARK.search(lead) and any(line[:1] not in ("", " ", "\t") for line in others):
            return ""
        return "\n".join([first, *(line for line in others if line.strip())])

    def _read_environment(self, at: int, name: str) -> None:
        begin, close = f"\\begin{{{name}}}", f"\\end{{{name}}}"
        limit = at + MAX_FORMULA
        end, closed = at, 0
        while (end := self.text.find(close, end, limit)) >= 0:
            end += len(close)
            closed += 1
            if self.text.count(begin, at, end) <= closed:
                break
        if end < 0:
            return
        lead = self._lead(at)
        latex = self._block_content("" if lead is None else lead, at, end)
        if latex:
            self._draw(at, end, latex, display=True)

    def _draw(self, start: int, end: int, latex: str, *, display: bool) -> None:
        number = len(self.formulas)
        self.formulas.append(Formula(latex, self.text[start:end], display))
        # Its dollars make it a sign to comrak, as the formula's own would be.
        self._replace(start, end, f"${FORMULA_START}{number}{FORMULA_END}$")

    # Elements and rules

    def _read_entity(self, at: int) -> None:
        end = self.text.index(";", at) + 1
        self._replace(at, end, "&lt;" + MARK)

    def _read_tag(self, at: int) -> None:
        if self._summary_open and (found := _SUMMARY_END.match(self.text, at)):
            self._replace(at, found.end(), f"{MARK}</summary>{self._summary_open}")
            self._summary_open = ""
        elif self._details and (found := _DETAILS_END.match(self.text, at)):
            if not _ROW.match(self.text, self._start_of_line(at)):
                self._close_details(at, found.end())
        elif (lead := self._lead(at)) is not None and (found := _DETAILS.match(self.text, at)):
            self._open_details(at, found, lead)
        elif (lead is not None or at == self._copied) and (found := _ALONE.match(self.text, at)):
            # Alone in its line it would begin raw HTML, in which nothing else is read.
            self._replace(found.end(), found.end(), MARK)

    def _open_details(self, at: int, tag: re.Match[str], lead: str) -> None:
        following = _continued(lead)
        apart = f"\n{following}\n{following}"
        before = "" if _LIST_MARK.search(lead) else f"\n{following}"
        self._details += 1
        summary = _SUMMARY.match(self.text, tag.end())
        shown = f"{before}{MARK}{tag[0].strip()}{apart}"
        if summary is None:
            self._replace(at, tag.end(), shown)
            return
        self._summary_open = apart
        self._replace(at, summary.end(), f"{shown}{MARK}{summary[1]}")

    def _close_details(self, at: int, end: int) -> None:
        self._details -= 1
        start = self._start_of_line(at)
        found = _LEAD.match(self.text, start, min(at, start + MAX_LEAD))
        following = _continued(found[0] if found else "")
        apart = f"\n{following}\n{following}"
        self._replace(at, end, f"{apart}{MARK}</details>{apart}")

    def _read_underline(self, at: int) -> None:
        """A rule below a paragraph is a rule, and one or two signs are no heading's line."""
        start = self._start_of_line(at)
        blank = _BLANK_OR_QUOTE.match(self.text, start, at)
        lead = _LEAD.match(self.text, at + 1)
        if lead is None or (blank and blank.end() == at):
            return
        before = lead[0].rpartition(">")[2]
        line = self.text[lead.end() : self._end_of_line(lead.end())].strip()
        if len(before.expandtabs(4)) > 3 or _NOT_QUOTE.search(lead[0]):
            return
        if line == "---" or (line[0] == "-" and self._begins_a_list(start, lead.end())):
            self._replace(at, at, f"\n{lead[0]}")
            self._at = at + 1
        elif line != "-":
            self._replace(lead.end(), lead.end(), MARK)
            self._at = lead.end() + 1

    def _begins_a_list(self, line_before: int, at: int) -> bool:
        """The last dash so far, below a paragraph."""
        lead = _LEAD.match(self.text, line_before)
        return bool(_LAST_DASHES.match(self.text, at)) and _indent(lead[0] if lead else "") < 2


class _Table(NamedTuple):
    start: int
    end: int
    columns: int


_NO_TABLE = _Table(0, 0, 0)
_ROW = re.compile(r"^[ \t>]*\|[^\n]*$", re.MULTILINE)
_DELIMITER_ROW = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*\Z")
_CODE_OR_FORMULA = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)|\$[^$\n]+\$")
_PIPE = re.compile(r"(?<!\\)\|")


def _find_table(text: str, row: int, earliest: int) -> _Table:
    """The rows around this one that begin with a pipe, at most up from `earliest`."""
    start, columns = row, 0
    while start > earliest:
        above = text.rfind("\n", 0, start - 1) + 1
        found = _ROW.match(text, above)
        if found is None:
            break
        start = above
        if _DELIMITER_ROW.match(found[0]):
            columns = _count_cells(found[0])
    end = row
    while found := _ROW.match(text, end):
        end = found.end() + 1
    return _Table(start, max(end, row + 1), columns)


def _count_cells(row: str) -> int:
    inside = row.lstrip(" \t>").strip()
    return len(_PIPE.findall(inside)) + 1 - inside.startswith("|") - inside.endswith("|")


def _without_code(row: str) -> str:
    return _CODE_OR_FORMULA.sub("", row)


_CLOSING = {"$$": "$$", "\\(": "\\)", "\\[": "\\]"}
_NOT_SPACE = re.compile(r"\S")


def _find_unescaped(text: str, closing: str, start: int, limit: int) -> int:
    end = text.find(closing, start, limit)
    while end > start and text[end - 1] == "\\" and _is_escaped(text, end, start):
        end = text.find(closing, end + 1, limit)
    return end


def _is_escaped(text: str, at: int, start: int) -> bool:
    before = text[max(start, at - 20) : at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _strip_quotes(line: str, count: int) -> str | None:
    for _ in range(count):
        line = line.lstrip(" \t")
        if not line.startswith(">"):
            return None
        line = line[1:]
    return line


def _length(run: re.Pattern[str], text: str, at: int) -> int:
    found = run.match(text, at)
    return found.end() - at if found else 0


def _indent(lead: str) -> int:
    return len(lead.rpartition(">")[2].expandtabs(4))


def _continued(lead: str) -> str:
    """How the next line of the same item or quote begins."""
    return re.sub(r"[^>\s]", " ", lead)


@lru_cache(maxsize=64)
def _closing_ticks(count: int) -> re.Pattern[str]:
    return re.compile(rf"(?<!`)`{{{count}}}(?!`)")


@lru_cache(maxsize=64)
def _closing_fence(kind: str, count: int, indent: int) -> re.Pattern[str]:
    before = rf"(?:[ \t]*>)*[ \t]{{0,{indent + 3}}}"
    return re.compile(rf"^{before}{kind}{{{count},}}[ \t]*$", re.MULTILINE)


@lru_cache(maxsize=64)
def _container_end(quotes: int, indent: int) -> re.Pattern[str]:
    quoted = rf"(?:[ \t]*>){{{quotes}}}"
    outside = rf"(?!{quoted})" if quotes else rf"(?=[ \t]{{0,{max(indent - 1, 0)}}}[^ \t\n])"
    return re.compile(rf"\n{outside}")
