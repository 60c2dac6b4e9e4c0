"""The document names every shape and every door once, in the form that OpenAPI 3.1 has."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from ninja import Schema

from chatstudio.api.studio import studio


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    document = studio.get_openapi_schema(path_prefix="/api/")
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def shapes(below: type = Schema) -> Iterator[type]:
    for shape in below.__subclasses__():
        yield shape
        yield from shapes(shape)


def test_no_two_shapes_share_a_name() -> None:
    """In the document one would stand for the other."""
    named = defaultdict(set)
    document = studio.get_openapi_schema(path_prefix="/api/")
    for shape in shapes():
        if shape.__module__.startswith(("chatstudio", "conversations", "metrics")):
            named[shape.__name__].add(shape.__module__)
    shared = {name for name, modules in named.items() if len(modules) > 1}
    assert not shared & set(document["components"]["schemas"])


def test_every_operation_has_an_id_of_its_own() -> None:
    ids = [operation["operationId"] for _, operation in operations()]
    assert len(ids) == len(set(ids))


def test_parameters_have_no_list_of_examples() -> None:
    """There `examples` is a map; a list makes the document invalid."""
    wrong = [
        name
        for name, operation in operations()
        for parameter in operation.get("parameters", ())
        if isinstance(parameter.get("examples"), list)
    ]
    assert wrong == []


@pytest.mark.parametrize("path", ["/api/chat/ui/import", "/api/chat/ui/data"])
def test_uploads_are_forms_with_a_file(path) -> None:
    operation = dict(operations())[f"post {path}"]
    schema = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert schema["properties"]["file"] == {"type": "string", "format": "binary"}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/chat/ui/export", "application/zip"),
        ("/api/chat/ui/export/prompt-profiles", "application/jsonl"),
        ("/api/chat/ui/data/{source_id}/csv", "text/csv"),
    ],
)
def test_downloads_are_binary(path, kind) -> None:
    content = dict(operations())[f"get {path}"]["responses"][200]["content"]
    assert content[kind]["schema"] == {"type": "string", "format": "binary"}
