"""The documents that the page of the API shows, one after the other."""

from dataclasses import dataclass

from django.urls import get_script_prefix
from ninja import NinjaAPI

from chatstudio.api.described import describe_api
from chatstudio.api.studio import compatible, studio
from chatstudio.base.json_types import JsonObject


@dataclass(frozen=True, slots=True)
class Api:
    """`address` is where programs find the document itself, `notes` the template that says how its
    doors are called; whether their streams have the studio's events."""

    title: str
    api: NinjaAPI
    prefix: str
    lead: str
    notes: str
    streams_events: bool = False

    @property
    def name(self) -> str:
        return self.api.urls_namespace

    @property
    def address(self) -> str:
        return f"{get_script_prefix()}{self.prefix[1:]}openapi.json"

    @property
    def document(self) -> JsonObject:
        return describe_api(self.api, self.prefix)


APIS = [
    Api(
        "The studio",
        studio,
        "/api/",
        "What a person does on the pages, for programs.",
        "api/_notes_studio.html",
        streams_events=True,
    ),
    Api(
        "For clients of OpenAI",
        compatible,
        "/v1/",
        "For programs that were written for OpenAI's API: give them this server's address with "
        "/v1 behind it and, where there are accounts, an API key; elsewhere any key will do.",
        "api/_notes_openai.html",
    ),
]
