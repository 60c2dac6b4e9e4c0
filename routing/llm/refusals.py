"""A server's error, whatever its shape, as the `RoutingError` that says what to do.

`error` may be a text, JSON inside a text, an object or a list of them; a body may be plain text,
a web page or empty. What the words mean stands in `wordings`.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from chatstudio.base.json_types import (
    JsonMapping,
    JsonObject,
    JsonValue,
    integer_at,
    list_at,
    object_at,
    objects_at,
    objects_in,
    parse_json,
    parse_object,
    text_at,
)
from routing import errors
from routing.llm import wordings
from routing.llm.address import hide_password, swap_scheme
from routing.llm.client import Patience

LONGEST_DETAIL = 500
MARKUP = re.compile(r"<[a-z!/][^>]*>|^error code: \d+$", re.IGNORECASE)

COMPLAINTS = (
    *("error", "message", "detail", "errors", "msg"),
    *("error_message", "errorMessage", "error_msg", "Message", "exception", "fault", "faultstring"),
)
USUAL = frozenset({"id", "object", "created", "model", "choices", "usage", "system_fingerprint"})
NEVER_OF_FAILURE = frozenset({"model", "created_at", "message", "done", "response"})
"""All that most lines of Ollama have."""
WITHOUT_WORDS = {
    407: "a proxy before it wants to know who asks",
    408: "it waited too long for the question",
    413: "what was sent is too large for it, or for a proxy before it",
    500: "it says no more than that",
    502: "a proxy before it could not reach it",
    503: "it, or a proxy before it, takes no requests right now",
    504: "a proxy before it waited too long for the answer",
    520: "a proxy before it got no proper answer",
    521: "a proxy before it could not reach it",
    522: "a proxy before it could not reach it in time",
    523: "a proxy before it could not reach it",
    524: "a proxy before it waited too long for the answer",
    525: "a proxy before it could not reach it by https",
    526: "a proxy before it does not trust its certificate",
}
"""What a status means where the server says nothing that can be read."""
ALL_BUT_LENGTH = (401, 402, 403, 404, 429)
"""Statuses whose cause is another, whatever their words name."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a server said. `is_json` tells an answer of its protocol from a web server's page."""

    detail: str
    is_json: bool = True
    fields: JsonMapping = field(default_factory=dict)


def read_complaint(body: bytes) -> Complaint:
    data = parse_json(body)
    if isinstance(data, list):  # Gemini's errors stand in one
        data = next(iter(objects_in(data)), {})
    if isinstance(data, dict):
        return complaint_of(data)
    return Complaint(_readable(body.decode("utf-8", "replace")), is_json=False)


def complaint_of(data: JsonMapping) -> Complaint:
    told = (data.get(name) for name in COMPLAINTS)
    error = next((one for one in told if one and one is not True), None)
    if isinstance(error, str) and (inner := parse_object(error)) is not None:
        return complaint_of(inner)
    if isinstance(error, dict):
        return complaint_of(error)
    said = error or text_at(data, "code") or text_at(data, "type")
    return Complaint(_words(said), fields=data)


def _words(value: JsonValue) -> str:
    """Of a list, what its entries say, and of which place of the request."""
    if isinstance(value, list):
        return _readable("; ".join(filter(None, map(_words, value))))
    if isinstance(value, dict):
        said = complaint_of(value).detail
        place = ".".join(str(step) for step in list_at(value, "loc") if step != "body")
        return f"{said} ({place})" if place else said
    return "" if value is None else _readable(str(value))


def _readable(text: str) -> str:
    """Nothing of a web page, which is markup and says no more than its status."""
    text = text.strip()
    found = MARKUP.search(text)
    return (text[: found.start()] if found else text).strip()[:LONGEST_DETAIL]


def _joined(server: str, location: str) -> str:
    """Where a redirection leads, without a password and a query."""
    try:
        return hide_password(urljoin(f"{server}/", location))
    except ValueError:  # it is no address
        return "another address"


def refusal(
    status: int,
    body: bytes,
    *,
    server: str,
    model_name: str = "",
    headers: Mapping[str, str] | None = None,
) -> errors.RoutingError:
    """For an answer that is not 200. Without a model's name a 404 speaks of the address."""
    said, told = read_complaint(body), headers or {}
    if 300 <= status < 400 and "location" in told:
        return errors.ServerMoved(server=server, location=_joined(server, told["location"]))
    if status == 400 and wordings.HTTPS_THERE.search(body):
        instead = swap_scheme(server)
        return errors.ServerUnreachable(server=server, reason="https_there", instead=instead)
    if status in (402, 429, 529):
        return _not_now(status, said, server, told)
    known = by_words(said, model_name=model_name)
    if known is None and model_name and wordings.UNKNOWN_MODEL.search(said.detail):
        known = errors.ModelNotFound(model_name=model_name, server=server)
    return known or _by_status(status, said, server, model_name, told)


def read_chunk(data: bytes, model_name: str, patience: Patience) -> JsonObject:
    """A line of a stream; empty where it says nothing."""
    if not data.strip():
        return {}
    chunk = parse_object(data)
    if chunk is None:
        raise errors.BadAnswer(server=patience.server, detail="a line that is not JSON")
    raise_failure(chunk, model_name, patience)
    return chunk


def raise_failure(chunk: JsonMapping, model_name: str, patience: Patience) -> None:
    """An error in a stream whose status was 200. A cause is looked for before the answer."""
    if (said := failure_in(chunk)) is None:
        return
    detail = said.detail or "it does not say why"
    if wordings.UNREADABLE_CALL.search(detail):
        raise errors.UnreadableCall(model_name=model_name, detail=detail)
    if patience.answering:
        raise errors.StreamFailed(server=patience.server, detail=detail)
    known = by_words(said, model_name=model_name)
    facts = {"server": patience.server, "detail": detail, **_doubts_of(500, said)}
    raise known or errors.ServerFailed(**facts)


def failure_in(chunk: JsonMapping) -> Complaint | None:
    """Under its name, within the only choice, or as all that a chunk says."""
    if chunk.keys() <= NEVER_OF_FAILURE and isinstance(chunk.get("message", chunk), dict):
        return None
    if chunk.get("error"):
        return complaint_of(chunk)
    unusual = chunk.keys() - USUAL
    if misplaced := [name for name in unusual if wordings.UNREADABLE_CALL.search(name)]:
        return Complaint(f"{misplaced[0]}: {chunk[misplaced[0]]}")  # older Ollama
    choices = objects_at(chunk, "choices")
    if choices:
        failed = [choice for choice in choices[:1] if choice.get("error")]
        return complaint_of(failed[0]) if failed else None
    base = object_at(chunk, "base_resp")
    if base.get("status_code"):
        return complaint_of({"error": base.get("status_msg"), **base})
    told = [chunk.get(name) for name in COMPLAINTS[1:]]
    is_all = any(one and isinstance(one, str | list) for one in told) or object_at(chunk, "fault")
    return complaint_of(chunk) if is_all or chunk.get("object") == "error" else None


def by_words(said: Complaint, *, model_name: str) -> errors.RoutingError | None:
    if wordings.UNREADABLE_CALL.search(said.detail):
        return errors.UnreadableCall(model_name=model_name, detail=said.detail)
    codes = {text_at(said.fields, "type"), text_at(said.fields, "code")}
    if codes & wordings.TOO_LONG_CODES or wordings.is_too_long(said.detail):
        counted, limit = wordings.count_and_limit(said.detail)
        return errors.ContextExceeded(
            model_name=model_name,
            prompt_tokens=integer_at(said.fields, "n_prompt_tokens") or counted,
            context_length=integer_at(said.fields, "n_ctx") or limit,
        )
    if capability := wordings.lacks_capability(said.detail):
        return errors.ModelCannot(model_name=model_name, capability=capability)
    if wordings.NOT_LOADED.search(said.detail):
        return errors.ModelLoadFailed(model_name=model_name, detail=said.detail)
    return None


def _not_now(
    status: int, said: Complaint, server: str, headers: Mapping[str, str]
) -> errors.RoutingError:
    """Limits and money, in the server's own words."""
    facts: JsonObject = {"server": server, "detail": said.detail}
    if (seconds := retry_seconds(headers)) is not None:
        facts["retry_seconds"] = seconds
    if status == 402:
        return errors.PaymentNeeded(**facts)
    if status in (503, 529):
        return errors.ServerBusy(**facts)
    if wordings.is_too_long(said.detail):
        facts["may_be_too_long"] = True
    return errors.RateLimited(**facts)


def retry_seconds(headers: Mapping[str, str]) -> int | None:
    """Retry-After is a number of seconds or a date."""
    told = headers.get("retry-after", "").strip()
    with suppress(ValueError, OverflowError):
        return max(0, round(float(told)))
    with suppress(ValueError):
        until = parsedate_to_datetime(told)
        left = until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)
        return max(0, round(left.total_seconds()))
    return None


def _by_status(
    status: int, said: Complaint, server: str, model_name: str, headers: Mapping[str, str]
) -> errors.RoutingError:
    if status in (404, 405):
        found = status == 404 and said.is_json and model_name
        missing = errors.ModelNotFound(model_name=model_name, server=server)
        return missing if found else errors.NotAModelServer(server=server)
    if status == 401 or (status in (400, 403) and wordings.BAD_KEY.search(said.detail)):
        return errors.AuthenticationFailed(server=server)
    if status == 403:
        return errors.ServerRefused(server=server, detail=said.detail)
    if status == 503 and wordings.STARTING.search(said.detail):
        return errors.ServerStarting(server=server)
    if status == 503 and wordings.BUSY.search(said.detail):
        return _not_now(status, said, server, headers)
    meaning = WITHOUT_WORDS.get(status)
    silent = f"{meaning} (status {status})" if meaning else f"status {status}"
    facts = {"server": server, "detail": said.detail or silent, **_doubts_of(status, said)}
    if status >= 500 and not wordings.OUR_MISTAKE.search(said.detail):
        return errors.ServerFailed(**facts)
    return (errors.RequestRejected if status >= 400 else errors.BadAnswer)(**facts)


def _doubts_of(status: int, said: Complaint) -> JsonObject:
    """A refusal in words that nobody knows: less history may be what it wants."""
    is_refusal = 400 <= status <= 500 and status not in ALL_BUT_LENGTH
    is_of_length = status == 413 or wordings.may_be_too_long(said.detail)
    return {"may_be_too_long": True} if is_refusal and is_of_length else {}
