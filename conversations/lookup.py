"""Whose is it? The one place where a row is looked up by what a person named.

Each function answers with the row or with 404; what belongs to somebody else does not exist.
"""

from typing import cast
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from chatstudio.base.quick_rows import KeptQuery
from chatstudio.models import ApiKey, User
from conversations.models import (
    Attachment,
    Conversation,
    DataSource,
    ImportRun,
    Memory,
    Message,
    ModelOrder,
    PromptProfile,
    Tag,
    ToolCall,
)
from conversations.models.configured_sources import configured_source


def person_of(request: HttpRequest) -> User:
    """Looked up when one of its attributes is asked for, which is for a thread to do: on the event
    loop a person is only passed on."""
    return cast(User, request.user)


def as_uuid(text: str) -> UUID:
    """Nil, which no row has, for what is not an id."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def conversations_of(person: User) -> QuerySet[Conversation]:
    return Conversation.objects.filter(owner=person, deleted_at__isnull=True)


_conversations = KeptQuery(
    lambda owner, key: Conversation.objects.filter(
        owner=owner, deleted_at__isnull=True, public_id=key
    ).select_related("head", "prompt_profile"),
    int,
    UUID,
)


def conversation_for(person: User, key: UUID) -> Conversation:
    found = _conversations.first(person.pk, key)
    if found is None:
        raise Http404
    return found


def import_run_for(person: User, key: UUID) -> ImportRun:
    return get_object_or_404(ImportRun, owner=person, public_id=key)


def deleted_conversation_for(person: User, key: UUID) -> Conversation:
    return get_object_or_404(Conversation, owner=person, deleted_at__isnull=False, public_id=key)


def message_for(person: User, conversation_key: UUID, key: UUID) -> Message:
    return get_object_or_404(
        Message.objects.select_related("conversation", "conversation__owner", "parent"),
        public_id=key,
        conversation__public_id=conversation_key,
        conversation__owner=person,
        conversation__deleted_at__isnull=True,
    )


def answer_for(person: User, conversation_key: UUID, key: UUID) -> Message:
    """A message that a model has written."""
    message = message_for(person, conversation_key, key)
    if message.role != Message.Role.ASSISTANT:
        raise Http404
    return message


def tags_of(person: User) -> QuerySet[Tag]:
    return Tag.objects.filter(owner=person)


def prompt_profiles_of(person: User) -> QuerySet[PromptProfile]:
    """A person's own and those for everybody."""
    return PromptProfile.objects.filter(Q(owner=person) | Q(owner__isnull=True))


def prompt_profile_for(person: User, key: UUID) -> PromptProfile:
    """To be looked at; see own_prompt_profile_for for what changes it."""
    return get_object_or_404(prompt_profiles_of(person), public_id=key)


def own_prompt_profile_for(person: User, key: UUID) -> PromptProfile:
    return get_object_or_404(PromptProfile, owner=person, public_id=key)


def usable_prompt_profile(person: User, key: str) -> PromptProfile | None:
    """The chosen profile; an empty choice is none, somebody else's is 404."""
    return prompt_profile_for(person, as_uuid(key)) if key else None


def attachment_for(person: User, key: UUID) -> Attachment:
    """Not those of a conversation that has been deleted."""
    return get_object_or_404(
        Attachment, public_id=key, owner=person, conversation__deleted_at__isnull=True
    )


def draft_attachments_of(person: User) -> QuerySet[Attachment]:
    """What programs have sent with no message yet, for whichever conversation."""
    return Attachment.objects.filter(
        owner=person, message=None, by_api=True, conversation__deleted_at__isnull=True
    )


def draft_attachment_for(person: User, key: UUID) -> Attachment:
    rows = Attachment.objects.select_related("conversation")
    return get_object_or_404(rows, public_id=key, owner=person, message=None)


def tool_call_for(person: User, conversation_key: UUID, key: UUID) -> ToolCall:
    return get_object_or_404(
        ToolCall.objects.select_related("generation__message__conversation"),
        public_id=key,
        generation__message__conversation__public_id=conversation_key,
        generation__message__conversation__owner=person,
        generation__message__conversation__deleted_at__isnull=True,
    )


def waiting_calls_of(person: User) -> QuerySet[ToolCall]:
    """Those on which the person has to decide."""
    return ToolCall.objects.filter(
        status=ToolCall.Status.AWAITING_APPROVAL,
        generation__message__conversation__owner=person,
        generation__message__conversation__deleted_at__isnull=True,
    )


def memories_of(person: User) -> QuerySet[Memory]:
    return Memory.objects.filter(owner=person)


def memory_for(person: User, key: UUID) -> Memory:
    return get_object_or_404(Memory, owner=person, public_id=key)


def data_sources_of(person: User) -> QuerySet[DataSource]:
    return DataSource.objects.filter(owner=person)


def own_data_source_for(person: User, key: UUID) -> DataSource:
    return get_object_or_404(DataSource, owner=person, public_id=key)


def data_source_for(person: User, key: UUID) -> DataSource:
    """One of their own, or a database of the configuration, which is everybody's."""
    return configured_source(key) or own_data_source_for(person, key)


def api_key_for(person: User, key: UUID) -> ApiKey:
    """Also one that has expired."""
    return get_object_or_404(ApiKey, owner=person, public_id=key)


def model_order_for(key: UUID) -> ModelOrder:
    """Nobody's own: whoever may give orders sees them all."""
    return get_object_or_404(ModelOrder, public_id=key)
