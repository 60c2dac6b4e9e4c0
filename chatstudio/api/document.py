"""The API described for programs, as OpenAPI."""

from django.http import HttpRequest, JsonResponse

from chatstudio.api.described import described
from chatstudio.api.studio import studio


def document(request: HttpRequest) -> JsonResponse:
    return JsonResponse(described(studio, "/api/"))
