"""The request for an answer, and its receipt: ids, hashes and sizes, never the texts."""

import math
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import prefetch_related_objects

from chatstudio.base.json_types import JsonObject, JsonValue
from conversations.answering import tool_calls
from conversations.answering.history.tree import (
    approved_calls,
    as_sent,
    branch,
    call_of,
    says_something,
    searched_before,
    turn_numbers,
)
from conversations.features.memories.service import sent_memories
from conversations.models import (
    Attachment,
    Conversation,
    Generation,
    HistorySummary,
    Memory,
    Message,
    PromptProfile,
)
from conversations.receipts import (
    Receipt,
    SentFile,
    SentMemory,
    SentMessage,
    SentProfile,
    SentSummary,
    fingerprint,
)
from routing.asking import CREDIBLE, split, weigh
from routing.strategies import STRATEGIES
from routing.tools.base import ToolContext
from routing.types import ChatMessage, ChatRequest, Parameters

MEMORIES_LEAD = "What you know of the person you talk to, from earlier conversations:"
SUMMARY_LEAD = "What was said earlier in this conversation, in short:"


@dataclass(frozen=True, slots=True)
class Prepared:
    """`rows` are the messages of the history that are sent, oldest first, the answer included
    where it is continued; `turns` gives the turn of each. `summary` stands for what is older."""

    request: ChatRequest
    receipt: Receipt
    rows: Sequence[Message] = ()
    turns: Sequence[int] = ()
    summary: HistorySummary | None = None


@dataclass(frozen=True, slots=True)
class Preamble:
    """What stands before the messages: one system message, as many templates take only one.
    `summarised` are the messages that the summary stands for."""

    profile: PromptProfile | None = None
    memories: Sequence[Memory] = ()
    summary: HistorySummary | None = None
    summarised: Sequence[Message] = ()

    def messages(self) -> tuple[ChatMessage, ...]:
        prompt = self.profile.system_prompt.strip() if self.profile else ""
        known = "\n".join([MEMORIES_LEAD, *(f"- {memory.text}" for memory in self.memories)])
        earlier = f"{SUMMARY_LEAD}\n{self.summary.text}" if self.summary else ""
        texts = [prompt, known if self.memories else "", earlier]
        text = "\n\n".join(filter(None, texts))
        return (ChatMessage("system", text),) if text else ()


def parameters_for(conversation: Conversation) -> Parameters:
    profile = conversation.prompt_profile
    stored = {**(profile.parameters if profile else {}), **conversation.parameters}
    return Parameters.from_dict(stored)


def build_request(conversation: Conversation, answer: Message, model_name: str) -> Prepared:
    """The request for `answer`, a message whose parent is the user's.

    With the memory switched off that is the system prompt and the user's message alone. An answer
    that has text already comes last, so that the model continues it.
    """
    with_memory = conversation.memory_enabled
    past = branch(answer.parent_id) if with_memory else branch(answer.parent_id, 1)
    summary, older, past = _apply_summary(conversation, past) if with_memory else (None, [], past)
    prefetch_related_objects([answer], "parts__tool_call")
    running = approved_calls(answer)
    approved = {row.id for row in running}
    rows = [message for message in (*past, answer) if says_something(message, approved)]
    memories = sent_memories(conversation.owner_id) if with_memory else []
    summarised = [message for message in older if says_something(message)]
    profile = conversation.prompt_profile
    preamble = Preamble(profile, memories, summary, summarised)
    earlier = searched_before(rows)
    messages = (*preamble.messages(), *_messages_to_send(rows, approved, earlier))
    request = ChatRequest(
        model_name,
        messages,
        parameters_for(conversation),
        bytes_per_token=_bytes_per_token(past),
        conversation_id=str(conversation.public_id) if with_memory else "",
        may_fall_back=profile.agent_fallback if profile else None,
        tool_context=_tool_context(conversation, answer),
        approved=tuple(map(call_of, running)),
    )
    turns = turn_numbers(rows)
    told = _receipt(conversation, preamble, request, zip(rows, turns, strict=True))
    if earlier:
        told["searched_again"] = [str(row.public_id) for row in earlier]
    return Prepared(request, Receipt(told), rows, turns, summary)


def _messages_to_send(
    rows: Sequence[Message], approved: Container[int], earlier: Sequence[Attachment]
) -> Iterator[ChatMessage]:
    """The last question comes with passages of the files that came before it, too."""
    last = next((row for row in reversed(rows) if row.role == Message.Role.USER), None)
    for row in rows:
        yield from as_sent(row, approved, earlier if row is last else ())


def prepare_request(generation: Generation) -> Prepared:
    """The receipt is stored before the model is asked, so that a crash leaves it there too."""
    message = generation.answer
    prepared = build_request(message.conversation, message, generation.model_name)
    generation.receipt = prepared.receipt.to_json()
    Generation.objects.filter(id=generation.id).update(receipt=generation.receipt)
    return prepared


def _apply_summary(
    conversation: Conversation, past: list[Message]
) -> tuple[HistorySummary | None, list[Message], list[Message]]:
    """The newest summary on this branch, the messages it stands for, and those after it."""
    if not conversation.summarises:
        return None, [], past
    places = {message.id: number for number, message in enumerate(past)}
    rows = conversation.summaries.select_related("upto")
    known = [summary for summary in rows if summary.upto_id in places]
    if not known:
        return None, [], past
    newest = max(known, key=lambda summary: places[summary.upto_id])
    end = places[newest.upto_id] + 1
    return newest, past[:end], past[end:]


def _bytes_per_token(past: Sequence[Message]) -> float | None:
    """As the last answer's receipt has shown it."""
    answers = [message.id for message in past if message.role == Message.Role.ASSISTANT]
    if not answers:
        return None
    last = Generation.objects.filter(message_id=answers[-1]).order_by("-id").first()
    receipt = last.read_receipt() if last else Receipt()
    first = receipt.rounds[0].usage if receipt.rounds else receipt.usage
    tokens = first.input_tokens
    if not tokens or receipt.left_out or receipt.images or receipt.tools:
        return None
    ratio = (receipt.sent_weight or receipt.sent_bytes or 0) / tokens
    return ratio if CREDIBLE[0] <= ratio <= CREDIBLE[1] else None


def _tool_context(conversation: Conversation, answer: Message) -> ToolContext | None:
    strategy = STRATEGIES.get(answer.routing_profile or conversation.routing_profile)
    if strategy is None or not strategy.uses_tools or not conversation.tools_enabled:
        return None
    return ToolContext(
        conversation.owner_id,
        conversation.id,
        settings.TIME_ZONE,
        tool_calls.allowed_always(conversation),
        answer.id,
    )


def _receipt(
    conversation: Conversation,
    preamble: Preamble,
    request: ChatRequest,
    rows: Iterable[tuple[Message, int]],
) -> JsonObject:
    told: JsonObject = {
        "memory": conversation.memory_enabled,
        "parameters": request.parameters.to_dict(),
        "prompt_profile": None,
        "messages": [_message(message, turn).to_json() for message, turn in rows],
        **_sizes(request),
    }
    if profile := preamble.profile:
        told["prompt_profile"] = SentProfile(
            str(profile.public_id), profile.name, *fingerprint(profile.system_prompt)
        ).to_json()
    if preamble.memories:
        told["memories"] = [
            SentMemory(str(memory.public_id), *fingerprint(memory.text)).to_json()
            for memory in preamble.memories
        ]
    if summary := preamble.summary:
        ids: list[JsonValue] = [str(message.public_id) for message in preamble.summarised]
        upto = str(summary.upto.public_id)
        told["summary"] = SentSummary(upto, *fingerprint(summary.text), len(ids), ids).to_json()
    return told


def _sizes(request: ChatRequest) -> JsonObject:
    size = sum(len(message.content.encode()) for message in request.messages)
    weight = math.ceil(sum(weigh(message.content) for message in request.messages))
    images = sum(len(message.images) for message in request.messages)
    sizes: JsonObject = {"sent_bytes": size, "sent_weight": weight}
    return sizes | {"images": images} if images else sizes


def _message(message: Message, turn: int) -> SentMessage:
    files = tuple(map(_file, message.files))
    id = str(message.public_id)
    return SentMessage(id, message.role, turn, *fingerprint(message.text), files)


def _file(row: Attachment) -> SentFile:
    mode = "" if row.is_image else row.mode
    return SentFile(str(row.public_id), row.kind, row.sha256, row.size, mode)


def receipt_of_messages(request: ChatRequest) -> Receipt:
    """Of what another program has sent: none of its messages is a row, so there are no ids."""
    head, turns = split(request.messages)
    entries: list[JsonValue] = [_sent_message(message, None) for message in head]
    entries += [_sent_message(one, number) for number, turn in enumerate(turns) for one in turn]
    parameters = request.parameters.to_dict()
    return Receipt({"parameters": parameters, "messages": entries, **_sizes(request)})


def _sent_message(message: ChatMessage, turn: int | None) -> JsonObject:
    return SentMessage("", message.role, turn, *fingerprint(message.content)).to_json()
