"""The map of every HTTP door."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from chatstudio.health import health
from chatstudio.views import theme

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="chat"), name="home"),
    path("", include("conversations.urls")),
    path("health", health, name="health"),
    path("theme/", theme, name="theme"),
    path("admin/", admin.site.urls),
]

handler400 = "chatstudio.views.bad_request"
handler404 = "chatstudio.views.not_found"
handler500 = "chatstudio.views.server_error"
