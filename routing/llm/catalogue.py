"""The models that can be chosen, from all servers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from routing.errors import RoutingError
from routing.llm.ollama_models import full_name
from routing.types import ModelInfo

EMBEDDING_WORDS = ("embed", "bert", "minilm")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`errors` has one for each server that could not be asked, with `server` in its context.
    `servers` are those that answered, `manageable` those of them that take orders."""

    models: tuple[ModelInfo, ...] = ()
    errors: tuple[RoutingError, ...] = ()
    default: ModelInfo | None = None
    servers: tuple[str, ...] = ()
    manageable: frozenset[str] = frozenset()

    def find(self, name: str, server: str = "") -> ModelInfo | None:
        return find(self.models, name, server)

    def preferring(self, name: str, server: str = "") -> "Catalogue":
        """With a person's own default, where it is there and can chat."""
        wished = (self.find(name, server) or self.find(name)) if name else None
        return replace(self, default=wished) if wished and can_chat(wished) else self


def find(models: Sequence[ModelInfo], name: str, server: str = "") -> ModelInfo | None:
    """A name without a tag means `:latest`; without a server the first one that has it."""
    wanted = full_name(name)
    for model in models:
        if full_name(model.name) == wanted and server in ("", model.server):
            return model
    return None


def choose_default(models: Sequence[ModelInfo], wanted: str, server: str = "") -> ModelInfo | None:
    """The one that is asked for if it is there, else the first that can chat."""
    named = find(models, wanted, server) if wanted else None
    return named or next(filter(can_chat, models), None)


def can_chat(model: ModelInfo) -> bool:
    """Older servers do not say what a model can; there the name has to do."""
    if model.capabilities is not None:
        return "completion" in model.capabilities
    words = f"{model.name} {model.family}".lower()
    return not any(word in words for word in EMBEDDING_WORDS)
