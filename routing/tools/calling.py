"""Running what a model asks for: the calls of one round side by side."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from chatstudio.base.json_types import object_at
from chatstudio.base.words import count_of
from routing.llm.wire import UNPARSED
from routing.tools.base import PersonAsked, Tool, ToolContext, ToolFailed, WrongArguments
from routing.tools.written_calls import Offered
from routing.types import ApprovalNeeded, ToolCall, ToolCallFinished

logger = logging.getLogger(__name__)

LONGEST_RESULT = 24_000
"""Characters that the model is told of one result; what is cut off is said."""


@dataclass(frozen=True, slots=True)
class Caller:
    """What does not fit is told to the model, which may correct itself."""

    toolbox: Mapping[str, Tool]
    context: ToolContext

    @property
    def offered(self) -> Offered:
        return {tool.name: object_at(tool.schema, "properties") for tool in self.toolbox.values()}

    def risk_of(self, call: ToolCall) -> str:
        tool = self.toolbox.get(call.name)
        return str(tool.risk) if tool else ""

    def needs_approval(self, call: ToolCall) -> bool:
        """Not where it is allowed already, and not where it cannot be made anyway."""
        tool = self.toolbox.get(call.name)
        if tool is None or not tool.needs_approval or call.name in self.context.allowed:
            return False
        return not self._problem(tool, call)

    def is_wrong(self, call: ToolCall) -> bool:
        """It cannot be made, not even without what the tool does not know."""
        tool = self.toolbox.get(call.name)
        if tool is None:
            return True
        if problem := self._problem(tool, call):
            try:
                self._without_unknown_arguments(tool, call, problem)
            except WrongArguments:
                return True
        return False

    async def run(
        self, calls: Sequence[ToolCall], seconds: float
    ) -> AsyncGenerator[ToolCallFinished | ApprovalNeeded]:
        """Each result as soon as it is there, or what a tool asks the person. Leaving ends those
        that still run."""
        tasks = [asyncio.create_task(self._one(call, seconds)) for call in calls]
        try:
            for finished in asyncio.as_completed(tasks):
                yield await finished
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _one(self, call: ToolCall, seconds: float) -> ToolCallFinished | ApprovalNeeded:
        began = monotonic()
        try:
            result, ok = await self._result(call, seconds), True
        except WrongArguments as wrong:
            result, ok = f"Error: {wrong} Correct the call and try once more.", False
        except ToolFailed as failed:
            if isinstance(failed, PersonAsked) and self.context.attended:
                return ApprovalNeeded(call, self.risk_of(call), failed.question)
            result, ok = f"Error: {failed}", False
        return ToolCallFinished(
            call.call_id, shorten_result(result), ok, (monotonic() - began) * 1000
        )

    async def _result(self, call: ToolCall, seconds: float) -> str:
        tool = self.toolbox.get(call.name)
        if tool is None:
            names = ", ".join(self.toolbox) or "none"
            raise WrongArguments(f"There is no tool {call.name!r}. There are: {names}.")
        said = ""
        if problem := self._problem(tool, call):
            call, said = self._without_unknown_arguments(tool, call, problem)
        try:
            async with asyncio.timeout(max(seconds, 1.0)):
                context = replace(self.context, answers=call.answers)
                return await tool.run(call.arguments, context) + said
        except ToolFailed:
            raise
        except TimeoutError:
            raise ToolFailed("It took too long and was ended.") from None
        except Exception as error:
            logger.exception("The tool %s failed in a way that nobody foresaw", tool.name)
            raise ToolFailed("It failed. Go on without it.") from error

    def _without_unknown_arguments(
        self, tool: Tool, call: ToolCall, problem: str
    ) -> tuple[ToolCall, str]:
        """Where that is all that was wrong, and nothing can happen by it."""
        known = object_at(tool.schema, "properties")
        unknown = [name for name in call.arguments if name not in known]
        fewer = {name: call.arguments[name] for name in call.arguments if name in known}
        fitting = replace(call, arguments=fewer)
        may_drop = unknown and not tool.needs_approval and UNPARSED not in call.arguments
        if not may_drop or "properties" not in tool.schema or self._problem(tool, fitting):
            names = f"The arguments of {tool.name} are: {', '.join(known) or 'none'}."
            raise WrongArguments(f"{problem.rstrip('.')}. {names}")
        left_out = " and ".join(unknown)
        return fitting, f"\n\n({tool.name} knows no argument {left_out}; it was left out.)"

    def _problem(self, tool: Tool, call: ToolCall) -> str:
        if UNPARSED in call.arguments:
            return "The arguments are no JSON object."
        try:
            tool.check(call.arguments)
        except WrongArguments as wrong:
            return str(wrong)
        return ""


def shorten_result(result: str) -> str:
    if len(result) <= LONGEST_RESULT:
        return result
    left_out = count_of(len(result) - LONGEST_RESULT, "more character")
    return f"{result[:LONGEST_RESULT]}\n\n(Cut here: {left_out}.)"
