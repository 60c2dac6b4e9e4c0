"""Whether the chosen model can see the images that are to be sent to it."""

from collections.abc import Sequence
from uuid import UUID

from chatstudio.models import User
from conversations.answering.seam import in_thread
from conversations.features.files import rows
from conversations.models import Attachment
from routing.fitting import cannot_see
from routing.llm.catalogue import Catalogue
from routing.llm.servers import known_models

SENTENCE = "{model} cannot see images. Choose a model that can, or remove {images}."


def blind(catalogue: Catalogue, name: str, server: str, images: Sequence[Attachment]) -> str:
    """The sentence that says so; empty where it can, or where nobody knows."""
    model = (catalogue.find(name, server) or catalogue.find(name)) if name else catalogue.default
    if not images or model is None or not cannot_see(model):
        return ""
    shown = ", ".join(f"“{row.name}”" for row in images)
    return SENTENCE.format(model=model.name, images=shown)


async def unseen(person: User, files: Sequence[UUID], model_name: str, server: str) -> str:
    """Why the images among these drafts cannot be sent to this model; empty where nothing speaks
    against it."""
    images = await in_thread(rows.images_among, person, files)
    return blind(await known_models(), model_name, server, images)
