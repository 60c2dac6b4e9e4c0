"""The one service that writes prompt profiles: for the page, the admin and commands alike.

Each change of a profile's content is a version of its own; saving what is there already is none.
"""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from chatstudio.models import User
from conversations.features.prompt_profiles.content import content_of, fill, says_the_same
from conversations.models import PromptProfile, PromptProfileVersion


class NameTaken(Exception):
    """Somebody's other profile has this name; the text says what to do."""


def save_profile(
    profile: PromptProfile, by: User | None, restored_from: int | None = None
) -> PromptProfile:
    """Writes the row, as the owner's only default if it is one, and its next version."""
    try:
        with transaction.atomic():
            stored = PromptProfile.objects.select_for_update().filter(pk=profile.pk).first()
            if stored is not None:
                _write_version(stored, None)
            if profile.is_default:
                others = PromptProfile.objects.filter(owner=profile.owner).exclude(pk=profile.pk)
                others.filter(is_default=True).update(is_default=False)
            profile.save()
            _write_version(profile, by, restored_from)
    except IntegrityError as error:
        raise NameTaken(f"There is another profile of the name {profile.name}.") from error
    return profile


def save_with_past(
    profile: PromptProfile, by: User | None, past: Sequence[PromptProfileVersion]
) -> PromptProfile:
    """A new profile with the versions that it had elsewhere, oldest first and numbered anew."""
    with transaction.atomic():
        save_profile(profile, by)
        if past:
            profile.versions.all().delete()
        for number, version in enumerate(past, 1):
            version.profile, version.number = profile, number
        PromptProfileVersion.objects.bulk_create(past)
        _write_version(profile, by)
    return profile


def _write_version(
    profile: PromptProfile, by: User | None, restored_from: int | None = None
) -> None:
    """Unless the newest version says the same."""
    newest = profile.versions.first()
    content = content_of(profile)
    if newest is None or not says_the_same(newest.content, content):
        PromptProfileVersion.objects.create(
            profile=profile,
            number=newest.number + 1 if newest else 1,
            content=content,
            created_by=by,
            restored_from=restored_from,
        )


def restore(version: PromptProfileVersion, by: User | None) -> PromptProfile:
    """The profile as it was then, as its newest version: nothing is ever lost by it."""
    profile = fill(version.profile, version.content)
    return save_profile(profile, by, restored_from=version.number)


def not_restored(version: PromptProfileVersion, error: NameTaken) -> str:
    return f"{version} was not brought back: {error} Rename that one first."


def duplicate(profile: PromptProfile, owner: User | None, by: User | None) -> PromptProfile:
    """A copy under a free name, never the default, with a history of its own."""
    copy = fill(PromptProfile(owner=owner), content_of(profile))
    taken = set(PromptProfile.objects.filter(owner=owner).values_list("name", flat=True))
    copy.name = free_name(profile.name, taken)
    return save_profile(copy, by)


def free_name(name: str, taken: set[str], longest: int = 80) -> str:
    number = 1
    while True:
        ending = " (copy)" if number == 1 else f" (copy {number})"
        candidate = name[: longest - len(ending)] + ending
        if candidate not in taken:
            return candidate
        number += 1
