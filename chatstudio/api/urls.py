"""The doors of the API. Not part of the pages' own map: chatstudio.api.door loads it."""

from django.http import HttpRequest, JsonResponse
from django.urls import get_script_prefix, path
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from chatstudio.api.described import describe_api
from chatstudio.api.studio import compatible, studio
from chatstudio.base.json_types import JsonObject


def _answer_document(api: NinjaAPI, prefix: str) -> JsonResponse:
    """Clients put its server in front of the paths, which know nothing of a sub-path."""
    sub_path = get_script_prefix().rstrip("/")
    where: JsonObject = {"servers": [{"url": sub_path}]} if sub_path else {}
    return JsonResponse({**describe_api(api, prefix), **where})


@require_safe
def document(request: HttpRequest) -> JsonResponse:
    return _answer_document(studio, "/api/")


@require_safe
def document_of_v1(request: HttpRequest) -> JsonResponse:
    return _answer_document(compatible, "/v1/")


urlpatterns = [
    path("api/openapi.json", document, name="openapi"),
    path("api/", studio.urls),
    path("v1/openapi.json", document_of_v1, name="openapi_v1"),
    path("v1/", compatible.urls),
]
