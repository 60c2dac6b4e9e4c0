"""Parts a growing text into what a person reads and the calls that a model has written into it.

Two kinds of places can hold a call. Between MARKS stands nothing else, so a name that nobody
offered is a mistake there, which the model is told of. JSON on lines of its own, in a fence or not,
is a call only where it names a tool that was offered, and only at the beginning of the answer or at
its end: between words it is an example. What cannot become a call any more is shown at once.
"""

import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from routing.errors import RoutingError
from routing.tools import lenient_json
from routing.tools.call_places import (
    BEGINNINGS,
    BEGINNINGS_BEHIND,
    BEHIND,
    EXAMPLE,
    FENCE,
    FENCE_END,
    FENCE_LINE,
    FENCES,
    FOLDED,
    LONGEST_NAME,
    MARK,
    MARKS,
    UNSURE,
    bare_place,
    is_attempt,
    may_be_bare,
    may_be_marked,
)
from routing.tools.written_calls import (
    Offered,
    known_name,
    malformed_call,
    read_call_objects,
    read_marked_calls,
)
from routing.types import Event, Finished, Recast, TextDelta, ToolCall, ToolCallStarted

LONGEST_CALL = 100_000
LOOKED_AT = 400
"""Characters from which on a call that has not ended is looked at again only when it may have."""


@dataclass(frozen=True, slots=True)
class Found:
    """So much of the text is calls, or without any is words."""

    length: int
    calls: tuple[ToolCall, ...] = ()


@dataclass(slots=True)
class Sieve:
    """`tells_unknown`: whether a marked call to a tool that nobody offered is a call, so that the
    model can be told, or is left in the text. `told` are the calls that the server told of: some
    servers leave those in the text too."""

    offered: Offered
    tells_unknown: bool = True
    calls: list[ToolCall] = field(default_factory=list)
    told: list[ToolCall] = field(default_factory=list)
    _held: str = ""
    _lead: str = ""
    _shown: str = ""
    _looked_at: int = 0
    _awaited: str = ""
    _fence: str = ""
    _behind_call: bool = False
    _names: tuple[str, ...] = field(init=False)
    _begin: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        self._names = tuple(name.translate(FOLDED) for name in self.offered)
        self._begin = bare_place(self.offered)

    def add(self, text: str) -> str:
        """The words that can be shown now."""
        self._held += text
        return "".join(self._words(is_end=False))

    def end(self, *, is_whole: bool = True) -> str:
        """What is left. A call without its end counts, as small models often forget it, but not
        where the text was cut off."""
        rest = "".join(self._words(is_end=True)) if is_whole else self._lead + self._held
        self._held = self._lead = ""
        return "" if self.calls and not rest.strip() else rest

    def _words(self, *, is_end: bool) -> Iterator[str]:
        while self._held and (is_end or self._may_have_ended()):
            if self._behind_call:
                self._skip_what_means_nothing()
            place, is_call_possible = self._next_place(is_end=is_end)
            is_blank = not self._held[:place].strip() and (self._behind_call or not self._shown)
            if place and is_call_possible and is_blank:
                self._lead, self._held = self._lead + self._held[:place], self._held[place:]
            elif place:
                yield self._show(place)
            elif not is_call_possible:
                return
            elif found := self._read(is_end=is_end):
                if found.calls:
                    self._take(found)
                else:
                    yield self._show(found.length)
            elif is_end or len(self._held) > LONGEST_CALL:
                yield self._show(len(self._held))
            else:
                self._looked_at = len(self._held)
                return

    def _may_have_ended(self) -> bool:
        """A long call is looked at again only where something came with which it can end."""
        if self._looked_at < LOOKED_AT or not self._awaited:
            return True
        return any(mark in self._held[self._looked_at :] for mark in self._awaited)

    def _take(self, found: Found) -> None:
        self.calls += found.calls
        self._held, self._lead = self._held[found.length :], ""
        self._looked_at, self._awaited, self._behind_call = 0, "", True

    def _show(self, length: int) -> str:
        text, self._held = self._lead + self._held[:length], self._held[length:]
        self._lead, self._looked_at, self._awaited = "", 0, ""
        self._behind_call = self._behind_call and not text.strip()
        self._shown = (self._shown + text)[-LOOKED_AT:]
        return text

    def _skip_what_means_nothing(self) -> None:
        while found := BEHIND.match(self._held.translate(FOLDED)):
            self._held, self._lead = self._held[found.end() :], ""
        words = self._held.lstrip()
        blank = self._held[: len(self._held) - len(words)]
        self._held, self._lead = words, self._lead + blank

    def _next_place(self, *, is_end: bool) -> tuple[int, bool]:
        """Where a call may begin; else where what may become such a place does."""
        folded = self._held.translate(FOLDED)
        if self._fence:
            return self._end_of_fence(is_end=is_end), False
        mark, bare = MARK.search(folded), self._bare(folded)
        places = [mark.start()] if mark else []
        places += [bare.start("begin")] if bare else []
        if mark and mark.start() == 0 and self._shown.endswith("`"):
            return 1, True
        if places:
            return min(places), True
        return len(folded) - (0 if is_end else self._may_go_on(folded)), False

    def _bare(self, folded: str) -> re.Match[str] | None:
        """On a line of its own, and within no other JSON."""
        for found in self._begin.finditer(folded):
            before = self._shown + folded[: found.start()]
            has_line = self._behind_call or not before.rpartition("\n")[2].strip()
            if has_line and not before.rstrip().endswith(("[", "{", ",")):
                return found
        return None

    def _may_go_on(self, folded: str) -> int:
        """How many characters at the end may be the beginning of a mark or a fence."""
        beginnings = BEGINNINGS_BEHIND if self._behind_call else BEGINNINGS
        line = folded.rpartition("\n")[2]
        if self._behind_call and folded.strip() in (";", ","):
            return len(folded)
        begun = folded.strip()
        if not self._shown.strip() and any(f"{name}(".startswith(begun) for name in self._names):
            return len(folded)
        if line.strip() in ("`", "``") or (not self._shown and not folded.strip()):
            return len(folded) if not self._shown else len(line)
        for length in range(min(len(folded), LONGEST_NAME), 0, -1):
            if folded[-length:] in beginnings:
                is_blank = not self._shown and not folded[:-length].strip()
                return len(folded) if is_blank else length
        return 0

    def _end_of_fence(self, *, is_end: bool) -> int:
        for found in FENCE_LINE.finditer(self._held):
            is_line = found.start() or not self._shown.rpartition("\n")[2].strip()
            if is_line and len(found["marks"]) >= len(self._fence):
                self._fence = ""
                return found.end()
        last = self._held.rpartition("\n")[2]
        may_end = not is_end and not last.strip(" \t`")
        return len(self._held) - (len(last) if may_end else 0)

    def _read(self, *, is_end: bool) -> Found | None:
        """What begins here; None where that is not clear yet."""
        folded = self._held.translate(FOLDED)
        if mark := MARK.match(folded):
            self._awaited = ">"
            return self._read_marked(mark[0], folded, is_end=is_end)
        if not is_end and folded in BEGINNINGS:
            return None
        if folded.startswith("```"):
            self._awaited = "`"
            return self._read_fence(is_end=is_end)
        if folded[0] not in "{[":
            self._awaited = ""
            return self._read_plain(is_end=is_end)
        self._awaited = "}]"
        return self._read_bare(is_end=is_end)

    def _read_marked(self, mark: str, folded: str, *, is_end: bool) -> Found | None:
        body = self._held[len(mark) :]
        if not may_be_marked(body, self.offered):
            return Found(len(mark))
        close = MARKS[mark]
        end = folded.find(close, len(mark))
        if end < 0 and not is_end:
            return None
        length = len(folded) if end < 0 else end + len(close)
        is_named = mark.endswith(("function=", "name="))
        inner = self._held[0 if is_named else len(mark) : length if end < 0 or is_named else end]
        calls = read_marked_calls("[" + inner if mark.endswith("[") else inner, self.offered)
        if not calls and end >= 0 and is_attempt(inner, self.offered):
            calls = [malformed_call(inner, self.offered)]
        is_known = all(call.name in self.offered for call in calls)
        is_sure = is_known or (self.tells_unknown and mark not in UNSURE)
        return Found(length, tuple(calls)) if calls and is_sure else Found(len(mark))

    def _read_fence(self, *, is_end: bool) -> Found | None:
        head = FENCE.match(self._held)
        if head is None or (not head["head"] and head.end() < len(self._held)):
            return self._open_fence(len(self._held) - len(self._held.lstrip("`")))
        if not head["head"]:
            return self._open_fence(head.end()) if is_end else None
        body = self._held[head.end() :]
        is_code = head["kind"].startswith("tool")
        if head["kind"].lower() not in FENCES or not self._may_hold_call(body, is_code=is_code):
            return self._open_fence(head.end()) if body.strip() or is_end else None
        end = FENCE_END.search(body)
        if end is None and not is_end:
            return None
        inner = body[: end.start()] if end else body
        calls = self._read_inside(inner, is_code=is_code)
        if not calls:
            return self._open_fence(head.end())
        return self._where_it_counts(head.end() + (end.end() if end else len(body)), calls, is_end)

    def _may_hold_call(self, body: str, *, is_code: bool) -> bool:
        start = body.lstrip().translate(FOLDED)
        if not start or MARK.match(start) or start in BEGINNINGS:
            return True
        return (may_be_marked if is_code else may_be_bare)(body, self.offered)

    def _open_fence(self, length: int) -> Found:
        self._fence = self._held[: len(self._held) - len(self._held.lstrip("`"))]
        return Found(length)

    def _read_inside(self, text: str, *, is_code: bool) -> list[ToolCall]:
        """Of a fence that holds nothing else."""
        if MARK.match(text.lstrip().translate(FOLDED)):
            inner = Sieve(self.offered, tells_unknown=False)
            words = inner.add(text) + inner.end()
            return [] if words.strip() else inner.calls
        read = read_marked_calls if is_code else read_call_objects
        calls = read(text, self.offered)
        return calls if all(call.name in self.offered for call in calls) else []

    def _read_plain(self, *, is_end: bool) -> Found | None:
        """`f(a=1)` is a call only where it is all that the model says."""
        if self._shown.strip() or self.calls:
            return Found(1)
        end = lenient_json.end_of_value(self._held, self._held.index("("))
        if end >= 0 and self._held[end:].strip():
            return Found(end)
        if not is_end:
            return None
        return Found(len(self._held), tuple(read_call_objects(self._held, self.offered)))

    def _read_bare(self, *, is_end: bool) -> Found | None:
        if not may_be_bare(self._held, self.offered):
            return Found(1)
        end = lenient_json.end_of_value(self._held)
        if end < 0 and not is_end:
            return None
        length = len(self._held) if end < 0 else end
        calls = read_call_objects(self._held[:length], self.offered)
        return self._where_it_counts(length, calls, is_end) if calls else Found(1)

    def _where_it_counts(self, length: int, calls: list[ToolCall], is_end: bool) -> Found | None:
        """At the beginning, or at the end with nothing but further calls behind it."""
        if not self._shown.strip():
            return Found(length, tuple(calls))
        if EXAMPLE.search(self._shown):
            return Found(length)
        rest = self._held[length:]
        while behind := BEHIND.match(rest.translate(FOLDED)):
            rest = rest[behind.end() :]
        self._awaited = ""
        folded = rest.lstrip().translate(FOLDED)
        if not folded:
            return Found(len(self._held), tuple(calls)) if is_end else None
        if MARK.match(folded) or self._begin.match(folded):
            return Found(length, tuple(calls))
        return None if folded in BEGINNINGS_BEHIND and not is_end else Found(length)


async def sift_calls(
    events: AsyncGenerator[Event], offered: Offered, *, tells_unknown: bool = True
) -> AsyncGenerator[Event]:
    """The same events, with calls in the place of the text that they were written as."""
    sieve = Sieve(offered, tells_unknown)
    async with aclosing(events):
        try:
            async for event in events:
                if isinstance(event, Recast):
                    sieve = Sieve(offered, tells_unknown)
                for one in _sifted(event, sieve):
                    yield one
        except RoutingError:
            if rest := sieve.end(is_whole=False):
                yield TextDelta(rest)
            raise


def _sifted(event: Event, sieve: Sieve) -> Iterator[Event]:
    match event:
        case TextDelta(text=text):
            if words := sieve.add(text):
                yield TextDelta(words)
        case ToolCallStarted(call=call):
            name = known_name(call.name, sieve.offered) or call.name
            native = replace(call, name=name)
            sieve.told.append(native)
            yield replace(event, call=native)
        case Recast(kind="text", text=text):
            words = sieve.add(text) + sieve.end()
            yield event if words == text else replace(event, without_calls=words)
        case Finished(is_whole=is_whole):
            if words := sieve.end(is_whole=is_whole):
                yield TextDelta(words)
            told = [(call.name, call.arguments) for call in sieve.told]
            fresh = (one for one in sieve.calls if (one.name, one.arguments) not in told)
            yield from map(ToolCallStarted, fresh)
            yield event
        case _:
            yield event
