"""Markdown to read and to keep: the branch that is shown, with its steps. Write only."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from conversations.features.exchange.contract import Format
from conversations.features.exchange.tools import fenced
from conversations.features.exchange.values import (
    Citation,
    ForeignConversation,
    ForeignMessage,
    ForeignPart,
)

NAMES = {"user": "You", "system": "System prompt", "tool": "Tool"}


def write(conversations: Iterable[ForeignConversation]) -> Iterator[bytes]:
    for number, conversation in enumerate(conversations):
        pieces = ["---\n\n"] if number else []
        pieces += [_heading(conversation)]
        pieces += [_message(one) for one in conversation.branch() if not one.is_hidden]
        yield "".join(pieces).encode()


def _heading(conversation: ForeignConversation) -> str:
    facts = [
        _moment(conversation.created_at),
        conversation.model_name,
        ", ".join(f"#{tag}" for tag in conversation.tags),
    ]
    line = " · ".join(fact for fact in facts if fact)
    heading = f"# {_escape(conversation.title or 'New chat')}\n\n"
    return heading + (f"{_escape(line)}\n\n" if line else "")


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("<", "\\<").replace("\n", " ")


def _message(message: ForeignMessage) -> str:
    name = NAMES.get(message.role) or message.model_name or "Answer"
    facts = _moment(message.created_at)
    body = "\n\n".join(_part(part) for part in message.parts)
    sources = "\n".join(f"- {_source(one)}" for one in message.citations)
    return (
        f"## {_escape(name)}\n\n"
        + (f"*{facts}*\n\n" if facts else "")
        + (f"{body}\n\n" if body else "")
        + (f"Sources:\n\n{sources}\n\n" if sources else "")
    )


def _part(part: ForeignPart) -> str:
    if part.kind == "reasoning":
        return f"<details>\n<summary>Thoughts</summary>\n\n{part.content}\n\n</details>"
    if part.tool_call is None:
        return part.content
    call = part.tool_call
    return f"**Tool `{call.name}`**\n\n{fenced(json.dumps(call.arguments, ensure_ascii=False))}" + (
        f"\n\n{fenced(call.result or call.error)}" if call.result or call.error else ""
    )


def _source(citation: Citation) -> str:
    url = citation["url"]
    title = citation["title"].replace("[", "(").replace("]", ")")
    return f"[{_escape(title)}](<{url.replace('>', '%3E')}>)" if url else _escape(title)


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""


FORMAT = Format(
    "markdown",
    "Markdown",
    "The branch that is shown of each conversation, to read or to print.",
    extension="md",
    content_type="text/markdown",
    write=write,
)
