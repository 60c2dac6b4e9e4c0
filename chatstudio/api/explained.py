"""The API's documents as the page shows them: groups of doors, then the shapes that they name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import slugify

from chatstudio.api.documents import Api
from chatstudio.api.events_told import Events, events_told
from chatstudio.api.samples import command
from chatstudio.api.words import (
    REF,
    Field,
    Shapes,
    anchor,
    called,
    field,
    fields_of,
    kind,
    not_null,
    phrase,
    prose,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """`kind` where it is no object with fields."""

    name: str
    anchor: str
    about: SafeString
    fields: list[Field]
    kind: SafeString
    media_type: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    id: str
    method: str
    path: str
    summary: SafeString
    about: SafeString
    scopes: list[str]
    parameters: list[tuple[str, Field]]
    body: Shape | None
    is_optional: bool
    command: str
    answers: list[Shape]
    refusals: list[str]

    @property
    def steps(self) -> list[str]:
        """Of the path, which may break between them."""
        return self.path.strip("/").split("/")


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    anchor: str
    doors: list[Door]


@dataclass(frozen=True, slots=True)
class Chapter:
    api: Api
    anchor: str
    groups: list[Group]
    shapes: list[Shape]
    streamed: Events | None


def shapes_of(api: Api) -> Shapes:
    shapes = Shapes(api.document["components"]["schemas"])
    shapes.at = f"{slugify(api.title)}-shape"
    return shapes


def chapter(api: Api, server: str, with_key: bool) -> Chapter:
    document, shapes, at = api.document, shapes_of(api), slugify(api.title)
    groups: dict[str, list[Door]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            made = _door(server, path, method, operation, shapes, with_key)
            groups.setdefault(operation.get("tags", ["Others"])[0], []).append(made)
    return Chapter(
        api,
        at,
        [Group(name, f"{at}-{slugify(name)}", doors) for name, doors in groups.items()],
        list(_inner_shapes(shapes, document["paths"])),
        events_told(shapes) if api.streams_events else None,
    )


def _door(
    server: str,
    path: str,
    method: str,
    operation: Mapping[str, Any],
    shapes: Shapes,
    with_key: bool,
) -> Door:
    address = server + "".join(
        piece.upper() if n % 2 else piece
        for n, piece in enumerate(path.replace("}", "{").split("{"))
    )
    responses = operation["responses"]
    body = operation.get("requestBody", {})
    return Door(
        operation["operationId"],
        method.upper(),
        path,
        phrase(operation["summary"]),
        prose(_beyond(operation["summary"], operation.get("description", ""))),
        [
            scope
            for one in operation.get("security", ())
            for given in one.values()
            for scope in given
        ],
        [_parameter(one, shapes) for one in operation.get("parameters", ())],
        next(_contents(body, shapes), None),
        not body.get("required", False),
        command(address, method, operation, shapes, with_key),
        [
            one
            for status in responses
            if status < "400"
            for one in _answer(status, responses, shapes)
        ],
        [status for status in sorted(responses) if status >= "400"],
    )


def _beyond(summary: str, text: str) -> str:
    """What the summary has not said yet."""
    first, _, rest = text.partition("\n")
    return rest if first.strip().removesuffix(".") == summary else text


def _parameter(one: Mapping[str, Any], shapes: Shapes) -> tuple[str, Field]:
    about = {"description": one["description"]} if "description" in one else {}
    made = field(one["name"], {**one["schema"], **about}, one.get("required", False), shapes)
    return {"path": "address"}.get(one["in"], one["in"]), made


def _answer(status: str, responses: Mapping[str, Any], shapes: Shapes) -> Iterator[Shape]:
    given = responses[status]
    if not given.get("content"):
        yield Shape("", "", phrase(given["description"]), [], phrase(""), "", status)
    for shape in _contents(given, shapes):
        about = shape.about or phrase("" if given["description"] == "OK" else given["description"])
        yield Shape(shape.name, "", about, shape.fields, shape.kind, shape.media_type, status)


def _contents(given: Mapping[str, Any], shapes: Shapes) -> Iterator[Shape]:
    for media_type, content in given.get("content", {}).items():
        schema = not_null(content.get("schema", {}))
        name = schema.get("$ref", "").removeprefix(REF)
        yield _shape(name, shapes.get(name, schema), shapes, media_type)


def _shape(name: str, schema: Mapping[str, Any], shapes: Shapes, media_type: str = "") -> Shape:
    fields = fields_of(schema, shapes)
    told = phrase("") if fields else kind(schema, shapes)
    return Shape(
        called(name),
        anchor(name, shapes),
        prose(schema.get("description", "")),
        fields,
        told,
        media_type,
    )


def _inner_shapes(shapes: Shapes, paths: Mapping[str, Any]) -> Iterator[Shape]:
    """Those that fields name. What a door itself takes or gives stands with the door."""
    named = str([one.get("properties") for one in shapes.values()]) + str(_inline(paths))
    for name, schema in sorted(shapes.items()):
        if f"'{REF}{name}'" in named and "properties" in schema:
            yield _shape(name, schema, shapes)


def _inline(paths: Mapping[str, Any]) -> list[Any]:
    """Bodies and answers that are described at the door, without a name."""
    contents = [
        content.get("schema", {})
        for methods in paths.values()
        for operation in methods.values()
        for given in (operation.get("requestBody", {}), *operation["responses"].values())
        for content in given.get("content", {}).values()
    ]
    return [schema for schema in contents if "$ref" not in not_null(schema)]
