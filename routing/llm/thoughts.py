"""Thoughts that a model writes into its text, told apart from what it says.

A server that knows a model's template gives its thoughts a field of their own; all others hand on
what the model wrote, marks and all. Thoughts stand at the beginning of an answer: whatever follows
the first words is text. But a template may have written the opening mark already. Then only the
closing one comes, what was told as text until there is recast, and the next answers of that model
count as thoughts from their first word.
"""

import re
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing

from routing.errors import RoutingError
from routing.llm.thought_marks import LEADS, Marks, Table, any_of, end_of, ends_of, table_of
from routing.types import (
    ChatRequest,
    Event,
    Finished,
    Notice,
    ReasoningDelta,
    Recast,
    TextDelta,
    ToolCallStarted,
)

LEAD = any_of(LEADS)
TO_A_TOOL = " to="
FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
QUOTES = ('"', "'", "“", "‘", "«", "„", "(", "`")
IN_A_SENTENCE = re.compile(r"\w[,;:]?[ \t]+\Z")
GOES_ON = re.compile(r"[ \t]+[a-z(]|[.,;:)]")
MOST_SPOKEN_OF = 8
"""Marks in code or quotes, after which an answer is about marks."""

_opened_by_template: set[tuple[str, str, object]] = set()
"""Server, model and how it was asked to think, as their answers have shown in this process."""


class Splitter:
    """Fed with the pieces of one answer's text. What may be the beginning of a mark is held back
    until it is clear. Once the words have begun, a piece is only searched for one character; after
    thoughts, or where marks are spoken of, for nothing any more.
    """

    def __init__(
        self, table: Table, *, opened_by_template: bool = False, has_begun: bool = False
    ) -> None:
        self.table = table
        self.opened_by_template = opened_by_template
        """As is believed until the answer shows it."""
        self.shown: bool | None = None
        """What the answer has shown of that; None for nothing."""
        self._step: Callable[[], Iterator[Event]] | None = None if has_begun else self._begin
        self._held = ""
        self._said: list[str] = []
        self._thought: list[str] = []
        self._marks: Marks | None = None
        self._has_thought = self._is_first_word = self._strips = False
        self._spoken_of = 0

    def add(self, text: str) -> Iterable[Event]:
        return (TextDelta(text),) if self._is_plain(text) else self._read(text)

    def _is_plain(self, text: str) -> bool:
        """What nearly every piece is: a part of the words, in which nothing can be a mark."""
        if self._held or not text:
            return False
        if self._step == self._watch and not self.table.hint.search(text):
            self._said.append(text)
            return True
        return self._step is None

    def _read(self, text: str) -> Iterator[Event]:
        self._held += text
        size = None
        while self._step and self._held and size != (size := (len(self._held), self._step)):
            yield from self._step()
        if self._step is None and self._held:
            yield TextDelta(self._held)
            self._held = ""

    def note_reasoning(self) -> None:
        """The server tells thoughts apart by itself."""
        self._has_thought = True
        if self._step == self._begin:
            self.opened_by_template = False

    def end(self, *, is_whole: bool) -> Iterator[Event]:
        """What is held back. Where a template was believed to have opened thoughts, and a whole
        answer never closed them, they were its text."""
        is_thinking = self._step == self._think
        if is_thinking:
            yield from self._tell_thought(self._held.rstrip())
        elif self._step != self._close and not self._means_nothing():
            yield from self._say(len(self._held))
        self._held, self._step = "", None
        if is_thinking and self.opened_by_template and is_whole and self._thought:
            self.shown = False
            yield Recast("text", "".join(self._thought))

    def _means_nothing(self) -> bool:
        left = self._held.strip()
        return (self._strips and not left) or LEAD.fullmatch(left) is not None

    def _begin(self) -> Iterator[Event]:
        text = self._held.lstrip()
        lead = LEAD.match(text)
        if lead and TO_A_TOOL.startswith(text[lead.end() :][: len(TO_A_TOOL)]):
            if text.startswith(TO_A_TOOL, lead.end()):
                self._step = None  # it is a call's beginning
            return
        found = self.table.openings.match(text)
        marks = self.table.by_opening.get(found[0].lower()) if found else None
        if found and not (marks and marks.is_word and marks.is_answer and not self._has_thought):
            self._held = text[found.end() :]
            self._enter(marks)
        elif stray := self.table.alone.match(text):
            self._held = text[stray.end() :]
            self._leave(Marks("", stray[0]))
        elif not text or _begins(text.lower(), self.table.beginnings):
            return
        elif self.opened_by_template:
            self._enter(Marks("", ""))
        else:
            self._held = text if self._strips else self._held
            self._step = None if self._has_thought else self._watch
        yield from ()

    def _enter(self, marks: Marks | None) -> None:
        """`None` is the mark of a turn, behind which another one comes."""
        if marks is None:
            return
        self._marks, self._is_first_word = marks, True
        self._step = self._answer if marks.is_answer else self._think
        if marks.opening:
            self.opened_by_template = False
            self.shown = None if marks.is_answer else False

    def _leave(self, marks: Marks) -> None:
        """Behind thoughts there may be more of them."""
        if not marks.opening and not self._has_thought:
            self.shown = True
        self.opened_by_template = False
        self._has_thought = self._strips = True
        self._step = self._begin

    def _think(self) -> Iterator[Event]:
        if not self.table.hint.search(self._held):
            clear = self._held.rstrip()
            yield from self._tell_thought(clear)
            self._held = self._held[len(clear) :]
            return
        marks = self._marks or Marks("", "")
        pattern = end_of(marks) if marks.closing else self.table.alone
        if found := pattern.search(self._held):
            yield from self._tell_thought(self._held[: found.start()].rstrip())
            self._held = self._held[found.end() :]
            self._leave(marks)
            return
        closings = ends_of(marks) if marks.closing else self.table.alone_marks
        clear = self._held[: len(self._held) - self._unfinished(closings)].rstrip()
        yield from self._tell_thought(clear)
        self._held = self._held[len(clear) :]

    def _tell_thought(self, text: str) -> Iterator[Event]:
        if self._is_first_word:
            text = text.lstrip()
        if not text:
            return
        if self._is_first_word and self._thought:
            text = f"\n\n{text}"
        self._is_first_word = False
        self._thought.append(text)
        yield ReasoningDelta(text)

    def _watch(self) -> Iterator[Event]:
        """Words of which it may still turn out that they were thoughts."""
        if not self.table.hint.search(self._held):
            yield from self._say(len(self._held))
        elif (found := self.table.watched.search(self._held)) is None:
            yield from self._say(len(self._held) - self._unfinished(self.table.watched_marks))
        elif not self.table.alone.fullmatch(found[0]):
            self._step = None  # it speaks of marks
        else:
            yield from self._judge(found)

    def _judge(self, found: re.Match[str]) -> Iterator[Event]:
        """A closing mark without an opening one."""
        before, after = "".join((*self._said, self._held[: found.start()])), found.end()
        is_inner = IN_A_SENTENCE.search(before[-100:]) is not None
        if is_inner and self._held[after:] in ("", " "):
            yield from self._say(found.start())
        elif _is_spoken_of(before, found[0]) or (is_inner and GOES_ON.match(self._held, after)):
            yield from self._say(after)
            self._spoken_of += 1
            if self._spoken_of == MOST_SPOKEN_OF:
                self._step = None
        else:
            yield from self._recast(found)

    def _recast(self, found: re.Match[str]) -> Iterator[Event]:
        rest = self._held[: found.start()].rstrip()
        if self._said:
            yield from self._say(len(rest))
            yield Recast("reasoning", "".join(self._said))
            self._thought, self._said = self._said, []
        else:
            self._is_first_word = True
            yield from self._tell_thought(rest)
        self._held = found.string[found.end() :]
        self._leave(Marks("", found[0]))

    def _answer(self) -> Iterator[Event]:
        marks = self._marks or Marks("", "")
        if self._is_first_word:
            self._held = self._held.lstrip()
            self._is_first_word = not self._held
        if found := end_of(marks).search(self._held):
            yield from self._say(found.start())
            self._step = self._close
        else:
            yield from self._say(len(self._held) - self._unfinished(ends_of(marks)))

    def _close(self) -> Iterator[Event]:
        """Is the closing mark the last that comes? If not, a word is no mark."""
        marks = self._marks or Marks("", "")
        rest = self._held[len(marks.closing) :]
        if rest.strip() and marks.is_word:
            self._step = None
        elif rest.strip():
            self._held, self._step, self._strips = rest, self._begin, False
        yield from ()

    def _say(self, length: int) -> Iterator[Event]:
        text, self._held = self._held[:length], self._held[length:]
        if text:
            self._said.append(text)
            yield TextDelta(text)

    def _unfinished(self, marks: Sequence[str]) -> int:
        """How many characters at the end may be the beginning of one of the marks."""
        tail = self._held[-max(map(len, marks)) :].lower()
        for found in self.table.hint.finditer(tail):
            rest = tail[found.start() :]
            if _begins(rest, marks):
                return len(rest)
        return 0


def _begins(text: str, marks: Sequence[str]) -> bool:
    return any(mark.startswith(text) for mark in marks)


def _is_spoken_of(before: str, closing: str) -> bool:
    """Whether what follows this text stands in code or in quotes, or ends an element."""
    line = before.rpartition("\n")[2]
    in_code = len(FENCE.findall(before)) % 2 or line.count("`") % 2
    is_element = closing.startswith("</") and f"<{closing[2:-1]} " in before
    return bool(in_code) or is_element or before.endswith(QUOTES)


def thought_and_said(text: str) -> tuple[str, str]:
    """Of a whole answer that was written down somewhere."""
    splitter = Splitter(table_of())
    thought, said = "", ""
    for event in (*splitter.add(text), *splitter.end(is_whole=True)):
        match event:
            case ReasoningDelta(text=piece):
                thought += piece
            case TextDelta(text=piece):
                said += piece
            case Recast():
                thought, said = said.strip(), ""
            case _:
                pass
    return thought, said


async def tell_thoughts_apart(
    events: AsyncGenerator[Event], request: ChatRequest, server: str
) -> AsyncGenerator[Event]:
    """One answer's events with its thoughts as such, and a word where there is no answer. One that
    is continued goes on with text; of bare text nobody knows the marks."""
    place = (server, request.model_name, request.parameters.thinking)
    splitter = Splitter(
        table_of(request.thought_marks),
        # Who is held to JSON writes nothing else, whatever the template began with.
        opened_by_template=place in _opened_by_template and request.answer_schema is None,
        has_begun=request.continues or request.is_bare,
    )
    told = Told()
    async with aclosing(events) as source:
        try:
            async for event in source:
                for piece in _apart(event, splitter, told):
                    yield piece
        except RoutingError:
            for piece in splitter.end(is_whole=False):
                yield piece
            raise
        finally:
            _learn(place, splitter.shown)


class Told:
    """What an answer has brought so far."""

    said = thought = called = False

    def note(self, event: Event) -> None:
        match event:
            case TextDelta():
                self.said = self.said or not event.text.isspace()
            case Recast(kind=kind):
                self.said, self.thought = kind == "text", kind == "reasoning"
            case ReasoningDelta():
                self.thought = True
            case ToolCallStarted():
                self.called = True
            case _:
                pass

    def notice(self, ended: Finished) -> Iterator[Notice]:
        """Of an answer that was cut off a person is told anyhow."""
        if ended.is_whole and not (self.said or self.called):
            yield Notice("only_thought" if self.thought else "said_nothing")


def _apart(event: Event, splitter: Splitter, told: Told) -> Iterator[Event]:
    if isinstance(event, TextDelta):
        for piece in splitter.add(event.text):
            told.note(piece)
            yield piece
        return
    if isinstance(event, ReasoningDelta):
        splitter.note_reasoning()
    elif isinstance(event, Finished):
        is_whole = event.is_whole and not told.called
        for piece in splitter.end(is_whole=is_whole):
            told.note(piece)
            yield piece
        yield from told.notice(event)
    told.note(event)
    yield event


def _learn(place: tuple[str, str, object], is_opened: bool | None) -> None:
    if is_opened:
        _opened_by_template.add(place)
    elif is_opened is False:
        _opened_by_template.discard(place)
