"""In and out: sign in, sign out, sign up, the first account, and one's own password."""

from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from chatstudio.accounts import invitations, open_sockets, set_up
from chatstudio.accounts.attempts import Attempt
from chatstudio.accounts.forms import NewPasswordForm, SetUpForm, SignInForm, SignUpForm
from chatstudio.accounts.noting import acting, revoke_keys_of
from chatstudio.base.http import Request, client_address
from chatstudio.base.words import wait_in_words
from chatstudio.models import Invitation, User
from conversations.showing.sidebar import sidebar_for

WRONG = "Name and password do not match an account that may sign in."


def wait_sentence(seconds: int) -> str:
    return f"Too many attempts. Try again in {wait_in_words(seconds)}."


def onward_of(request: Request) -> str:
    """Where the person wanted to go, if it is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(wanted, hosts, require_https=request.is_secure()):
        return wanted
    return reverse("chat")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: Request) -> HttpResponse:
    onward = onward_of(request)
    if request.user.is_authenticated:
        return HttpResponseRedirect(onward)
    if set_up.is_needed():
        return HttpResponseRedirect(reverse("set_up"))
    form = SignInForm(request.POST or None)
    problem, status = "", 200
    if form.is_bound:
        problem, status = _try_to_sign_in(request, form)
        if not problem and form.is_valid():
            return HttpResponseRedirect(_first_page(request, onward))
    context = {
        "form": form,
        "problem": problem,
        "next": onward,
        "may_ask": settings.SIGN_UP == "approval",
    }
    return render(request, "accounts/sign_in.html", context, status=status)


def _first_page(request: Request, onward: str) -> str:
    """Where somebody else set the password, first the page that says so and can change it."""
    if not cast(User, request.user).password_set_by:
        return onward
    return f"{reverse('account')}?{urlencode({'next': onward})}"


def _try_to_sign_in(request: Request, form: SignInForm) -> tuple[str, int]:
    """What went wrong, if anything. An unknown name takes as long as a wrong password: Django
    hashes it all the same."""
    if not form.is_valid():
        return "", 422
    data = form.cleaned_data
    attempt = Attempt(data["username"], client_address(request))
    if seconds := attempt.begin():
        return wait_sentence(seconds), 429
    person = authenticate(request, username=data["username"], password=data["password"])
    if not isinstance(person, User):
        return WRONG, 422
    attempt.succeed()
    enter(request, person)
    return "", 200


def enter(request: Request, person: User) -> None:
    from django.contrib.sessions.models import Session  # installed with accounts only

    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")


@login_not_required
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """The browser also forgets pages that the back button would show."""
    logout(request)
    open_sockets.look_now()
    return HttpResponseRedirect(reverse("sign_in"), headers={"Clear-Site-Data": '"cache"'})


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def first_account(request: Request) -> HttpResponse:
    if not set_up.is_needed():
        raise Http404
    form = SetUpForm(request.POST or None)
    attempt = Attempt("set-up code", client_address(request))
    if form.is_bound and (seconds := attempt.begin()):
        typed = {name: request.POST.get(name, "") for name in ("code", "username")}
        return _set_up_page(request, SetUpForm(initial=typed), 429, wait_sentence(seconds))
    if form.is_bound and "code" not in form.errors:
        attempt.succeed()  # wrong are only codes, not passwords that are too short
    if form.is_bound and form.is_valid():
        with acting(request):
            person = form.make_administrator()
        enter(request, person)
        return HttpResponseRedirect(reverse("chat"))
    return _set_up_page(request, form, 422 if form.errors else 200)


def _set_up_page(request: Request, form: SetUpForm, status: int, problem: str = "") -> HttpResponse:
    has_words = User.objects.filter(is_local=True, conversations__isnull=False).exists()
    context = {"form": form, "problem": problem, "has_words": has_words}
    return render(request, "accounts/set_up.html", context, status=status)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: Request) -> HttpResponse:
    """Asking for an account, which an administrator approves."""
    if settings.SIGN_UP != "approval" or set_up.is_needed():
        raise Http404
    form = SignUpForm(request.POST or None)
    problem = ""
    if form.is_bound:
        seconds = Attempt("sign-up", client_address(request)).begin()
        problem = wait_sentence(seconds) if seconds else ""
    if form.is_bound and not problem and form.is_valid():
        person = form.save(commit=False)
        person.is_active, person.awaits_approval = False, True
        person.save()
        return render(request, "accounts/asked.html", {"name": person.username})
    status = 429 if problem else 422 if form.errors else 200
    context = {"form": form, "problem": problem}
    return render(request, "accounts/sign_up.html", context, status=status)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: Request) -> HttpResponse:
    """The token comes in the query, which our log does not show, and stays out of the page: its
    form posts to the address it has."""
    found = invitations.by_token(request.GET.get("code", ""))
    if found is None:
        return render(request, "accounts/invitation_gone.html", status=404)
    form = SignUpForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            person = _accept(found, form)
        except invitations.AlreadyUsed:
            return render(request, "accounts/invitation_gone.html", status=404)
        enter(request, person)
        return HttpResponseRedirect(reverse("chat"))
    context = {"form": form, "invited": True}
    return render(request, "accounts/sign_up.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _accept(found: Invitation, form: SignUpForm) -> User:
    person: User = form.save()
    invitations.use(found, person)
    return person


def _told_once(person: User) -> str:
    """Who else set the password that this person signed in with."""
    name = person.password_set_by
    if name:
        User.objects.filter(pk=person.pk, password_set_by=name).update(password_set_by="")
    return name


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
        with acting(request):
            update_session_auth_hash(request, form.save())
            revoked = revoke_keys_of(person) if form.cleaned_data.get("revoke_keys") else 0
        open_sockets.look_now()
        return HttpResponseRedirect(f"{reverse('account')}?changed={'keys' if revoked else 1}")
    context = {
        "form": NewPasswordForm(person) if problem else form,
        "problem": problem,
        "changed": "changed" in request.GET and not form.is_bound,
        "keys_revoked": request.GET.get("changed") == "keys",
        "set_by": _told_once(person),
        "onward": onward_of(request) if "next" in request.GET else "",
        "sidebar": sidebar_for(person),
    }
    status = 429 if problem else 422 if form.errors else 200
    return render(request, "accounts/account.html", context, status=status)
