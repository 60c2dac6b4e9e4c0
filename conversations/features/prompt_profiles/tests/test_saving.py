"""Versions: one for each change of content, none for nothing, and back again."""

import pytest

from conversations.features.prompt_profiles.saving import (
    NameTaken,
    duplicate,
    free_name,
    restore,
    save_profile,
)
from conversations.models import PromptProfile
from conversations.tests.rows import profile_of

pytestmark = pytest.mark.django_db


def numbers(profile: PromptProfile) -> list[int]:
    return list(profile.versions.values_list("number", flat=True))


def changed(profile: PromptProfile, by, **fields) -> PromptProfile:
    for name, value in fields.items():
        setattr(profile, name, value)
    return save_profile(profile, by)


def new(person, **fields) -> PromptProfile:
    return save_profile(PromptProfile(owner=person, name="Pirate", **fields), person)


def test_a_new_profile_is_version_1(alice) -> None:
    profile = new(alice, system_prompt="Arr.")
    version = profile.versions.get()
    assert (version.number, version.created_by) == (1, alice)
    assert version.content["system_prompt"] == "Arr."


def test_each_change_is_a_version(alice) -> None:
    profile = new(alice)
    changed(profile, alice, system_prompt="A")
    changed(profile, alice, parameters={"temperature": 0.5})
    assert numbers(profile) == [3, 2, 1]


def test_saving_the_same_is_none(alice) -> None:
    profile = new(alice, parameters={"temperature": 0.5, "stop": ["END"]})
    save_profile(PromptProfile.objects.get(), alice)
    changed(profile, alice, is_default=True)
    assert numbers(profile) == [1]


def test_what_was_written_without_the_service_is_kept_first(alice) -> None:
    profile = profile_of(alice, system_prompt="Old")
    changed(profile, alice, system_prompt="New")
    assert [v.content["system_prompt"] for v in profile.versions.all()] == ["New", "Old"]


def test_restoring_makes_a_new_version_and_loses_nothing(alice) -> None:
    profile = new(alice, system_prompt="Old")
    changed(profile, alice, system_prompt="New")
    restore(profile.versions.get(number=1), alice)
    profile.refresh_from_db()
    assert profile.system_prompt == "Old"
    assert numbers(profile) == [3, 2, 1]
    assert profile.versions.first().restored_from == 1


def test_a_name_that_is_taken_meanwhile_keeps_a_version_from_coming_back(alice) -> None:
    profile = new(alice)
    changed(profile, alice, name="Sailor")
    new(alice)
    with pytest.raises(NameTaken, match="another profile of the name Pirate"):
        restore(profile.versions.get(number=1), alice)
    assert numbers(profile) == [2, 1]


def test_there_is_one_default_for_a_person(alice, bob) -> None:
    first, other = new(alice, is_default=True), new(bob, is_default=True)
    save_profile(PromptProfile(owner=alice, name="Second", is_default=True), alice)
    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.is_default, other.is_default) == (False, True)


def test_a_copy_has_a_free_name_and_a_history_of_its_own(alice) -> None:
    profile = new(alice, system_prompt="Arr.", is_default=True)
    copies = [duplicate(profile, alice, alice) for _ in range(2)]
    assert [copy.name for copy in copies] == ["Pirate (copy)", "Pirate (copy 2)"]
    assert [copy.is_default for copy in copies] == [False, False]
    assert numbers(copies[0]) == [1]


def test_a_long_name_leaves_room_for_its_ending() -> None:
    assert free_name("x" * 80, set()) == "x" * 73 + " (copy)"


def test_a_removed_profile_takes_its_versions_along(alice) -> None:
    new(alice).delete()
    assert not PromptProfile.versions.rel.related_model.objects.exists()


def test_a_version_from_before_a_field_says_the_same_as_the_empty_field(alice) -> None:
    profile = new(alice)
    version = profile.versions.get()
    del version.content["thinking_begins"], version.content["thinking_ends"]
    version.save()
    changed(profile, alice, is_default=True)
    assert numbers(profile) == [1]
    changed(profile, alice, thinking_ends="</muse>")
    assert numbers(profile) == [2, 1]
    restore(profile.versions.get(number=1), alice)
    profile.refresh_from_db()
    assert profile.thinking_ends == "</muse>"  # of which that version knows nothing
