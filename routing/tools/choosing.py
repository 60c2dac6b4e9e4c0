"""Which tools a model is told of. Each costs tokens with every question, so all of them together
never take more than a share of the window: where there are more, those that fit the question are
offered, and the model can ask for others by `more_tools`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings

from chatstudio.base.json_types import JsonMapping, text_at
from routing.asking import known_window
from routing.tools.base import Risk, Tool, ToolContext
from routing.tools.by_schema import simple_schema
from routing.tools.ranking import rank_tools
from routing.tools.registry import names_at_times
from routing.types import ChatRequest, Chosen, ToolsOffered

MORE = "more_tools"
MOST_BROUGHT = 5
LONGEST_MORE = 400
"""Characters of the names that `more_tools` tells; in a small window half as many as it may have
tokens."""
MOST_FOR_MORE = 0.6
"""Of what tools may take. Where there is less room, nothing more can be asked for."""
UNKNOWN_WINDOW = 8192


@dataclass(frozen=True, slots=True)
class Pick:
    """What a person has chosen of the tools that there are; `away` are not there at the moment."""

    tools: Mapping[str, Tool]
    not_chosen: tuple[str, ...] = ()
    away: tuple[str, ...] = ()

    @property
    def nothing_offered(self) -> ToolsOffered:
        return ToolsOffered((), not_chosen=self.not_chosen, away=self.away)


def pick_tools(tools: Mapping[str, Tool], names: Collection[str] | None) -> Pick:
    if names is None:
        return Pick(tools)
    kept = {name: tool for name, tool in tools.items() if name in names}
    not_chosen = tuple(name for name in tools if name not in kept)
    away = {*names} - tools.keys() - names_at_times()
    return Pick(kept, not_chosen, tuple(sorted(away)))


@dataclass(slots=True)
class Shelf:
    """The tools of one answer. `offered` are those that the model is told of now, `tokens` is what
    they cost. `used` stay whatever else is brought."""

    pick: Pick
    budget: int
    size_of: Callable[[Tool], int]
    offered: dict[str, Tool] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    told: ToolsOffered | None = None

    def lay_out(self, question: str) -> None:
        self._offer(rank_tools(self.tools.values(), question))

    def news(self) -> ToolsOffered | None:
        """What is offered, where that has changed."""
        put_away = tuple(tool.name for tool in self.put_away)
        picked = self.pick.nothing_offered
        now = replace(picked, names=tuple(self.offered), tokens=self.tokens, put_away=put_away)
        if now == self.told:
            return None
        self.told = now
        return now

    @property
    def tools(self) -> Mapping[str, Tool]:
        return self.pick.tools

    @property
    def tokens(self) -> int:
        return sum(map(self.size_of, self.offered.values()))

    @property
    def put_away(self) -> list[Tool]:
        return [tool for name, tool in self.tools.items() if name not in self.offered]

    def toolbox(self) -> dict[str, Tool]:
        """All that can be called: what is put away too, if the model knows its name."""
        more = {MORE: self._more_tools()} if MORE in self.offered else {}
        return {**self.tools, **more}

    def _offer(self, ranked: Sequence[Tool]) -> None:
        """In the order of `tools`, so that a server finds the beginning as it was."""
        everything = list(self.tools.values())
        if sum(map(self.size_of, everything)) <= self.budget:
            self.offered = dict(self.tools)
            return
        more = self._more_tools()
        with_more = self.size_of(more) <= self.budget * MOST_FOR_MORE
        left = self.budget - (self.size_of(more) if with_more else 0)
        first = [tool for tool in everything if tool.name in self.used]
        taken: dict[str, Tool] = {}
        for tool in (*first, *ranked):
            if tool.name in taken:
                continue
            if self.size_of(tool) > self.budget // 2:
                tool = shorten_tool(tool, self.budget // 2, self.size_of)
            if (size := self.size_of(tool)) <= left:
                taken[tool.name] = tool
                left -= size
        self.offered = {name: taken[name] for name in self.tools if name in taken}
        if with_more:
            self.offered[MORE] = more

    def _more_tools(self) -> Tool:
        return Tool(MORE, self._about_more(), SCHEMA, Risk.READS, self._bring)

    def _about_more(self) -> str:
        names, left = [], min(LONGEST_MORE, self.budget // 2)
        for tool in self.put_away:
            left -= len(tool.name) + 2
            names += [tool.name] if left > 0 else []
        return f"Brings tools that are not listed here, such as: {', '.join(names)}"

    async def _bring(self, arguments: JsonMapping, context: ToolContext) -> str:
        wanted = text_at(arguments, "what_for")
        away = self.put_away
        brought = rank_tools(away, wanted, only_fitting=True)[:MOST_BROUGHT]
        if not brought:
            return f"No tool fits that. There are: {', '.join(tool.name for tool in away)}."
        others = [tool for tool in self.tools.values() if tool not in brought]
        self._offer([*brought, *rank_tools(others, wanted)])
        there = [tool for tool in brought if tool.name in self.offered]
        if not there:
            return "There is no room for these tools. Answer without them."
        lines = (f"{tool.name}: {first_sentence(tool)}" for tool in there)
        return "\n".join(["You can use these tools now:", *lines])


SCHEMA: JsonMapping = {
    "type": "object",
    "properties": {"what_for": {"type": "string", "description": "what a tool is needed for"}},
    "required": ["what_for"],
    "additionalProperties": False,
}


def lay_out_tools(
    pick: Pick, request: ChatRequest, chosen: Chosen, size_of: Callable[[Tool], int]
) -> Shelf:
    """Those that were used in this conversation stay with it."""
    shelf = Shelf(pick, budget_of(request, chosen), size_of)
    shelf.used.update(call.name for message in request.messages for call in message.tool_calls)
    shelf.lay_out(question_of(request))
    return shelf


def budget_of(request: ChatRequest, chosen: Chosen) -> int:
    window = known_window(request.parameters, chosen.model)
    return share_of(window.tokens if window else UNKNOWN_WINDOW)


def share_of(window: int) -> int:
    """What tools may take of it."""
    return int(window * settings.TOOL_SHARE)


def question_of(request: ChatRequest) -> str:
    """What was asked last, and before: a short "and for 2023?" means what it follows."""
    asked = [message.content for message in request.messages if message.role == "user"]
    return "\n".join(asked[-2:])


def shorten_tool(tool: Tool, tokens: int, size_of: Callable[[Tool], int]) -> Tool:
    """What is too long for the window is told in fewer words, first of its arguments."""
    tool = replace(tool, schema=simple_schema(tool.schema))
    size = size_of(tool)
    if size <= tokens:
        return tool
    kept = int(len(tool.description) * max(0.0, 1 - (size - tokens) * 1.2 / size))
    return replace(tool, description=f"{tool.description[:kept]}… (cut)")


def first_sentence(tool: Tool) -> str:
    return " ".join(tool.description.split()).partition(". ")[0][:200]
