"""What a prompt profile says of a new chat: its model and its routing profile."""

import re

import pytest

from conversations.models import PromptProfile
from conversations.tests.doors.test_prompt_profiles import NEW, door
from conversations.tests.rows import conversation_of, profile_of

pytestmark = pytest.mark.django_db

CHOSEN = "/prompt-profiles/chosen/"


def picked(html: str, select: str) -> str:
    """The value that this select of the composer has."""
    return re.search(rf'id="composer-{select}".*?value="([^"]*)"[^>]* selected', html, re.S)[1]


@pytest.mark.parametrize("choice", ["", "direct", "tools", "agent"])
def test_a_profile_may_name_a_routing_profile(client, choice) -> None:
    client.post(NEW, {"name": "P", "routing_profile": choice})
    profile = PromptProfile.objects.get()
    assert profile.routing_profile == choice
    assert f'<option value="{choice}" selected>' in client.get(door(profile)).text


def test_one_that_does_not_exist_is_a_mistake(client) -> None:
    answer = client.post(NEW, {"name": "P", "routing_profile": "no such"})
    assert answer.status_code == 422
    assert not PromptProfile.objects.exists()


def test_a_routing_profile_from_elsewhere_can_stay(alice, client) -> None:
    profile = profile_of(alice, routing_profile="elsewhere")
    client.post(door(profile), {"name": "Pirate", "routing_profile": "elsewhere"})
    profile.refresh_from_db()
    assert profile.routing_profile == "elsewhere"


@pytest.mark.parametrize(("stored", "used"), [("tools", "tools"), ("", "direct"), ("x", "direct")])
def test_a_new_chat_begins_as_the_default_profile_says(alice, client, stored, used) -> None:
    profile_of(alice, is_default=True, routing_profile=stored)
    assert picked(client.get("/chat/").text, "routing") == used


def test_a_conversation_keeps_its_own_routing_profile(alice, client) -> None:
    profile = profile_of(alice, is_default=True, routing_profile="tools")
    conversation = conversation_of(alice, prompt_profile=profile)
    html = client.get(f"/chat/{conversation.public_id}/").text
    assert picked(html, "routing") == "direct"
    assert CHOSEN not in html


def test_a_new_chat_can_begin_with_any_profile(alice, client) -> None:
    profile = profile_of(alice, routing_profile="tools")
    profile_of(alice, "Other", is_default=True)
    html = client.get(f"/chat/?prompt_profile={profile.public_id}").text
    assert picked(html, "profile") == str(profile.public_id)
    assert picked(html, "routing") == "tools"
    assert f"/chat/?prompt_profile={profile.public_id}" in client.get("/prompt-profiles/").text


def test_picking_a_profile_brings_what_it_says_and_nothing_else(alice, client) -> None:
    said = profile_of(alice, routing_profile="tools")
    html = client.get(CHOSEN, {"prompt_profile": said.public_id}).text
    assert picked(html, "routing") == "tools"
    assert "composer-model" not in html
    named = profile_of(alice, "Named", model_name="echo", server="echo:")
    html = client.get(CHOSEN, {"prompt_profile": named.public_id}).text
    assert picked(html, "model") == "echo@echo:"
    assert "composer-routing" not in html


def test_picking_no_profile_changes_nothing(client) -> None:
    assert client.get(CHOSEN, {"prompt_profile": ""}).status_code == 204


def test_what_was_not_taken_comes_back_as_it_was_chosen(alice, client) -> None:
    profile_of(alice, is_default=True, routing_profile="tools")
    other = profile_of(alice, "Other")
    form = {"text": " ", "routing_profile": "direct", "prompt_profile": other.public_id}
    html = client.post("/chat/send/", form).text
    assert picked(html, "routing") == "direct"
    assert picked(html, "profile") == str(other.public_id)
