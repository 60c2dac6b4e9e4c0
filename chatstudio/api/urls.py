"""The doors of the API. Not part of the pages' own map: chatstudio.api.door loads it."""

from django.urls import path

from chatstudio.api.document import document
from chatstudio.api.studio import studio

urlpatterns = [
    path("api/openapi.json", document, name="openapi"),
    path("api/", studio.urls),
]
