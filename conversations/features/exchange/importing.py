"""One conversation of a file to rows: what is to be done with it, and then that, in one short
transaction. Nothing that a file says of ids, owners and shares is believed: rows get ids of their
own and belong to whoever imports.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

from django.db import DataError, IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from chatstudio.models import User
from conversations.answering.services import clean_title
from conversations.answering.turns.writing import title_of
from conversations.features.exchange.loading import load
from conversations.features.exchange.parameters import parameters_of
from conversations.features.exchange.sections import CONVERSATION_SECTIONS, PERSON_SECTIONS
from conversations.features.exchange.staging import Staging
from conversations.features.exchange.values import ForeignConversation, ForeignRecord, Refused
from conversations.features.exchange.writing import MessageWriter
from conversations.features.files.section import receive_files
from conversations.lookup import as_uuid, conversations_of, prompt_profiles_of
from conversations.models import (
    Attachment,
    Conversation,
    ImportedConversation,
    Message,
    PromptProfile,
)
from conversations.revisions import save_conversation
from conversations.tagging import set_tags
from routing.strategies import STRATEGIES

type Kind = Literal["imported", "updated", "unchanged", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one entry of a file. `reason` says why, or what was left out."""

    kind: Kind
    title: str = ""
    reason: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done. `known` is what an earlier import left, `target` the row to update."""

    kind: Kind
    source_id: str
    content_hash: str
    reason: str = ""
    known: ImportedConversation | None = None
    target: Conversation | None = None


def import_conversation(
    owner: User,
    foreign: ForeignConversation,
    *,
    dry_run: bool = False,
    staging: Staging | None = None,
) -> Outcome:
    """`staging` has the files that came before it."""
    asked = (m.text for m in foreign.messages if m.role == "user" and m.text)
    title = clean_title(foreign.title) or title_of(next(asked, ""))
    try:
        plan = plan_import(owner, foreign)
        if plan.kind in ("imported", "updated") and not dry_run:
            with receive_files(owner, foreign, staging) as attached:
                _write(owner, foreign, plan, title, attached)
    except Refused as refusal:
        return Outcome("failed", title, str(refusal), foreign.where)
    except IntegrityError:
        return Outcome("failed", title, "It is being imported by somebody else.", foreign.where)
    except (DataError, ValueError, OverflowError) as error:
        return Outcome("failed", title, f"The database refused it: {error}"[:300], foreign.where)
    notes = " ".join(dict.fromkeys(foreign.notes))
    is_news = plan.kind in ("imported", "updated")
    return Outcome(plan.kind, title, plan.reason or (notes if is_news else ""), foreign.where)


def plan_import(owner: User, foreign: ForeignConversation) -> Plan:
    content = foreign.content_hash
    source = _source_id(foreign, content)
    if not foreign.messages and foreign.format != "own":
        return Plan("skipped", source, content, "It has no messages.")
    known = (
        ImportedConversation.objects.filter(owner=owner, format=foreign.format, source_id=source)
        .select_related("conversation")
        .first()
    )
    if known is None:
        return _planned_anew(owner, foreign, source, content)
    if known.conversation.deleted_at:
        return Plan("imported", source, content, known=known)
    if known.content_hash == content:
        return Plan("unchanged", source, content)
    if known.state != state_of(known.conversation):
        return Plan("skipped", source, content, "Skipped: changed here since its import.")
    return Plan("updated", source, content, known=known, target=known.conversation)


def _source_id(foreign: ForeignConversation, content: str) -> str:
    """One that is missing or too long is made from what there is."""
    if not foreign.source_id:
        return content
    if len(foreign.source_id) <= 255:
        return foreign.source_id
    return hashlib.sha256(foreign.source_id.encode()).hexdigest()


def _planned_anew(owner: User, foreign: ForeignConversation, source: str, content: str) -> Plan:
    """Our own export, brought back to where it was made, must not double what is there."""
    here = _original(owner, source) if foreign.format == "own" else None
    if here is None:
        return Plan("imported", source, content)
    if load(here, complete=True).content_hash == content:
        return Plan("unchanged", source, content)
    return Plan("skipped", source, content, "Skipped: it is here already, and changed here.")


def _original(owner: User, source: str) -> Conversation | None:
    rows = conversations_of(owner).select_related("prompt_profile").prefetch_related("tags")
    return rows.filter(public_id=as_uuid(source)).first()


def state_of(conversation: Conversation) -> str:
    """Changes with everything that a person does to a conversation."""
    facts = (
        conversation.revision,
        conversation.title,
        conversation.is_pinned,
        conversation.is_archived,
        conversation.head_id,
        sorted(conversation.tags.values_list("name", flat=True)),
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def _write(
    owner: User,
    foreign: ForeignConversation,
    plan: Plan,
    title: str,
    attached: list[tuple[str, Attachment]],
) -> None:
    with transaction.atomic():
        conversation = _conversation(owner, foreign, plan, title)
        rows = MessageWriter(conversation, foreign).write()
        rows.attached.extend(attached)
        # An update, since saving would set created_at and updated_at to now.
        Conversation.objects.filter(id=conversation.id).update(
            head=rows.messages[foreign.head] if foreign.head else None,
            created_at=conversation.created_at,
            updated_at=timezone.now(),
        )
        set_tags(conversation, foreign.tags)
        for name, data in foreign.sections.items():
            if section := CONVERSATION_SECTIONS.get(name):
                section.restore(rows, data)
            else:
                foreign.notes.append(f"What it has of {name[:40]!r} was left out: unknown here.")
        conversation.refresh_from_db()
        _remember(owner, foreign, plan, conversation)


def _remember(
    owner: User, foreign: ForeignConversation, plan: Plan, conversation: Conversation
) -> None:
    """Of two imports that find a conversation new at the same moment the second fails here, and
    what it wrote is taken back."""
    facts = {
        "content_hash": plan.content_hash,
        "state": state_of(conversation),
        "conversation": conversation,
        "imported_at": timezone.now(),
    }
    if plan.known:
        ImportedConversation.objects.filter(id=plan.known.id).update(**facts)
        return
    ImportedConversation.objects.create(
        owner=owner, format=foreign.format, source_id=plan.source_id, **facts
    )


def _conversation(
    owner: User, foreign: ForeignConversation, plan: Plan, title: str
) -> Conversation:
    """The row to write below: a new one, or the earlier import's without its messages."""
    conversation = plan.target or Conversation(owner=owner)
    if plan.target and plan.known:
        locked = Conversation.objects.select_for_update().get(id=plan.target.id)
        if state_of(locked) != plan.known.state:
            raise Refused("It was changed here a moment ago.")
        for section in CONVERSATION_SECTIONS.values():
            section.forget(locked)
        # Set-wise: a chain of parents is deeper than a cascade goes.
        Conversation.objects.filter(id=locked.id).update(head=None)
        Message.objects.filter(conversation=locked).delete()
        conversation = locked
        conversation.head = None
    moments = [m.created_at for m in foreign.messages if m.created_at]
    last = foreign.updated_at or max(moments, default=None) or foreign.created_at or timezone.now()
    conversation.title = title
    conversation.model_name, conversation.server = foreign.model_name, foreign.server
    conversation.routing_profile = _strategy(foreign)
    conversation.prompt_profile = _profile(owner, foreign)
    conversation.parameters = parameters_of(foreign.parameters)
    conversation.memory_enabled = foreign.memory_enabled
    conversation.tools_enabled = foreign.tools_enabled
    conversation.summarises = foreign.summarises
    conversation.chosen_tools = foreign.chosen_tools
    conversation.is_pinned, conversation.is_archived = foreign.is_pinned, foreign.is_archived
    conversation.last_message_at = last
    save_conversation(conversation)
    conversation.created_at = foreign.created_at or min(moments, default=last)
    return conversation


def _strategy(foreign: ForeignConversation) -> str:
    if foreign.routing_profile in STRATEGIES:
        return foreign.routing_profile
    foreign.notes.append(f"Its routing profile {foreign.routing_profile!r} does not exist here.")
    return "direct"


def _profile(owner: User, foreign: ForeignConversation) -> PromptProfile | None:
    """One's own of that name, else everybody's."""
    if not foreign.prompt_profile:
        return None
    found = prompt_profiles_of(owner).filter(name=foreign.prompt_profile)
    profile = found.order_by(F("owner").asc(nulls_last=True)).first()
    if profile is None:
        foreign.notes.append(f"Its prompt profile {foreign.prompt_profile!r} is not here.")
    return profile


def import_record(owner: User, record: ForeignRecord, *, dry_run: bool = False) -> Outcome:
    section = PERSON_SECTIONS.get(record.section)
    title = record.section.replace("_", " ")
    if section is None:
        reason = f"This installation does not know {record.section[:40]!r}."
        return Outcome("skipped", title, reason, record.where)
    try:
        kind, reason = section.restore(owner, record.data, not dry_run)
    except Refused as refusal:
        return Outcome("failed", title, str(refusal), record.where)
    except (DataError, IntegrityError, ValueError, TypeError, KeyError) as error:
        return Outcome("failed", title, f"It could not be read: {error}"[:300], record.where)
    return Outcome(kind, title, reason, record.where)  # type: ignore[arg-type]
