"""Whether the chosen model can see the images that are to be sent to it."""

from collections.abc import Sequence
from uuid import UUID

from chatstudio.models import User
from conversations.models import Attachment
from routing.asking import cannot_see
from routing.types import ModelInfo

SENTENCE = "{model} cannot see images. Choose a model that can, or remove {images}."


def unseen(person: User, files: Sequence[UUID], model: ModelInfo | None) -> str:
    """Why the images among these drafts cannot be sent to this model; empty where it can see, or
    where nobody knows."""
    drafts = Attachment.objects.filter(owner=person, public_id__in=files)
    images = drafts.filter(kind=Attachment.Kind.IMAGE)
    if model is None or not cannot_see(model) or not images:
        return ""
    shown = ", ".join(f"“{row.name}”" for row in images)
    return SENTENCE.format(model=model.name, images=shown)
