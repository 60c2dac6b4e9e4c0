"""The API described for programs, as OpenAPI."""

from django.http import HttpRequest, JsonResponse

from chatstudio.api.openai import compatible
from chatstudio.api.studio import studio


def document(request: HttpRequest) -> JsonResponse:
    return JsonResponse(studio.get_openapi_schema(path_prefix="/api/"))


def document_of_v1(request: HttpRequest) -> JsonResponse:
    return JsonResponse(compatible.get_openapi_schema(path_prefix="/v1/"))
