from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from chatstudio.base.admin_lists import AmongTheNewest, QuickList, ReadOnly
from conversations.admin.conversations import words_of
from conversations.models import Message, Status
from conversations.showing.content_room import ContentRoom, Reading
from conversations.showing.finding_rows import as_uuid


class ByRole(AmongTheNewest):
    title = parameter_name = field = "role"
    choices_shown = [(str(value), str(label)) for value, label in Message.Role.choices]


class ByStatus(AmongTheNewest):
    title = parameter_name = field = "status"
    choices_shown = [(str(value), str(label)) for value, label in Status.choices]


@admin.register(Message)
class MessageAdmin(ContentRoom[Message], ReadOnly[Message], QuickList[Message]):
    list_display = ("public_id", "role", "status", "model_name", "owner", "created_at")
    list_filter = (ByRole, ByStatus)
    sortable_by = ()
    list_select_related = ("conversation__owner",)
    search_fields = ("public_id",)
    search_help_text = "The id of a message or of a conversation"
    fields = (
        "public_id",
        "conversation_id",
        "owner",
        "role",
        "status",
        "model_name",
        "server",
        "routing_profile",
        "created_at",
        "updated_at",
    )
    readonly_fields = ("conversation_id", "owner")

    @admin.display(description="person")
    def owner(self, row: Message) -> str:
        return row.conversation.owner.username

    @admin.display(description="conversation")
    def conversation_id(self, row: Message) -> str:
        return str(row.conversation.public_id)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        rows = super().get_queryset(request).defer("conversation__title")
        return rows.select_related("conversation__owner")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Message], search_term: str
    ) -> tuple[QuerySet[Message], bool]:
        if not search_term.strip():
            return queryset, False
        key = as_uuid(search_term)
        if key is None:
            return queryset.none(), False
        if Message.objects.filter(public_id=key).exists():
            return queryset.filter(public_id=key), False
        return queryset.filter(conversation__public_id=key), False

    def owner_id_of(self, row: Message) -> int:
        return row.conversation.owner_id

    def read(self, row: Message, before: str) -> Reading:
        return Reading([words_of(row)])
