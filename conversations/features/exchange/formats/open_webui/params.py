"""Parameters as Open WebUI has them: the texts to stop at are one text with commas between them,
and have JSON's escapes and those of addresses in them."""

import json
import re
from urllib.parse import unquote

from chatstudio.base.json_types import JsonMapping, JsonObject, list_at
from conversations.features.exchange.parameters import in_words_of, out_of_words_of

NAME = "open-webui"
SPECIAL = re.compile(r'^\s|\s$|[,"\\\x00-\x1f]')


def params_of(parameters: JsonMapping) -> JsonObject:
    params = in_words_of(NAME, parameters)
    if stop := list_at(params, "stop"):
        params["stop"] = ",".join(_escape(str(one)) for one in stop)
    return params


def parameters_of(params: JsonMapping) -> JsonObject:
    parameters = out_of_words_of(NAME, params)
    if isinstance(stop := parameters.get("stop"), str):
        parameters["stop"] = [_unescape(one.strip()) for one in stop.split(",")]
    return parameters


def _escape(text: str) -> str:
    return SPECIAL.sub(lambda found: f"\\u{ord(found[0]):04x}", text.replace("%", "%25"))


def _unescape(text: str) -> str:
    try:
        return unquote(json.loads(f'"{text}"'))
    except ValueError:
        return text
