"""A typed function as a tool: schema and checking of arguments by pydantic."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from chatstudio.base.json_types import JsonMapping
from routing.tools.base import Risk, Tool, ToolContext, WrongArguments


def as_tool(function: Callable[..., Awaitable[str]], risk: Risk) -> Tool:
    model = _arguments_model(function)
    hints = get_type_hints(function)
    places = [name for name, hint in hints.items() if hint is ToolContext]

    async def run(arguments: JsonMapping, context: ToolContext) -> str:
        checked = checked_arguments(model, arguments)
        return await function(**checked, **dict.fromkeys(places, context))

    schema = model.model_json_schema()
    schema.pop("title", None)
    for entry in schema.get("properties", {}).values():
        entry.pop("title", None)
    description = inspect.cleandoc(function.__doc__ or "")

    def check(arguments: JsonMapping) -> None:
        checked_arguments(model, arguments)

    return Tool(function.__name__, description, schema, risk, run, check)


def _arguments_model(function: Callable[..., Awaitable[str]]) -> type[BaseModel]:
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if hints[name] is ToolContext:
            continue
        default = ... if parameter.default is parameter.empty else parameter.default
        fields[name] = _field(hints[name], default)
    config = ConfigDict(extra="forbid")
    return create_model(function.__name__, __config__=config, **fields)


def _field(hint: object, default: object) -> tuple[object, object]:
    """`Annotated[int, "what for"]`: the text is the description."""
    if get_origin(hint) is not Annotated:
        return hint, default
    plain, *notes = get_args(hint)
    texts = [note for note in notes if isinstance(note, str)]
    others = tuple(note for note in notes if not isinstance(note, str))
    kind = Annotated[plain, *others] if others else plain
    return kind, Field(default, description=texts[0] if texts else None)


def checked_arguments(model: type[BaseModel], arguments: JsonMapping) -> dict[str, object]:
    try:
        checked = model.model_validate(dict(arguments))
    except ValidationError as error:
        raise WrongArguments(_sentence(error)) from None
    return {name: getattr(checked, name) for name in model.model_fields}


def _sentence(error: ValidationError) -> str:
    problems = [
        f"{'.'.join(map(str, problem['loc'])) or 'arguments'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)[:5]
    ]
    return "The arguments do not fit. " + "; ".join(problems)
