"""Messages as the page shows them. The same view serves the page, the fragment and the frame."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from chatstudio.base.json_types import JsonMapping, objects_at, text_at
from chatstudio.base.text import size_of
from chatstudio.base.words import count_of, group_digits, noun, seconds_in_words, size_in_words
from conversations.answering.course import expected_name
from conversations.answering.tool_calls import state_of
from conversations.features.files.attachment_views import AttachmentView, attachment_view
from conversations.models import Attachment, Feedback, Generation, Message, MessagePart
from conversations.models.message import Siblings, siblings_of, text_of
from conversations.receipts import Receipt, speed_of
from conversations.rendering import render
from conversations.rendering.pieces import MOST, end_of_piece, piece_at
from conversations.showing.call_views import CallView, call_view
from conversations.showing.sentences import (
    BEFORE_THE_FIRST_WORD,
    NOTICES,
    OUTCOMES,
    ROLE_NAMES,
    WAITING_SENTENCES,
    WORDLESS,
)
from routing.errors import sentence_for
from routing.strategies import STRATEGIES
from routing.types import Timings, Usage

CUT = ("length", "too_long")
"""Ends behind which a model may go on."""
FOLDED_FROM, LINE = 18, 72
"""Lines from which on a question is folded to fourteen, and the characters of one, about."""
FEWEST_TOKENS, SHORTEST_SECONDS = 10, 0.5
"""Less tells nothing of how fast a model writes."""


@dataclass(frozen=True, slots=True)
class PartView:
    kind: str
    position: int
    blocks: tuple[SafeString, ...]
    seconds: float | None = None
    call: CallView | None = None
    start: int = 0
    """Where in the part these blocks begin."""
    next_start: int = 0
    """Where what is not shown begins; 0 where all is."""
    left: str = ""
    """How much that is."""

    @property
    def length(self) -> int:
        shown = sum(map(len, self.blocks))
        return shown + len(self.call.arguments + self.call.result) if self.call else shown


@dataclass(frozen=True, slots=True)
class Gauge:
    """How much of the model's window the last answer has shown to be used, in tokens."""

    used: int
    window: int

    @property
    def percent(self) -> int:
        return min(100, round(self.used * 100 / self.window))

    @property
    def level(self) -> str:
        if self.percent < 75:
            return ""
        return "high" if self.percent < 95 else "full"

    @property
    def text(self) -> str:
        return f"{group_digits(self.used)} of {count_of(self.window, 'token')}"


@dataclass(frozen=True, slots=True)
class ArticleView:
    public_id: UUID
    conversation_id: UUID
    role: str
    status: str
    created_at: datetime
    parts: tuple[PartView, ...] = ()
    plain_text: str = ""
    is_long: bool = False
    """Shown by the piece, and copied from an address of its own."""
    attachments: tuple[AttachmentView, ...] = ()
    model_name: str = ""
    routing_label: str = ""
    is_active: bool = False
    shown: int = 0
    """Of an answer that is written here: the number of the flush that has shown it."""
    is_demo: bool = False
    leaves_machine: bool = False
    status_text: str = ""
    status_seconds: int | None = None
    """How long it has stood so; None where that is not known, or the words say it themselves."""
    notices: tuple[str, ...] = ()
    outcome: str = ""
    outcome_kind: str = ""
    can_retry: bool = False
    can_continue: bool = False
    footnote: str = ""
    siblings: Siblings | None = None
    has_receipt: bool = False
    gauge: Gauge | None = None
    can_rate: bool = False
    thumb: str = ""
    thumb_reason: str = ""
    sources: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """What the article is called where it is not seen."""
        if self.role == Message.Role.USER:
            return "You"
        if self.role != Message.Role.ASSISTANT:
            return self.model_name
        return f"Answer by {self.model_name}" if self.model_name else "Answer"

    @property
    def is_folded(self) -> bool:
        if self.role != Message.Role.USER:
            return False
        lines = self.plain_text.splitlines()
        return self.is_long or sum(1 + len(line) // LINE for line in lines) > FOLDED_FROM

    @property
    def routing_badge(self) -> str:
        """Nothing where it would say what is said already, or what goes without saying."""
        return "" if self.routing_label in ("Direct LLM", self.model_name) else self.routing_label

    @property
    def length(self) -> int:
        """Characters of the HTML of its parts, about."""
        return sum(part.length for part in self.parts)


def active_article_view(generation: Generation) -> ArticleView:
    """An answer before its first word, from what is at hand: no query."""
    message = generation.answer
    name = expected_name(generation.strategy, generation.model_name)
    return ArticleView(
        public_id=message.public_id,
        conversation_id=message.conversation.public_id,
        role=message.role,
        status=message.status,
        created_at=message.created_at or timezone.now(),
        model_name=name,
        routing_label=label_of(generation.strategy),
        is_active=True,
        status_text=waiting_sentence("", name),
        status_seconds=0,
    )


def article_view(message: Message) -> ArticleView:
    return article_views([message])[0]


def article_views(messages: Sequence[Message]) -> list[ArticleView]:
    """Messages of one conversation with their parts, generations and feedback loaded."""
    siblings = siblings_of(messages)
    return [_article_view(message, siblings.get(message.id)) for message in messages]


def ended_article_view(generation: Generation, parts: Sequence[MessagePart]) -> ArticleView:
    """Of an answer that stands alone (Generation.answers_alone), as it was just saved: no query."""
    message = generation.answer
    return _view_of(message, parts, [], [generation], feedback=None, siblings=None)


def _article_view(message: Message, siblings: Siblings | None) -> ArticleView:
    is_answer = message.role == Message.Role.ASSISTANT
    generations = list(message.generations.all()) if is_answer else []
    feedback = getattr(message, "feedback", None) if is_answer else None
    parts = list(message.parts.all())
    return _view_of(message, parts, message.files, generations, feedback, siblings)


def _view_of(
    message: Message,
    parts: Sequence[MessagePart],
    files: Sequence[Attachment],
    generations: Sequence[Generation],
    feedback: Feedback | None,
    siblings: Siblings | None,
) -> ArticleView:
    text = text_of(parts)
    plain_text, is_long = text_to_copy(text)
    common: dict[str, Any] = {
        "public_id": message.public_id,
        "conversation_id": message.conversation.public_id,
        "role": message.role,
        "status": message.status,
        "created_at": message.created_at,
        "plain_text": plain_text,
        "is_long": is_long,
        "attachments": tuple(map(attachment_view, files)),
        "siblings": siblings,
        "sources": sources_of(message.message_metadata),
    }
    if message.role != Message.Role.ASSISTANT:
        name = ROLE_NAMES.get(message.role, "")
        return ArticleView(**common, model_name=name, parts=as_typed(text))
    return ArticleView(
        **common,
        **_answer_facts(message, generations, feedback, parts),
        parts=tuple(part_view(part, final=not message.is_active) for part in parts),
    )


def sources_of(metadata: JsonMapping) -> tuple[tuple[str, str], ...]:
    """Titles and addresses of what an imported answer cites. Only the web's are made links."""
    cited = objects_at(metadata, "citations")
    found = [(text_at(one, "title"), text_at(one, "url")) for one in cited]
    return tuple(
        (title, url if url.startswith(("http://", "https://")) else "") for title, url in found
    )


def text_to_copy(text: str) -> tuple[str, bool]:
    """What an article carries to be copied, and whether it is too long for that."""
    is_long = len(text) > MOST
    return "" if is_long else text, is_long


def as_typed(text: str, start: int = 0, *, whole: bool = False) -> tuple[PartView, ...]:
    """The piece that begins there. Nothing where files were sent alone."""
    if not text:
        return ()
    end = end_of_piece(text, start) if len(text) > MOST and not whole else len(text)
    blocks = (mark_safe(escape(text[start:end])),)  # noqa: S308  escaped here
    return (PartView("text", 0, blocks, start=start, **_what_is_left(text, end)),)


def part_view(part: MessagePart, *, final: bool, whole: bool = False) -> PartView:
    """Of a very long part the first piece, unless it is wanted whole."""
    if part.tool_call is not None:
        return PartView(part.kind, part.position, (), call=call_view(state_of(part.tool_call)))
    seconds = part.duration_ms / 1000 if part.duration_ms is not None else None
    text = part.content
    end = len(text) if whole else end_of_first_piece(text)
    left = _what_is_left(text, end) if final else {}
    blocks = blocks_of(text[:end], final=final)
    return PartView(part.kind, part.position, blocks, seconds, **left)


def piece_view(message: Message, position: int, start: int) -> PartView:
    """A further piece of a part; Http404 where none begins there."""
    parts = list(message.parts.all())
    if message.role != Message.Role.ASSISTANT:
        text = text_of(parts)
        if start >= len(text):
            raise Http404
        return as_typed(text, start)[0]
    content = next((part.content for part in parts if part.position == position), "")
    piece = piece_at(content, start)
    if piece is None:
        raise Http404
    kind = next(part.kind for part in parts if part.position == position)
    left = _what_is_left(content, piece.end)
    return PartView(kind, position, blocks_of(piece.markdown), start=start, **left)


def end_of_first_piece(text: str) -> int:
    return end_of_piece(text, 0) if len(text) > MOST else len(text)


def blocks_of(markdown: str, *, final: bool = True) -> tuple[SafeString, ...]:
    rendered = render(markdown, final=final)
    return tuple(mark_safe(block.html) for block in rendered)  # noqa: S308


def _what_is_left(text: str, end: int) -> dict[str, Any]:
    if end == len(text):
        return {}
    return {"next_start": end, "left": size_in_words(size_of(text[end:]))}


def _answer_facts(
    message: Message,
    generations: Sequence[Generation],
    feedback: Feedback | None,
    parts: Sequence[MessagePart],
) -> dict[str, Any]:
    has_text = bool(text_of(parts))
    generation = generations[-1] if generations else None
    receipts = [one.read_receipt() for one in generations]
    kind, sentence = ending_of(generation, parts) if generation else ("", "")
    is_cut = generation is not None and generation.finish_reason in CUT
    unfinished = message.status in ("stopped", "failed", "interrupted") or is_cut
    receipt = receipts[-1] if receipts else Receipt()
    return {
        "model_name": message.model_name,
        "routing_label": label_of(receipt.route.strategy or message.routing_profile),
        "is_active": message.is_active,
        "is_demo": bool(message.message_metadata.get("is_demo")),
        "leaves_machine": bool(message.message_metadata.get("leaves_machine")),
        "status_text": waiting_sentence("", message.model_name) if message.is_active else "",
        "notices": notices_of(receipt, failed=kind == "error"),
        "outcome": with_code(sentence),
        "outcome_kind": kind,
        "can_retry": not message.is_active and message.status != "awaiting_approval",
        "can_continue": not message.is_active and unfinished and has_text,
        "footnote": "" if message.is_active else footnote(*receipts),
        "gauge": gauge_of(receipt),
        "has_receipt": bool(receipt.stored) and not message.is_active,
        "can_rate": message.is_finished and (message.status != "failed" or feedback is not None),
        "thumb": feedback.value if feedback else "",
        "thumb_reason": feedback.reason if feedback else "",
    }


def notices_of(receipt: Receipt, *, failed: bool = False) -> tuple[str, ...]:
    """What a person should know of how this answer came about."""
    told = coded_notices(receipt, failed=failed)
    return tuple(sentence for code, sentence in told if code not in WORDLESS)


def coded_notices(receipt: Receipt, *, failed: bool = False) -> Iterator[tuple[str, str]]:
    """Each sentence after its code."""
    yield from ((code, NOTICES[code]) for code in receipt.notices if code in NOTICES)
    if gone := receipt.fallback:
        reason = sentence_for(gone.code, gone.context).rstrip(".")
        done = f"{label_of('direct')} {'was asked' if failed else 'answered'} instead"
        yield "fell_back", f"{label_of(gone.from_)} did not answer ({reason}). {done}."
    if (summary := receipt.summary) and (count := summary.messages):
        what = count_of(count, "earlier message was", "earlier messages were")
        yield "summarised", f"{what} sent as a summary."
    if (out := receipt.left_out) and out.messages:
        yield "left_out", left_out_sentence(out.messages)


def left_out_sentence(count: int) -> str:
    what = noun(count, "message was", f"{group_digits(count)} messages were")
    return f"The oldest {what} left out: the conversation is longer than the model's window."


def label_of(strategy: str) -> str:
    known = STRATEGIES.get(strategy)
    return known.label if known else strategy


def outcome_of(generation: Generation) -> tuple[str, str]:
    """The kind and the sentence of an end that a person should know of; empty for a plain one."""
    if generation.error_code:
        return "error", sentence_for(generation.error_code, generation.error_context)
    return OUTCOMES.get(generation.finish_reason, ("", ""))


def ending_of(generation: Generation, parts: Sequence[MessagePart]) -> tuple[str, str]:
    """As `outcome_of`, where it is seen what was written."""
    kind, sentence = outcome_of(generation)
    if generation.finish_reason == "cancelled" and not parts:
        return kind, BEFORE_THE_FIRST_WORD
    notices = generation.read_receipt().notices
    if not sentence and (code := next((code for code in WORDLESS if code in notices), "")):
        return "warning", NOTICES[code]
    return kind, sentence


def with_code(sentence: str) -> SafeString:
    """What stands in backticks, such as a command to type, is shown as code."""
    return mark_safe(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(sentence)))  # noqa: S308


def waiting_sentence(code: str, model_name: str, ahead: int = 0) -> str:
    """`ahead`: how many of our own answers with the same model began before; 0 for unknown."""
    if code == "queue" and ahead:
        answers = noun(ahead, "one other answer is", f"{ahead} other answers are")
        return f"Waiting for its turn: {answers} before this one…"
    sentence = WAITING_SENTENCES.get(code, WAITING_SENTENCES[""])
    return sentence.format(model=model_name or "the model")


def going_on_sentence(length: int) -> str:
    return WAITING_SENTENCES["long"].format(length=group_digits(length))


def footnote(*receipts: Receipt) -> str:
    """What the answer cost in all the times that a model has written in it, as the server counted:
    "124 tokens · 3.2 s · 38 tokens/s"."""
    tokens, took = output_tokens_of(receipts), sum(one.duration_ms or 0 for one in receipts)
    facts = [
        count_of(tokens, "token") if tokens else "",
        seconds_in_words(took / 1000) if took else "",
        speed_told(receipts),
    ]
    return " · ".join(fact for fact in facts if fact) if tokens else ""


def output_tokens_of(receipts: Sequence[Receipt]) -> int | None:
    return sum((receipt.usage for receipt in receipts), Usage()).output_tokens


def speed_told(receipts: Sequence[Receipt]) -> str:
    usage = sum((receipt.usage for receipt in receipts), Usage())
    timings = sum((receipt.timings for receipt in receipts), Timings())
    measured = speed_of(usage, timings) or (receipts[0].tokens_per_second if receipts else None)
    return speed_in_words(measured, usage.output_tokens)


def speed_in_words(tokens_per_second: float | None, tokens: int | None) -> str:
    """Nothing where too little was written to tell."""
    if not tokens_per_second or not tokens or tokens < FEWEST_TOKENS:
        return ""
    enough = tokens / tokens_per_second >= SHORTEST_SECONDS
    return f"{tokens_per_second:.0f} tokens/s" if enough else ""


def gauge_of(receipt: Receipt) -> Gauge | None:
    """None where the server said either too little."""
    window, rounds = receipt.window.tokens, receipt.rounds
    usage = rounds[-1].usage if rounds else receipt.usage
    if not window or not usage.input_tokens:
        return None
    used = usage.input_tokens + (usage.output_tokens or 0)
    return Gauge(min(used, window), window)
