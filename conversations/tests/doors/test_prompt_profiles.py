"""Prompt profiles: made, edited, chosen as default, removed."""

import pytest
from django.urls import reverse

from conversations.models import PromptProfile
from conversations.tests.rows import conversation_of, profile_of

pytestmark = pytest.mark.django_db

NEW = "/prompt-profiles/new/"


def door(profile: PromptProfile) -> str:
    return reverse("prompt_profile_edit", args=[profile.public_id])


def test_without_profiles_the_page_says_what_they_are_for(client) -> None:
    assert "Make the first profile" in client.get("/prompt-profiles/").text


def test_a_new_profile_is_alices(alice, client) -> None:
    response = client.post(NEW, {"name": " My  pirate ", "system_prompt": "Arr."})
    profile = PromptProfile.objects.get()
    assert response.url == "/prompt-profiles/"
    assert (profile.owner, profile.name, profile.system_prompt) == (alice, "My pirate", "Arr.")


def test_parameters_are_kept_as_numbers(client) -> None:
    form = {
        "name": "P",
        "temperature": "0.5",
        "top_k": "3",
        "stop": "END\n\nSTOP",
        "thinking": "off",
    }
    client.post(NEW, form)
    expected = {"temperature": 0.5, "top_k": 3, "stop": ["END", "STOP"], "thinking": False}
    assert PromptProfile.objects.get().parameters == expected


def test_the_form_shows_what_is_stored(alice, client) -> None:
    stored = {"temperature": 0.5, "stop": ["END"], "thinking": "low"}
    html = client.get(door(profile_of(alice, parameters=stored))).text
    assert 'value="0.5"' in html
    assert "END</textarea>" in html
    assert 'value="low" selected' in html


def test_saving_the_form_unchanged_changes_nothing(alice, client) -> None:
    stored = {"temperature": 0.0, "seed": 0, "thinking": False, "stop": ["END"]}
    profile = profile_of(alice, parameters=stored)
    form = {"name": "Pirate", "temperature": "0.0", "seed": "0", "thinking": "off", "stop": "END"}
    client.post(door(profile), form)
    profile.refresh_from_db()
    assert profile.parameters == stored


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 81),
        ("temperature", "hot"),
        ("temperature", "9"),
        ("temperature", "nan"),
        ("top_p", "2"),
        ("num_ctx", "1"),
        ("thinking", "maybe"),
        ("agent_fallback", "maybe"),
        ("model", "never:heard@of"),
        ("system_prompt", "x" * 100_001),
    ],
)
def test_a_mistake_is_said_at_its_field(client, field, value) -> None:
    response = client.post(NEW, {"name": "Pirate", field: value})
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.text
    assert not PromptProfile.objects.exists()


def test_an_empty_form_is_a_mistake_too(client) -> None:
    response = client.post(NEW)
    assert response.status_code == 422
    assert "A profile needs a name." in response.text


def test_a_name_is_used_once(alice, client) -> None:
    profile_of(alice, "Pirate")
    response = client.post(NEW, {"name": "Pirate"})
    assert response.status_code == 422
    assert "You have a profile of this name already." in response.text


def test_a_profile_may_keep_its_own_name(alice, client) -> None:
    response = client.post(door(profile_of(alice, "Pirate")), {"name": "Pirate"})
    assert response.status_code == 302


def test_bobs_names_are_free_for_alice(alice, bob, client) -> None:
    profile_of(bob, "Pirate")
    assert client.post(NEW, {"name": "Pirate"}).status_code == 302


def test_there_is_one_default(alice, bob, client) -> None:
    old, his = profile_of(alice, "Old", is_default=True), profile_of(bob, is_default=True)
    client.post(NEW, {"name": "New", "is_default": "on"})
    for profile in (old, his):
        profile.refresh_from_db()
    assert not old.is_default
    assert his.is_default
    assert PromptProfile.objects.get(name="New").is_default


@pytest.mark.parametrize(("choice", "stored"), [("", None), ("True", True), ("False", False)])
def test_whether_direct_answers_for_an_agent(alice, client, choice, stored) -> None:
    profile = profile_of(alice, agent_fallback=not stored)
    client.post(door(profile), {"name": "Pirate", "agent_fallback": choice})
    profile.refresh_from_db()
    assert profile.agent_fallback is stored
    assert f'<option value="{choice}" selected>' in client.get(door(profile)).text


def test_a_model_that_is_gone_meanwhile_can_stay(alice, client) -> None:
    profile = profile_of(alice, model_name="gone:7b", server="http://box")
    client.post(door(profile), {"name": "Pirate", "model": "gone:7b@http://box"})
    profile.refresh_from_db()
    assert (profile.model_name, profile.server) == ("gone:7b", "http://box")


def test_deleting_leaves_its_conversations(alice, client) -> None:
    profile = profile_of(alice)
    conversation = conversation_of(alice, prompt_profile=profile)
    response = client.post(reverse("prompt_profile_delete", args=[profile.public_id]))
    assert response.url == "/prompt-profiles/"
    assert client.get(f"/chat/{conversation.public_id}/").status_code == 200


def test_everybodys_profile_is_listed_and_not_alices_to_change(alice, client) -> None:
    shared = profile_of(None, "House style")
    assert "House style" in client.get("/prompt-profiles/").text
    assert client.get(door(shared)).status_code == 404


def test_bobs_profiles_are_not_listed(bob, client) -> None:
    profile_of(bob, "His secret")
    assert "His secret" not in client.get("/prompt-profiles/").text
    assert "His secret" not in client.get("/chat/").text


@pytest.mark.parametrize("field", ["name", "description", "system_prompt"])
def test_no_field_is_ever_html(alice, client, field) -> None:
    profile = profile_of(alice, **{field: "<script>alert(1)</script>"})
    for address in ("/prompt-profiles/", door(profile), "/chat/"):
        assert "<script>alert" not in client.get(address).text
