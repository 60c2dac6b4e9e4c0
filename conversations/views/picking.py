"""The list that opens from the model's name in the composer."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chatstudio.base.http import Request
from conversations.answering.seam import with_models
from conversations.lookup import person_of
from conversations.showing.model_picker import model_groups
from conversations.showing.model_use import model_use_here
from routing.llm.catalogue import Catalogue
from routing.llm.servers import detect_models


@require_safe
@with_models(detect_models)
def models_to_pick(request: Request, catalogue: Catalogue) -> HttpResponse:
    groups = model_groups(person_of(request), catalogue, model_use_here())
    return render(request, "conversations/_models_to_pick.html", {"groups": groups})
