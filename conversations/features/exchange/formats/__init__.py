"""The formats, in the order in which they are asked whether a value is theirs."""

from conversations.features.exchange.contract import Format
from conversations.features.exchange.formats import (
    chatbot_ui,
    chatgpt,
    claude,
    fine_tuning,
    html_archive,
    librechat,
    markdown,
    open_webui,
    own,
)

FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        own.FORMAT,
        chatgpt.FORMAT,
        claude.FORMAT,
        open_webui.FORMAT,
        librechat.FORMAT,
        chatbot_ui.FORMAT,
        markdown.FORMAT,
        html_archive.FORMAT,
        fine_tuning.FORMAT,
    )
}
READERS = {name: one for name, one in FORMATS.items() if one.claims}
WRITERS = {name: one for name, one in FORMATS.items() if one.write}
