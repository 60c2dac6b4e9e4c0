"""A prompt profile as a program sends it, through the same form as the page's."""

from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.schemas import Body, Facts
from chatstudio.models import User
from conversations.features.prompt_profiles.forms import PromptProfileForm, model_options
from conversations.features.prompt_profiles.saving import NameTaken, save_profile
from conversations.models import PromptProfile
from conversations.showing.api.parameters import ParametersBody, change_parameters, wrong_in
from conversations.showing.api.shapes import ToolNames
from routing.llm.catalogue import Catalogue
from routing.llm.servers import ref_of, split_ref

CHOICES = {True: "True", False: "False", None: ""}
"""Of the form's field for agent_fallback."""
FIELDS = {"routing_profile": "profile"}
"""What the form calls otherwise."""


class ProfileChanges(Body):
    """What is left out stays. `model` is a name, or a name, an @ and its server's address; empty
    leaves it to the conversation, as an empty `profile` does."""

    name: str | None = Field(None, max_length=80)
    description: str | None = Field(None, max_length=200)
    system_prompt: str | None = Field(None, max_length=100_000)
    model: str | None = Field(None, max_length=520)
    profile: str | None = Field(None, max_length=32)
    parameters: ParametersBody | None = None
    agent_fallback: bool | None = None
    chosen_tools: ToolNames = None
    thinking_begins: str | None = Field(None, max_length=80, examples=["<think>"])
    thinking_ends: str | None = Field(None, max_length=80, examples=["</think>"])
    is_default: bool | None = None


class NewProfile(ProfileChanges):
    """All but the name can be left out."""

    name: str = Field(max_length=80, examples=["Proofreader"])


def save_changes(
    person: User, profile: PromptProfile, body: ProfileChanges, catalogue: Catalogue
) -> PromptProfile:
    parameters = change_parameters(profile.parameters, body.parameters)
    options = model_options(profile, catalogue)
    data = _stored_values(profile) | _given_values(body, catalogue)
    form = PromptProfileForm(data, instance=profile, model_choices=options)
    if not form.is_valid():
        raise ApiError(422, fields={FIELDS.get(n, n): e for n, e in wrong_in(form).items()})
    row = form.filled()
    row.parameters = parameters
    try:
        return save_profile(row, person)
    except NameTaken as error:  # by another request, since the form was looked through
        raise ApiError(422, str(error), fields={"name": [str(error)]}) from None


def _stored_values(profile: PromptProfile) -> Facts:
    return {
        "name": profile.name,
        "description": profile.description,
        "system_prompt": profile.system_prompt,
        "model": ref_of(profile.model_name, profile.server),
        "routing_profile": profile.routing_profile,
        "agent_fallback": CHOICES[profile.agent_fallback],
        "tools_from": "",
        "thinking_begins": profile.thinking_begins,
        "thinking_ends": profile.thinking_ends,
        "is_default": profile.is_default,
    }


def _given_values(body: ProfileChanges, catalogue: Catalogue) -> Facts:
    """As the form names it."""
    found = body.model_dump(exclude_none=True, exclude={"parameters", "profile", "agent_fallback"})
    if body.model is not None:
        found["model"] = _ref(body.model, catalogue)
    if body.profile is not None:
        found["routing_profile"] = body.profile
    if "agent_fallback" in body.model_fields_set:
        found["agent_fallback"] = CHOICES[body.agent_fallback]
    if "chosen_tools" in body.model_fields_set:
        found["tools_from"] = "all" if body.chosen_tools is None else "chosen"
    return found


def _ref(given: str, catalogue: Catalogue) -> str:
    """With its server, where only the name was given."""
    name, server = split_ref(given)
    model = None if server or not name else catalogue.find(name)
    return ref_of(model.name, model.server) if model else given
