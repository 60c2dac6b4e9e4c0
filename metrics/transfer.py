"""The figures of answers, as a section of Chat Studio's own format: metrics know of conversations,
never the other way round, so this registers itself."""

from django.core.exceptions import ValidationError
from django.db.models import Field

from chatstudio.base.json_types import JsonMapping, objects_in
from conversations.features.exchange import fields
from conversations.features.exchange.sections import ConversationSection, Rows, register
from conversations.features.exchange.values import Refused
from conversations.models import Conversation
from metrics import rollups
from metrics.models import ChatMetric

# What stands for itself; whose it is and where it belongs is known by the place.
NOT_CARRIED = {"id", "generation", "owner"}


def carried_fields() -> list["Field[object, object]"]:
    return [one for one in ChatMetric._meta.concrete_fields if one.name not in NOT_CARRIED]


def collect(rows: Rows) -> list[dict[str, object]] | None:
    keys = {id: key for key, id in rows.generations.items()}
    found = ChatMetric.objects.filter(generation__message__conversation=rows.conversation).order_by(
        "generation_id"
    )
    return [pack_metric(one, keys[one.generation_id or 0]) for one in found] or None


def pack_metric(metric: ChatMetric, key: str) -> dict[str, object]:
    """Only what differs from an empty one."""
    facts: dict[str, object] = {"generation": key}
    for field in carried_fields():
        value = getattr(metric, field.attname)
        if field.name == "created_at":
            facts[field.name] = value.isoformat()
        elif value not in (None, "", 0, {}):
            facts[field.name] = value
    return facts


MOST = 1e12
"""Milliseconds or tokens a second: what is beyond is no figure."""


def restore(rows: Rows, data: object) -> None:
    found = objects_in(data)
    ids = [rows.generations.get(fields.text_of(one, "generation")) for one in found]
    made = [
        unpack_metric(rows, generation_id, one)
        for one, generation_id in zip(found, ids, strict=True)
        if generation_id
    ]
    new = []
    for metric in made:  # one that is there already stays as it is
        if not ChatMetric.objects.filter(generation_id=metric.generation_id or 0).exists():
            metric.save(force_insert=True)
            new.append((metric, 1))
    rollups.count(new)


def unpack_metric(rows: Rows, generation_id: int, data: JsonMapping) -> ChatMetric:
    """Each value as its field takes it, or the conversation is refused."""
    metric = ChatMetric(generation_id=generation_id, owner_id=rows.conversation.owner_id)
    try:
        for field in carried_fields():
            if field.name in data:
                value = field.to_python(data[field.name])
                if isinstance(value, float) and not 0 <= value < MOST:
                    raise ValueError(field.name)
                setattr(metric, field.attname, value)
        metric.created_at = fields.moment_of(data, "created_at") or rows.conversation.created_at
        metric.clean_fields(exclude=["generation", "owner", "metric_metadata"])
    except (ValidationError, TypeError, ValueError) as error:
        raise Refused("A figure of one of its answers has the wrong type.") from error
    if not isinstance(metric.metric_metadata, dict):
        metric.metric_metadata = {}
    return metric


def forget(conversation: Conversation) -> None:
    """A metric outlives its answer; one that comes again must not be there twice."""
    ChatMetric.objects.filter(generation__message__conversation=conversation).delete()


register(ConversationSection("metrics", collect, restore, forget))
