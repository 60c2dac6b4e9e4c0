"""Feedback and the versions of prompt profiles in our own format."""

import json

import pytest

from conversations.features.exchange.exporting import export_conversations
from conversations.features.exchange.formats import FORMATS
from conversations.features.prompt_profiles import saving
from conversations.models import Feedback, PromptProfile
from conversations.tests.rows import conversation_of, profile_of, turn_in

pytestmark = pytest.mark.django_db


def export_of(person) -> bytes:
    return b"".join(export_conversations(person, FORMATS["own"]))


def rated(*ratings: dict, role: str = "assistant") -> bytes:
    sections = {"feedback": list(ratings)}
    conversation = {"title": "x", "messages": [{"role": role}], "sections": sections}
    return json.dumps({"conversation": conversation}).encode()


def test_a_thumb_and_its_reason_come_along(alice, bob, bring) -> None:
    answer = turn_in(conversation_of(alice), "Hi", "Hello")
    before = Feedback.objects.create(message=answer, value="down", reason="Too short")
    bring(export_of(alice), owner=bob)
    row = Feedback.objects.get(message__conversation__owner=bob)
    assert (row.value, row.reason, row.created_at) == ("down", "Too short", before.created_at)
    assert row.message.role == "assistant"


def test_of_two_thumbs_the_last_counts_and_its_reason_has_an_end(brought) -> None:
    up = {"message": "0", "value": "up", "reason": "x" * 5000}
    brought(rated({"message": "0", "value": "down"}, up))
    row = Feedback.objects.get()
    assert (row.value, len(row.reason)) == ("up", Feedback.REASON_LENGTH)


def test_a_question_has_no_thumb(brought) -> None:
    brought(rated({"message": "0", "value": "up"}, role="user"))
    assert not Feedback.objects.exists()


def test_a_thumb_that_is_none_is_refused(bring) -> None:
    tally = bring(rated({"message": "0", "value": "sideways"}))
    assert (tally.counts["failed"], Feedback.objects.count()) == (1, 0)
    assert "no thumb" in tally.report[0]["reason"]


def pirate_with_a_past(owner) -> PromptProfile:
    profile = saving.save_profile(profile_of(owner, "Pirate"), owner)
    profile.system_prompt = "Talk like a captain."
    saving.save_profile(profile, owner)
    return saving.restore(profile.versions.get(number=1), owner)


def told(profile: PromptProfile) -> list[tuple]:
    rows = profile.versions.values_list("number", "content", "restored_from", "created_at")
    return list(rows)


def test_the_versions_of_a_profile_come_along(alice, bob, bring) -> None:
    profile = pirate_with_a_past(alice)
    assert bring(export_of(alice), owner=bob).counts["imported"] == 1
    there = PromptProfile.objects.get(owner=bob)
    assert len(told(there)) == 3
    assert told(there) == told(profile)
    assert {row.created_by for row in there.versions.all()} == {None}
    assert export_of(bob) == export_of(alice)


def profile_line(**facts) -> bytes:
    data = {"name": "Pirate", "system_prompt": "Arr.", **facts}
    return json.dumps({"record": "prompt_profile", "data": data}).encode()


def test_the_newest_version_is_what_the_profile_says(bring) -> None:
    past = [{"content": {"name": "Pirate", "system_prompt": "Old", "odd": 1}, "restored_from": 9}]
    bring(profile_line(versions=past))
    newest, oldest = PromptProfile.objects.get().versions.all()
    assert (newest.number, newest.content["system_prompt"]) == (2, "Arr.")
    assert oldest.content == {"name": "Pirate", "system_prompt": "Old"}
    assert oldest.restored_from is None


@pytest.mark.parametrize("past", [["x"], [{}], [{"content": 5}], [{"content": {"name": ""}}]])
def test_a_version_that_is_none_is_refused_with_its_profile(bring, past) -> None:
    assert bring(profile_line(versions=past)).counts["failed"] == 1
    assert not PromptProfile.objects.exists()
