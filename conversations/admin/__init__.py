"""The rooms of the administration: prompt profiles, and facts about people's rows for support."""

from conversations.admin import (
    conversations,
    data_sources,
    memories,
    messages,
    prompt_profiles,
)

__all__ = ["conversations", "data_sources", "memories", "messages", "prompt_profiles"]
