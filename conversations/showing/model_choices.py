"""The models that a person can choose from, and what the page says about the model server."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from conversations.showing.article_views import with_code
from conversations.showing.model_use import ModelKey, ModelUse
from routing.llm.catalogue import Catalogue, can_chat
from routing.llm.servers import ref_of
from routing.types import ModelInfo

FETCHED_FROM = re.compile(r"^(hf\.co|huggingface\.co)/[^/]+/")
STATES = {
    "loaded": "in memory",
    "loading": "being loaded into memory",
    "asleep": "not in memory yet",
    "cloud": "leaves this machine",
    "gone": "not available now",
    "unknown": "",
}
"""What can be said of a model at this moment."""

NO_USES: Mapping[ModelKey, ModelUse] = {}


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """`ref` is the option's value, see routing.llm.servers; `state` is one of `STATES`."""

    ref: str
    label: str
    note: str
    is_selected: bool
    state: str = "unknown"

    @property
    def short_name(self) -> str:
        return short_name(self.label)

    @property
    def state_words(self) -> str:
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class ModelNotice:
    kind: str
    text: str = ""
    detail: str = ""
    command: str = ""

    @property
    def level(self) -> str:
        return "warning" if self.kind in ("none", "missing") else "info"

    @property
    def may_change(self) -> bool:
        """So the page asks again."""
        return self.kind in ("none", "demo")


@dataclass(frozen=True, slots=True)
class ModelChoices:
    choices: list[ModelChoice]
    notice: ModelNotice
    state: str


def short_name(name: str) -> str:
    """Without the place where it was fetched, and without the tag that says nothing."""
    return FETCHED_FROM.sub("", name).removesuffix(":latest")


def state_of(model: ModelInfo, use: ModelUse | None = None) -> str:
    if use and use.is_loading:
        return "loading"
    if model.leaves_machine:
        return "cloud"
    if model.loaded is None:
        return "unknown"
    return "loaded" if model.loaded else "asleep"


def list_model_choices(
    catalogue: Catalogue,
    name: str = "",
    server: str = "",
    uses: Mapping[ModelKey, ModelUse] = NO_USES,
) -> ModelChoices:
    """The choices with the wished model selected. One that is gone meanwhile stays in the list
    and is named as missing, so that nothing is exchanged silently."""
    models = [model for model in catalogue.models if can_chat(model)]
    selected = (catalogue.find(name, server) or catalogue.find(name)) if name else catalogue.default
    choices = [
        _choice(model, model == selected, state_of(model, uses.get((model.name, model.server))))
        for model in models
    ]
    if name and selected is None:
        choices.insert(0, ModelChoice(ref_of(name, server), name, STATES["gone"], True, "gone"))
    notice = _notice(models, catalogue, missing=name if name and selected is None else "")
    facts = repr(([(c.ref, c.label, c.note) for c in choices], notice))
    return ModelChoices(choices, notice, hashlib.sha256(facts.encode()).hexdigest()[:16])


def _choice(model: ModelInfo, is_selected: bool, state: str) -> ModelChoice:
    notes = [
        "demo model" if model.is_demo else "",
        "leaves this machine" if model.leaves_machine else "",
    ]
    note = ", ".join(note for note in notes if note)
    return ModelChoice(ref_of(model.name, model.server), model.name, note, is_selected, state)


def _notice(models: list[ModelInfo], catalogue: Catalogue, missing: str) -> ModelNotice:
    if not models:
        problem = with_code(str(catalogue.errors[0])) if catalogue.errors else ""
        return ModelNotice(
            "none",
            problem or f"{settings.LLM_BASE_URL} offers no model yet.",
            "This page notices by itself when a model appears. Without a model server you can "
            "try a small demo model:"
            if problem
            else "Install one, for example:",
            "make run MODEL=demo" if problem else "ollama pull llama3.2",
        )
    if missing:
        return ModelNotice("missing", f"{missing} is not available now. Choose another model.")
    if all(model.is_demo for model in models):
        return ModelNotice(
            "demo",
            "This is a small demo model. It often answers nonsense.",
            "For real answers install Ollama from ollama.com and get a model; this page finds "
            "it by itself:",
            "ollama pull llama3.2",
        )
    return ModelNotice("ok")
