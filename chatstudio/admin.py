"""The administrators' tables: accounts and invitations. What people wrote is not among them."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from chatstudio.accounts import people
from chatstudio.models import Invitation, User

if TYPE_CHECKING:
    AccountsAdmin = UserAdmin[User]
    InvitationsAdmin = admin.ModelAdmin[Invitation]
else:
    AccountsAdmin = UserAdmin
    InvitationsAdmin = admin.ModelAdmin

admin.site.unregister(Group)


@admin.register(User)
class PersonAdmin(AccountsAdmin):
    list_display = ("username", "is_active", "awaits_approval", "is_staff", "last_login")
    list_filter = ("is_active", "awaits_approval", "is_staff")
    search_fields = ("username", "first_name", "last_name", "email")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    actions = ("activate", "deactivate")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # deactivated instead: a person's words are not deleted with a click

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        if obj.is_active:
            obj.awaits_approval = False
        super().save_model(request, obj, form, change)

    @admin.action(description="Activate or approve the selected people")
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.message_user(request, f"Activated: {people.activate(queryset)}.")

    @admin.action(description="Deactivate the selected people (never yourself)")
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        assert isinstance(request.user, User)  # noqa: S101  the site lets nobody else in
        count = people.deactivate(queryset, by=request.user)
        self.message_user(request, f"Deactivated: {count}.")


@admin.register(Invitation)
class InvitationAdmin(InvitationsAdmin):
    """To look at and to remove; links are made on the page People, where they are shown once."""

    list_display = ("__str__", "created_by", "created_at", "expires_at", "used_by", "used_at")
    readonly_fields = ("note", "created_by", "created_at", "expires_at", "used_by", "used_at")
    search_fields = ("note", "created_by__username", "used_by__username")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
