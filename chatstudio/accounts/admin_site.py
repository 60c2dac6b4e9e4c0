from collections.abc import Callable
from functools import update_wrapper
from typing import Any, cast

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages import get_messages
from django.contrib.messages.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from chatstudio.accounts.middleware import sign_in_url
from chatstudio.accounts.noting import acting
from chatstudio.models import User


class StudioAdminSite(AdminSite):
    """For administrators; others find nothing here. Its own ways in and out lead to ours, where
    guessing is slowed and open pages are closed. Without accounts the local person is the
    administrator, and there is no way in or out."""

    site_header = site_title = "Chat Studio administration"
    index_title = "Administration"

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.is_administrator

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not self.has_permission(request):
                raise Http404
            asked = cast(Callable[..., Any], inner)
            with acting(request):
                if hasattr(request, "_messages"):  # the middleware's, where there are accounts
                    return asked(request, *args, **kwargs)
                return with_messages(request, lambda: asked(request, *args, **kwargs))

        return update_wrapper(guarded, inner)

    def each_context(self, request: HttpRequest) -> dict[str, object]:
        """The person and the messages too: without accounts no context processor brings them."""
        return {
            **super().each_context(request),
            "site_url": reverse("chat"),
            "user": request.user,
            "messages": get_messages(request),
            "has_accounts": settings.AUTH_MODE == "accounts",
        }

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """No form here suggests rows; Django's own view would name them by their first words."""
        raise Http404

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        if request.user.is_authenticated:
            raise Http404
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        return HttpResponseRedirect(sign_in_url(wanted))

    @method_decorator(require_POST)
    def logout(self, request: HttpRequest, extra_context: object = None) -> Any:
        from chatstudio.accounts.views.doors import sign_out

        if settings.AUTH_MODE != "accounts":
            return HttpResponseRedirect(reverse("chat"))
        return sign_out(request)  # type: ignore[arg-type]

    def password_change(self, request: HttpRequest, extra_context: object = None) -> Any:
        has_account = settings.AUTH_MODE == "accounts"
        return HttpResponseRedirect(reverse("account" if has_account else "admin:index"))


def with_messages(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """What Django's middleware for messages does, for the administration's pages alone. They are
    rendered here, as rendering is what marks messages as read."""
    storage = default_storage(request)
    request._messages = storage  # type: ignore[attr-defined]
    response = answer()
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    storage.update(response)
    return response
