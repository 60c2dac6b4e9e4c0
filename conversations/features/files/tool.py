"""`read_attachment`: a model reads on in a file of which it was sent passages alone."""

from collections.abc import Sequence
from typing import Annotated

from django.db.models import QuerySet

from chatstudio.base.words import count_of, group_digits
from conversations.answering.seam import in_one_thread
from conversations.features.files.passages import nearest, split
from conversations.features.files.sending import text_of
from conversations.models import Attachment
from routing.tools.base import Risk, Tool, ToolContext, ToolFailed, tool

LONGEST = 8_000
"""Characters for one call."""


@tool(Risk.READS)
@in_one_thread
def read_attachment(
    context: ToolContext,
    name: Annotated[str, "the file's name"],
    first: Annotated[int, "the first page, or the first line of a file without pages"] = 1,
    last: Annotated[int, "the last page or line; 0 reads as far as there is room"] = 0,
    search: Annotated[str, "words: the passages nearest to them, instead of pages or lines"] = "",
) -> str:
    """Reads in a file that the person attached to this conversation: by pages, by lines, or where
    some words occur. Tells the file's text with its places."""
    row = _files(context).filter(name=name).last()
    if row is None:
        names = ", ".join(dict.fromkeys(_files(context).values_list("name", flat=True)))
        raise ToolFailed(f"There is no file of this name here. There are: {names or 'none'}.")
    try:
        text = text_of(row)
    except OSError as error:
        raise ToolFailed("The file is no longer there.") from error
    if search:
        found = nearest(split(text), search, LONGEST)
        return "\n\n".join(f"[{passage.place}]\n{passage.text}" for passage in found)
    return _between(text, first, last)


@in_one_thread
def attachment_tools(context: ToolContext) -> Sequence[Tool]:
    """A source for the registry: offered where there is a file to read."""
    return [read_attachment()] if _files(context).exists() else []


def _files(context: ToolContext) -> QuerySet[Attachment]:
    sent = Attachment.objects.filter(message__isnull=False, owner_id=context.person_id)
    here = sent.filter(conversation_id=context.conversation_id or 0)
    return here.exclude(kind=Attachment.Kind.IMAGE)


def _between(text: str, first: int, last: int) -> str:
    mark, word = ("\f", "pages") if "\f" in text else ("\n", "lines")
    pieces = text.split(mark)
    count = group_digits(len(pieces))
    if not 1 <= first <= len(pieces) or 0 < last < first:
        raise ToolFailed(f"The file has {word} 1 to {count}; choose first and last of them.")
    end = min(last or len(pieces), len(pieces))
    chosen = "\n".join(pieces[first - 1 : end])
    shown = chosen[:LONGEST]
    if len(chosen) == len(shown):
        return f"[{word} {group_digits(first)}–{group_digits(end)} of {count}]\n{shown}"
    cut = f"cut after {count_of(LONGEST, 'character')}"
    return f"[{word} from {group_digits(first)} of {count}; {cut}]\n{shown}"
