"""The doors of the API. Not part of the pages' own map: chatstudio.api.door loads it."""

from django.urls import path

from chatstudio.api.document import document, document_of_v1
from chatstudio.api.openai import compatible
from chatstudio.api.studio import studio

urlpatterns = [
    path("api/openapi.json", document, name="openapi"),
    path("api/", studio.urls),
    path("v1/openapi.json", document_of_v1, name="openapi_v1"),
    path("v1/", compatible.urls),
]
