from django.contrib import admin

from conversations.answering.history.tree import branch
from conversations.models import Conversation, Message
from conversations.showing.content_room import ContentRoom, Reading, Words
from conversations.showing.finding_rows import FactsRoom, as_uuid

MESSAGES_AT_ONCE = 50


@admin.register(Conversation)
class ConversationAdmin(ContentRoom[Conversation], FactsRoom[Conversation]):
    """Facts for support. The title is made of a person's first words, so it is not among them."""

    words = ("title", "parameters")
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
        "chosen_tools",
        "is_pinned",
        "is_archived",
        "revision",
        "created_at",
        "last_message_at",
        "deleted_at",
    )

    def owner_id_of(self, row: Conversation) -> int:
        return row.owner_id

    def read(self, row: Conversation, before: str) -> Reading:
        """The branch that its page shows, oldest first, in pages."""
        leaf = row.head_id
        if key := as_uuid(before):
            named = Message.objects.filter(conversation=row, public_id=key)
            leaf = named.values_list("parent_id", flat=True).first()
        found = branch(leaf, MESSAGES_AT_ONCE + 1, page_of=row)
        shown = found[1:] if len(found) > MESSAGES_AT_ONCE else found
        earlier = str(shown[0].public_id) if len(found) > MESSAGES_AT_ONCE else ""
        return Reading([words_of(message) for message in shown], earlier)


def words_of(message: Message) -> Words:
    who = f"{message.get_role_display()}, {message.model_name}".removesuffix(", ")
    text = "\n\n".join(part.content for part in message.parts.all() if part.content)
    return Words(who, text)
