"""Which models can be asked, and under which names."""

from django.http import HttpRequest
from ninja import Router

from chatstudio.base.api.schemas import Facts
from chatstudio.base.api.scopes import SEE
from conversations.answering.source import choose_model
from conversations.api.openai.naming import read_name, with_model, without_model
from conversations.api.openai.shapes import REFUSALS, Model, ModelList
from routing.errors import ModelNotFound
from routing.llm.catalogue import can_chat
from routing.llm.servers import detect_models
from routing.strategies import STRATEGIES

router = Router()


@router.get("", auth=SEE, response={200: ModelList, **REFUSALS})
async def models(request: HttpRequest) -> Facts:
    """Every model that can be asked.

    Each has three names: its own and `direct/…` ask the model alone, `tools/…` lets it use Chat
    Studio's tools. `agent` is the agent of the settings, where there is one.
    """
    catalogue = await detect_models()
    owners = {model.name: model.server for model in reversed(catalogue.models) if can_chat(model)}
    names = dict.fromkeys(model.name for model in catalogue.models if model.name in owners)
    prefixes = ["", *(f"{strategy}/" for strategy in with_model())]
    data = [shape(prefix + name, owners[name]) for name in names for prefix in prefixes]
    alone = [name for name in without_model() if not STRATEGIES[name].missing()]
    data += [shape(name, STRATEGIES[name].label) for name in alone]
    if not data and catalogue.errors:
        raise catalogue.errors[0]
    return {"object": "list", "data": data}


@router.get("/{path:model_id}", auth=SEE, response={200: Model, **REFUSALS})
async def model(request: HttpRequest, model_id: str) -> Facts:
    """One model, by any of its names."""
    name = read_name(model_id)
    if not name.model_name:
        return shape(model_id, STRATEGIES[name.strategy].label)
    found = await choose_model(name.model_name, "")
    if not can_chat(found):
        raise ModelNotFound(model_name=name.model_name, server=found.server)
    return shape(model_id, found.server)


def shape(name: str, owner: str) -> Facts:
    """When a model was made its server does not say."""
    return {"id": name, "object": "model", "created": 0, "owned_by": owner}
