"""A page to make, edit and remove prompt profiles."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chatstudio.base.http import Request
from chatstudio.models import User
from conversations.answering.seam import in_thread, with_models
from conversations.features.prompt_profiles.forms import PromptProfileForm, model_options
from conversations.features.prompt_profiles.history import number_of, versions_page
from conversations.features.prompt_profiles.saving import NameTaken, not_restored, save_profile
from conversations.features.prompt_profiles.saving import restore as restore_version
from conversations.lookup import (
    own_prompt_profile_for,
    person_of,
    prompt_profiles_of,
    usable_prompt_profile,
)
from conversations.models import PromptProfile
from conversations.showing.composer import composer_of, usual_choices
from conversations.showing.sidebar import sidebar_shown
from conversations.showing.tool_choices import Offered, find_tools, tools_of_profile
from conversations.tool_names import read_tool_names
from routing.llm.catalogue import Catalogue
from routing.llm.servers import detect_models, ref_of


@require_safe
def index(request: Request) -> HttpResponse:
    person = person_of(request)
    context = {"profiles": list(prompt_profiles_of(person)), "sidebar": sidebar_shown(request)}
    return render(request, "conversations/prompt_profiles.html", context)


@require_safe
@with_models(detect_models)
def profile_choices(request: Request, catalogue: Catalogue) -> HttpResponse:
    """What a prompt profile says for a new chat, when it is picked in the composer."""
    person = person_of(request)
    profile = usable_prompt_profile(person, request.GET.get("prompt_profile", ""))
    if profile is None:
        return HttpResponse(status=204)
    chosen = usual_choices(None, (), profile)
    composer = composer_of(person, None, catalogue, chosen, ())
    notice = composer.model_notice
    context = {"profile": profile, "composer": composer, "model_notice": notice}
    return render(request, "conversations/_profile_chosen.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
async def edit(request: Request, key: UUID | None = None) -> HttpResponse:
    """Without a key a new one. Tools are looked for where they are going to be shown."""
    catalogue = await detect_models()
    form = await in_thread(_read_form, request, catalogue, key)
    if form is None:
        return HttpResponseRedirect(reverse("prompt_profiles"))
    tools = await find_tools(person_of(request))
    return await in_thread(_show_form, request, form, tools, catalogue, is_new=key is None)


def _read_form(
    request: Request, catalogue: Catalogue, key: UUID | None
) -> PromptProfileForm | None:
    """None where it was saved."""
    person = person_of(request)
    profile = own_prompt_profile_for(person, key) if key else PromptProfile(owner=person)
    form = PromptProfileForm(
        request.POST if request.method == "POST" else None,
        instance=profile,
        initial={"model": ref_of(profile.model_name, profile.server)},
        model_choices=model_options(profile, catalogue),
    )
    is_saved = request.method == "POST" and form.is_valid() and _save(form, person)
    return None if is_saved else form


def _show_form(
    request: Request, form: PromptProfileForm, tools: Offered, catalogue: Catalogue, *, is_new: bool
) -> HttpResponse:
    person, profile = person_of(request), form.instance
    names = form.shown_names(read_tool_names(profile.chosen_tools))
    before = number_of(request.GET.get("before"))
    context = {
        "form": form,
        "profile": None if is_new else profile,
        "tool_list": tools_of_profile(profile, person, names, tools, catalogue),
        "history": None if is_new else versions_page(profile, before),
        "sidebar": sidebar_shown(request),
    }
    status = 422 if form.errors else 200
    return render(request, "conversations/prompt_profile_form.html", context, status=status)


def _save(form: PromptProfileForm, person: User) -> bool:
    try:
        save_profile(form.filled(), person)
    except NameTaken as error:  # by the other of two tabs, since the form was looked through
        form.add_error("name", str(error))
        return False
    return True


@require_POST
def restore(request: Request, key: UUID) -> HttpResponse:
    person = person_of(request)
    profile = own_prompt_profile_for(person, key)
    number = number_of(request.POST.get("number")) or 0
    version = get_object_or_404(profile.versions, number=number)
    try:
        restore_version(version, person)
    except NameTaken as error:
        context = {
            "text": not_restored(version, error),
            "profile": profile,
            "sidebar": sidebar_shown(request),
        }
        return render(request, "conversations/prompt_profile_refused.html", context, status=409)
    return HttpResponseRedirect(reverse("prompt_profile_edit", args=[key]))


@require_POST
def delete(request: Request, key: UUID) -> HttpResponse:
    own_prompt_profile_for(person_of(request), key).delete()
    return HttpResponseRedirect(reverse("prompt_profiles"))
