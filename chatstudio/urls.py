"""The map of every HTTP door."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from chatstudio.api.docs import docs
from chatstudio.api.door import door
from chatstudio.health import health
from chatstudio.keys_page import views as keys_views
from chatstudio.mcp import views as mcp_views
from chatstudio.views import sidebar, theme

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="chat"), name="home"),
    path("", include("conversations.urls")),
    path("mcp/", mcp_views.index, name="mcp"),
    path("mcp/restart/", mcp_views.restart, name="mcp_restart"),
    path("keys/", keys_views.index, name="keys"),
    path("keys/<uuid:key>/revoke/", keys_views.revoke, name="key_revoke"),
    path("", include("metrics.urls")),
    path("health", health, name="health"),
    path("theme/", theme, name="theme"),
    path("sidebar/", sidebar, name="sidebar"),
    path("admin/", admin.site.urls),
    path("api/docs", docs, name="api_docs"),
    re_path("^(?P<where>api|v1)/", door, name="api"),
]

handler400 = "chatstudio.views.bad_request"
handler404 = "chatstudio.views.not_found"
handler500 = "chatstudio.views.server_error"
