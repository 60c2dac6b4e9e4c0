from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from chatstudio.base.admin_lists import QuickList, ReadOnly
from conversations.answering import history
from conversations.models import Conversation, Message
from conversations.showing.content_room import ContentRoom, Reading, Words
from conversations.showing.finding_rows import ByIdOrPerson, as_uuid

MESSAGES_AT_ONCE = 50


@admin.register(Conversation)
class ConversationAdmin(
    ContentRoom[Conversation],
    ByIdOrPerson[Conversation],
    ReadOnly[Conversation],
    QuickList[Conversation],
):
    """Facts for support. The title is made of a person's first words, so it is not among them."""

    list_display = ("public_id", "owner", "model_name", "routing_profile", "last_message_at")
    search_help_text = "The conversation's id, as its address has it, or a person's name"
    fields = (
        "public_id",
        "owner",
        "model_name",
        "server",
        "routing_profile",
        "memory_enabled",
        "tools_enabled",
        "is_pinned",
        "is_archived",
        "revision",
        "created_at",
        "last_message_at",
        "deleted_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        return super().get_queryset(request).defer("title", "parameters")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Conversation | None:
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            row.title = f"Conversation {row.public_id}"  # for headings; nothing here is saved
        return row

    def owner_id_of(self, row: Conversation) -> int:
        return row.owner_id

    def read(self, row: Conversation, before: str) -> Reading:
        """The branch that its page shows, oldest first, in pages."""
        leaf = row.head_id
        if key := as_uuid(before):
            leaf = (
                Message.objects.filter(conversation=row, public_id=key)
                .values_list("parent_id", flat=True)
                .first()
            )
        found = history.branch(leaf, MESSAGES_AT_ONCE + 1, page_of=row)
        shown = found[1:] if len(found) > MESSAGES_AT_ONCE else found
        earlier = str(shown[0].public_id) if len(found) > MESSAGES_AT_ONCE else ""
        return Reading([words_of(message) for message in shown], earlier)


def words_of(message: Message) -> Words:
    who = f"{message.get_role_display()}, {message.model_name}".removesuffix(", ")
    text = "\n\n".join(part.content for part in message.parts.all() if part.content)
    return Words(who, text)
