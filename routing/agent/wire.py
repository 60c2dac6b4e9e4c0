"""What a protocol is here: where an agent is asked, and with which body.

What it answers is told apart by its content type, whatever it was asked in (see `reading`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chatstudio.base.json_types import JsonMapping
from routing.types import ChatMessage, ChatRequest

CONTINUE = "Go on where your last answer ends, without repeating any of it."


@dataclass(frozen=True, slots=True)
class Wire:
    """`address` makes the whole address of ZAIN_AGENT_URL."""

    address: Callable[[str], str]
    body: Callable[[ChatRequest], JsonMapping]


def for_agents(request: ChatRequest) -> ChatRequest:
    """Words alone, and a person's at the end. Tool calls of earlier answers were ours to make; an
    answer to be continued is an order of its own, as agents do not go on from half an answer."""
    said = [
        replace(message, tool_calls=())
        for message in request.messages
        if message.role != "tool" and (message.content or message.images)
    ]
    if said and said[-1].role == "assistant":
        said.append(ChatMessage("user", CONTINUE))
    return replace(request, messages=tuple(said), tools=())
