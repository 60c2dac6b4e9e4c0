"""A summary of what no longer fits the window, made by the same model with the same options.

Made before an answer whose history is too long, and far enough that the next few turns need none.
A later summary contains the earlier one.
"""

from collections.abc import Iterable, Iterator
from itertools import batched

from conversations.answering.course import Course
from conversations.answering.history.past import (
    PastMessage,
    as_sent,
    newest_summary,
    read_messages,
    says_something,
)
from conversations.answering.history.request import Prepared, prepare_request
from conversations.answering.history.tree import branch_ids
from conversations.answering.seam import in_thread
from conversations.models import Conversation, Generation, HistorySummary
from routing.asking import BYTES_PER_TOKEN, fit_request, known_window, text_of, weigh
from routing.errors import RoutingError
from routing.strategies.base import Choose
from routing.types import ChatMessage, ChatRequest, Chosen, ModelInfo, Parameters

LONGEST_TOKENS = 400
KEPT_SHARE = 0.5
"""Of the window for the history that stays: so a summary is not made for every turn."""
READ_SHARE = 0.6
"""Of the window for what one summary is made from; more is read piece by piece."""
ROWS_AT_ONCE = 200

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
        window = known_window(prepared.request.parameters, chosen.model)
        upto = newest_to_summarise(prepared, window.tokens) if window else None
        if not window or not upto:
            return prepared
        course.stage = "summary"
        text = await write_summary(prepared, upto, chosen, window.tokens)
    except RoutingError:
        course.notices.append("summary_failed")
        return prepared
    finally:
        course.stage = ""
    return await in_thread(_with_summary, generation, upto, text, chosen.model)


def newest_to_summarise(prepared: Prepared, window: int) -> int | None:
    """The key of the newest message that the summary is to cover: none while everything fits."""
    if fit_request(prepared.request, window).cut is None:
        return None
    cut = fit_request(prepared.request, int(window * KEPT_SHARE)).cut
    past = prepared.past
    pairs = zip(past.messages, past.turns, strict=True)
    kept = next(
        (row for row, turn in pairs if cut and turn is not None and turn >= cut.turns), None
    )
    return kept.parent_id if cut and kept else None


async def write_summary(prepared: Prepared, upto: int, chosen: Chosen, window: int) -> str:
    """Piece by piece, each with the summary of all before it."""
    summary = prepared.past.summary
    text = summary.text if summary else ""
    size = int(window * READ_SHARE * BYTES_PER_TOKEN)
    pieces = split_into_pieces(_rows_between(summary, upto), size)
    while piece := await in_thread(next, pieces, ""):
        text = await _summary_of(text, piece, prepared.request, chosen)
    return text[: HistorySummary.LENGTH]


def _rows_between(summary: HistorySummary | None, upto: int) -> Iterator[PastMessage]:
    """All after the summary, as many of them at once as a page of a book has lines."""
    ids = [key for key in branch_ids(upto) if summary is None or key > summary.upto_id]
    for some in batched(ids, ROWS_AT_ONCE):
        yield from filter(says_something, read_messages(some[-1], limit=len(some)))


def split_into_pieces(rows: Iterable[PastMessage], size: int) -> Iterator[str]:
    """The conversation as text, in pieces that weigh about so much (routing.asking)."""
    lines = (f"{sent.role}: {sent.content}" for row in rows for sent in as_sent(row))
    piece = ""
    for part in (part for line in lines for part in _parts(line, size)):
        if piece and weigh(piece) + weigh(part) >= size:
            yield piece
            piece = part
        else:
            piece = f"{piece}\n\n{part}" if piece else part
    if piece:
        yield piece


def _parts(line: str, size: int) -> list[str]:
    """A line that is too long alone, cut by characters."""
    weight = weigh(line)
    step = max(int(size / weight * len(line) / 2), 100) if weight > size else len(line) or 1
    return [line[start : start + step] for start in range(0, len(line), step)]


async def _summary_of(before: str, piece: str, like: ChatRequest, chosen: Chosen) -> str:
    text = f"Summary so far: {before}\n\n{piece}" if before else piece
    messages = (ChatMessage("system", ORDER), ChatMessage("user", text))
    usual = _parameters(like.parameters)
    request = ChatRequest(chosen.model.name, messages, usual, thought_marks=like.thought_marks)
    return (await text_of(chosen.provider.chat(request))).strip()


def _parameters(usual: Parameters) -> Parameters:
    """What makes Ollama load the model anew stays as it is; only the writing is made sober."""
    return Parameters(
        num_ctx=usual.num_ctx,
        keep_alive=usual.keep_alive,
        num_predict=LONGEST_TOKENS,
        temperature=0.2,
        thinking=None if usual.thinking is None else False,
    )


def _with_summary(generation: Generation, upto: int, text: str, model: ModelInfo) -> Prepared:
    if text:
        HistorySummary.objects.update_or_create(
            upto_id=upto,
            defaults={
                "conversation": generation.answer.conversation,
                "text": text,
                "model_name": model.name,
                "is_edited": False,
            },
        )
    return prepare_request(generation, model)


def current_summary(conversation: Conversation) -> HistorySummary | None:
    """The one that the next message would be sent with."""
    return newest_summary(conversation, conversation.head_id)
