"""Which model servers answer, and whether there is a model to answer with."""

from collections.abc import Iterator

from asgiref.sync import async_to_sync
from django.conf import settings

from chatstudio.base.words import count_of
from chatstudio.doctor.findings import Finding, ok, warning
from routing.llm.catalogue import Catalogue, can_chat
from routing.llm.servers import detect_models


def examine() -> Iterator[Finding]:
    """Without a model the studio runs, and says so on its page: a warning."""
    catalogue = async_to_sync(detect_models)(fresh=True, patient=True)
    for error in catalogue.errors:
        yield warning(*_split(str(error)))
    for server in catalogue.servers:
        count = sum(can_chat(model) for model in catalogue.models if model.server == server)
        if count:
            yield ok(f"{server} answers; {count_of(count, 'model')} can chat.")
        else:
            step = "Get one, for example: ollama pull llama3.2"
            yield warning(f"{server} answers, but has no model that can chat.", step)
    yield from _default(catalogue)


def _split(sentence: str) -> tuple[str, str]:
    """What is wrong, and what to do: an error's sentence says one after the other."""
    text, dot, step = sentence.replace("`", "").partition(". ")
    return (text + dot.strip(), step) if step else (sentence, "See the README on model servers.")


def _default(catalogue: Catalogue) -> Iterator[Finding]:
    wished = settings.LLM_DEFAULT_MODEL
    if wished and catalogue.servers and catalogue.find(wished) is None:
        step = f"Get it (ollama pull {wished}), or change LLM_DEFAULT_MODEL."
        yield warning(f"The default model {wished} is not there.", step)
    elif catalogue.default is not None:
        yield ok(f"The default model is {catalogue.default.name}.")
