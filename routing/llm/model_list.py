"""Lists of models as servers of OpenAI's protocol write them, each under names of its own."""

from collections.abc import Sequence
from dataclasses import replace

from chatstudio.base.json_types import (
    JsonMapping,
    JsonObject,
    JsonValue,
    integer_at,
    object_at,
    objects_at,
    parse_json,
    text_at,
)
from routing.llm.kinds import capabilities_of, says_chats
from routing.types import ModelInfo

LISTS = ("data", "models", "result", "results", "items")
NAMES = ("id", "name", "model", "model_name", "key", "slug")

TRAINED = ("n_ctx_train", "max_context_length", "max_position_embeddings")
LOADED = ("loaded_context_length", "n_ctx")
"""What the model can, and what of it is there now: servers that load models tell both."""
SERVED = (
    *("max_model_len", "context_length", "context_window", "max_context_length", "context_size"),
    *("max_context_window", "max_input_tokens", "input_token_limit", "max_seq_len", "n_ctx"),
)
"""What can be sent, as servers say it that have no other window than this one."""
INSIDE = ("meta", "top_provider", "parameters", "limits", "model_info", "config")
"""Objects of an entry in which the same names stand."""


def read_list(body: bytes) -> list[JsonObject] | None:
    """The entries that have a name, which stands under `id`; None for what is no list of models."""
    found = _entries(parse_json(body))
    if found is None:
        return None
    named = {text_at(entry, "id"): entry for entry in reversed(list(map(_named, found)))}
    return [entry for name, entry in reversed(named.items()) if name]


def _entries(value: JsonValue) -> list[JsonValue] | None:
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return None
    for name in LISTS:
        inside = value.get(name)
        if isinstance(inside, list):
            return inside
        if isinstance(inside, dict):
            return _entries(inside) or _by_name(inside)
    # `data` is null where there is no model.
    return [] if "data" in value else None


def _by_name(models: JsonMapping) -> list[JsonValue]:
    """An object with an entry for each name."""
    entries = ((name, one) for name, one in models.items() if isinstance(one, dict))
    return [{"id": name, **entry} for name, entry in entries]


def _named(entry: JsonValue) -> JsonObject:
    facts = entry if isinstance(entry, dict) else {"id": entry}
    names = (text_at(facts, name).strip() for name in NAMES)
    return {**facts, "id": next(filter(None, names), "")}


def model_of(entry: JsonMapping, server: str) -> ModelInfo:
    """`meta` is llama.cpp's, `state` LM Studio's; many give a name alone."""
    meta = object_at(entry, "meta")
    tells_both = text_at(entry, "state") or "loaded_instances" in entry
    served = None if tells_both else _first(SERVED, entry)
    loaded = _first(LOADED, entry) or _loaded_instance(entry) or served
    return ModelInfo(
        name=text_at(entry, "id"),
        server=server,
        size_bytes=integer_at(meta, "size") or integer_at(entry, "size_bytes"),
        family=text_at(entry, "arch"),
        parameter_size=_in_millions(integer_at(meta, "n_params")),
        quantization=text_at(meta, "ftype") or text_at(entry, "quantization"),
        context_length=_first(TRAINED, entry) or served,
        loaded_context_length=loaded,
        loaded=_is_loaded(entry, meta),
        capabilities=capabilities_of(entry),
        chats=says_chats(entry),
    )


def _is_loaded(entry: JsonMapping, meta: JsonMapping) -> bool | None:
    if state := text_at(entry, "state"):
        return state == "loaded"
    return True if meta or integer_at(entry, "max_model_len") else None


def _first(names: Sequence[str], entry: JsonMapping) -> int | None:
    places = [entry, *(object_at(entry, name) for name in INSIDE)]
    found = (integer_at(place, name) for name in names for place in places)
    return next((length for length in found if length and length > 0), None)


def _loaded_instance(entry: JsonMapping) -> int | None:
    """LM Studio's newer list has one for each time that the model is loaded."""
    lengths = (_first(("context_length",), one) for one in objects_at(entry, "loaded_instances"))
    return next(filter(None, lengths), None)


def with_windows(models: Sequence[ModelInfo], told: Sequence[ModelInfo]) -> list[ModelInfo]:
    """With what another list of the same server says of the models of the same name."""
    facts = {model.name: model for model in told}
    return [_with_facts(model, facts.get(model.name)) for model in models]


def _with_facts(model: ModelInfo, told: ModelInfo | None) -> ModelInfo:
    if told is None:
        return model
    return replace(told, leaves_machine=model.leaves_machine, is_demo=model.is_demo)


def has_windows(models: Sequence[ModelInfo]) -> bool:
    return any(model.context_length or model.loaded_context_length for model in models)


def only_named(models: Sequence[ModelInfo], names: Sequence[str], server: str) -> list[ModelInfo]:
    """The models that a person has named, with what the server's list says of them."""
    listed = {model.name: model for model in models}
    return [listed.get(name) or ModelInfo(name, server) for name in names]


def _in_millions(count: int | None) -> str:
    """As Ollama writes it: 134.52M, 8.03B."""
    if not count:
        return ""
    return f"{count / 1e9:.2f}B" if count >= 1e9 else f"{count / 1e6:.2f}M"
