"""The door to the full-text search."""

from datetime import datetime
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.paging import no_cursor
from chatstudio.base.api.schemas import READS, Body, Facts, Page
from chatstudio.base.api.scopes import READ
from conversations.features import search as service
from conversations.features.search.form import SearchForm
from conversations.lookup import person_of
from conversations.models import Tag
from conversations.showing.api.parameters import wrong_in

router = Router()
FIELDS = {"tagged": "tag", "since": "from", "until": "to", "__all__": "from"}
"""What the page's form calls otherwise."""


DAY = "A day such as 2026-05-31, which is included."


class Wanted(Body):
    """What is left out is anything."""

    q: str = Field(
        max_length=1000,
        description='Words as they are, "quoted phrases", a minus before what must not occur.',
    )
    model: str = Field("", max_length=255)
    profile: str = Field("", max_length=32)
    role: str = Field("", max_length=16, description="`user` or `assistant`.")
    tag: str = Field("", max_length=Tag.NAME_LENGTH)
    since: str = Field("", max_length=10, alias="from", description=DAY)
    until: str = Field("", max_length=10, alias="to", description=DAY)
    cursor: str = Field("", max_length=200)


class PieceShape(Schema):
    """Plain text, to be escaped where it is shown; `is_match` where it is what was looked for."""

    text: str
    is_match: bool


class FoundMessage(Schema):
    """The pieces of `snippet`, one after the other, are the text around what was found."""

    id: UUID = Field(validation_alias="message_id")
    conversation_id: UUID
    title: str
    role: str = Field(description="`user` or `assistant`.")
    model: str = Field(validation_alias="model_name")
    created_at: datetime
    snippet: list[PieceShape]


class FoundConversation(Schema):
    id: UUID = Field(validation_alias="conversation_id")
    title: list[PieceShape]
    last_message_at: datetime


class Found(Page):
    """`conversations` are those with the words in their title: on the first page alone, and where
    only `tag` filters."""

    messages: list[FoundMessage]
    conversations: list[FoundConversation]


@router.get("/search", auth=READ, response={200: Found, **READS})
def search(request: HttpRequest, wanted: Query[Wanted]) -> Facts:
    """Your messages with all of these words, the newest first."""
    page = service.search(
        person_of(request), wanted.q, _filters(wanted), _read_cursor(wanted.cursor)
    )
    if page.problem:
        raise ApiError(422, page.problem, fields={"q": [page.problem]})
    return {
        "messages": page.hits,
        "conversations": page.titles,
        "next_cursor": _signer().sign(page.next_cursor) if page.next_cursor else None,
    }


def _filters(wanted: Wanted) -> service.Filters:
    """By the same rules as on the page."""
    form = SearchForm(wanted.model_dump(exclude={"cursor"}) | {"tagged": wanted.tag})
    if not form.is_valid():
        raise ApiError(422, fields={FIELDS.get(n, n): e for n, e in wrong_in(form).items()})
    return form.filters()


def _signer() -> Signer:
    return Signer(salt="conversations.api.search")


def _read_cursor(cursor: str) -> str:
    """What a cursor looks like is the search's own affair, which begins anew with one that it
    cannot read; so it is signed, and one that was not given here is told."""
    try:
        return _signer().unsign(cursor) if cursor else ""
    except BadSignature:
        raise no_cursor() from None
