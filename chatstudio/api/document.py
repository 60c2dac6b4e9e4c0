"""The API described for programs, as OpenAPI."""

from django.http import HttpRequest, JsonResponse

from chatstudio.api.described import described
from chatstudio.api.openai import compatible
from chatstudio.api.studio import studio


def document(request: HttpRequest) -> JsonResponse:
    return JsonResponse(described(studio, "/api/"))


def document_of_v1(request: HttpRequest) -> JsonResponse:
    return JsonResponse(described(compatible, "/v1/"))
