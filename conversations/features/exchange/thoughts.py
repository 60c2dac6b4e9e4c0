"""Thoughts that stand in an answer's text, as some products write them, told apart from it."""

import re

from conversations.features.exchange.values import ForeignMessage, ForeignPart
from routing.llm.thoughts import thought_and_said

BLOCK = re.compile(r"\s*:::(?:thinking|reasoning|thought)[^\n]*\n(.*?)\n:::[ \t]*(?:\n|$)", re.S)


def tell_thoughts_apart(message: ForeignMessage) -> None:
    """Only at the beginning of an answer of which no thoughts are known."""
    first = message.parts[0] if message.parts else None
    if message.role != "assistant" or first is None or first.kind != "text":
        return
    thought, said = split_thoughts(first.content)
    if thought:
        first.content = said
        message.parts.insert(0, ForeignPart("reasoning", thought, first.round))
        if not said:
            message.parts.remove(first)


def split_thoughts(text: str) -> tuple[str, str]:
    """What was thought, and what was said."""
    if block := BLOCK.match(text):
        return block[1].strip(), text[block.end() :].lstrip("\n")
    return thought_and_said(text)
