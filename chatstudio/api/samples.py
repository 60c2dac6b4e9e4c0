"""A command to try for each door, with a body that it takes."""

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from chatstudio.api.words import REF, not_null

JSON, FORM, EVENTS = "application/json", "multipart/form-data", "text/event-stream"
BY_FORMAT = {"date-time": "2026-01-31T09:30:00Z", "date": "2026-01-31", "binary": "@FILE"}
BY_TYPE = {"integer": 1, "number": 0.5, "boolean": True, "object": {}}
BY_NAME = {"title": "Heat pumps", "tags": "home", "name": "Work", "role": "user", "sql": "SELECT 1"}
DEEPEST = 4

type Schemas = Mapping[str, Any]


def command(
    address: str, method: str, operation: Mapping[str, Any], shapes: Schemas, with_key: bool
) -> str:
    """In several lines, ready to be pasted once what stands in capitals has been put in."""
    body = list(_body(operation, shapes))
    streams = EVENTS in operation["responses"].get("200", {}).get("content", {})
    lines = [f"curl{' -N' if streams else ''} {shlex.quote(address + _query(operation))}"]
    if method != "get" and not (method == "post" and body):
        lines.append(f"-X {method.upper()}")
    if with_key:
        lines.append('-H "Authorization: Bearer $CHAT_STUDIO_KEY"')
    if (body and body[0].startswith("-d")) or (not body and method in ("post", "put", "patch")):
        lines.append(f"-H 'Content-Type: {JSON}'")
    return " \\\n  ".join([*lines, *body])


def _query(operation: Mapping[str, Any]) -> str:
    found = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
    needed = {one["name"]: one["name"].upper() for one in found if one["required"]}
    return f"?{urlencode(needed)}" if needed else ""


def _body(operation: Mapping[str, Any], shapes: Schemas) -> Iterator[str]:
    content = operation.get("requestBody", {}).get("content", {})
    for media_type, one in content.items():
        made = sample("", one["schema"], shapes)
        if media_type != FORM:
            yield f"-d {shlex.quote(json.dumps(made, ensure_ascii=False))}"
            continue
        for name, value in made.items():
            first = value[0] if isinstance(value, list) else value
            yield f"-F {shlex.quote(f'{name}={first}')}"


def sample(name: str, schema: Mapping[str, Any], shapes: Schemas, depth: int = 0) -> Any:
    """What a person would send there: an example, a default, a value of that kind."""
    if "$ref" in schema:
        return sample(name, shapes[schema["$ref"].removeprefix(REF)], shapes, depth)
    for said in (schema.get("examples"), [schema.get("const")], schema.get("enum")):
        if said and said[0] is not None:
            return said[0]
    if "anyOf" in schema:
        core = not_null(schema)
        return sample(name, schema["anyOf"][0] if core is schema else core, shapes, depth)
    if schema.get("type") == "array":
        return [sample(name, schema.get("items", {}), shapes, depth + 1)]
    if "properties" in schema:
        return _object(schema, shapes, depth)
    return schema.get("default") or _plain(name, schema)


def _object(schema: Mapping[str, Any], shapes: Schemas, depth: int) -> dict[str, Any]:
    """What has to be there; where nothing has to, one field, if possible one with an example."""
    given = schema["properties"] if depth < DEEPEST else {}
    speaking = [one for one in given if "examples" in given[one] or one in BY_NAME]
    names = schema.get("required", ()) or [*speaking, *given][:1]
    return {one: sample(one, given[one], shapes, depth + 1) for one in given if one in names}


def _plain(name: str, schema: Mapping[str, Any]) -> Any:
    if schema.get("format") == "uuid":
        return name.upper() or "ID"
    if schema.get("format") in BY_FORMAT:
        return BY_FORMAT[schema["format"]]
    kind = schema.get("type")
    if kind in BY_TYPE:
        return max(BY_TYPE[kind], schema.get("minimum", 0)) if kind == "integer" else BY_TYPE[kind]
    return BY_NAME.get(name, "Some words")
