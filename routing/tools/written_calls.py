"""Reading a call that a model has written down, in whatever form it was trained to.

    {"name": "f", "arguments": {"a": 1}}      also tool, parameters, function, lists of them
    <function=f><parameter=a>1</parameter>    Qwen-Coder; with names in quotes MiniMax, DeepSeek
    f<arg_key>a</arg_key><arg_value>1</…>     GLM
    [f(a=1)], print(f(a=1))                   Llama, Gemma
    f{"a": 1}, f ```json {"a": 1} ```         Mistral, DeepSeek, Kimi: a name before its arguments

What stands around it, and how it comes out of a growing text, is the sieve's.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping

from chatstudio.base.json_types import (
    JsonMapping,
    JsonObject,
    JsonValue,
    object_at,
    objects_at,
    objects_in,
)
from routing.llm.wire import tool_call
from routing.tools import lenient_json
from routing.types import ToolCall

type Offered = Mapping[str, JsonMapping]
"""The tools that the model was told of: their names, and the properties of their arguments."""

NAMES = ("name", "tool_name", "function_name", "tool", "function", "action")
ARGUMENTS = ("arguments", "parameters", "args", "params", "input", "tool_input", "action_input")
LISTS = ("tool_calls", "function_calls", "calls")
WRAPPERS = ("function", "function_call", "tool_call")
KEYS = (*NAMES, *ARGUMENTS, *LISTS, *WRAPPERS, "id", "type", "tool_call_id")
"""With which an object may begin that is a call."""

# Some have a namespace before them: <minimax:invoke …>, <｜DSML｜invoke …>.
_SPACE = r"(?:[|｜]DSML[|｜]|\w+:)?"
TAGGED = re.compile(
    rf"<{_SPACE}(?:function|invoke|tool|tool_call)(?:=|\s+name\s*=\s*)[\"']?(?P<name>[^\s\"'<>]+)[\"']?[^<>]*>"
    rf"(?P<body>.*?)(?:</{_SPACE}(?:function|invoke|tool|tool_call)>|(?=<{_SPACE}(?:function=|invoke\s))|\Z)",
    re.DOTALL | re.IGNORECASE,
)
PARAMETER = re.compile(
    rf"<{_SPACE}(?:parameter|param|arg)(?:=|\s+name\s*=\s*)[\"']?(?P<name>[^\s\"'<>]+)[\"']?"
    rf"(?P<more>[^<>]*)>(?P<value>.*?)"
    rf"(?:</{_SPACE}(?:parameter|param|arg)>|(?=<{_SPACE}parameter\b)|\Z)",
    re.DOTALL | re.IGNORECASE,
)
PAIR = re.compile(
    r"<arg_key>\s*(?P<name>.*?)\s*</arg_key>\s*<arg_value>(?P<value>.*?)(?:</arg_value>|\Z)",
    re.DOTALL,
)
BETWEEN = re.compile(r"</?tool_call>")
"""Hunyuan's calls stand side by side."""
WORD = re.compile(r"[\w.:-]+")
NO_NAMES = (
    "json",
    "function",
    "ARGS",
    "CALL_ID",
    "TOOL_CALLS",
    "call",
    "tool_call",
    "constrain",
    "message",
)
NAMED = re.compile(r"[\"']name[\"']\s*:\s*[\"']([\w.:-]+)[\"']")


def offered_by(functions: Iterable[JsonMapping]) -> Offered:
    """Of functions in OpenAI's shape."""
    told = (object_at(function, "function") for function in functions)
    return {
        str(one.get("name")): object_at(object_at(one, "parameters"), "properties") for one in told
    }


def known_name(name: str, offered: Offered) -> str:
    """As the tool is called really: `functions.f`, `f:0` and `F` are `f`. Empty for no tool."""
    if name in offered:
        return name
    pieces = [piece for piece in re.split(r"[.:]", name) if piece and not piece.isdigit()]
    for wished in (name, pieces[-1] if pieces else ""):
        plain = _plain(wished)
        if found := next((one for one in offered if _plain(one) == plain), ""):
            return found
    return ""


def _plain(name: str) -> str:
    return name.strip().casefold().replace("-", "_")


def read_call_objects(text: str, offered: Offered) -> list[ToolCall]:
    """Of a text that is nothing but JSON, or a list of pythonic calls. Only what names a tool that
    was offered and has arguments is a call there: anything else may be the answer itself."""
    if calls := _python_calls(text, offered):
        return calls if all(call.name in offered for call in calls) else []
    calls = []
    for _, _, value in lenient_json.values_in(text):
        found = _calls_in(value, offered)
        if not found or not all(call.name in offered for call in found):
            return []
        calls += found
    return calls


def read_marked_calls(text: str, offered: Offered) -> list[ToolCall]:
    """Of a text between marks that stand around nothing but calls; a name may be unknown here."""
    readers = (_tagged_calls, _paired_calls, _python_calls, _json_calls, _bare_names)
    return next((calls for read in readers if (calls := list(read(text, offered)))), [])


def malformed_call(text: str, offered: Offered) -> ToolCall:
    """What the model is to be told of, so that it can correct itself."""
    named = NAMED.search(text)
    first = WORD.search(text)
    name = (named and named[1]) or (first and known_name(first[0], offered)) or ""
    return tool_call("", known_name(name, offered) or name, text.strip())


def _tagged_calls(text: str, offered: Offered) -> Iterator[ToolCall]:
    for found in TAGGED.finditer(text):
        name = known_name(found["name"], offered) or found["name"]
        body = found["body"]
        arguments = _parameters(PARAMETER.finditer(body), offered.get(name, {}))
        if arguments or not body.strip():
            yield tool_call("", name, arguments)
        else:
            value = next((value for _, _, value in lenient_json.values_in(body)), None)
            yield tool_call("", name, value if isinstance(value, dict) else body.strip())


def _paired_calls(text: str, offered: Offered) -> Iterator[ToolCall]:
    for one in BETWEEN.split(text):
        name = WORD.search(one)
        if name and "<arg_key>" in one:
            known = known_name(name[0], offered) or name[0]
            yield tool_call("", known, _parameters(PAIR.finditer(one), offered.get(known, {})))


def _parameters(found: Iterable[re.Match[str]], properties: JsonMapping) -> JsonObject:
    arguments: JsonObject = {}
    for one in found:
        value = one["value"].removeprefix("\n").removesuffix("\n")
        is_text = 'string="true"' in (one.groupdict().get("more") or "")
        parameter = properties.get(one["name"])
        arguments[one["name"]] = value if is_text or _is_text(parameter) else _value(value)
    return arguments


def _is_text(parameter: JsonValue) -> bool:
    if not isinstance(parameter, dict):
        return False
    kinds = [parameter, *objects_at(parameter, "anyOf")]
    return any(one.get("type") == "string" for one in kinds)


def _value(text: str) -> JsonValue:
    value = lenient_json.load(text)
    return text if value is None and text.strip() not in ("null", "None") else value


def _json_calls(text: str, offered: Offered) -> Iterator[ToolCall]:
    """Objects that say what they call, or that stand behind a tool's name."""
    before = 0
    for begin, end, value in lenient_json.values_in(text):
        if calls := _calls_in(value, offered, is_marked=True):
            yield from calls
        elif isinstance(value, dict) and (name := _name_before(text[before:begin], offered)):
            yield tool_call("", name, value)
        if value is not None:  # [ARGS] and the like belong to the name
            before = end


def _name_before(text: str, offered: Offered) -> str:
    """The last word before its arguments that can be a name."""
    words = [word for word in WORD.findall(text) if word not in NO_NAMES]
    known = [name for word in words if (name := known_name(word, offered))]
    return (known or words or [""])[-1]


def _bare_names(text: str, offered: Offered) -> Iterator[ToolCall]:
    if name := known_name(text.strip(), offered):
        yield tool_call("", name, {})


def _calls_in(value: JsonValue, offered: Offered, *, is_marked: bool = False) -> list[ToolCall]:
    """All of a value or nothing of it."""
    if isinstance(value, list):
        found = [_calls_in(one, offered, is_marked=is_marked) for one in objects_in(value)]
        is_all = len(found) == len(value)
        return [call for calls in found for call in calls] if is_all and all(found) else []
    if not isinstance(value, dict):
        return []
    for name in LISTS:
        if isinstance(value.get(name), list):
            return _calls_in(value[name], offered, is_marked=is_marked)
    for name in WRAPPERS:
        if isinstance(value.get(name), dict):
            return _calls_in(value[name], offered, is_marked=is_marked)
    return _call_in(value, offered, is_marked=is_marked)


def _call_in(value: JsonObject, offered: Offered, *, is_marked: bool) -> list[ToolCall]:
    said = next((one for key in NAMES if isinstance(one := value.get(key), str)), "")
    name = known_name(said, offered)
    key = next((key for key in ARGUMENTS if key in value), "")
    if key and said and not _is_description(value[key]):
        return [tool_call("", name or said, _whole(value[key], key, offered.get(name, {})))]
    rest: JsonObject = {key: one for key, one in value.items() if key not in KEYS}
    if name and rest and rest.keys() <= offered[name].keys():
        return [tool_call("", name, rest)]
    if name and is_marked and not key and not rest:
        return [tool_call("", name, {})]
    if is_marked and len(value) == 1:
        ((alone, arguments),) = value.items()
        if (name := known_name(alone, offered)) and isinstance(arguments, dict):
            return [tool_call("", name, arguments)]
    return []


def _whole(arguments: JsonValue, key: str, properties: JsonMapping) -> JsonValue:
    """LangChain's `action_input` may be the only argument itself."""
    is_plain = key.endswith("input") and isinstance(arguments, str) and len(properties) == 1
    if not is_plain or isinstance(lenient_json.load(str(arguments)), dict):
        return arguments
    return dict.fromkeys(properties, arguments)


def _is_description(arguments: JsonValue) -> bool:
    """A model that repeats what it was told of a tool does not call it."""
    return (
        isinstance(arguments, dict)
        and arguments.get("type") == "object"
        and isinstance(arguments.get("properties"), dict)
    )


def _python_calls(text: str, offered: Offered) -> list[ToolCall]:
    """`[f(a=1), g()]`, `f(a=1)`, `print(f(a=1))`, `f.call(a=1)`."""
    try:
        body = ast.parse(_without_fence(text).strip()).body
        nodes = [node for statement in body for node in _called(statement)]
        return [_python_call(node, offered) for node in nodes]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _without_fence(text: str) -> str:
    return re.sub(r"^\s*```\w*\n|```\s*$", "", text)


def _called(node: ast.AST) -> list[ast.Call]:
    match node:
        case ast.Expr(value=inner) | ast.Assign(value=inner):
            return _called(inner)
        case ast.List(elts=several) | ast.Tuple(elts=several) if several:
            return [call for one in several for call in _called(one)]
        case ast.Call(func=ast.Name(id="print"), args=[ast.Call() as inner]):
            return [inner]
        case ast.Call():
            return [node]
    raise ValueError("no call")


def _python_call(node: ast.Call, offered: Offered) -> ToolCall:
    said = ast.unparse(node.func).removesuffix(".call")
    name = known_name(said, offered)
    if not name and not re.fullmatch(r"[\w.]+", said):
        raise ValueError(said)
    arguments: JsonObject = {
        place: _literal(value)
        for place, value in zip(offered.get(name, {}), node.args, strict=False)
    }
    arguments |= {one.arg: _literal(one.value) for one in node.keywords if one.arg}
    return tool_call("", name or said, arguments)


def _literal(node: ast.expr) -> JsonValue:
    """A value, or the text of what would have to be computed first."""
    if isinstance(node, ast.Name):
        words: JsonObject = {"true": True, "false": False, "null": None}
        return words.get(node.id, node.id)
    try:
        value: JsonValue = json.loads(json.dumps(ast.literal_eval(node)))
    except (ValueError, TypeError):
        return ast.unparse(node)
    return value
