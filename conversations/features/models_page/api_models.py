"""Doors to what a conversation can be written by: models and routing profiles."""

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from chatstudio.base.api.schemas import READS, Facts, Success
from chatstudio.base.api.scopes import SEE
from conversations.lookup import person_of
from conversations.showing.api.shapes import ErrorShape
from conversations.showing.routing_choices import routing_choices
from routing.llm.catalogue import Catalogue, can_chat
from routing.llm.servers import detect_models, short_ref
from routing.types import ModelInfo

router = Router()


class ModelShape(Schema):
    """`id` is the model's name; where an earlier server has one of that name, an @ and its server's
    address follow. Send it as `model`; the long form is always taken too. What the server does not
    say is null or empty. `leaves_machine`: what you write goes to somebody else."""

    id: str
    name: str
    server: str
    size_bytes: int | None
    family: str
    parameter_size: str
    quantization: str
    context_length: int | None
    loaded: bool | None
    capabilities: list[str] | None
    can_chat: bool
    leaves_machine: bool
    is_demo: bool


class ServerProblem(ErrorShape):
    server: str


class Models(Success):
    """`default_model` is what a new conversation begins with: your own choice where it is there,
    else the studio's; null where no model is there. `errors` are of servers that did not answer."""

    models: list[ModelShape]
    default_model: str | None
    errors: list[ServerProblem]


class RoutingProfileShape(Schema):
    """`reason` says why it cannot answer now; empty where it can."""

    id: str = Field(validation_alias="value")
    name: str = Field(validation_alias="label")
    is_available: bool
    reason: str
    needs_model: bool
    uses_tools: bool


class RoutingProfiles(Success):
    profiles: list[RoutingProfileShape]


@router.get("/models", auth=SEE, response={200: Models, **READS})
async def models(request: HttpRequest) -> Facts:
    """The models that you can choose from, of all servers that answer."""
    person = person_of(request)
    catalogue = await detect_models()
    own = catalogue.preferring(person.default_model_name, person.default_server)
    chatting = [model_shape(model, catalogue) for model in catalogue.models if can_chat(model)]
    return {
        "models": chatting,
        "default_model": default_of(own),
        "errors": problems_of(catalogue),
    }


@router.get(
    "/profiles", auth=SEE, summary="Routing profiles", response={200: RoutingProfiles, **READS}
)
def profiles(request: HttpRequest) -> Facts:
    """The routing profiles: who answers, and whether it can now."""
    return {"profiles": routing_choices()}


def model_shape(model: ModelInfo, catalogue: Catalogue) -> Facts:
    return {
        "id": short_ref(model, catalogue),
        "name": model.name,
        "server": model.server,
        "size_bytes": model.size_bytes,
        "family": model.family,
        "parameter_size": model.parameter_size,
        "quantization": model.quantization,
        "context_length": model.context_length,
        "loaded": model.loaded,
        "capabilities": None if model.capabilities is None else sorted(model.capabilities),
        "can_chat": can_chat(model),
        "leaves_machine": model.leaves_machine,
        "is_demo": model.is_demo,
    }


def default_of(catalogue: Catalogue) -> str | None:
    default = catalogue.default
    return short_ref(default, catalogue) if default else None


def problems_of(catalogue: Catalogue) -> list[dict[str, str]]:
    return [
        {"code": one.code, "message": str(one), "server": str(one.context.get("server", ""))}
        for one in catalogue.errors
    ]
