"""Prompt profiles in and out of the administration."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conversations.models import PromptProfile
from conversations.tests.rows import profile_of

pytestmark = pytest.mark.django_db

LIST = "/admin/conversations/promptprofile/"


def downloaded(client, *profiles: PromptProfile) -> bytes:
    chosen = {"action": "export_selected", "_selected_action": [p.pk for p in profiles]}
    return b"".join(client.post(LIST, chosen).streaming_content)


def brought(client, content: bytes):
    file = SimpleUploadedFile("profiles.jsonl", content)
    return client.post(f"{LIST}import/", {"file": file}, follow=True)


def test_what_was_downloaded_comes_back_for_everybody(alice, client) -> None:
    content = downloaded(client, profile_of(alice, "Pirate"))
    answer = brought(client, content)
    assert "Imported: Prompt profile" in answer.text
    shared = PromptProfile.objects.get(owner=None)
    assert (shared.name, shared.system_prompt) == ("Pirate", "Talk like a pirate.")
    assert shared.versions.count() == 1


def test_a_file_without_profiles_is_said(alice, client) -> None:
    answer = brought(client, b"nonsense")
    assert "Failed" in answer.text
    assert not PromptProfile.objects.exists()
