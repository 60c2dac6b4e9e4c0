"""A request in OpenAI's words, as a request of ours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.conf import settings

from chatstudio.base.json_types import JsonMapping, JsonObject, object_at, object_in, text_at
from conversations.answering.turns.requests import Asked
from conversations.api.openai.naming import NOTHING, Name, read_name
from conversations.api.openai.reading_messages import messages_of, refuse_value
from conversations.api.openai.shapes import HANDED_ON, NUMBERS, CompletionBody
from routing.llm.catalogue import Catalogue
from routing.parameters import EFFORTS, Parameters
from routing.strategies import STRATEGIES
from routing.tools.base import ToolContext
from routing.types import ChatRequest


@dataclass(frozen=True, slots=True)
class Wanted:
    """`asked_for` is the model's name as it came, and as it goes back. `count` is how many answers
    are wished, `question` the place of what is asked among several. `in_old_words`: a tool's call
    is told as the call of a function. `echoed` stands before a text that is gone on with."""

    asked_for: str
    name: Name
    request: ChatRequest
    count: int = 1
    question: int = 0
    in_old_words: bool = False
    echoed: str = ""

    def each(self) -> list["Wanted"]:
        """One for each answer. The same seed would give the same answer again; below 0 it is
        another one each time."""
        seed, request = self.request.parameters.seed, self.request
        if seed is None or seed < 0 or self.count == 1:
            return [self] * self.count
        numbers = ((seed + n) % 2**63 for n in range(self.count))
        seeds = (replace(request.parameters, seed=one) for one in numbers)
        return [replace(self, request=replace(request, parameters=one)) for one in seeds]

    @property
    def asked(self) -> Asked:
        return Asked(self.name.strategy, self.request, self.name.server)


def wanted_of(person_id: int, body: CompletionBody, catalogue: Catalogue = NOTHING) -> Wanted:
    name = read_name(body.model, catalogue)
    tools, choice = tools_of(body), choice_of(body)
    refuse_what_cannot_be_done(body, name, choice)
    with_tools = choice.mode != "none"
    own_tools = STRATEGIES[name.strategy].uses_tools and with_tools
    request = ChatRequest(
        name.model_name,
        tuple(messages_of(body.messages)),
        parameters_of(body),
        tools=allowed(tools, choice) if with_tools else (),
        tool_context=tool_context(person_id) if own_tools else None,
        answer_schema=schema_of(body.response_format),
        must_call=must_call(choice),
        chances=(body.top_logprobs or 0) if body.logprobs else None,
        in_openais_words=words_of(body, bool(tools)),
    )
    return Wanted(body.model, name, request, body.n or 1, in_old_words=bool(body.functions))


def tool_context(person_id: int) -> ToolContext:
    return ToolContext(person_id, time_zone=settings.TIME_ZONE, attended=False)


LIMITS: dict[str, tuple[Callable[[object], bool], str]] = {
    "modalities": (lambda wish: not wish or wish == ["text"], "Answers are text alone."),
    "audio": (lambda wish: not wish, "Answers are text alone."),
    "web_search_options": (lambda wish: wish is None, "The web is not searched here."),
}
"""What would change the answer and cannot be done: to pass over it in silence would be wrong."""


def tools_of_others(strategy: str) -> str:
    """Why the tools of a program are not called there; empty where they are."""
    instead = "To have yours called, ask direct/…."
    if STRATEGIES[strategy].uses_tools:
        return f"Behind {strategy}/ a model uses Chat Studio's tools. {instead}"
    if not STRATEGIES[strategy].needs_model:
        return f"The {strategy} has tools of its own. {instead}"
    return ""


@dataclass(frozen=True, slots=True)
class Choice:
    """`mode` is auto, none or required; with a `name` that tool has to be called. `only` are the
    tools that may be called; empty for all."""

    mode: str = "auto"
    name: str = ""
    only: tuple[str, ...] = ()


MODES = {"auto": "auto", "none": "none", "required": "required", "any": "required"}


def choice_of(body: CompletionBody) -> Choice:
    field = "function_call" if body.functions and body.tool_choice is None else "tool_choice"
    wish: object = getattr(body, field)
    return read_choice(wish, field)


def read_choice(wish: object, field: str = "tool_choice") -> Choice:
    """In all shapes that OpenAI's doors have for it."""
    if wish is None:
        return Choice()
    if isinstance(wish, str) and wish in MODES:
        return Choice(MODES[wish])
    told = object_in(wish)
    if isinstance(kind := told.get("type"), str) and kind in MODES:
        return Choice(MODES[kind])
    if allowed_tools := object_at(told, "allowed_tools") or ("tools" in told and told):
        mode = MODES.get(text_at(allowed_tools, "mode"), "auto")
        return Choice(mode, only=tuple(_names_in(allowed_tools)))
    if name := text_at(object_at(told, "function"), "name") or text_at(told, "name"):
        return Choice("required", name)
    raise refuse_value(field, "Send auto, none, required, or the function that has to be called.")


def _names_in(allowed_tools: JsonMapping) -> list[str]:
    tools = allowed_tools.get("tools")
    told = [object_in(one) for one in tools] if isinstance(tools, list) else []
    return [text_at(object_at(one, "function"), "name") or text_at(one, "name") for one in told]


def must_call(choice: Choice) -> str | None:
    return choice.name if choice.mode == "required" else None


def allowed(tools: tuple[JsonObject, ...], choice: Choice) -> tuple[JsonObject, ...]:
    return tuple(tool for tool in tools if not choice.only or name_of(tool) in choice.only)


def name_of(tool: JsonMapping) -> str:
    return text_at(object_at(tool, "function"), "name")


def tools_of(body: CompletionBody) -> tuple[JsonObject, ...]:
    """As the program sends them; functions of the old kind are tools too."""
    given = [tool.model_dump(exclude_unset=True) for tool in body.tools or ()]
    old = [{"function": one.model_dump(exclude_unset=True)} for one in body.functions or ()]
    return tuple({"type": "function", **tool} for tool in given or old)


def refuse_what_cannot_be_done(body: CompletionBody, name: Name, choice: Choice) -> None:
    for field, (is_fine, why) in LIMITS.items():
        if not is_fine(getattr(body, field)):
            raise refuse_value(field, why)
    refuse_tools(tools_of(body), name, choice)


def refuse_tools(tools: tuple[JsonObject, ...], name: Name, choice: Choice) -> None:
    why = tools_of_others(name.strategy)
    if why and tools:
        raise refuse_value("tools", why)
    if choice.mode != "required":
        return
    if why:
        raise refuse_value("tool_choice", f"Which tools are called is not for you to say. {why}")
    if choice.name and choice.name not in map(name_of, tools):
        raise refuse_value("tool_choice", f"There is no tool {choice.name!r} among your tools.")
    if not allowed(tools, choice):
        raise refuse_value("tool_choice", "A tool has to be called, but none was sent in tools.")


def schema_of(
    wish: Mapping[str, object] | None, field: str = "response_format"
) -> JsonMapping | None:
    """The schema that the answer has to fit; empty for any object, None for text."""
    told = object_in(wish)
    kind = text_at(told, "type") or "text"
    if kind == "text":
        return None
    if kind == "json_object":
        return object_at(told, "schema")
    if kind == "json_schema":
        inner = object_at(told, "json_schema") or told
        if schema := object_at(inner, "schema"):
            return schema
        raise refuse_value(field, "With json_schema the schema itself is needed, in `schema`.")
    raise refuse_value(field, f"A {kind!r} is not known: send text, json_object or json_schema.")


def words_of(body: CompletionBody, with_tools: bool) -> JsonObject:
    """What only servers of OpenAI's shape know, as it came."""
    extra = object_in(body.model_extra)
    words = {name: extra[name] for name in HANDED_ON if extra.get(name) not in (None, {}, [])}
    if schema_of(body.response_format) is not None:
        words["response_format"] = object_in(body.response_format)
    if (effort := body.reasoning_effort) and effort not in EFFORTS:
        words["reasoning_effort"] = effort
    if not with_tools:
        words.pop("parallel_tool_calls", None)  # refused where there is nothing to call
    return words


def parameters_of(body: CompletionBody) -> Parameters:
    given = {one.name: getattr(body, one.openai) for one in NUMBERS}
    given["num_predict"] = limit_of(body.max_completion_tokens, given["num_predict"])
    given["thinking"] = EFFORTS.get(body.reasoning_effort or "")
    return Parameters.from_dict({**given, "stop": stops_of(body.stop)})


def limit_of(*wishes: int | None) -> int | None:
    """The first that is one. 0 and less is no limit, which -1 says to every server."""
    limit = next((wish for wish in wishes if wish is not None), None)
    return -1 if limit is not None and limit < 1 else limit


def stops_of(wish: str | list[str | None] | None) -> list[str]:
    """An empty text stops nothing."""
    return [one for one in ([wish] if isinstance(wish, str) else wish or []) if one]
