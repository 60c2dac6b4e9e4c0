from django.urls import path

from conversations.features.data import views as data
from conversations.features.exchange import views as transfer
from conversations.features.files import views as attachments
from conversations.features.memories import views as memories
from conversations.features.models_page import views as models
from conversations.features.prompt_profiles import views as profiles
from conversations.features.search import views as search
from conversations.views import (
    approvals,
    branches,
    chat,
    conversations,
    feedback,
    receipts,
    settings,
    turns,
)

MESSAGE = "chat/<uuid:key>/<uuid:message_key>/"

# rename, pin and delete stand below their conversation's address: _sidebar_item.html joins them
# itself, as looking up eight addresses an item would be half of the time that a list takes.
urlpatterns = [
    path("chat/", chat.chat, name="chat"),
    path("chat/send/", turns.send, name="send_new"),
    path("chat/attach/", attachments.attach, name="attach_new"),
    path("chat/older/", chat.older_conversations, name="older_conversations"),
    path("chat/filtered/", chat.filtered_conversations, name="filtered_conversations"),
    path("chat/models/", chat.models_fragment, name="models_fragment"),
    path("chat/model-state/", chat.model_state, name="model_state"),
    path("chat/live/", chat.live, name="live_new"),
    path("chat/<uuid:key>/", chat.conversation, name="conversation"),
    path("chat/<uuid:key>/send/", turns.send, name="send"),
    path("chat/<uuid:key>/attach/", attachments.attach, name="attach"),
    path("chat/<uuid:key>/live/", chat.live, name="live"),
    path("chat/<uuid:key>/older/", chat.older_messages, name="older_messages"),
    path("chat/<uuid:key>/rename/", conversations.rename, name="rename"),
    path("chat/<uuid:key>/pin/", conversations.pin, name="pin"),
    path("chat/<uuid:key>/archive/", conversations.archive, name="archive"),
    path("chat/<uuid:key>/delete/", conversations.delete, name="delete"),
    path("chat/<uuid:key>/undo-delete/", conversations.undo_delete, name="undo_delete"),
    path("chat/<uuid:key>/settings/", settings.conversation_settings, name="settings"),
    path("chat/<uuid:key>/calls/<uuid:call_key>/", approvals.decide, name="decide"),
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
    path("attachments/<uuid:key>/", attachments.view, name="attachment"),
    path("attachments/<uuid:key>/remove/", attachments.remove, name="attachment_remove"),
    path("memories/", memories.index, name="memories"),
    path("memories/switch-all/", memories.switch_all, name="memories_switch_all"),
    path("memories/<uuid:key>/", memories.edit, name="memory"),
    path("memories/<uuid:key>/switch/", memories.switch, name="memory_switch"),
    path("memories/<uuid:key>/delete/", memories.delete, name="memory_delete"),
    path("search/", search.search_page, name="search"),
    path("data/", data.index, name="data"),
    path("data/<uuid:key>/", data.source, name="data_source"),
    path("data/<uuid:key>/csv/", data.csv, name="data_csv"),
    path("data/<uuid:key>/ask/", data.ask, name="data_ask"),
    path("data/<uuid:key>/delete/", data.delete, name="data_delete"),
    path("keyboard/", chat.keyboard, name="keyboard"),
    path("models/", models.index, name="models"),
    path("models/list/", models.models_list, name="models_list"),
    path("models/pull/", models.pull, name="model_pull"),
    path("models/load/", models.load, name="model_load"),
    path("models/unload/", models.unload, name="model_unload"),
    path("models/delete/", models.delete, name="model_delete"),
    path("models/tools/", models.set_tool_mode, name="model_tools"),
    path("models/default/", models.choose_default, name="model_default"),
    path("models/orders/<uuid:key>/cancel/", models.cancel_order, name="model_order_cancel"),
    path("models/orders/<uuid:key>/dismiss/", models.dismiss_order, name="model_order_dismiss"),
    path("transfer/", transfer.index, name="transfer"),
    path("transfer/import/", transfer.upload, name="import_conversations"),
    path("transfer/export/", transfer.download, name="export_conversations"),
    path("transfer/profiles/", transfer.download_profiles, name="export_prompt_profiles"),
    path("transfer/<uuid:run_key>/", transfer.run, name="import_run"),
    path("transfer/<uuid:run_key>/resume/", transfer.resume, name="resume_import"),
    path("transfer/<uuid:run_key>/remove/", transfer.remove, name="remove_import"),
    path("prompt-profiles/", profiles.index, name="prompt_profiles"),
    path("prompt-profiles/chosen/", profiles.profile_choices, name="prompt_profile_chosen"),
    path("prompt-profiles/new/", profiles.edit, name="prompt_profile_new"),
    path("prompt-profiles/<uuid:key>/", profiles.edit, name="prompt_profile_edit"),
    path("prompt-profiles/<uuid:key>/delete/", profiles.delete, name="prompt_profile_delete"),
    path("prompt-profiles/<uuid:key>/restore/", profiles.restore, name="prompt_profile_restore"),
]
