from django.conf import settings
from django.db import models

from conversations.models.conversation import Conversation


class Tag(models.Model):
    """A person's word for a group of conversations."""

    NAME_LENGTH = 60

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="tags"
    )
    name = models.CharField(max_length=NAME_LENGTH)
    conversations: "models.ManyToManyField[Conversation, ConversationTag]" = models.ManyToManyField(
        Conversation, through="ConversationTag", related_name="tags"
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_tag_a_name")]

    def __str__(self) -> str:
        return self.name


class ConversationTag(models.Model):
    """A row of its own, so that it goes with its conversation in the database itself."""

    conversation = models.ForeignKey(Conversation, on_delete=models.DB_CASCADE)
    tag = models.ForeignKey(Tag, on_delete=models.DB_CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "tag"], name="a_tag_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.conversation_id}"
