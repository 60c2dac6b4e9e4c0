"""Thoughts and tool steps that stand in the content itself, as blocks of escaped text."""

import json
import re
from html import escape, unescape

from chatstudio.base.text import clean_text
from conversations.features.exchange import tools
from conversations.features.exchange.values import ForeignMessage

START = re.compile(r'<details type="(reasoning|tool_calls)"([^>]*)>')
END = "</details>"
ATTRIBUTE = re.compile(r'\b(\w+)="([^"]*)"')
SUMMARY = re.compile(r"<summary>[^<]*</summary>")


def add_content(message: ForeignMessage, content: str, *, without_steps: bool = False) -> None:
    """With `without_steps` only the words between the blocks: the steps are known already."""
    position = 0
    while start := START.search(content, position):
        end = content.find(END, start.end())
        if end < 0:
            break
        _add_words(message, content[position : start.start()])
        if not without_steps:
            _add_block(message, start, content[start.end() : end])
        position = end + len(END)
    _add_words(message, content[position:])


def _add_words(message: ForeignMessage, text: str) -> None:
    if text.strip():
        tools.add_text(message, text.strip("\n") if message.parts else text.rstrip("\n"))


def _add_block(message: ForeignMessage, start: re.Match[str], inner: str) -> None:
    named = {name: unescape(value) for name, value in ATTRIBUTE.findall(start[2])}
    if start[1] == "reasoning":
        seconds = named.get("duration", "")
        words = unquote_lines(unescape(SUMMARY.sub("", inner, count=1)))
        is_number = re.fullmatch(r"\d{1,7}(\.\d{1,6})?", seconds)
        tools.add_reasoning(message, words, float(seconds) if is_number else None)
    else:
        call = tools.add_call(
            message, named.get("id", ""), named.get("name"), named.get("arguments", "")
        )
        call.result = _result(named.get("result", ""))


def _result(text: str) -> str:
    """A text in JSON is shown without its quotation marks."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return clean_text(text)
    return clean_text(value if isinstance(value, str) else text)


def unquote_lines(text: str) -> str:
    """The words of a Markdown quotation; a text that is none stays as it is."""
    lines = text.strip("\n").split("\n")
    if all(line.startswith(">") for line in lines if line.strip()):
        lines = [line.removeprefix(">").removeprefix(" ") for line in lines]
    return "\n".join(lines)


def reasoning_block(text: str, seconds: int | None) -> str:
    quoted = "\n".join(f"> {escape(line, quote=False)}" for line in text.split("\n"))
    took = f' duration="{seconds}"' if seconds is not None else ""
    summary = f"Thought for {seconds} seconds" if seconds is not None else "Thoughts"
    return (
        f'<details type="reasoning" done="true"{took}>\n<summary>{summary}</summary>\n'
        f"{quoted}\n{END}\n"
    )
