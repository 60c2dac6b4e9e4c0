"""A page to make, edit and remove prompt profiles."""

from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chatstudio.base.http import Request
from conversations.forms import PromptProfileForm
from conversations.lookup import own_prompt_profile_for, prompt_profiles_of
from conversations.models import PromptProfile
from conversations.models_shown import models_shown, ref_of, split_ref
from conversations.views.chat import person_of, sidebar_shown
from routing.llm.servers import detect_models


@require_safe
def index(request: Request) -> HttpResponse:
    person = person_of(request)
    context = {"profiles": list(prompt_profiles_of(person)), "sidebar": sidebar_shown(request)}
    return render(request, "conversations/prompt_profiles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
async def new(request: Request) -> HttpResponse:
    return await _form_page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
async def edit(request: Request, key: UUID) -> HttpResponse:
    return await _form_page(request, key)


async def _form_page(request: Request, key: UUID | None) -> HttpResponse:
    catalogue = await detect_models()
    choices = [(choice.ref, choice.label) for choice in models_shown(catalogue).choices]
    return await sync_to_async(_form)(request, key, choices)


def _form(request: Request, key: UUID | None, choices: list[tuple[str, str]]) -> HttpResponse:
    person = person_of(request)
    profile = own_prompt_profile_for(person, key) if key else PromptProfile(owner=person)
    chosen = ref_of(profile.model_name, profile.server)
    if chosen and chosen not in dict(choices):
        choices = [(chosen, f"{profile.model_name} (not available now)"), *choices]
    form = PromptProfileForm(
        request.POST if request.method == "POST" else None,
        instance=profile,
        initial={"model": chosen},
        model_choices=choices,
    )
    if request.method == "POST" and form.is_valid():
        _save(form)
        return HttpResponseRedirect(reverse("prompt_profiles"))
    context = {
        "form": form,
        "profile": profile if key else None,
        "sidebar": sidebar_shown(request),
    }
    status = 422 if form.errors else 200
    return render(request, "conversations/prompt_profile_form.html", context, status=status)


def _save(form: PromptProfileForm) -> None:
    profile = form.save(commit=False)
    profile.parameters = form.parameters()
    profile.model_name, profile.server = split_ref(form.cleaned_data["model"])
    with transaction.atomic():
        if profile.is_default:
            others = PromptProfile.objects.filter(owner=profile.owner, is_default=True)
            others.exclude(pk=profile.pk).update(is_default=False)
        profile.save()


@require_POST
def delete(request: Request, key: UUID) -> HttpResponse:
    own_prompt_profile_for(person_of(request), key).delete()
    return HttpResponseRedirect(reverse("prompt_profiles"))
