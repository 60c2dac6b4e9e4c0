"""Whether the chosen model can see the images that are to be sent to it."""

from collections.abc import Sequence
from uuid import UUID

from chatstudio.models import User
from conversations.answering.seam import in_thread
from conversations.answering.source import find_wished_model
from conversations.models import Attachment
from routing.asking import cannot_see
from routing.llm.servers import known_models

SENTENCE = "{model} cannot see images. Choose a model that can, or remove {images}."


async def unseen(person: User, files: Sequence[UUID], model_name: str, server: str) -> str:
    """Why the images among these drafts cannot be sent to this model; empty where it can see, or
    where nobody knows."""
    drafts = Attachment.objects.filter(owner=person, public_id__in=files)
    images = await in_thread(list, drafts.filter(kind=Attachment.Kind.IMAGE))
    model = find_wished_model(await known_models(), model_name, server)
    if not images or model is None or not cannot_see(model):
        return ""
    shown = ", ".join(f"“{row.name}”" for row in images)
    return SENTENCE.format(model=model.name, images=shown)
