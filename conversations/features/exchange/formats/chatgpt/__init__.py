"""ChatGPT's export, in both shapes: `conversations.json`, or since August 2026 an archive of many
files. A conversation is a tree of nodes in `mapping`; one answer is several nodes in a row."""

from conversations.features.exchange.contract import Format
from conversations.features.exchange.formats.chatgpt.read import claims, read_value
from conversations.features.exchange.formats.chatgpt.write import write

FORMAT = Format(
    "chatgpt",
    "ChatGPT",
    "The whole tree with times, models, thoughts, tool steps, sources, pinned and archived. "
    "Not tags, prompt profiles and figures.",
    claims=claims,
    read_value=read_value,
    write=write,
)
