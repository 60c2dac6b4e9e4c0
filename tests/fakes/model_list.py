"""The fake models as the two protocols list and describe them."""

from collections.abc import Mapping
from typing import Any

from tests.fakes.model_answers import capabilities, is_known
from tests.fakes.model_wire import CREATED_AT


def tag(name: str) -> dict[str, Any]:
    """Like the real list, which knows less of capabilities than /api/show."""
    details = {"format": "gguf", "family": "fake", "parameter_size": "1B"}
    tag = {
        "name": name,
        "model": name,
        "modified_at": CREATED_AT,
        "size": 1_000_000_000,
        "digest": f"fake-{name}",
        "details": {**details, "quantization_level": "Q4_K_M", "context_length": 8192},
        "capabilities": capabilities(name)[:1],
    }
    away = {"remote_host": "https://ollama.com:443", "remote_model": "cloud:1b"}
    return {**tag, **away} if name.endswith("-cloud") else tag


IN_GPU = {"markdown:1b": 1.0, "slow:1b": 0.4}


def running(name: str) -> dict[str, Any]:
    size = int(tag(name)["size"])
    return {
        **tag(name),
        "expires_at": "2319-01-01T00:00:00Z",
        "size_vram": int(size * IN_GPU.get(name, 0)),
        "context_length": 4096,
    }


def show(name: str) -> tuple[int, Mapping[str, Any]]:
    if name == "gone:1b" or not is_known(name):
        return 404, {"error": f"model '{name}' not found"}
    info = {"general.architecture": "fake", "fake.context_length": 8192}
    return 200, {"details": {}, "model_info": info, "capabilities": capabilities(name)}


def openai(name: str) -> dict[str, Any]:
    meta = {"n_ctx": 4096, "n_ctx_train": 8192, "n_params": 1_000_000_000, "size": 1_000_000_000}
    return {"id": name, "object": "model", "created": 1795344439, "owned_by": "fake", "meta": meta}
