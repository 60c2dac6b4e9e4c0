"""Files as they come in with a form or a request: whose they are, and for which model."""

from collections.abc import Sequence
from uuid import UUID

from chatstudio.models import User
from conversations.answering.history.request import parameters_for
from conversations.answering.seam import in_thread
from conversations.features.files.receiving import Received, Upload, receive_all
from conversations.features.files.rows import drafts_of
from conversations.lookup import conversation_for
from conversations.models import Conversation
from routing.llm.catalogue import Catalogue
from routing.llm.servers import known_models, split_ref


async def receive_uploads(
    person: User,
    key: UUID | None,
    uploads: Sequence[Upload],
    model_ref: str,
    *,
    by_api: bool = False,
) -> Received:
    """As drafts of the conversation with this key, or of a new one."""
    conversation, there = await in_thread(_composer, person, key, by_api)
    window = window_of(await known_models(), conversation, model_ref)
    return await receive_all(person, conversation, uploads, window, there, by_api=by_api)


def _composer(person: User, key: UUID | None, by_api: bool) -> tuple[Conversation | None, int]:
    """Whose composer it is, and how many files stand there."""
    conversation = conversation_for(person, key) if key else None
    return conversation, drafts_of(person, conversation, by_api=by_api).count()


def window_of(catalogue: Catalogue, conversation: Conversation | None, ref: str) -> int | None:
    """How many tokens the model that a file will be sent to can hold, where a person set it or the
    server tells. Without `ref` of the default model."""
    wanted = parameters_for(conversation).num_ctx if conversation else None
    if wanted:
        return wanted
    name, server = split_ref(ref)
    model = catalogue.find(name, server) if name else catalogue.default
    return model.loaded_context_length if model else None
