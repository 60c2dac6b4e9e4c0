"""What fake models say where the shape of it is given, and the vectors that they make."""

import hashlib
import json
import re
from collections.abc import Mapping
from functools import reduce
from typing import Any

ORDER = re.compile(r"call (\S+) (\{.*\})", re.DOTALL)
SIMPLE = {"integer": 1, "number": 1.5, "boolean": True, "null": None, "string": "Paris"}


def in_shape(schema: Mapping[str, Any], asked: str) -> str:
    """JSON that fits. Of several ways the one that is ordered (`call NAME {…}`), else the last."""
    if order := ORDER.search(asked):
        for way in schema.get("anyOf", [schema]):
            name = way.get("properties", {}).get("name", {}).get("const")
            if name == order[1]:
                return json.dumps({"name": name, "arguments": json.loads(order[2])})
    return json.dumps(example(schema, schema) if schema else {"answer": "Paris"})


def example(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    if ref := schema.get("$ref"):
        found = reduce(lambda inner, step: inner[step], ref.split("/")[1:], root)
        return example(found, root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return example(schema[several][-1 if several == "anyOf" else 0], root)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: example(one, root) for name, one in schema.get("properties", {}).items()}
    if kind == "array":
        return [example(schema.get("items", {}), root)]
    return SIMPLE[kind]


def embed(path: str, body: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
    """Ollama's `/api/embed` or `/v1/embeddings`."""
    model, texts = str(body.get("model")), body.get("input") or []
    texts = [texts] if isinstance(texts, str) else texts
    if model != "embed:1b":
        error = "This server does not support embeddings. Start it with --embeddings"
        return 501, {"error": error if path == "/api/embed" else {"message": error}}
    vectors = [vector(text, body.get("dimensions") or 4) for text in texts]
    count = sum(len(text.split()) for text in texts)
    if path == "/api/embed":
        return 200, {"model": model, "embeddings": vectors, "prompt_eval_count": count}
    data = [{"object": "embedding", "index": n, "embedding": one} for n, one in enumerate(vectors)]
    usage = {"prompt_tokens": count, "total_tokens": count}
    return 200, {"object": "list", "data": data[::-1], "model": model, "usage": usage}


def vector(text: str, size: int) -> list[float]:
    digest = hashlib.sha256(text.encode()).digest()
    return [digest[n % 32] / 256 for n in range(size)]


def chances(text: str, others: int) -> dict[str, Any]:
    def one(token: str, chance: float) -> dict[str, Any]:
        return {"token": token, "logprob": chance, "bytes": list(token.encode())}

    top = [one(f"{text}{n or ''}", -0.5 - n) for n in range(others)]
    return {**one(text, -0.5), "top_logprobs": top}
