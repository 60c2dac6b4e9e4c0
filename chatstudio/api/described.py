"""An API described as OpenAPI.

The library makes the document; here it gets the scopes of each door, short names of its doors and
of shapes, and what a door's first line says as its summary.
"""

import json
import re
from functools import cache

from ninja import NinjaAPI
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation

from chatstudio.base.api.scopes import Needs
from chatstudio.base.json_types import JsonObject

BEARER = "key"
IN_WORDS = "An API key: Authorization: Bearer cs-… A signed-in browser needs none."


@cache
def describe_api(api: NinjaAPI, prefix: str) -> JsonObject:
    """As whoever asks for the JSON gets it: each status is text."""
    found: JsonObject = json.loads(json.dumps(Document(api, prefix)))
    return found


class Document(OpenAPISchema):
    """Of two shapes with one name the later one gets its topic before its own."""

    topic = ""

    def get_paths(self) -> dict[str, object]:
        self.made: dict[str, object] = super().get_paths()
        return self.made

    def operation_details(self, operation: Operation) -> dict[str, object]:
        view = operation.view_func
        self.topic = topic_of(view.__module__)
        self.renamed: dict[str, str] = {}
        details: dict[str, object] = super().operation_details(operation)
        details["operationId"] = operation.operation_id or name_of(self.topic, view.__name__)
        text = str(details.get("description", ""))
        if operation.summary == view.__name__.title().replace("_", " "):
            details["summary"] = text.partition("\n")[0].strip().removesuffix(".")
        for new in self.renamed.values():
            self.schemas[new] = self._renamed(self.schemas[new])
        return {key: self._renamed(one) for key, one in details.items()}

    def operation_security(self, operation: Operation) -> list[dict[str, object]] | None:
        scopes = [one.scopes for one in operation.auth_callbacks if isinstance(one, Needs)]
        return [{BEARER: [scope]} for needed in scopes for scope in needed] or None

    def add_schema_definitions(self, definitions: dict[str, object]) -> None:
        for name, shape in definitions.items():
            if self.schemas.get(name, shape) != shape:
                self.renamed[name] = f"{self.topic.title().replace('_', '')}{name}"
            self.schemas[self.renamed.get(name, name)] = shape

    def _renamed(self, value: object) -> object:
        if isinstance(value, dict):
            return {key: self._renamed(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._renamed(one) for one in value]
        named = {ref(old): ref(new) for old, new in self.renamed.items()}
        return named.get(value, value) if isinstance(value, str) else value

    def get_components(self) -> dict[str, object]:
        scheme = {"type": "http", "scheme": "bearer", "description": IN_WORDS}
        return {"schemas": self._used(), "securitySchemes": {BEARER: scheme}}

    def _used(self) -> dict[str, object]:
        """Query parameters stand with their doors, so what they were read by is left out."""
        used: dict[str, object] = {}
        new = [self.made]
        while new:
            text = json.dumps(new)
            names = [name for name in self.schemas if f'"{ref(name)}"' in text]
            new = [self.schemas[name] for name in names if name not in used]
            used |= {name: self.schemas[name] for name in names}
        return used


def ref(name: str) -> str:
    return REF_TEMPLATE.format(model=name)


# Generated clients call their methods by these; a module that is moved renames none.
TOPICS = {"exchange": "transfer", "files": "attachments", "models_page": "llm"}


def topic_of(module: str) -> str:
    """`turns` of conversations.api.turns, `metrics` of metrics.api.doors, `mcp` of
    chatstudio.mcp.api, `models` of a feature's api_models."""
    before, _, after = re.sub(r"\.api_", ".api.", f"{module}.").partition(".api.")
    topic = after.strip(".").replace(".", "_")
    feature = before.rpartition(".")[2]
    return TOPICS.get(feature, feature) if topic in ("", "doors") else topic


def name_of(topic: str, function: str) -> str:
    """`turns_send`, but `change_attachment`, `conversations` and `change_conversation_settings`:
    no noun twice."""
    if _one(topic) in function:
        return function
    kind, _, of_topic = topic.rpartition("_")
    verb, _, noun = function.rpartition("_")
    if _one(noun) == _one(of_topic):
        return "_".join(word for word in (verb, kind, noun) if word)
    return f"{topic}_{function}"


def _one(noun: str) -> str:
    return f"{noun[:-3]}y" if noun.endswith("ies") else noun.removesuffix("s")
