"""The request for an answer, and its receipt: ids, hashes and sizes, never the texts."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings

from chatstudio.base.json_types import JsonObject, JsonValue
from chatstudio.base.quick_rows import KeptQuery, update_row
from conversations.answering import tool_calls
from conversations.answering.history.past import (
    Past,
    PastMessage,
    as_sent,
    call_of,
    read_past,
    read_question,
    searched_before,
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
    LeftOut,
    Receipt,
    SentFile,
    SentMemory,
    SentMessage,
    SentProfile,
    SentSummary,
    fingerprint,
)
from conversations.tool_names import read_tool_names
from routing.asking import (
    BYTES_PER_TOKEN,
    CREDIBLE,
    TOKENS_PER_MESSAGE,
    known_window,
    measure_texts,
    room_of,
    split,
)
from routing.strategies import STRATEGIES
from routing.tools.base import ToolContext
from routing.types import ChatMessage, ChatRequest, ModelInfo, Parameters

MEMORIES_LEAD = "What you know of the person you talk to, from earlier conversations:"
SUMMARY_LEAD = "What was said earlier in this conversation, in short:"


MARGIN = 1.05
"""So much more is read than the window holds, as a strategy may write the same a little shorter."""
GUESS = 2.0
"""And so much more of a window that is not known, but learned before."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """`past` is what was read of the history, the answer included where it is continued."""

    request: ChatRequest
    receipt: Receipt
    past: Past


@dataclass(frozen=True, slots=True)
class Preamble:
    """What stands before the messages: one system message, as many templates take only one."""

    profile: PromptProfile | None = None
    memories: Sequence[Memory] = ()
    summary: HistorySummary | None = None

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


def build_request(
    conversation: Conversation, answer: Message, model_name: str, model: ModelInfo | None = None
) -> Prepared:
    """The request for `answer`, a message whose parent is the user's; `model` is who will be asked,
    where that is known.

    With the memory switched off that is the system prompt and the user's message alone. An answer
    that has text already comes last, so that the model continues it.
    """
    with_memory = conversation.memory_enabled
    profile, parameters = conversation.prompt_profile, parameters_for(conversation)
    before = _receipt_before(answer) if with_memory else Receipt()
    ratio = _bytes_per_token(before)
    if with_memory:
        room = _room_to_fill(parameters, model, before)
        weight = ratio or BYTES_PER_TOKEN
        past = read_past(conversation, answer.id, room * weight, TOKENS_PER_MESSAGE * weight)
    else:
        past = read_question(answer.id)
    memories = sent_memories(conversation.owner_id) if with_memory else []
    preamble = Preamble(profile, memories, past.summary)
    earlier = [*past.searched, *searched_before(past.messages)]
    request = ChatRequest(
        model_name,
        (*preamble.messages(), *_messages_to_send(past, earlier)),
        parameters,
        bytes_per_token=ratio,
        unread=past.unread,
        conversation_id=str(conversation.public_id) if with_memory else "",
        may_fall_back=profile.agent_fallback if profile else None,
        tool_context=_tool_context(conversation, answer),
        approved=tuple(map(call_of, past.approved)),
        thought_marks=(profile.thinking_begins, profile.thinking_ends) if profile else ("", ""),
    )
    told = _receipt(conversation, preamble, request, past)
    if earlier:
        told["searched_again"] = [str(row.public_id) for row in earlier]
    return Prepared(request, Receipt(told), past)


def _messages_to_send(past: Past, earlier: Sequence[Attachment]) -> Iterator[ChatMessage]:
    """The last question comes with passages of the files that came before it, too."""
    approved = {row.id for row in past.approved}
    asked = (row for row in reversed(past.messages) if row.role == Message.Role.USER)
    last = next(asked, None)
    for row in past.messages:
        yield from as_sent(row, approved, earlier if row is last else ())


def prepare_request(generation: Generation, model: ModelInfo | None = None) -> Prepared:
    """The receipt is stored before the model is asked, so that a crash leaves it there too."""
    message = generation.answer
    prepared = build_request(message.conversation, message, generation.model_name, model)
    generation.receipt = prepared.receipt.to_json()
    update_row(generation, "receipt")
    return prepared


_receipts_before = KeptQuery(
    lambda question_id: (
        Generation.objects.filter(message__children=question_id)
        .order_by("-id")
        .values_list("receipt", flat=True)[:1]
    ),
    int,
)


def _receipt_before(answer: Message) -> Receipt:
    """Of the answer that the question follows."""
    if answer.parent_id is None:
        return Receipt()
    return Receipt.from_json(_receipts_before.first(answer.parent_id))


def _room_to_fill(parameters: Parameters, model: ModelInfo | None, before: Receipt) -> float:
    """How many tokens of the history are read; what is sent of that is decided with the tools and
    by the server's own words (routing.asking). Nobody knows what an agent can hold."""
    window = known_window(parameters, model) if model else None
    if tokens := window.tokens if window else parameters.num_ctx:
        return room_of(parameters, tokens) * MARGIN
    guess = before.window.tokens or (model.context_length if model else None)
    return guess * GUESS if guess else math.inf


def _bytes_per_token(receipt: Receipt) -> float | None:
    """As this answer's receipt has shown it."""
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
        chosen=_chosen_tools(conversation),
    )


def _chosen_tools(conversation: Conversation) -> frozenset[str] | None:
    """The conversation's own choice, else that of its prompt profile."""
    profile = conversation.prompt_profile
    for stored in (conversation.chosen_tools, profile.chosen_tools if profile else None):
        if (names := read_tool_names(stored)) is not None:
            return frozenset(names)
    return None


def _receipt(
    conversation: Conversation, preamble: Preamble, request: ChatRequest, past: Past
) -> JsonObject:
    rows = zip(past.messages, past.turns, strict=True)
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
        upto = summary.upto
        print = fingerprint(summary.text)
        told["summary"] = SentSummary(str(upto.public_id), *print, upto.depth + 1).to_json()
    if past.unread:
        unread, first, last = past.unread, past.first, past.last
        told["left_out"] = LeftOut(unread, 0, "window", first, last, unread).to_json()
    return told


def _sizes(request: ChatRequest) -> JsonObject:
    size, weight = measure_texts(request.messages)
    images = sum(len(message.images) for message in request.messages)
    sizes: JsonObject = {"sent_bytes": size, "sent_weight": weight}
    return sizes | {"images": images} if images else sizes


def _message(message: PastMessage, turn: int | None) -> SentMessage:
    files = tuple(map(_file, message.files))
    return SentMessage(message.public_id, message.role, turn, *fingerprint(message.text), files)


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
