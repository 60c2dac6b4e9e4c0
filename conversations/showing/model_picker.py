"""The models as a person looks for one: those in memory first, then what they used last."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from chatstudio.base.words import large_size_in_words
from chatstudio.models import User
from conversations.lookup import conversations_of
from conversations.showing.model_choices import STATES, short_name, state_of
from conversations.showing.model_use import ModelKey, ModelUse
from routing.llm.catalogue import Catalogue, can_chat
from routing.llm.servers import ref_of
from routing.types import ModelInfo

CAN = {"vision": "sees", "tools": "tools", "thinking": "thinks"}
LOOKED_BACK = 60
"""Conversations in which a model counts as used lately."""
LATELY = 5


@dataclass(frozen=True, slots=True)
class ModelRow:
    ref: str
    name: str
    short_name: str
    facts: str
    abilities: tuple[str, ...]
    state: str

    @property
    def state_words(self) -> str:
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class ModelGroup:
    title: str
    models: list[ModelRow]


def model_groups(
    person: User, catalogue: Catalogue, uses: Mapping[ModelKey, ModelUse]
) -> list[ModelGroup]:
    """Each model once, in the first group that it belongs to."""
    states = {
        model: state_of(model, uses.get((model.name, model.server)))
        for model in sorted(catalogue.models, key=lambda model: short_name(model.name).lower())
        if can_chat(model)
    }
    used = [model for key in used_lately(person) if (model := catalogue.find(*key)) in states]
    lately = list(dict.fromkeys(used))[:LATELY]
    here = [model for model, state in states.items() if state in ("loaded", "loading")]
    away = [model for model, state in states.items() if state == "cloud"]
    others = [model for model in states if model not in away]
    groups = {
        "In memory": here,
        "Used lately": lately,
        "Others": others,
        "Leave this machine": away,
    }
    has_servers = len(catalogue.servers) > 1
    shown: set[ModelInfo] = set()
    found: list[ModelGroup] = []
    for title, models in groups.items():
        new = [model for model in models if model not in shown]
        shown.update(new)
        if new:
            rows = [_row(one, states[one], has_servers) for one in new]
            found.append(ModelGroup(title, rows))
    return found


def used_lately(person: User) -> Iterable[ModelKey]:
    """Names and servers, the last one first."""
    named = conversations_of(person).filter(is_archived=False).values_list("model_name", "server")
    return dict.fromkeys((name, server) for name, server in named[:LOOKED_BACK] if name)


def _row(model: ModelInfo, state: str, has_servers: bool) -> ModelRow:
    facts = (
        large_size_in_words(model.size_bytes) if model.size_bytes else "",
        _window(model.context_length or 0),
        urlsplit(model.server).netloc if has_servers else "",
        "demo model" if model.is_demo else "",
    )
    able = model.capabilities or ()
    return ModelRow(
        ref=ref_of(model.name, model.server),
        name=model.name,
        short_name=short_name(model.name),
        facts=" · ".join(filter(None, facts)),
        abilities=tuple(word for ability, word in CAN.items() if ability in able),
        state=state,
    )


def _window(tokens: int) -> str:
    """Servers count in both thousands."""
    if not tokens:
        return ""
    thousands = tokens // (1024 if tokens % 1000 else 1000)
    return f"{thousands}k window" if thousands else f"window of {tokens}"
