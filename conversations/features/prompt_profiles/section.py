"""Prompt profiles in and out: with the conversations of our own format, and on their own."""

from collections.abc import Iterable, Iterator
from typing import IO

from django.utils import timezone

from chatstudio.base.json_types import JsonObject, Readable, flag_at, list_at, object_at, object_in
from chatstudio.models import User
from conversations.features.exchange import fields
from conversations.features.exchange.parameters import parameters_of
from conversations.features.exchange.sections import PersonSection, register
from conversations.features.exchange.values import ForeignRecord, Problem, Refused
from conversations.features.prompt_profiles.content import FIELDS, content_of
from conversations.features.prompt_profiles.saving import save_with_past
from conversations.models import PromptProfile, PromptProfileVersion
from conversations.tool_names import read_tool_names

NAME = "prompt_profile"


def pack_profile(profile: PromptProfile) -> JsonObject:
    """Its versions are the oldest first; a single one says what the profile says."""
    packed = content_of(profile) | {"is_default": profile.is_default}
    found = list(profile.versions.all())[::-1]
    return packed | {"versions": [_packed_version(one) for one in found]} if found[1:] else packed


def _packed_version(version: PromptProfileVersion) -> JsonObject:
    facts = {"content": version.content, "created_at": version.created_at.isoformat()}
    return facts | ({"restored_from": version.restored_from} if version.restored_from else {})


def records(profiles: Iterable[PromptProfile]) -> Iterator[ForeignRecord]:
    return (ForeignRecord(NAME, pack_profile(profile)) for profile in profiles)


def exported_profiles(owner: User | None) -> Iterator[bytes]:
    """Lines of our own format."""
    from conversations.features.exchange.formats.own.write import write

    return write(records(profiles_of(owner)))


def collect(owner: User | None) -> Iterator[JsonObject]:
    return (pack_profile(one) for one in profiles_of(owner))


def profiles_of(owner: User | None) -> Iterable[PromptProfile]:
    """Their own; without one everybody's."""
    rows = PromptProfile.objects.filter(owner=owner).order_by("name")
    return rows.prefetch_related("versions")


def unpack_profile(data: Readable) -> JsonObject:
    """As a form would have taken it."""
    if not (name := fields.line_of(data, "name", 80)):
        raise Refused("A prompt profile without a name.")
    switch, names = data.get("agent_fallback"), read_tool_names(data.get("chosen_tools"))
    limits = {"description": 200, "model_name": 255, "server": 255, "routing_profile": 32}
    limits |= {"thinking_begins": 80, "thinking_ends": 80}
    return {
        "name": name,
        "system_prompt": fields.text_of(data, "system_prompt", 100_000),
        "parameters": parameters_of(object_at(data, "parameters")),
        "agent_fallback": switch if isinstance(switch, bool) else None,
        "chosen_tools": [*names] if names is not None else None,
        **{key: fields.text_of(data, key, limit) for key, limit in limits.items()},
    }


def _unpacked_version(data: Readable, number: int) -> PromptProfileVersion:
    """As a form would have taken it; one may bring back an earlier one alone."""
    content = object_at(data, "content")
    values = unpack_profile(content)
    again = fields.count_of(data, "restored_from") or None
    return PromptProfileVersion(
        content={name: values[name] for name in content if name in values},
        restored_from=again if again and again < number else None,
        created_at=fields.moment_of(data, "created_at") or timezone.now(),
    )


def restore(owner: User | None, data: object, write: bool) -> tuple[str, str]:
    """A profile of that name that says something else is left as it is: it may be in use."""
    facts = object_in(data)
    values, listed = unpack_profile(facts), list_at(facts, "versions")
    past = [_unpacked_version(object_in(one), number) for number, one in enumerate(listed, 1)]
    named = f"Prompt profile {values['name']!r}"
    there = PromptProfile.objects.filter(owner=owner, name=values["name"]).first()
    if there is not None:
        if all(getattr(there, name) == values[name] for name in FIELDS):
            return "unchanged", named
        return "skipped", f"{named}: one of this name is here already, and differs."
    if write:
        _create(owner, values, past, is_default=flag_at(facts, "is_default"))
    return "imported", named


def _create(
    owner: User | None,
    values: JsonObject,
    past: list[PromptProfileVersion],
    *,
    is_default: bool,
) -> None:
    """The default only where there is none: somebody has chosen theirs."""
    has_one = PromptProfile.objects.filter(owner=owner, is_default=True).exists()
    free = is_default and owner is not None and not has_one
    save_with_past(PromptProfile(owner=owner, is_default=free, **values), owner, past)


def import_profiles(
    owner: User | None, stream: IO[bytes], *, write: bool = True
) -> Iterator[tuple[str, str]]:
    """Of a whole export the prompt profiles alone. What became of each, and which it is."""
    from conversations.features.exchange.reading import read_stream

    for entry in read_stream(stream):
        if isinstance(entry, Problem):
            yield "failed", f"{entry.where}: {entry.reason}"
        elif isinstance(entry, ForeignRecord) and entry.section == NAME:
            try:
                yield restore(owner, entry.data, write)
            except Refused as refusal:
                yield "failed", f"{entry.where}: {refusal}"


register(PersonSection(NAME, collect, restore))
