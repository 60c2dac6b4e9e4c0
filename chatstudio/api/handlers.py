"""Every failure of a door becomes one envelope; what nobody foresaw is logged."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    ObjectDoesNotExist,
    ObjectNotUpdated,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from chatstudio.api.reading import Reader
from chatstudio.base.api.errors import ApiError, database_failed, failure
from conversations.answering.turns import TooManyTurns, TurnRefused
from routing.errors import RoutingError

logger = logging.getLogger(__name__)

WRAPPED = ("body", "form", "query")
type Translate = Callable[[Any], ApiError]


def make_api(title: str, name: str) -> NinjaAPI:
    """Its document is made and shown by `urls` and `docs`."""
    version, parser = settings.VERSION, Reader()
    api = NinjaAPI(
        title=title,
        version=version,
        urls_namespace=name,
        docs_url=None,
        openapi_url=None,
        parser=parser,
    )
    for kind, translate in TRANSLATIONS.items():
        api.add_exception_handler(kind, _handler(translate))
    return api


def _handler(translate: Translate) -> Callable[[HttpRequest, Any], HttpResponse]:
    def handle(request: HttpRequest, error: Any) -> HttpResponse:
        return failure(request, translate(error))

    return handle


def _invalid(error: ValidationError) -> ApiError:
    fields = _fields(error.errors)
    name, texts = next(iter(fields.items()), ("", ["Some fields are not right."]))
    return ApiError(422, f"{name}: {texts[0]}" if name else texts[0], fields=fields)


def _fields(errors: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Where as a person writes it: `messages.0.content`, without ninja's own places."""
    found: dict[str, list[str]] = {}
    for one in errors:
        place = [str(step) for step in one["loc"]]
        inner = place[2:] if place[0] in WRAPPED and len(place) > 2 else place[1:]
        found.setdefault(".".join(inner) or place[-1], []).append(str(one["msg"]))
    return found


def _translate_turn_refusal(refusal: TurnRefused) -> ApiError:
    if isinstance(refusal, TooManyTurns):
        headers = {"Retry-After": str(refusal.retry_after)}
        return ApiError(refusal.status, str(refusal), headers=headers)
    if refusal.field:
        return ApiError(refusal.status, str(refusal), fields={refusal.field: [str(refusal)]})
    return ApiError(refusal.status, str(refusal), "turn_refused")


def _translate_http_error(error: HttpError) -> ApiError:
    """Ninja wraps what its parser raises."""
    if isinstance(error.__cause__, ApiError):
        return error.__cause__
    return ApiError(error.status_code, str(error))


def _log_unforeseen(error: Exception) -> ApiError:
    logger.error("A door of the API failed", exc_info=error)
    return ApiError(500)


def _log_database_failure(error: OperationalError) -> ApiError:
    logger.error("The database failed", exc_info=error)
    return database_failed(error)


TRANSLATIONS: dict[type[Exception], Translate] = {
    ApiError: lambda error: error,
    ValidationError: _invalid,
    TurnRefused: _translate_turn_refusal,
    RoutingError: lambda error: ApiError(error.status, str(error), error.code),
    Http404: lambda error: ApiError(404),
    ObjectDoesNotExist: lambda error: ApiError(404),
    ObjectNotUpdated: lambda error: ApiError(404),  # deleted since it was looked up
    RequestDataTooBig: lambda error: ApiError(413),
    TooManyFilesSent: lambda error: ApiError(413),
    TooManyFieldsSent: lambda error: ApiError(413),
    SuspiciousOperation: lambda error: ApiError(400),
    MultiPartParserError: lambda error: ApiError(400, str(error)),
    HttpError: _translate_http_error,
    OperationalError: _log_database_failure,
    Exception: _log_unforeseen,
}
