"""Proposing a memory: the person confirms it, as with everything that writes."""

from typing import Annotated

from chatstudio.models import User
from conversations.answering.seam import in_one_thread
from conversations.features.memories import service as memories
from conversations.models import Message
from routing.tools.base import Risk, ToolContext, ToolFailed, tool


@tool(Risk.WRITES)
@in_one_thread
def remember(
    context: ToolContext,
    fact: Annotated[str, "one short sentence about the person, true beyond this conversation"],
) -> str:
    """Proposes a fact to be remembered in all later conversations. The person has to agree."""
    person = User.objects.get(id=context.person_id)
    source = Message.objects.filter(id=context.message_id or 0).first()
    try:
        memories.remember(person, fact, source)
    except memories.MemoryRefused as refusal:
        raise ToolFailed(str(refusal)) from None
    return "It is remembered."
