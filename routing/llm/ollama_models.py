"""What Ollama says of its models: `/api/tags`, `/api/show` and `/api/ps` put together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from chatstudio.base.json_types import JsonMapping, integer_at, object_at, objects_at, text_at
from routing.types import ModelInfo

CLOUD_ENDINGS = (":cloud", "-cloud")


@dataclass(frozen=True, slots=True)
class ModelDetails:
    """The part of `/api/show` that never changes for one digest."""

    capabilities: frozenset[str] | None
    context_length: int | None
    remote: bool


def full_name(name: str) -> str:
    """A name without a tag means `:latest`."""
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def read_tag(entry: JsonMapping, server: str) -> ModelInfo:
    """A model of `/api/tags`; servers before 0.30 say less."""
    name = text_at(entry, "name") or text_at(entry, "model")
    details = object_at(entry, "details")
    return ModelInfo(
        name=name,
        server=server,
        digest=text_at(entry, "digest"),
        size_bytes=integer_at(entry, "size"),
        family=text_at(details, "family"),
        parameter_size=text_at(details, "parameter_size"),
        quantization=text_at(details, "quantization_level"),
        context_length=integer_at(details, "context_length"),
        capabilities=capabilities_of(entry),
        leaves_machine=bool(text_at(entry, "remote_host")) or name.endswith(CLOUD_ENDINGS),
    )


def read_details(data: JsonMapping) -> ModelDetails:
    model_info = object_at(data, "model_info")
    architecture = text_at(model_info, "general.architecture")
    return ModelDetails(
        capabilities=capabilities_of(data),
        context_length=integer_at(model_info, f"{architecture}.context_length"),
        remote=bool(text_at(data, "remote_host")),
    )


def capabilities_of(data: JsonMapping) -> frozenset[str] | None:
    value = data.get("capabilities")
    return frozenset(map(str, value)) if isinstance(value, list) else None


def with_details(model: ModelInfo, facts: ModelDetails) -> ModelInfo:
    """`/api/tags` leaves capabilities out (tools, for one), so what is shown goes first."""
    known = model.capabilities if facts.capabilities is None else facts.capabilities
    return replace(
        model,
        capabilities=known,
        context_length=facts.context_length or model.context_length,
        leaves_machine=model.leaves_machine or facts.remote,
    )


def with_loaded(model: ModelInfo, running: Mapping[str, JsonMapping]) -> ModelInfo:
    entry = running.get(full_name(model.name))
    if entry is None:
        return replace(
            model, loaded=False, loaded_context_length=None, gpu_share=None, expires_at=None
        )
    return replace(
        model,
        loaded=True,
        loaded_context_length=integer_at(entry, "context_length"),
        gpu_share=gpu_share_of(entry),
        expires_at=moment(text_at(entry, "expires_at")),
    )


def gpu_share_of(entry: JsonMapping) -> float | None:
    """`size` is all of a loaded model, `size_vram` what of it the graphics card holds."""
    size, on_card = integer_at(entry, "size"), integer_at(entry, "size_vram")
    if not size or on_card is None:
        return None
    return min(1.0, max(0.0, on_card / size))


def moment(text: str) -> datetime | None:
    """Go writes nanoseconds, of which Python reads the microseconds."""
    try:
        parsed = datetime.fromisoformat(text)
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except ValueError:
        return None


def running_models(data: JsonMapping) -> dict[str, JsonMapping]:
    return {
        full_name(text_at(entry, "name") or text_at(entry, "model")): entry
        for entry in objects_at(data, "models")
    }
