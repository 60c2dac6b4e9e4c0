"""A command to try for each door, with a body that it takes."""

import json
import shlex
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from chatstudio.api.words import REF, not_null
from chatstudio.base.json_types import (
    JsonMapping,
    JsonObject,
    JsonValue,
    integer_at,
    list_at,
    named_objects_at,
    object_at,
    objects_at,
    text_at,
)

JSON, FORM, EVENTS = "application/json", "multipart/form-data", "text/event-stream"
BY_FORMAT = {"date-time": "2026-01-31T09:30:00Z", "date": "2026-01-31", "binary": "@FILE"}
BY_TYPE: JsonObject = {"number": 0.5, "boolean": True, "object": {}}
BY_NAME = {"title": "Heat pumps", "tags": "home", "name": "Work", "role": "user", "sql": "SELECT 1"}
DEEPEST = 4

type Schemas = Mapping[str, JsonMapping]


def command(
    address: str, method: str, operation: JsonMapping, shapes: Schemas, with_key: bool
) -> str:
    """In several lines, ready to be pasted once what stands in capitals has been put in."""
    body = list(_body(operation, shapes))
    streams = EVENTS in object_at(object_at(object_at(operation, "responses"), "200"), "content")
    lines = [f"curl{' -N' if streams else ''} {shlex.quote(address + _query(operation))}"]
    if method != "get" and not (method == "post" and body):
        lines.append(f"-X {method.upper()}")
    if with_key:
        lines.append('-H "Authorization: Bearer $CHAT_STUDIO_KEY"')
    if body and body[0].startswith("-d"):
        lines.append(f"-H 'Content-Type: {JSON}'")
    return " \\\n  ".join([*lines, *body])


def _query(operation: JsonMapping) -> str:
    found = [one for one in objects_at(operation, "parameters") if one["in"] == "query"]
    needed = [text_at(one, "name") for one in found if one["required"]]
    return f"?{urlencode({name: name.upper() for name in needed})}" if needed else ""


def _body(operation: JsonMapping, shapes: Schemas) -> Iterator[str]:
    content = named_objects_at(object_at(operation, "requestBody"), "content")
    for media_type, one in content.items():
        made = sample("", object_at(one, "schema"), shapes)
        if media_type != FORM or not isinstance(made, dict):
            yield f"-d {shlex.quote(json.dumps(made, ensure_ascii=False))}"
            continue
        for name, value in made.items():
            first = value[0] if isinstance(value, list) else value
            yield f"-F {shlex.quote(f'{name}={first}')}"


def sample(name: str, schema: JsonMapping, shapes: Schemas, depth: int = 0) -> JsonValue:
    """What a person would send there: an example, a default, a value of that kind."""
    if "$ref" in schema:
        return sample(name, shapes[text_at(schema, "$ref").removeprefix(REF)], shapes, depth)
    for said in (list_at(schema, "examples"), [schema.get("const")], list_at(schema, "enum")):
        if said and said[0] is not None:
            return said[0]
    if "anyOf" in schema:
        core = not_null(schema)
        first = objects_at(schema, "anyOf")[0] if core is schema else core
        return sample(name, first, shapes, depth)
    if schema.get("type") == "array":
        return [sample(name, object_at(schema, "items"), shapes, depth + 1)]
    if "properties" in schema:
        return _object(schema, shapes, depth)
    return schema.get("default") or _plain(name, schema)


def _object(schema: JsonMapping, shapes: Schemas, depth: int) -> JsonObject:
    """What has to be there; where nothing has to, one field, if possible one with an example."""
    given = named_objects_at(schema, "properties") if depth < DEEPEST else {}
    speaking = [one for one in given if "examples" in given[one] or one in BY_NAME]
    names = list_at(schema, "required") or [*speaking, *given][:1]
    return {one: sample(one, given[one], shapes, depth + 1) for one in given if one in names}


def _plain(name: str, schema: JsonMapping) -> JsonValue:
    form, kind = text_at(schema, "format"), text_at(schema, "type")
    if form == "uuid":
        return name.upper() or "ID"
    if form in BY_FORMAT:
        return BY_FORMAT[form]
    if kind == "integer":
        return max(1, integer_at(schema, "minimum") or 1)
    return BY_TYPE[kind] if kind in BY_TYPE else BY_NAME.get(name, "Some words")
