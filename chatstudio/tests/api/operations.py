"""The operations of the API's documents, so that a new door is in every test at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from chatstudio.api.documents import APIS
from chatstudio.api.samples import FORM, sample
from chatstudio.base.http import JSON

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
WRITES = ("POST", "PUT", "PATCH")


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    path: str
    told: Mapping[str, Any]
    shapes: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def ids(self) -> list[str]:
        """What its path names."""
        return self.path.replace("}", "{").split("{")[1::2]

    @property
    def scopes(self) -> set[str]:
        return {scope for one in self.told.get("security", ()) for scope in one.get("key", ())}

    @property
    def content(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.told.get("requestBody", {}).get("content", {})
        return found

    @property
    def needs_body(self) -> bool:
        return bool(self.told.get("requestBody", {}).get("required"))

    @property
    def takes_files(self) -> bool:
        return FORM in self.content

    def media_types(self, status: int) -> set[str]:
        return set(self.told["responses"].get(str(status), {}).get("content", {}))

    def query(self) -> str:
        """What it needs in the query."""
        needed = {
            one["name"]: sample(one["name"], one["schema"], self.shapes)
            for one in self.told.get("parameters", ())
            if one["in"] == "query" and one["required"]
        }
        return f"?{urlencode(needed)}" if needed else ""

    def body(self) -> dict[str, Any]:
        """What its document gives as an example."""
        made: dict[str, Any] = sample("", self.content[JSON]["schema"], self.shapes)
        return made

    def fields(self) -> list[str]:
        """All that its body may have."""
        named = str(self.content.get(JSON, {}).get("schema", {}))
        shapes = [shape for name, shape in self.shapes.items() if f"/{name}'" in named]
        return [field for shape in shapes for field in shape.get("properties", {})]


def operations() -> Iterator[Operation]:
    for api in APIS:
        document = api.document
        for path, methods in document["paths"].items():
            for method, told in methods.items():
                yield Operation(method.upper(), path, told, document["components"]["schemas"])


def call(
    client: Client, method: str, url: str, body: str = "", kind: str = JSON, **more: Any
) -> HttpResponse:
    """Says what the body is where there is none too, which the client alone would not."""
    answer: HttpResponse = client.generic(method, url, body, CONTENT_TYPE=kind, **more)
    return answer


def paths() -> dict[str, dict[str, Operation]]:
    """Each address with the methods that it takes."""
    found: dict[str, dict[str, Operation]] = {}
    for one in operations():
        found.setdefault(one.path, {})[one.method] = one
    return found
