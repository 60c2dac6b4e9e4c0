"""The doors of the API. Not part of the pages' own map: chatstudio.api.door loads it."""

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from chatstudio.api.described import describe_api
from chatstudio.api.studio import compatible, studio


@require_safe
def document(request: HttpRequest) -> JsonResponse:
    return JsonResponse(describe_api(studio, "/api/"))


@require_safe
def document_of_v1(request: HttpRequest) -> JsonResponse:
    return JsonResponse(describe_api(compatible, "/v1/"))


urlpatterns = [
    path("api/openapi.json", document, name="openapi"),
    path("api/", studio.urls),
    path("v1/openapi.json", document_of_v1, name="openapi_v1"),
    path("v1/", compatible.urls),
]
