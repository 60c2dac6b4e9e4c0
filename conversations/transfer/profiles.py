"""Prompt profiles in and out: with the conversations of our own format, and on their own."""

from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from chatstudio.models import User
from conversations.models import PromptProfile
from conversations.prompt_profiles.saving import save_profile
from conversations.transfer import fields
from conversations.transfer.parameters import parameters_of
from conversations.transfer.sections import PersonSection, register
from conversations.transfer.values import ForeignRecord, Problem, Refused

NAME = "prompt_profile"
CONTENT = (
    "description",
    "system_prompt",
    "model_name",
    "server",
    "routing_profile",
    "parameters",
    "agent_fallback",
)


def packed(profile: PromptProfile) -> dict[str, Any]:
    facts = {"name": profile.name, **{name: getattr(profile, name) for name in CONTENT}}
    return facts | {"is_default": profile.is_default}


def records(profiles: Iterable[PromptProfile]) -> Iterator[ForeignRecord]:
    return (ForeignRecord(NAME, packed(profile)) for profile in profiles)


def collect(owner: User | None) -> Iterator[dict[str, Any]]:
    return (packed(one) for one in PromptProfile.objects.filter(owner=owner).order_by("name"))


def unpacked(data: Any) -> dict[str, Any]:
    """As a form would have taken it."""
    if not isinstance(data, Mapping) or not (name := fields.line_of(data, "name", 80)):
        raise Refused("A prompt profile without a name.")
    switch = data.get("agent_fallback")
    limits = {"description": 200, "model_name": 255, "server": 255, "routing_profile": 32}
    return {
        "name": name,
        "system_prompt": fields.text_of(data, "system_prompt", 100_000),
        "parameters": parameters_of(fields.dict_of(data, "parameters")),
        "agent_fallback": switch if isinstance(switch, bool) else None,
        **{key: fields.text_of(data, key, limit) for key, limit in limits.items()},
    }


def restore(owner: User | None, data: Any, write: bool) -> tuple[str, str]:
    """A profile of that name that says something else is left as it is: it may be in use."""
    values = unpacked(data)
    named = f"Prompt profile {values['name']!r}"
    there = PromptProfile.objects.filter(owner=owner, name=values["name"]).first()
    if there is not None:
        same = all(getattr(there, name) == values[name] for name in CONTENT)
        if same:
            return "unchanged", named
        return "skipped", f"{named}: one of this name is here already, and differs."
    if write:
        _create(owner, values, is_default=fields.flag_of(data, "is_default"))
    return "imported", named


def _create(owner: User | None, values: dict[str, Any], *, is_default: bool) -> None:
    """The default only where there is none: somebody has chosen theirs."""
    has_one = PromptProfile.objects.filter(owner=owner, is_default=True).exists()
    free = is_default and owner is not None and not has_one
    save_profile(PromptProfile(owner=owner, is_default=free, **values), owner)


def import_profiles(
    owner: User | None, stream: IO[bytes], *, write: bool = True
) -> Iterator[tuple[str, str]]:
    """Of a whole export the prompt profiles alone. What became of each, and which it is."""
    from conversations.transfer.reading import read_stream

    for entry in read_stream(stream):
        if isinstance(entry, Problem):
            yield "failed", f"{entry.where}: {entry.reason}"
        elif isinstance(entry, ForeignRecord) and entry.section == NAME:
            try:
                yield restore(owner, entry.data, write)
            except Refused as refusal:
                yield "failed", f"{entry.where}: {refusal}"


register(PersonSection(NAME, collect, restore))
