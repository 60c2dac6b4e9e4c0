from random import Random

from django.db import transaction
from django.utils import timezone

from chatstudio.models import User
from conversations.features.exchange.importing import import_conversation
from conversations.models import Conversation, ImportedConversation, Tag
from metrics import rollups
from metrics.demo.figures import lone_metrics
from metrics.demo.talks import FORMAT, conversations
from metrics.models import ChatMetric


def is_seeded(owner: User) -> bool:
    return ImportedConversation.objects.filter(owner=owner, format=FORMAT).exists()


def seed(owner: User) -> tuple[int, int]:
    """How many conversations and figures there are then. The same dice for everybody."""
    now, dice = timezone.now(), Random(20)  # noqa: S311  for looks only
    for one in conversations(now, dice):
        import_conversation(owner, one)
    ChatMetric.objects.bulk_create(lone_metrics(owner, now, dice), batch_size=200)
    count_anew()
    marked = ChatMetric.objects.filter(owner=owner, metric_metadata__demo=True)
    return ImportedConversation.objects.filter(owner=owner, format=FORMAT).count(), marked.count()


def count_anew() -> None:
    """A thousand metrics at once are counted quicker all together."""
    for _ in rollups.rebuild():
        pass


def remove(owner: User) -> tuple[int, int]:
    """What `seed` has made, and nothing else: also where somebody talked on in it."""
    with transaction.atomic():
        metrics = ChatMetric.objects.filter(owner=owner, metric_metadata__demo=True).delete()
        made = ImportedConversation.objects.filter(owner=owner, format=FORMAT)
        keys = list(made.values_list("conversation_id", flat=True))
        Conversation.objects.filter(id__in=keys).delete()
        Tag.objects.filter(owner=owner, conversationtag__isnull=True).delete()
    count_anew()
    return len(keys), metrics[0]
