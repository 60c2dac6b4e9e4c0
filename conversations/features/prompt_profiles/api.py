"""Doors to prompt profiles: stored ways of asking, with the versions that they had."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.paging import PageQuery, newest_first
from chatstudio.base.api.schemas import READS, WRITES, Body, Facts, Page, Success
from chatstudio.base.api.scopes import MANAGE, READ, SEE
from chatstudio.base.json_types import JsonMapping, JsonObject
from conversations.answering.seam import with_models
from conversations.features.prompt_profiles import saving
from conversations.features.prompt_profiles.api_form import NewProfile, ProfileChanges, save_changes
from conversations.features.prompt_profiles.content import content_of
from conversations.lookup import (
    own_prompt_profile_for,
    person_of,
    prompt_profile_for,
    prompt_profiles_of,
)
from conversations.models import PromptProfile, PromptProfileVersion
from routing.llm.catalogue import Catalogue
from routing.llm.servers import known_models

router = Router()
ONE = "/prompt-profiles/{prompt_profile_id}"


class Content(Schema):
    """`model` and `profile` are empty where the conversation chooses. `agent_fallback`: whether a
    model answers where an agent does not; null is as configured. `chosen_tools`: the names of those
    that may be sent; null is all that fit. `thinking_begins` and
    `thinking_ends`: the marks of a model that writes its thoughts into the text in its own way."""

    name: str = ""
    description: str = ""
    system_prompt: str = ""
    model: str = ""
    server: str = ""
    profile: str = ""
    parameters: dict[str, object] = {}
    agent_fallback: bool | None = None
    chosen_tools: list[str] | None = None
    thinking_begins: str = ""
    thinking_ends: str = ""


class PromptProfileShape(Content):
    """`is_shared`: everybody may use it, and an administrator changes it. `is_default`: your new
    conversations begin with it."""

    id: UUID
    is_default: bool
    is_shared: bool
    created_at: datetime
    updated_at: datetime


class PromptProfiles(Page):
    prompt_profiles: list[PromptProfileShape]


class OnePromptProfile(Success):
    prompt_profile: PromptProfileShape


class VersionShape(Schema):
    """`restored_from` is the number of the version that was brought back with it."""

    number: int
    restored_from: int | None
    created_by: str | None
    created_at: datetime
    content: Content


class Versions(Page):
    versions: list[VersionShape]


class Restore(Body):
    version: int = Field(ge=1, lt=2**31)


def profile_shape(row: PromptProfile) -> Facts:
    return {
        **_rename_fields(content_of(row)),
        "id": row.public_id,
        "is_default": row.is_default,
        "is_shared": row.owner_id is None,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def version_shape(row: PromptProfileVersion) -> Facts:
    return {
        "number": row.number,
        "restored_from": row.restored_from,
        "created_by": row.created_by.username if row.created_by else None,
        "created_at": row.created_at,
        "content": _rename_fields(row.content),
    }


def _rename_fields(content: JsonMapping) -> JsonObject:
    """As the API calls its fields."""
    names = {"model_name": "model", "routing_profile": "profile"}
    return {names.get(name, name): value for name, value in content.items()}


@router.get("/prompt-profiles", auth=SEE, response={200: PromptProfiles, **READS})
def prompt_profiles(request: HttpRequest, wanted: Query[PageQuery]) -> Facts:
    """Your prompt profiles and those for everybody, the newest first."""
    page, following = newest_first(prompt_profiles_of(person_of(request)), wanted)
    return {"prompt_profiles": [profile_shape(row) for row in page], "next_cursor": following}


@router.post("/prompt-profiles", auth=MANAGE, response={200: OnePromptProfile, **WRITES})
@with_models(known_models)
def new_prompt_profile(request: HttpRequest, catalogue: Catalogue, body: NewProfile) -> Facts:
    """Makes a prompt profile."""
    person = person_of(request)
    row = save_changes(person, PromptProfile(owner=person), body, catalogue)
    return {"prompt_profile": profile_shape(row)}


@router.get(ONE, auth=SEE, response={200: OnePromptProfile, **READS})
def prompt_profile(request: HttpRequest, prompt_profile_id: UUID) -> Facts:
    """One of your prompt profiles, or of those for everybody."""
    row = prompt_profile_for(person_of(request), prompt_profile_id)
    return {"prompt_profile": profile_shape(row)}


@router.patch(ONE, auth=MANAGE, response={200: OnePromptProfile, **WRITES})
@with_models(known_models)
def change_prompt_profile(
    request: HttpRequest, catalogue: Catalogue, prompt_profile_id: UUID, body: ProfileChanges
) -> Facts:
    """Changes a prompt profile of yours. What it held before stays as a version."""
    person = person_of(request)
    row = own_prompt_profile_for(person, prompt_profile_id)
    return {"prompt_profile": profile_shape(save_changes(person, row, body, catalogue))}


@router.delete(ONE, auth=MANAGE, response={200: Success, **WRITES})
def delete_prompt_profile(request: HttpRequest, prompt_profile_id: UUID) -> Facts:
    """Deletes a prompt profile of yours with its versions. Conversations that had it stay."""
    own_prompt_profile_for(person_of(request), prompt_profile_id).delete()
    return {}


@router.get(
    f"{ONE}/versions",
    auth=READ,
    response={200: Versions, **READS},
    summary="Versions of a prompt profile",
)
def versions(request: HttpRequest, prompt_profile_id: UUID, wanted: Query[PageQuery]) -> Facts:
    """What a prompt profile of yours held before and holds now, the newest first."""
    row = own_prompt_profile_for(person_of(request), prompt_profile_id)
    page, following = newest_first(row.versions.select_related("created_by"), wanted, by="number")
    return {"versions": [version_shape(one) for one in page], "next_cursor": following}


@router.post(
    f"{ONE}/restore",
    auth=MANAGE,
    response={200: OnePromptProfile, **WRITES},
    summary="Bring a version back",
)
def restore(request: HttpRequest, prompt_profile_id: UUID, body: Restore) -> Facts:
    """Brings a version back, as the newest one: nothing is lost by it."""
    person = person_of(request)
    profile = own_prompt_profile_for(person, prompt_profile_id)
    version = get_object_or_404(profile.versions, number=body.version)
    try:
        row = saving.restore(version, person)
    except saving.NameTaken as error:
        raise ApiError(409, saving.not_restored(version, error), "name_taken") from None
    return {"prompt_profile": profile_shape(row)}
