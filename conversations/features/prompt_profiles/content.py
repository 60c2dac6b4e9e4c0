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
    "chosen_tools": "Tools",
    "thinking_begins": "Thinking begins with",
    "thinking_ends": "Thinking ends with",
}


def content_of(profile: PromptProfile) -> JsonObject:
    return {field: getattr(profile, field) for field in FIELDS}


def says_the_same(version: JsonMapping, content: JsonMapping) -> bool:
    """An older version says nothing of fields that came later."""
    return {**content_of(PromptProfile()), **version} == content


def fill(profile: PromptProfile, content: JsonMapping) -> PromptProfile:
    """What an older version did not know stays as it is."""
    for field in FIELDS:
        if field in content:
            setattr(profile, field, content[field])
    return profile
