"""The door to tags."""

from django.db.models import Count, Q
from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from chatstudio.base.api.schemas import READS, Facts, Success
from chatstudio.base.api.scopes import SEE
from conversations.lookup import person_of, tags_of

router = Router()


class TagShape(Schema):
    """`conversations` is how many have it, archived ones too."""

    name: str
    conversations: int = Field(validation_alias="count")


class Tags(Success):
    tags: list[TagShape]


@router.get("/tags", auth=SEE, response={200: Tags, **READS})
def tags(request: HttpRequest) -> Facts:
    """Your tags, by name, and on how many conversations each stands."""
    there = Count("conversations", filter=Q(conversations__deleted_at__isnull=True))
    rows = tags_of(person_of(request)).annotate(count=there).filter(count__gt=0).order_by("name")
    return {"tags": rows}
