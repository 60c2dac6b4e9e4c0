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
from routing.llm.servers import detect_models, known_models, short_ref
from routing.strategies import STRATEGIES

router = Router()


@router.get("", auth=SEE, response={200: ModelList, **REFUSALS})
async def models(request: HttpRequest) -> Facts:
    """Every model that can be asked.

    Each has three names: its own and `direct/…` ask the model alone, `tools/…` lets it use Chat
    Studio's tools. `agent` is the agent of the settings, where there is one. Where an earlier
    server has a model of the same name, an @ and the server's address stand after it.
    """
    catalogue = await detect_models()
    prefixes = ["", *(f"{strategy}/" for strategy in with_model())]
    data = {
        prefix + ref: shape(prefix + ref, model.server)
        for model in filter(can_chat, catalogue.models)
        for prefix in prefixes
        if (ref := short_ref(model, catalogue))
    }
    for name in without_model():
        if not STRATEGIES[name].missing():  # a model of this name is the one that it means
            free = f"{name}/" if name in data else name
            data[free] = shape(free, STRATEGIES[name].label)
    if not data and catalogue.errors:
        raise catalogue.errors[0]
    return {"object": "list", "data": [*data.values()]}


@router.get("/{path:model_id}", auth=SEE, response={200: Model, **REFUSALS})
async def model(request: HttpRequest, model_id: str) -> Facts:
    """One model, by any of its names."""
    name = read_name(model_id, await known_models())
    if not name.model_name:
        return shape(model_id, STRATEGIES[name.strategy].label)
    found = await choose_model(name.model_name, name.server)
    if not can_chat(found):
        raise ModelNotFound(model_name=name.model_name, server=found.server)
    return shape(model_id, found.server)


def shape(name: str, owner: str) -> Facts:
    """When a model was made its server does not say."""
    return {"id": name, "object": "model", "created": 0, "owned_by": owner}
