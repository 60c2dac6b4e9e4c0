"""Why no word has come yet, so that a person who waits is told."""

from routing.errors import RoutingError
from routing.types import Provider


async def what_it_waits_for(provider: Provider, model_name: str, others_running: bool) -> str:
    """`loading`, `queue` (for other answers), `prompt` (it is being read), or "" for unknown.

    A model server says nothing of this itself: it sends no byte before the first word.
    """
    try:
        loaded = await provider.is_loaded(model_name)
    except RoutingError:
        return ""
    if loaded is None:
        return ""
    if not loaded:
        return "loading"
    return "queue" if others_running else "prompt"
