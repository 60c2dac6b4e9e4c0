"""The formats, in the order in which they are asked whether a value is theirs."""

from conversations.features.exchange.contract import Format
from conversations.features.exchange.formats import (
    chatbot_ui,
    chatgpt,
    claude,
    deepseek,
    fine_tuning,
    html_archive,
    jan,
    librechat,
    llama_cpp,
    lm_studio,
    lobechat,
    markdown,
    messages,
    nextchat,
    open_webui,
    own,
    sharegpt,
)

FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        own.FORMAT,
        deepseek.FORMAT,
        chatgpt.FORMAT,
        claude.FORMAT,
        open_webui.FORMAT,
        librechat.FORMAT,
        chatbot_ui.FORMAT,
        lm_studio.FORMAT,
        llama_cpp.FORMAT,
        nextchat.FORMAT,
        lobechat.FORMAT,
        jan.FORMAT,
        sharegpt.FORMAT,
        markdown.FORMAT,
        html_archive.FORMAT,
        fine_tuning.FORMAT,
        messages.FORMAT,
    )
}
READERS = {name: one for name, one in FORMATS.items() if one.claims}
WRITERS = {name: one for name, one in FORMATS.items() if one.write}
