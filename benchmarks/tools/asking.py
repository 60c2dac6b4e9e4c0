"""One question, asked in one mode: what the model chose, and what it took."""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from benchmarks.tools.questions import NONE, Question
from conversations.features.data.tool import NAME, schema_of
from conversations.features.files.tool import read_attachment
from conversations.features.memories.tool import remember
from conversations.features.search.tool import search_conversations
from conversations.models import DataSource
from routing.errors import RoutingError
from routing.parameters import Parameters
from routing.tools import calculator, clock, web_page
from routing.tools.base import Risk, Tool, ToolContext, ToolFailed
from routing.tools.calling import Caller
from routing.tools.modes import Manner
from routing.tools.sieve import sift_calls
from routing.types import (
    ChatMessage,
    ChatRequest,
    Chosen,
    Finished,
    ModelInfo,
    Provider,
    TextDelta,
    ToolCall,
    ToolCallStarted,
    ToolHabit,
    ToolMode,
)

SALES = (
    "Answers questions about the data below with a table. Give either SQL (one SELECT; DuckDB's "
    "dialect) or a question in words.\n\nSource 'sales':\nTable sales (1,200 rows): id integer, "
    "day date, country text (Austria, Italy, …), product text, amount decimal"
)
LONGEST_ANSWER = 160
LIMIT_SECONDS = 120.0
JUNK = re.compile(r"<tool_call|\"arguments\"|\{\s*\"(name|tool)\"")
"""In an answer: a call that nobody could read."""


@dataclass(frozen=True, slots=True)
class Outcome:
    question: Question
    call: ToolCall | None
    is_well_formed: bool
    seconds: float
    tokens: int | None

    @property
    def is_right_tool(self) -> bool:
        return (self.call.name if self.call else NONE) == self.question.tool

    @property
    def is_right(self) -> bool:
        """Tool and arguments."""
        arguments = self.call.arguments if self.call else {}
        wanted = self.question.arguments.items()
        return self.is_right_tool and all(_says(arguments, *pair) for pair in wanted)


def all_tools() -> dict[str, Tool]:
    """Those that a person with a file and a table has, as a model is told of them."""
    made = [
        clock.current_time(),
        clock.date_difference(),
        clock.date_add(),
        calculator.calculate(),
        remember(),
        search_conversations(),
        read_attachment(),
        web_page.fetch_web_page(),
        Tool(NAME, SALES, schema_of([DataSource(name="sales")]), Risk.READS, _nothing),
    ]
    return {tool.name: tool for tool in made}


async def _nothing(arguments: Mapping[str, object], context: ToolContext) -> str:
    return ""


async def ask(question: Question, mode: ToolMode, model: ModelInfo, provider: Provider) -> Outcome:
    """The first call, or that there was none. Nothing is run."""
    tools = all_tools()
    chosen = Chosen(model, provider, ToolHabit(mode, is_set=True))
    parameters = Parameters(temperature=0.0, num_predict=LONGEST_ANSWER)
    request = ChatRequest(model.name, (ChatMessage("user", question.text),), parameters)
    caller = Caller(tools, ToolContext(0))
    began, said, call, tokens = time.monotonic(), "", None, None
    try:
        async with (
            asyncio.timeout(LIMIT_SECONDS),
            aclosing(Manner(chosen, mode).ask(request, list(tools.values()))) as spoken,
            aclosing(sift_calls(spoken, caller.offered)) as events,
        ):
            async for event in events:
                if isinstance(event, ToolCallStarted):
                    call = call or event.call
                elif isinstance(event, TextDelta):
                    said += event.text
                    if mode == "schema":  # it has chosen to answer
                        break
                elif isinstance(event, Finished):
                    tokens = event.usage.input_tokens
    except (RoutingError, TimeoutError) as error:
        said += f'"arguments" {error}'
    is_well = not caller.is_wrong(call) if call else not JUNK.search(said)
    return Outcome(question, call, is_well, time.monotonic() - began, tokens)


def _says(arguments: Mapping[str, object], name: str, pattern: str) -> bool:
    """`a|b` as a name: either of them."""
    given = " ".join(str(arguments.get(one, "")) for one in name.split("|"))
    if name == "expression":
        return _value(given) == pattern
    return bool(re.search(pattern, given, re.IGNORECASE))


def _value(expression: str) -> str:
    try:
        return calculator.number_in_words(calculator.value_of(expression))
    except ToolFailed:
        return ""


def spread(questions: Sequence[Question], count: int) -> list[Question]:
    """So many of them, from all kinds."""
    step = len(questions) / max(1, min(count, len(questions)))
    return [questions[int(n * step)] for n in range(min(count, len(questions)))]
