"""The API's documents as the page shows them: groups of doors, then the shapes that they name."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.text import slugify

from chatstudio.api.documents import Api
from chatstudio.api.event_descriptions import Events, describe_events
from chatstudio.api.samples import command
from chatstudio.api.words import (
    REF,
    Field,
    Shapes,
    anchor,
    field,
    fields_of,
    kind,
    not_null,
    phrase,
    prose,
    title_of_shape,
)
from chatstudio.base.api.errors import OPENAI
from chatstudio.base.json_types import (
    JsonMapping,
    JsonObject,
    flag_at,
    list_at,
    named_objects_at,
    object_at,
    objects_at,
    text_at,
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
    def tells_our_events(self) -> bool:
        """Below /v1/ they are OpenAI's."""
        return not self.path.startswith(OPENAI)

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
    shapes = Shapes(named_objects_at(object_at(api.document, "components"), "schemas"))
    shapes.at = f"{slugify(api.title)}-shape"
    return shapes


def chapter(api: Api, server: str, with_key: bool) -> Chapter:
    paths, shapes, at = object_at(api.document, "paths"), shapes_of(api), slugify(api.title)
    groups: dict[str, list[Door]] = {}
    for path in paths:
        for method, operation in named_objects_at(paths, path).items():
            made = _door(server, path, method, operation, shapes, with_key)
            groups.setdefault(str((list_at(operation, "tags") or ["Others"])[0]), []).append(made)
    return Chapter(
        api,
        at,
        [Group(name, f"{at}-{slugify(name)}", doors) for name, doors in groups.items()],
        list(_inner_shapes(shapes, paths)),
        describe_events(shapes) if api.streams_events else None,
    )


def _door(
    server: str,
    path: str,
    method: str,
    operation: JsonMapping,
    shapes: Shapes,
    with_key: bool,
) -> Door:
    address = server + "".join(
        piece.upper() if n % 2 else piece
        for n, piece in enumerate(path.replace("}", "{").split("{"))
    )
    responses = named_objects_at(operation, "responses")
    body, summary = object_at(operation, "requestBody"), text_at(operation, "summary")
    return Door(
        text_at(operation, "operationId"),
        method.upper(),
        path,
        phrase(summary),
        prose(_beyond(summary, text_at(operation, "description"))),
        [
            str(scope)
            for one in objects_at(operation, "security")
            for name in one
            for scope in list_at(one, name)
        ],
        [_parameter(one, shapes) for one in objects_at(operation, "parameters")],
        next(_contents(body, shapes), None),
        not body.get("required"),
        command(address, method, operation, shapes, with_key),
        [
            one
            for status, given in responses.items()
            if status < "400"
            for one in _answer(status, given, shapes)
        ],
        [status for status in sorted(responses) if status >= "400"],
    )


def _beyond(summary: str, text: str) -> str:
    """What the summary has not said yet."""
    first, _, rest = text.partition("\n")
    return rest if first.strip().removesuffix(".") == summary else text


def _parameter(one: JsonMapping, shapes: Shapes) -> tuple[str, Field]:
    about = {"description": one["description"]} if "description" in one else {}
    schema, place = object_at(one, "schema") | about, text_at(one, "in")
    made = field(text_at(one, "name"), schema, flag_at(one, "required"), shapes)
    return {"path": "address"}.get(place, place), made


def _answer(status: str, given: JsonMapping, shapes: Shapes) -> Iterator[Shape]:
    told = text_at(given, "description")
    if not given.get("content"):
        yield Shape("", "", phrase(told), [], phrase(""), "", status)
    for shape in _contents(given, shapes):
        about = shape.about or phrase("" if told == "OK" else told)
        yield Shape(shape.name, "", about, shape.fields, shape.kind, shape.media_type, status)


def _contents(given: JsonMapping, shapes: Shapes) -> Iterator[Shape]:
    for media_type, content in named_objects_at(given, "content").items():
        schema = not_null(object_at(content, "schema"))
        name = text_at(schema, "$ref").removeprefix(REF)
        yield _shape(name, shapes.get(name, schema), shapes, media_type)


def _shape(name: str, schema: JsonMapping, shapes: Shapes, media_type: str = "") -> Shape:
    fields = fields_of(schema, shapes)
    told = phrase("") if fields else kind(schema, shapes)
    return Shape(
        title_of_shape(name),
        anchor(name, shapes),
        prose(text_at(schema, "description")),
        fields,
        told,
        media_type,
    )


def _inner_shapes(shapes: Shapes, paths: JsonMapping) -> Iterator[Shape]:
    """Those that fields name. What a door itself takes or gives stands with the door."""
    named = str([one.get("properties") for one in shapes.values()]) + str(_inline(paths))
    for name, schema in sorted(shapes.items()):
        if f"'{REF}{name}'" in named and "properties" in schema:
            yield _shape(name, schema, shapes)


def _inline(paths: JsonMapping) -> list[JsonObject]:
    """Bodies and answers that are described at the door, without a name."""
    contents = [
        object_at(content, "schema")
        for path in paths
        for operation in named_objects_at(paths, path).values()
        for given in (
            object_at(operation, "requestBody"),
            *named_objects_at(operation, "responses").values(),
        )
        for content in named_objects_at(given, "content").values()
    ]
    return [schema for schema in contents if "$ref" not in not_null(schema)]
