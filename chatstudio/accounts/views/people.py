"""Who has an account, for administrators; for everybody else these doors do not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from chatstudio.accounts import invitations, people
from chatstudio.accounts.forms import InvitationForm
from chatstudio.accounts.noting import acting
from chatstudio.base.http import Request
from chatstudio.models import User
from conversations.showing.sidebar import sidebar_for

SHOWN = 500


type View[**P] = Callable[Concatenate[Request, P], HttpResponse]


def administrators_only[**P](view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not cast(User, request.user).is_administrator:
            raise Http404
        with acting(request):
            return view(request, *args, **kwargs)

    return guarded


@administrators_only
@never_cache
@require_safe
def index(request: Request) -> HttpResponse:
    return _page(request, InvitationForm())


def _page(
    request: Request, form: InvitationForm, link: str = "", status: int = 200
) -> HttpResponse:
    accounts = User.objects.with_password().order_by("username")
    context = {
        "form": form,
        "link": link,
        "waiting": accounts.filter(awaits_approval=True),
        "accounts": accounts.filter(awaits_approval=False)[:SHOWN],
        "invitations": invitations.open_invitations().select_related("created_by"),
        "may_invite": invitations.are_accepted(),
        "sign_up": settings.SIGN_UP,
        "sidebar": sidebar_for(cast(User, request.user)),
    }
    return render(request, "accounts/people.html", context, status=status)


@administrators_only
@never_cache
@require_POST
def invite(request: Request) -> HttpResponse:
    """Answers with the page itself: the link is shown this once and kept nowhere."""
    if not invitations.are_accepted():
        raise Http404
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    data = form.cleaned_data
    _, token = invitations.make(cast(User, request.user), data["note"], data["days"])
    link = request.build_absolute_uri(f"{reverse('invitation')}?code={token}")
    return _page(request, InvitationForm(), link)


@administrators_only
@require_POST
def revoke(request: Request, key: UUID) -> HttpResponse:
    get_object_or_404(invitations.open_invitations(), public_id=key).delete()
    return HttpResponseRedirect(reverse("people"))


@administrators_only
@require_POST
def activate(request: Request) -> HttpResponse:
    people.activate(_account_named(request))
    return HttpResponseRedirect(reverse("people"))


@administrators_only
@require_POST
def deactivate(request: Request) -> HttpResponse:
    people.deactivate(_account_named(request), by=cast(User, request.user))
    return HttpResponseRedirect(reverse("people"))


def _account_named(request: Request) -> QuerySet[User]:
    """The account that the form names, as rows to update; a name that nobody has is 404."""
    named = User.objects.with_password().filter(username=request.POST.get("username", ""))
    if not named.exists():
        raise Http404
    return named
