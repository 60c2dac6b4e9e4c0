"""Whether the chosen model can see the images that are to be sent to it."""

from collections.abc import Sequence

from conversations.models import Attachment
from routing.llm.catalogue import Catalogue
from routing.seeing import cannot_see

SENTENCE = "{model} cannot see images. Choose a model that can, or remove {images}."


def blind(catalogue: Catalogue, name: str, server: str, images: Sequence[Attachment]) -> str:
    """The sentence that says so; empty where it can, or where nobody knows."""
    model = (catalogue.find(name, server) or catalogue.find(name)) if name else catalogue.default
    if not images or model is None or not cannot_see(model):
        return ""
    shown = ", ".join(f"“{row.name}”" for row in images)
    return SENTENCE.format(model=model.name, images=shown)
