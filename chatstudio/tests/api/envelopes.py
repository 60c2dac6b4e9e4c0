"""What every answer of the API looks like."""

import json
from typing import Any

from django.http import HttpResponse

OURS = {"code", "message", "fields"}
OPENAIS = {"message", "type", "param", "code"}


def is_refusal(answer: HttpResponse, path: str) -> bool:
    """The one envelope of failures, with a sentence."""
    if answer.streaming or not is_json(answer):
        return False
    told: dict[str, Any] = json.loads(answer.content)
    error = told.get("error")
    if answer.status_code < 400 or not isinstance(error, dict) or not error.get("message"):
        return False
    if path.startswith("/v1/"):
        return set(told) == {"error"} and set(error) == OPENAIS
    return told["success"] is False and {"code", "message"} <= set(error) <= OURS


def is_success(answer: HttpResponse, path: str) -> bool:
    if answer.streaming or answer.status_code >= 300 or not is_json(answer):
        return False
    told = json.loads(answer.content)
    return path.startswith("/v1/") or (told.get("success") is True and "error" not in told)


def is_json(answer: HttpResponse) -> bool:
    return answer.headers.get("Content-Type", "").startswith("application/json")
