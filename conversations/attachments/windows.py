"""How much the model that a file will be sent to can hold."""

from conversations.history import parameters_for
from conversations.models import Conversation
from conversations.models_shown import split_ref
from routing.llm.catalogue import Catalogue


def window_of(catalogue: Catalogue, conversation: Conversation | None, ref: str) -> int | None:
    """Tokens, where a person set it or the server tells. Without `ref` of the default model."""
    wanted = parameters_for(conversation).num_ctx if conversation else None
    if wanted:
        return wanted
    name, server = split_ref(ref)
    model = catalogue.find(name, server) if name else catalogue.default
    return model.loaded_context_length if model else None
