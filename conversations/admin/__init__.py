"""The rooms of the administration: prompt profiles, and conversations for support."""

from conversations.admin import conversations, messages, prompt_profiles

__all__ = ["conversations", "messages", "prompt_profiles"]
