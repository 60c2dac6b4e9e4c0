"""Open WebUI's export: `chat.history`, or in old files `history`, in an array or in lines."""

from conversations.features.exchange.contract import Format
from conversations.features.exchange.formats.open_webui.read import claims, read_value
from conversations.features.exchange.formats.open_webui.write import write

FORMAT = Format(
    "open-webui",
    "Open WebUI",
    "The whole tree with times, models, thoughts, tool steps, sources, tags, pinned and archived. "
    "Not prompt profiles and figures.",
    claims=claims,
    read_value=read_value,
    write=write,
)
