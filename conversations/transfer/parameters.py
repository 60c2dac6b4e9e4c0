"""Parameters out of a file: the known ones, and only of the type that a model server takes."""

from chatstudio.base.json_types import JsonMapping, JsonObject, list_at

FRACTIONS = ("temperature", "top_p", "min_p", "repeat_penalty")
WHOLE = ("top_k", "seed", "num_ctx", "num_predict")


def parameters_of(found: JsonMapping) -> JsonObject:
    kept: JsonObject = {}
    for name in (*FRACTIONS, *WHOLE):
        value = found.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < 2**31:
            continue
        if name in FRACTIONS or value == int(value):
            kept[name] = value if name in FRACTIONS else int(value)
    if stop := [one for one in list_at(found, "stop") if isinstance(one, str) and one]:
        kept["stop"] = [*stop[:16]]
    if isinstance(found.get("keep_alive"), int | str):
        kept["keep_alive"] = found["keep_alive"]
    if found.get("thinking") in (True, False, "low", "medium", "high", "max"):
        kept["thinking"] = found["thinking"]
    return kept
