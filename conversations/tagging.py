"""A person's tags: what stands on a conversation."""

from collections.abc import Iterable

from django.db import transaction

from chatstudio.base.text import clean_text
from conversations.models import Conversation, ConversationTag, Tag

MOST_TAGS = 30


def clean_tags(names: Iterable[str]) -> list[str]:
    """Each once, whatever its case, in the order in which they were given."""
    found: dict[str, str] = {}
    for name in names:
        words = clean_text(name).replace(",", " ").split()
        word = " ".join(words)[: Tag.NAME_LENGTH].strip()
        if word:
            found.setdefault(word.casefold(), word)
    return list(found.values())[:MOST_TAGS]


def set_tags(conversation: Conversation, names: Iterable[str]) -> None:
    """These and no others. A tag that no conversation has any more is gone."""
    wanted = clean_tags(names)
    with transaction.atomic():
        tags = Tag.objects.filter(owner=conversation.owner_id)
        rows = [  # an existing one in whichever case it was written first
            tags.filter(name__iexact=name).first()
            or Tag.objects.get_or_create(owner_id=conversation.owner_id, name=name)[0]
            for name in wanted
        ]
        links = ConversationTag.objects.filter(conversation=conversation)
        links.exclude(tag__in=rows).delete()
        ConversationTag.objects.bulk_create(
            [ConversationTag(conversation=conversation, tag=tag) for tag in rows],
            ignore_conflicts=True,
        )
        tags.filter(conversationtag__isnull=True).delete()


def names_of(conversation: Conversation) -> list[str]:
    return list(conversation.tags.values_list("name", flat=True))
