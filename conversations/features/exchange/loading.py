"""Rows to ForeignConversations, one at a time and with the same few queries for each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from conversations.features.exchange.formats.own.shapes import (
    CONVERSATION,
    GENERATION,
    MESSAGE,
    TOOL_CALL,
    same,
    settle_call_status,
    settle_status,
    settled_decision,
)
from conversations.features.exchange.receipts import with_ids
from conversations.features.exchange.sections import CONVERSATION_SECTIONS, Rows
from conversations.features.exchange.values import (
    ForeignConversation,
    ForeignGeneration,
    ForeignMessage,
    ForeignPart,
    ForeignToolCall,
)
from conversations.models import Conversation, Generation, Message, MessagePart, ToolCall


def load_all(ids: Iterable[int], *, complete: bool = False) -> Iterator[ForeignConversation]:
    """With `complete` for our own format: keys are numbers, and sections come along; else a key is
    the message's public id, as other products want unique ones."""
    for key in ids:
        rows = Conversation.objects.select_related("prompt_profile").prefetch_related("tags")
        if conversation := rows.filter(id=key, deleted_at__isnull=True).first():
            yield load(conversation, complete=complete)


def load(conversation: Conversation, *, complete: bool = False) -> ForeignConversation:
    return _Loader(conversation, complete).load()


class _Loader:
    def __init__(self, conversation: Conversation, complete: bool) -> None:
        self.conversation = conversation
        self.complete = complete
        self.rows = list(Message.objects.filter(conversation=conversation).order_by("id"))
        names = enumerate(self.rows)
        self.keys = {row.id: str(n) if complete else str(row.public_id) for n, row in names}
        self.public = {str(row.public_id): self.keys[row.id] for row in self.rows}
        self.calls: dict[int, ForeignToolCall] = {}
        self.generation_keys: dict[str, int] = {}
        self.generations = self._generations()
        self.parts = self._parts()

    def load(self) -> ForeignConversation:
        row, profile = self.conversation, self.conversation.prompt_profile
        others = {
            "updated_at": row.last_message_at,
            "prompt_profile": profile.name if profile else "",
            "system_prompt": profile.system_prompt if profile else "",
        }
        return ForeignConversation(
            str(row.public_id),
            messages=[self._message(one) for one in self.rows],
            head=self.keys.get(row.head_id) if row.head_id else None,
            tags=[tag.name for tag in row.tags.all()],
            sections=self._sections(),
            **same(row, CONVERSATION, **others),
        )

    def _sections(self) -> dict[str, object]:
        if not self.complete:
            return {}
        rows = Rows(
            self.conversation, {key: id for id, key in self.keys.items()}, self.generation_keys
        )
        found = {one.name: one.collect(rows) for one in CONVERSATION_SECTIONS.values()}
        return {name: data for name, data in found.items() if data is not None}

    def _generations(self) -> dict[int, list[ForeignGeneration]]:
        rows = Generation.objects.filter(message__conversation=self.conversation).order_by("id")
        by_id: dict[int, ForeignGeneration] = {}
        found: dict[int, list[ForeignGeneration]] = defaultdict(list)
        for row in rows:
            message_id = row.message_id or 0
            key = f"{self.keys[message_id]}.{len(found[message_id])}"
            self.generation_keys[key] = row.id
            by_id[row.id] = self._generation(row)
            found[message_id].append(by_id[row.id])
        here = ToolCall.objects.filter(generation__message__conversation=self.conversation)
        for call in here.order_by("id"):
            status, decision = settle_call_status(call.status), settled_decision(call.decision)
            found_call = same(call, TOOL_CALL, status=status, decision=decision)
            self.calls[call.id] = ForeignToolCall(**found_call)
            by_id[call.generation_id].tool_calls.append(self.calls[call.id])
        return found

    def _generation(self, row: Generation) -> ForeignGeneration:
        receipt = with_ids(row.receipt, self.public)
        return ForeignGeneration(
            **same(row, GENERATION, status=settle_status(row.status), receipt=receipt)
        )

    def _parts(self) -> dict[int, list[ForeignPart]]:
        rows = MessagePart.objects.filter(message__conversation=self.conversation)
        found: dict[int, list[ForeignPart]] = defaultdict(list)
        for row in rows.order_by("message_id", "position"):
            call = self.calls.get(row.tool_call_id) if row.tool_call_id else None
            part = ForeignPart(row.kind, row.content, row.round, row.duration_ms, call)
            found[row.message_id].append(part)
        return found

    def _message(self, row: Message) -> ForeignMessage:
        return ForeignMessage(
            self.keys[row.id],
            self.keys.get(row.parent_id) if row.parent_id else None,
            parts=self.parts.pop(row.id, []),
            generations=self.generations.pop(row.id, []),
            **same(row, MESSAGE, status=settle_status(row.status), metadata=row.message_metadata),
        )
