"""One's own account."""

from typing import cast

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from chatstudio.accounts import open_sockets
from chatstudio.accounts.attempts import Attempt
from chatstudio.accounts.forms import NewPasswordForm
from chatstudio.accounts.views.doors import wait_sentence
from chatstudio.base.http import Request, client_address
from chatstudio.models import User
from conversations.showing.sidebar import sidebar_for


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: Request) -> HttpResponse:
    """A new password ends every other session of this person, and keeps this one."""
    person = cast(User, request.user)
    form = NewPasswordForm(person, request.POST or None)
    problem = ""
    if form.is_bound:
        attempt = Attempt(person.username, client_address(request))
        seconds = attempt.begin()
        problem = wait_sentence(seconds) if seconds else ""
        if not seconds and "old_password" not in form.errors:
            attempt.succeed()
    if form.is_bound and not problem and form.is_valid():
        update_session_auth_hash(request, form.save())
        open_sockets.look_now()
        return HttpResponseRedirect(f"{reverse('account')}?changed=1")
    context = {
        "form": NewPasswordForm(person) if problem else form,
        "problem": problem,
        "changed": "changed" in request.GET and not form.is_bound,
        "sidebar": sidebar_for(person),
    }
    status = 429 if problem else 422 if form.errors else 200
    return render(request, "accounts/account.html", context, status=status)
