from django.urls import path

from conversations.views import (
    branches,
    chat,
    conversations,
    feedback,
    keyboard,
    live,
    memories,
    prompt_profiles,
    receipts,
    settings,
    turns,
)

MESSAGE = "chat/<uuid:key>/<uuid:message_key>/"

# rename, pin and delete stand below their conversation's address: _sidebar_item.html joins them
# itself, as looking up eight addresses an item would be half of the time that a list takes.
urlpatterns = [
    path("chat/", chat.chat, name="chat"),
    path("chat/send/", turns.send_new, name="send_new"),
    path("chat/older/", chat.older_conversations, name="older_conversations"),
    path("chat/models/", chat.models_fragment, name="models_fragment"),
    path("chat/live/", live.live, name="live_new"),
    path("chat/<uuid:key>/", chat.conversation, name="conversation"),
    path("chat/<uuid:key>/send/", turns.send, name="send"),
    path("chat/<uuid:key>/live/", live.live, name="live"),
    path("chat/<uuid:key>/older/", chat.older_messages, name="older_messages"),
    path("chat/<uuid:key>/rename/", conversations.rename, name="rename"),
    path("chat/<uuid:key>/pin/", conversations.pin, name="pin"),
    path("chat/<uuid:key>/delete/", conversations.delete, name="delete"),
    path("chat/<uuid:key>/undo-delete/", conversations.undo_delete, name="undo_delete"),
    path("chat/<uuid:key>/settings/", settings.conversation_settings, name="settings"),
    path(f"{MESSAGE}stop/", turns.stop, name="stop"),
    path(f"{MESSAGE}retry/", turns.retry, name="retry"),
    path(f"{MESSAGE}continue/", turns.continue_message, name="continue_message"),
    path(f"{MESSAGE}edit/", branches.edit, name="edit"),
    path(f"{MESSAGE}again/", branches.again, name="again"),
    path(f"{MESSAGE}show/", branches.show, name="show_branch"),
    path(f"{MESSAGE}compare/", branches.compare, name="compare"),
    path(f"{MESSAGE}feedback/", feedback.feedback, name="feedback"),
    path(f"{MESSAGE}receipt/", receipts.receipt, name="receipt"),
    path(f"{MESSAGE}receipt.json", receipts.receipt_json, name="receipt_json"),
    path("memories/", memories.index, name="memories"),
    path("memories/switch-all/", memories.switch_all, name="memories_switch_all"),
    path("memories/<uuid:key>/", memories.edit, name="memory"),
    path("memories/<uuid:key>/switch/", memories.switch, name="memory_switch"),
    path("memories/<uuid:key>/delete/", memories.delete, name="memory_delete"),
    path("keyboard/", keyboard.keyboard, name="keyboard"),
    path("prompt-profiles/", prompt_profiles.index, name="prompt_profiles"),
    path("prompt-profiles/new/", prompt_profiles.new, name="prompt_profile_new"),
    path("prompt-profiles/<uuid:key>/", prompt_profiles.edit, name="prompt_profile_edit"),
    path(
        "prompt-profiles/<uuid:key>/delete/",
        prompt_profiles.delete,
        name="prompt_profile_delete",
    ),
]
