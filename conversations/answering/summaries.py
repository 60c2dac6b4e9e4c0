"""A summary of what no longer fits the window, made by the same model with the same options.

Made before an answer whose history is too long, and far enough that the next few turns need none.
A later summary contains the earlier one.
"""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

from conversations.answering.course import Course
from conversations.answering.history.request import Prepared, prepare_request
from conversations.answering.history.tree import as_sent, branch_ids
from conversations.answering.seam import in_thread
from conversations.models import Conversation, Generation, HistorySummary, Message
from routing.asking import BYTES_PER_TOKEN, fit_request, known_window, weigh
from routing.errors import RoutingError
from routing.strategies.base import Choose
from routing.types import ChatMessage, ChatRequest, Chosen, Parameters, TextDelta

LONGEST_TOKENS = 400
KEPT_SHARE = 0.5
"""Of the window for the history that stays: so a summary is not made for every turn."""
READ_SHARE = 0.6
"""Of the window for what one summary is made from; more is read piece by piece."""

ORDER = (
    "Summarise the conversation below for yourself, so that you can go on with it later. Keep "
    "names, numbers, decisions and open questions. Write plain sentences, at most 200 words, in "
    "the language of the conversation. Write nothing but the summary."
)


async def keep_summary_up_to_date(
    prepared: Prepared, generation: Generation, choose: Choose, course: Course
) -> Prepared:
    """The same request where it fits; else one that begins with a new summary. Where no summary
    can be made, the oldest turns are left out as usual, and the answer says so."""
    try:
        chosen = await choose()
        window = known_window(prepared.request, chosen)
        older = rows_to_summarise(prepared, window.tokens) if window else []
        if not window or not older:
            return prepared
        course.stage = "summary"
        text = await write_summary(prepared, older, chosen, window.tokens)
    except RoutingError:
        course.notices.append("summary_failed")
        return prepared
    finally:
        course.stage = ""
    return await in_thread(_with_summary, generation, older[-1], text, chosen.model.name)


def rows_to_summarise(prepared: Prepared, window: int) -> list[Message]:
    """The rows that the summary is to cover: none while everything fits."""
    if fit_request(prepared.request, window).cut is None:
        return []
    cut = fit_request(prepared.request, int(window * KEPT_SHARE)).cut
    pairs = zip(prepared.rows, prepared.turns, strict=True)
    return [row for row, turn in pairs if cut and turn < cut.turns]


async def write_summary(
    prepared: Prepared, older: Sequence[Message], chosen: Chosen, window: int
) -> str:
    """Piece by piece, each with the summary of all before it."""
    text = prepared.summary.text if prepared.summary else ""
    size = int(window * READ_SHARE * BYTES_PER_TOKEN)
    for piece in await asyncio.to_thread(split_into_pieces, older, size):
        text = await _summary_of(text, piece, prepared.request, chosen)
    return text[: HistorySummary.LENGTH]


def split_into_pieces(rows: Sequence[Message], size: int) -> list[str]:
    """The conversation as text, in pieces that weigh about so much (routing.asking)."""
    lines = [f"{sent.role}: {sent.content}" for row in rows for sent in as_sent(row)]
    found: list[str] = []
    for part in (part for line in lines for part in _parts(line, size)):
        if found and weigh(found[-1]) + weigh(part) < size:
            found[-1] += f"\n\n{part}"
        else:
            found.append(part)
    return found


def _parts(line: str, size: int) -> list[str]:
    """A line that is too long alone, cut by characters."""
    weight = weigh(line)
    step = max(int(size / weight * len(line) / 2), 100) if weight > size else len(line) or 1
    return [line[start : start + step] for start in range(0, len(line), step)]


async def _summary_of(before: str, piece: str, like: ChatRequest, chosen: Chosen) -> str:
    text = f"Summary so far: {before}\n\n{piece}" if before else piece
    messages = (ChatMessage("system", ORDER), ChatMessage("user", text))
    request = ChatRequest(chosen.model.name, messages, _parameters(like.parameters))
    said: list[str] = []
    async with aclosing(chosen.provider.chat(request)) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                said.append(event.text)
    return "".join(said).strip()


def _parameters(usual: Parameters) -> Parameters:
    """What makes Ollama load the model anew stays as it is; only the writing is made sober."""
    return Parameters(
        num_ctx=usual.num_ctx,
        keep_alive=usual.keep_alive,
        num_predict=LONGEST_TOKENS,
        temperature=0.2,
        thinking=None if usual.thinking is None else False,
    )


def _with_summary(generation: Generation, upto: Message, text: str, model_name: str) -> Prepared:
    if text:
        HistorySummary.objects.update_or_create(
            upto=upto,
            defaults={
                "conversation": generation.answer.conversation,
                "text": text,
                "model_name": model_name,
                "is_edited": False,
            },
        )
    return prepare_request(generation)


def current_summary(conversation: Conversation) -> HistorySummary | None:
    """The one that the next message would be sent with."""
    head = conversation.head_id
    ids = set(branch_ids(head)) if head else set()
    known = [summary for summary in conversation.summaries.all() if summary.upto_id in ids]
    return max(known, key=lambda summary: summary.upto_id, default=None)
