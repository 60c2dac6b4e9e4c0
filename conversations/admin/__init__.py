"""The rooms of the administration: prompt profiles, and facts about people's rows for support."""

from conversations.admin import conversations, messages
from conversations.features.data import admin as data_sources
from conversations.features.memories import admin as memories
from conversations.features.prompt_profiles import admin as prompt_profiles

__all__ = ["conversations", "data_sources", "memories", "messages", "prompt_profiles"]
