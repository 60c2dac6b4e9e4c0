"""How a door of the API refuses: one exception, one envelope.

    {"success": false, "error": {"code": "…", "message": "…", "fields": {"message": ["…"]}}}

Below /v1/ the same is said in OpenAI's shape, as its clients read nothing else.
"""

from collections.abc import Mapping, Sequence

from django.db import OperationalError
from django.http import HttpRequest, JsonResponse

from chatstudio.base.database_failures import sentence_for
from chatstudio.base.json_types import JsonMapping

OPENAI = "/v1/"
PREFIXES = ("/api/", OPENAI)

CODES = {
    400: ("bad_request", "That could not be understood."),
    401: ("unauthorized", "Sign in, or send an API key: Authorization: Bearer cs-…"),
    403: ("forbidden", "That is not allowed."),
    404: ("not_found", "There is nothing at this address, or it belongs to somebody else."),
    405: ("method_not_allowed", "This address does not take that method."),
    413: ("too_large", "That is more than one request can hold."),
    415: ("unsupported_media_type", "Send JSON, with the header Content-Type: application/json."),
    422: ("invalid", "Some fields are not right."),
    429: ("too_many_turns", "Too many at once. Try again later."),
    500: ("server_error", "Something went wrong on our side. The server's log says more."),
}


class ApiError(Exception):
    """`fields` names what was wrong where: {"message": ["Write something first."]}. `more` stands
    beside the error in the envelope, for ids that the asker needs to go on."""

    def __init__(
        self,
        status: int,
        message: str = "",
        code: str = "",
        fields: Mapping[str, Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        more: JsonMapping | None = None,
    ) -> None:
        usual = CODES.get(status, CODES[400 if status < 500 else 500])
        self.status = status
        self.code = code or usual[0]
        self.message = message or usual[1]
        self.fields = {name: list(texts) for name, texts in (fields or {}).items()}
        self.headers = dict(headers or {})
        self.more = dict(more or {})
        super().__init__(self.message)


def database_failed(error: OperationalError) -> ApiError:
    return ApiError(503, sentence_for(error), "database_failed", headers={"Retry-After": "5"})


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(PREFIXES)


def failure(request: HttpRequest, error: ApiError) -> JsonResponse:
    shape = in_openais_shape if request.path_info.startswith(OPENAI) else in_our_shape
    headers = dict(error.headers)
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    response = JsonResponse(shape(error), status=error.status, headers=headers)
    if error.status >= 500:
        # Django would log a model server's failure as ours; what nobody foresaw is logged already.
        response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def in_our_shape(error: ApiError) -> dict[str, object]:
    told: dict[str, object] = {"code": error.code, "message": error.message}
    if error.fields:
        told["fields"] = error.fields
    return {"success": False, "error": told, **error.more}


def in_openais_shape(error: ApiError) -> dict[str, object]:
    kinds = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
    usual = "invalid_request_error" if error.status < 500 else "server_error"
    field = next(iter(error.fields), None)
    message = f"{field}: {' '.join(error.fields[field])}" if field else error.message
    kind = kinds.get(error.status, usual)
    return {"error": {"message": message, "type": kind, "param": field, "code": error.code}}
