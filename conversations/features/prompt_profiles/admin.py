from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.forms import ChoiceField, ModelChoiceField
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from chatstudio.base.admin_lists import QuickList
from chatstudio.models import User
from conversations.features.exchange.formats.own.write import write
from conversations.features.exchange.values import Unreadable
from conversations.features.prompt_profiles.forms import ProfileModelForm
from conversations.features.prompt_profiles.history import number_of, versions_page
from conversations.features.prompt_profiles.saving import (
    NameTaken,
    duplicate,
    restore,
    save_profile,
)
from conversations.features.prompt_profiles.section import import_profiles, records
from conversations.models import PromptProfile
from conversations.showing.parameter_fields import clean_values
from conversations.showing.routing_choices import routing_options
from conversations.tool_names import clean_tool_names


class ForWhom(admin.SimpleListFilter):
    title = "for whom"
    parameter_name = "for"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("everybody", "Everybody"), ("me", "Me alone")]

    def queryset[M: Model](self, request: HttpRequest, queryset: QuerySet[M]) -> QuerySet[M]:
        if self.value() in ("everybody", "me"):
            return queryset.filter(owner__isnull=self.value() == "everybody")
        return queryset


class ProfileAdminForm(ProfileModelForm):
    """Parameters as one JSON object, held to the same limits as on the page."""

    routing_profile = ChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["routing_profile"].choices = routing_options(self.instance.routing_profile)  # type: ignore[attr-defined]

    def clean_parameters(self) -> dict[str, Any]:
        given = self.cleaned_data["parameters"] or {}
        if not isinstance(given, dict):
            raise ValidationError('Write an object, such as {"temperature": 0.5}.')
        try:
            return clean_values(given, self.instance.parameters)
        except ValidationError as error:
            wrong = error.message_dict.items()
            raise ValidationError(
                [f"{name}: {' '.join(texts)}" for name, texts in wrong]
            ) from error

    def clean_chosen_tools(self) -> list[str] | None:
        given = self.cleaned_data["chosen_tools"]
        return None if given is None else clean_tool_names(given)

    def validate_constraints(self) -> None:
        """The only default is seen to by the service: it takes the mark from the other one."""
        exclude = {*self._get_validation_exclusions(), "is_default"}  # type: ignore[attr-defined]
        try:
            self.instance.validate_constraints(exclude=exclude)
        except ValidationError as error:
            self._update_errors(error)  # type: ignore[attr-defined]


@admin.register(PromptProfile)
class PromptProfileAdmin(QuickList[PromptProfile]):
    """Those for everybody, and one's own. What others keep for themselves is not among them."""

    form = ProfileAdminForm
    list_display = ("name", "for_whom", "model_name", "is_default", "updated_at")
    list_filter = (ForWhom, "is_default")
    search_fields = ("name", "description", "model_name")
    ordering = ("name", "id")
    actions = ("duplicate_selected", "export_selected")
    change_form_template = "admin/conversations/promptprofile.html"
    change_list_template = "admin/conversations/promptprofiles.html"
    fieldsets = (
        (None, {"fields": ("name", "owner", "description", "system_prompt", "is_default")}),
        (
            "Model",
            {
                "fields": (
                    *("model_name", "server", "routing_profile", "agent_fallback", "parameters"),
                    *("chosen_tools", "thinking_begins", "thinking_ends"),
                )
            },
        ),
    )

    @admin.display(description="for", ordering="owner_id")
    def for_whom(self, row: PromptProfile) -> str:
        return "me" if row.owner_id else "everybody"

    def get_queryset(self, request: HttpRequest) -> QuerySet[PromptProfile]:
        mine = Q(owner__isnull=True) | Q(owner_id=cast(User, request.user).pk)
        return super().get_queryset(request).filter(mine)

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[User, User]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[User] | None":
        kwargs["queryset"] = User.objects.filter(pk=cast(User, request.user).pk)
        kwargs["empty_label"] = "Everybody"
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.label = "For"
            field.label_from_instance = lambda obj: "Me alone"  # type: ignore[method-assign]
        return field

    def save_model(
        self, request: HttpRequest, obj: PromptProfile, form: ProfileModelForm, change: bool
    ) -> None:
        save_profile(obj, cast(User, request.user))

    @admin.action(description="Duplicate the selected profiles")
    def duplicate_selected(self, request: HttpRequest, queryset: QuerySet[PromptProfile]) -> None:
        person = cast(User, request.user)
        copies = [duplicate(profile, profile.owner, person) for profile in queryset[:100]]
        self.message_user(request, f"Copied: {', '.join(copy.name for copy in copies)}.")

    @admin.action(description="Download the selected profiles")
    def export_selected(
        self, request: HttpRequest, queryset: QuerySet[PromptProfile]
    ) -> StreamingHttpResponse:
        """The file that the page Import and export and `manage.py import_profiles` read."""
        pieces = write(records(queryset.order_by("name")))
        answer = StreamingHttpResponse(pieces, content_type="application/x-ndjson")
        answer["Content-Disposition"] = 'attachment; filename="prompt-profiles.jsonl"'
        return answer

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.versions_view)
        name = "conversations_promptprofile_versions"
        brought = self.admin_site.admin_view(self.import_view)
        return [
            path("import/", brought, name="conversations_promptprofile_import"),
            path("<path:object_id>/versions/", view, name=name),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Profiles for everybody, from a file."""
        if request.method == "POST" and (file := request.FILES.get("file")):
            try:
                outcomes = list(import_profiles(None, file))
            except Unreadable as error:
                outcomes = [("failed", str(error))]
            for kind, reason in outcomes or [
                ("failed", "There is no prompt profile in this file.")
            ]:
                level = messages.WARNING if kind in ("failed", "skipped") else messages.SUCCESS
                self.message_user(request, f"{kind.capitalize()}: {reason}", level)
            return HttpResponseRedirect(reverse("admin:conversations_promptprofile_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": "Import prompt profiles for everybody",
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/conversations/import_profiles.html", context)

    def versions_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        profile = self.get_object(request, object_id)
        if profile is None:
            raise Http404
        if request.method == "POST":
            return self._restore(request, profile)
        before = number_of(request.GET.get("before"))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Versions of {profile.name}",
            "opts": self.opts,
            "profile": profile,
            "history": versions_page(profile, before),
        }
        return TemplateResponse(request, "admin/conversations/versions.html", context)

    def _restore(self, request: HttpRequest, profile: PromptProfile) -> HttpResponse:
        number = number_of(request.POST.get("number")) or 0
        version = get_object_or_404(profile.versions, number=number)
        try:
            restore(version, cast(User, request.user))
            self.message_user(request, f"{version} is back.")
        except NameTaken as error:
            self.message_user(request, f"Not restored: {error}", messages.ERROR)
        here = reverse("admin:conversations_promptprofile_versions", args=[profile.pk])
        return HttpResponseRedirect(here)
