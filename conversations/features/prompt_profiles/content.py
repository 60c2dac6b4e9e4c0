"""What of a prompt profile makes a version: its fields as one JSON object."""

from collections.abc import Mapping
from typing import Any

from conversations.models import PromptProfile

FIELDS = {
    "name": "Name",
    "description": "Description",
    "system_prompt": "System prompt",
    "model_name": "Model",
    "server": "Model server",
    "routing_profile": "Routing profile",
    "parameters": "Parameters",
    "agent_fallback": "When the agent is away",
}


def content_of(profile: PromptProfile) -> dict[str, Any]:
    return {field: getattr(profile, field) for field in FIELDS}


def fill(profile: PromptProfile, content: Mapping[str, Any]) -> PromptProfile:
    """What an older version did not know stays as it is."""
    for field in FIELDS:
        if field in content:
            setattr(profile, field, content[field])
    return profile
