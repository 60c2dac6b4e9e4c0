"""The API described for programs, as OpenAPI."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from chatstudio.api.described import describe_api
from chatstudio.api.openai import compatible
from chatstudio.api.studio import studio


@require_safe
def document(request: HttpRequest) -> JsonResponse:
    return JsonResponse(describe_api(studio, "/api/"))


@require_safe
def document_of_v1(request: HttpRequest) -> JsonResponse:
    return JsonResponse(describe_api(compatible, "/v1/"))
