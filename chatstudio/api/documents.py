"""The documents that the page of the API shows, one after the other."""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from chatstudio.api.described import described


@dataclass(frozen=True, slots=True)
class Api:
    """`address` is where programs find the document itself."""

    title: str
    module: str
    name: str
    prefix: str
    lead: str

    @property
    def address(self) -> str:
        return f"{self.prefix}openapi.json"

    @property
    def document(self) -> dict[str, Any]:
        return described(getattr(import_module(self.module), self.name), self.prefix)


KNOWN = [
    Api(
        "The studio",
        "chatstudio.api.studio",
        "studio",
        "/api/",
        "What a person does on the pages, for programs.",
    ),
    Api(
        "For clients of OpenAI",
        "chatstudio.api.openai",
        "compatible",
        "/v1/",
        "For programs that were written for OpenAI's API: give them this server's address, "
        "with /v1 behind it, and a key.",
    ),
]


def apis() -> list[Api]:
    return [api for api in KNOWN if find_spec(api.module)]
