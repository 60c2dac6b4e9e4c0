"""LibreChat's export: one conversation a file, its messages in a list or as a tree."""

from conversations.features.exchange.contract import Format
from conversations.features.exchange.formats.librechat.read import claims, read_value
from conversations.features.exchange.formats.librechat.write import write

FORMAT = Format(
    "librechat",
    "LibreChat",
    "The whole tree with times, models, thoughts and tool steps. One file a conversation, so "
    "several come in an archive. Not pinned, archived, prompt profiles and figures.",
    archive="zip",
    claims=claims,
    read_value=read_value,
    write=write,
)
