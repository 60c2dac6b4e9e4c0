"""Chat Studio's own format: JSON Lines, complete.

The first line names the version. Then come lines of what belongs to the person ("record"), and one
line for each conversation. Keys of messages are their numbers within the conversation. Before a
conversation stand its attached files, in pieces of at most a megabyte ("piece").
"""

from conversations.features.exchange.contract import Format
from conversations.features.exchange.formats.own.read import claims, read_value
from conversations.features.exchange.formats.own.write import write

FORMAT = Format(
    "own",
    "Chat Studio",
    "Everything: all branches, thoughts, tool steps, receipts and figures, feedback, attached "
    "files, tags, memories, prompt profiles. "
    "To move to another installation, or as a backup.",
    extension="jsonl",
    content_type="application/jsonl",
    claims=claims,
    read_value=read_value,
    write=write,
    write_everything=write,
)
