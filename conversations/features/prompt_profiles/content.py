"""What of a prompt profile makes a version: its fields as one JSON object."""

from chatstudio.base.json_types import JsonMapping, JsonObject
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


def content_of(profile: PromptProfile) -> JsonObject:
    return {field: getattr(profile, field) for field in FIELDS}


def fill(profile: PromptProfile, content: JsonMapping) -> PromptProfile:
    """What an older version did not know stays as it is."""
    for field in FIELDS:
        if field in content:
            setattr(profile, field, content[field])
    return profile
