"""Tools for a model that calls none by itself: it is asked to choose, and its server lets it write
nothing but a choice. Either one of the tools with arguments that fit, or that it wants to answer;
then it is asked again, freely, and its words stream as they come.

The tools stand before the conversation and the order to choose behind it, so that a server reads
neither of them twice.
"""

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from chatstudio.base.json_types import (
    JsonMapping,
    JsonObject,
    list_at,
    object_at,
    object_in,
    parse_object,
    text_at,
)
from routing.asking import ask
from routing.llm.wire import tool_call
from routing.tools.base import Tool
from routing.tools.ranking import rank_tools
from routing.types import (
    ChatMessage,
    ChatRequest,
    Chosen,
    Event,
    Finished,
    Notice,
    ReasoningDelta,
    Recast,
    TextDelta,
    ToolCall,
    ToolCallStarted,
)

ANSWER = "answer"
"""Chosen where no tool is needed. It is told as one more tool: small models copy what an order
shows them, and would never choose anything else."""
CHOICE_TOKENS = 512
"""A choice that is longer goes round in circles."""
NO_WORDS = (Notice("said_nothing"), Notice("only_thought"))
"""Of a choice that says nothing: the answer comes even so."""
DEEPEST = 6
"""Levels of a tool's schema that a server is told of; what lies deeper may be anything."""

TOLD = """You can use tools. They are run for you, and you are told their results:
{tools}
- {answer}(): answers in your own words, where no other tool is needed or its result is there."""
MOST_LIKELY = 3
ORDER = """Which of the tools is needed now? Write one line of JSON and nothing else: its name as \
"tool" and, where it has some, its "arguments". The likeliest: {likely}."""

KEPT = ("type", "enum", "const")
"""Words of a schema that every server can hold a model to. What else a tool wants of its arguments
it checks itself, and says so."""


@dataclass(slots=True)
class SchemaAsk:
    """One round. `is_taken` as soon as the server has not refused the schema, `is_ignored` where it
    did not hold the model to it."""

    request: ChatRequest
    tools: Sequence[Tool]
    chosen: Chosen
    is_taken: bool = False
    is_ignored: bool = False
    _choice: list[str] = field(default_factory=list)
    _ended: Finished = field(default_factory=lambda: Finished("ended_early"))

    async def events(self) -> AsyncGenerator[Event]:
        """As of a model that calls tools by itself: text, or calls, then one `Finished`."""
        told = tell_tools(self.request, self.tools)
        if self.tools:
            async with aclosing(self._choose(told)) as events:
                async for event in events:
                    yield event
            if self.is_ignored or not (
                self._ended.is_whole or self._ended.finish_reason == "length"
            ):
                yield self._ended
                return
            text = "".join(self._choice)
            call = read_choice(text, self.tools)
            self.is_ignored = call is None
            if call is None:
                yield TextDelta(text)
            elif call.name != answer_name(self.tools):
                yield ToolCallStarted(call)
            if call is None or call.name != answer_name(self.tools):
                yield replace(self._ended, finish_reason="stop")
                return
        async with aclosing(ask(told, self.chosen)) as events:
            async for event in events:
                yield self._with_choice(event) if isinstance(event, Finished) else event

    def _with_choice(self, ended: Finished) -> Finished:
        """Both questions are one round."""
        usage, timings = self._ended.usage + ended.usage, self._ended.timings + ended.timings
        return replace(ended, usage=usage, timings=timings)

    async def _choose(self, told: ChatRequest) -> AsyncGenerator[Event]:
        """What the model thinks is passed on; of what it writes nothing, unless it is prose.

        A choice is no place for ideas, so the likeliest one is taken; but behind a result that
        would be the same call once more.
        """
        ordered = order_choice(told, self.tools, likely_names(self.request, self.tools))
        if self.request.messages[-1].role != "tool":
            ordered = replace(ordered, parameters=replace(ordered.parameters, temperature=0.0))
        has_begun = False
        async with aclosing(ask(ordered, self.chosen)) as events:
            async for event in events:
                is_said = isinstance(event, TextDelta | ReasoningDelta | Finished)
                self.is_taken = self.is_taken or is_said
                if isinstance(event, Finished):
                    self._ended = event
                elif event in NO_WORDS:
                    continue
                elif isinstance(event, Recast):  # those were thoughts, and the choice comes now
                    self._choice, self.is_ignored, has_begun = [], False, False
                    yield event
                elif not isinstance(event, TextDelta) or self.is_ignored:
                    yield event
                else:
                    self._choice.append(event.text)
                    if has_begun or not event.text.strip():
                        continue
                    has_begun, begun = True, "".join(self._choice).lstrip()
                    self.is_ignored = begun[0] not in "{`"
                    if self.is_ignored:
                        yield TextDelta(begun)


def tell_tools(request: ChatRequest, tools: Sequence[Tool]) -> ChatRequest:
    """The conversation for a model whose template knows no tools, and what there is to use."""
    messages = [in_plain_words(message) for message in request.messages]
    if tools:
        told = TOLD.format(tools="\n".join(map(line_of, tools)), answer=answer_name(tools))
        if messages and messages[0].role == "system":
            messages[0] = replace(messages[0], content=f"{messages[0].content}\n\n{told}")
        else:
            messages.insert(0, ChatMessage("system", told))
    return replace(request, messages=tuple(_taking_turns(messages)), tools=())


def in_plain_words(message: ChatMessage) -> ChatMessage:
    """A call as the model has written it, a result as somebody tells it."""
    if message.role == "tool":
        return ChatMessage("user", f"Result of {message.tool_name}:\n{message.content}")
    if message.tool_calls:
        lines = [
            json.dumps({"tool": one.name, "arguments": dict(one.arguments)}, ensure_ascii=False)
            for one in message.tool_calls
        ]
        return ChatMessage("assistant", "\n".join([message.content, *lines]).strip())
    return message


def _taking_turns(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Many templates refuse two messages of one role behind each other."""
    joined: list[ChatMessage] = []
    for message in messages:
        if joined and joined[-1].role == message.role != "system":
            last = joined[-1]
            content = f"{last.content}\n\n{message.content}".strip()
            joined[-1] = replace(last, content=content, images=(*last.images, *message.images))
        else:
            joined.append(message)
    return joined


def line_of(tool: Tool) -> str:
    """`name(argument: kind, what it is; …): what it does`: a third of the schema's size."""
    properties = object_at(tool.schema, "properties")
    required = list_at(tool.schema, "required")
    arguments = [
        _argument_in_words(name, object_in(entry), name in required)
        for name, entry in properties.items()
    ]
    return f"- {tool.name}({'; '.join(arguments)}): {tool.description}"


def _argument_in_words(name: str, schema: JsonMapping, is_required: bool) -> str:
    kind = text_at(schema, "type") or "any"
    choices = ", ".join(json.dumps(one, ensure_ascii=False) for one in list_at(schema, "enum"))
    words = f"{name}: {f'one of {choices}' if choices else kind}"
    if description := text_at(schema, "description"):
        words += f", {description}"
    return words if is_required else f"{words}, optional"


def likely_names(request: ChatRequest, tools: Sequence[Tool]) -> list[str]:
    """To which of them the question comes nearest; where there is a result, it may be answered."""
    answer, last = answer_name(tools), request.messages[-1]
    if last.role == "tool" and not last.content.startswith("Error"):
        return [answer]
    asked = next((m.content for m in reversed(request.messages) if m.role == "user"), "")
    ranked = rank_tools(tools, asked, only_fitting=True)[:MOST_LIKELY]
    return [*(tool.name for tool in ranked), answer]


def order_choice(request: ChatRequest, tools: Sequence[Tool], likely: Sequence[str]) -> ChatRequest:
    """The order goes with the last words of the person, as a template may take only turns."""
    messages, order = [*request.messages], ORDER.format(likely=", ".join(likely))
    if messages and messages[-1].role == "user":
        messages[-1] = replace(messages[-1], content=f"{messages[-1].content}\n\n{order}")
    else:
        messages.append(ChatMessage("user", order))
    parameters = replace(request.parameters, num_predict=CHOICE_TOKENS, stop=())
    wanted = request.for_schema(schema_of_choice(tools))
    return replace(wanted, messages=tuple(messages), parameters=parameters)


def answer_name(tools: Sequence[Tool]) -> str:
    return f"{ANSWER}_now" if any(tool.name == ANSWER for tool in tools) else ANSWER


def schema_of_choice(tools: Sequence[Tool]) -> JsonObject:
    choices = [_choice_of(tool.name, simple_schema(tool.schema)) for tool in tools]
    return {"anyOf": [*choices, _choice_of(answer_name(tools))]}


def _choice_of(name: str, arguments: JsonObject | None = None) -> JsonObject:
    properties: JsonObject = {"tool": {"const": name, "type": "string"}}
    if arguments is not None:
        properties["arguments"] = arguments
    return {
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }


def simple_schema(schema: JsonMapping) -> JsonObject:
    """The same shape in the few words that all servers understand, with nothing to look up."""
    named = {f"#/{place}/{name}": one for place in ("$defs", "definitions")
             for name, one in object_at(schema, place).items()}  # fmt: skip
    return _simple(schema, named, DEEPEST)


def _simple(schema: JsonMapping, named: JsonMapping, levels: int) -> JsonObject:
    if reference := text_at(schema, "$ref"):
        return _simple(object_in(named.get(reference)), named, levels - 1) if levels else {}
    if levels == 0:
        return {}
    kept: JsonObject = {name: schema[name] for name in KEPT if name in schema}
    alternatives = list_at(schema, "anyOf") or list_at(schema, "oneOf")
    if alternatives:
        kept["anyOf"] = [_simple(object_in(one), named, levels - 1) for one in alternatives]
    if properties := object_at(schema, "properties"):
        kept["properties"] = {
            name: _simple(object_in(one), named, levels - 1) for name, one in properties.items()
        }
        kept["required"] = [one for one in list_at(schema, "required") if one in properties]
        kept["additionalProperties"] = False
    elif isinstance(more := schema.get("additionalProperties"), bool | dict):
        kept["additionalProperties"] = (
            _simple(more, named, levels - 1) if isinstance(more, dict) else more
        )
    if items := object_at(schema, "items"):
        kept["items"] = _simple(items, named, levels - 1)
    return kept


def read_choice(text: str, tools: Sequence[Tool]) -> ToolCall | None:
    """None for JSON that is no choice. What is cut off is a call without a name, which is told to
    the model as any call that cannot be made; nothing at all is a wish to answer."""
    words = text.strip().removeprefix("```json").strip("`").strip()
    if not words:
        return tool_call("", answer_name(tools), {})
    choice = parse_object(words)
    if choice is None:
        return tool_call("", "", words)
    name = text_at(choice, "tool")
    return tool_call("", name, choice.get("arguments")) if name else None
