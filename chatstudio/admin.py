"""Tables of the administrators: accounts, invitations, keys, what was done with special rights."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from chatstudio import keys
from chatstudio.accounts import people
from chatstudio.accounts.forms import SetPasswordForm
from chatstudio.base.admin_lists import NamedFilters, QuickList, ReadOnly
from chatstudio.models import ApiKey, AuditEntry, Invitation, User
from conversations.showing.content_room import has_right
from conversations.showing.finding_rows import ByIdOrPerson

if TYPE_CHECKING:
    AccountsAdmin = UserAdmin[User]
    AccountForm = UserChangeForm[User]
else:
    AccountsAdmin = UserAdmin
    AccountForm = UserChangeForm

admin.site.unregister(Group)


class OnlyWithAccounts[M: Model](NamedFilters[M]):
    """Without accounts there is one person, and nobody to invite: the rooms are closed."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return settings.AUTH_MODE == "accounts" and super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return settings.AUTH_MODE == "accounts" and super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return settings.AUTH_MODE == "accounts" and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return settings.AUTH_MODE == "accounts" and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return settings.AUTH_MODE == "accounts" and super().has_delete_permission(request, obj)


class PersonForm(AccountForm):
    may_read_content = forms.BooleanField(
        required=False,
        label="May read what people wrote",
        help_text="For support, in the administration alone. Giving and taking this right, and "
        "each look, stand among the audit entries.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["may_read_content"] = has_right(self.instance)


@admin.register(User)
class PersonAdmin(OnlyWithAccounts[User], AccountsAdmin):
    form = PersonForm
    change_password_form = SetPasswordForm
    change_user_password_template = "admin/chatstudio/set_password.html"  # noqa: S105
    list_display = ("username", "is_active", "awaits_approval", "is_staff", "last_login")
    list_filter = ("is_active", "awaits_approval", "is_staff")
    search_fields = ("username", "first_name", "last_name", "email")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "may_read_content")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    actions = ("activate", "deactivate")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False  # deactivated instead: a person's words are not deleted with a click

    def save_model(
        self, request: HttpRequest, obj: User, form: "forms.ModelForm[User]", change: bool
    ) -> None:
        if obj.is_active:
            obj.awaits_approval = False
        super().save_model(request, obj, form, change)
        if "may_read_content" in form.cleaned_data:
            people.set_may_read_content(request, obj, form.cleaned_data["may_read_content"])

    @admin.action(description="Activate or approve the selected people (without API keys)")
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.message_user(request, f"Activated: {people.activate(queryset)}.")

    @admin.action(
        description="Deactivate the selected people and revoke their API keys (never yourself)"
    )
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        assert isinstance(request.user, User)  # noqa: S101  the site lets nobody else in
        count = people.deactivate(queryset, by=request.user)
        self.message_user(request, f"Deactivated: {count}.")


@admin.register(Invitation)
class InvitationAdmin(OnlyWithAccounts[Invitation]):
    """To look at and to remove; links are made on the page People, where they are shown once."""

    list_display = ("__str__", "created_by", "created_at", "expires_at", "used_by", "used_at")
    readonly_fields = ("note", "created_by", "created_at", "expires_at", "used_by", "used_at")
    search_fields = ("note", "created_by__username", "used_by__username")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly[AuditEntry], QuickList[AuditEntry]):
    """Written by the program alone; nobody can change or remove one here."""

    list_display = ("at", "person_name", "action", "subject", "detail", "address")
    list_filter = ("action",)
    search_fields = ("person_name", "subject")
    sortable_by = ()
    fields = ("at", "person_name", "action", "subject", "detail", "address")


@admin.register(ApiKey)
class ApiKeyAdmin(ByIdOrPerson[ApiKey], ReadOnly[ApiKey], QuickList[ApiKey]):
    """To see which programs act for whom, and to revoke a key. Its hash is not shown: it is of no
    use to people."""

    list_display = ("beginning", "owner", "name", "shown_scopes", "expires_at", "last_used_at")
    actions = None  # revoking many at once would leave no audit entries
    search_help_text = "The key's beginning, its id, or a person's name"
    fields = (
        *("beginning", "owner", "name", "shown_scopes", "turns_at_once", "turns_per_minute"),
        *("created_at", "expires_at", "last_used_at"),
    )
    readonly_fields = ("shown_scopes",)

    @admin.display(description="scopes")
    def shown_scopes(self, row: ApiKey) -> str:
        return ", ".join(row.scopes)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ApiKey], search_term: str
    ) -> tuple[QuerySet[ApiKey], bool]:
        if search_term.startswith(keys.PREFIX):
            return queryset.filter(beginning=search_term.strip()), False
        return super().get_search_results(request, queryset, search_term)

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def delete_model(self, request: HttpRequest, obj: ApiKey) -> None:
        keys.revoke(request, obj)
