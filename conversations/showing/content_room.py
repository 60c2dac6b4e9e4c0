"""What people wrote is not shown in the administration, unless somebody has been given the right to
read it. Being an administrator does not imply that right, and each look is noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from chatstudio.base.admin_lists import Rows
from chatstudio.models import AuditEntry, User
from conversations.models import Conversation, Memory, Message


@dataclass(frozen=True, slots=True)
class Words:
    """One message as it is read for support: plain text. `earlier` names what to read next."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    words: Sequence[Words]
    earlier: str = ""


def has_right(person: User) -> bool:
    """Given to this very account or to its group: Django's own has_perm says yes to every
    superuser, and all administrators are."""
    given = Permission.objects.filter(
        codename="view_content",
        content_type__app_label="conversations",
        content_type__model="conversation",
    )
    return given.filter(Q(user=person) | Q(group__user=person)).exists()


class ContentRoom[M: Conversation | Memory | Message](Rows[M]):
    """A room whose rows have words behind a door of their own: asked for by a form, then noted."""

    change_form_template = "admin/conversations/facts.html"

    def owner_id_of(self, row: M) -> int:
        raise NotImplementedError

    def read(self, row: M, before: str) -> Reading:
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_content"
        view = self.admin_site.admin_view(self.content_view)
        return [path("<path:object_id>/content/", view, name=name), *super().get_urls()]

    def content_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        person = cast(User, request.user)
        if self.owner_id_of(row) != person.pk and not has_right(person):
            raise PermissionDenied("This was written by somebody else.")
        reading = self._note_reading(request, row) if request.method == "POST" else None
        context = {
            **self.admin_site.each_context(request),
            "title": "What was written",
            "opts": self.opts,
            "row": row,
            "reading": reading,
        }
        return TemplateResponse(request, "admin/conversations/content.html", context)

    def _note_reading(self, request: HttpRequest, row: M) -> Reading:
        AuditEntry.objects.note(
            request,
            AuditEntry.Action.CONTENT_READ,
            subject=f"{self.opts.model_name} {row.public_id}",
            detail=request.POST.get("reason", ""),
        )
        return self.read(row, request.POST.get("before", "")[:36])
