"""What is done with models at their servers, for the page and the API alike. Who may do it is
asked at the door."""

from django.http import HttpRequest

from chatstudio.models import AuditEntry, User
from conversations.answering.seam import in_thread
from conversations.features.models_page.orders import live
from conversations.models import ModelOrder
from routing.errors import ModelCannot, ModelNotFound
from routing.llm.catalogue import can_chat
from routing.llm.servers import detect_models, manager_at, split_ref
from routing.types import ModelInfo

LONGEST_REF = 520
NOBODY_TAKES_ORDERS = "No model server that takes orders is there now. Start Ollama and try again."

Action = AuditEntry.Action


async def find_model(ref: str) -> ModelInfo:
    """The model as its server lists it; raises ModelNotFound."""
    name, server = split_ref(ref[:LONGEST_REF])
    model = (await detect_models()).find(name, server) if name and server else None
    if model is None:
        model = (await detect_models(fresh=True)).find(name, server) if name else None
    if model is None:
        raise ModelNotFound(model_name=name or "?", server=server or "the model server")
    return model


async def fetch(request: HttpRequest, person: User, name: str, server: str) -> ModelOrder:
    order = await live.give(person, ModelOrder.Kind.PULL, name, server)
    await in_thread(AuditEntry.objects.note, request, Action.MODEL_FETCHED, name)
    return order


async def load(person: User, ref: str) -> ModelOrder:
    model = await find_model(ref)
    await manager_at(model.server)
    return await live.give(person, ModelOrder.Kind.LOAD, model.name, model.server)


async def unload(ref: str) -> None:
    model = await find_model(ref)
    await (await manager_at(model.server)).unload(model.name)
    await detect_models(fresh=True)


async def remove(request: HttpRequest, ref: str) -> None:
    model = await find_model(ref)
    await (await manager_at(model.server)).delete(model.name)
    await in_thread(AuditEntry.objects.note, request, Action.MODEL_REMOVED, model.name)
    await detect_models(fresh=True)


async def choosable(ref: str) -> ModelInfo | None:
    """The model that somebody wants as the default one; raises ModelCannot where it cannot chat."""
    model = await find_model(ref) if ref else None
    if model and not can_chat(model):
        raise ModelCannot(model_name=model.name, capability="chat")
    return model


def choose_default(person: User, model: ModelInfo | None) -> None:
    """A person's own model for new chats; none leaves it to LLM_DEFAULT_MODEL again."""
    name, server = (model.name, model.server) if model else ("", "")
    User.objects.filter(pk=person.pk).update(default_model_name=name, default_server=server)
    person.default_model_name, person.default_server = name, server
