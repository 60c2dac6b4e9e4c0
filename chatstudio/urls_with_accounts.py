"""The map of every HTTP door where there are accounts."""

from django.urls import include, path

from chatstudio.urls import handler400, handler404, handler500
from chatstudio.urls import urlpatterns as without_accounts

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    *without_accounts,
    path("", include("chatstudio.accounts.urls")),
]
