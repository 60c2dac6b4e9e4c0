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
        "stop": "END\n \n\nSTOP",
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


@pytest.mark.parametrize("ref", ["echo", "echo@echo:"])
def test_a_model_is_taken_with_and_without_its_server(client, ref) -> None:
    client.post(NEW, {"name": "P", "model": ref})
    profile = PromptProfile.objects.get()
    assert (profile.model_name, profile.server) == ("echo", "echo:")


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


def saved(client, profile: PromptProfile, **fields: str) -> None:
    assert client.post(door(profile), {"name": profile.name, **fields}).status_code == 302


def test_the_page_shows_what_each_version_changed(alice, client) -> None:
    profile = profile_of(alice, system_prompt="Be very kind.")
    saved(client, profile, system_prompt="Be quite kind.")
    html = client.get(door(profile)).text
    assert "Version 2" in html
    assert "<del>very</del>" in html
    assert "<ins>quite</ins>" in html
    assert "As it was first saved." in html


def test_a_version_is_brought_back_by_its_button(alice, client) -> None:
    profile = profile_of(alice, system_prompt="Old")
    saved(client, profile, system_prompt="New")
    url = reverse("prompt_profile_restore", args=[profile.public_id])
    assert client.post(url, {"number": "1"}).url == door(profile)
    profile.refresh_from_db()
    assert profile.system_prompt == "Old"
    assert "Version 1 again" in client.get(door(profile)).text


@pytest.mark.parametrize("number", ["", "9", "-1", "x", "9" * 30])
def test_a_version_that_never_was_is_not_found(alice, client, number) -> None:
    url = reverse("prompt_profile_restore", args=[profile_of(alice).public_id])
    assert client.post(url, {"number": number}).status_code == 404


def test_a_taken_name_is_a_sentence(alice, client) -> None:
    profile = profile_of(alice, "First")
    saved(client, profile)
    client.post(door(profile), {"name": "Second"})
    profile_of(alice, "First")
    url = reverse("prompt_profile_restore", args=[profile.public_id])
    answer = client.post(url, {"number": "1"})
    assert answer.status_code == 409
    assert "There is another profile of the name First." in answer.text


def test_many_versions_come_in_pages_at_the_same_cost(
    alice, client, django_assert_max_num_queries
) -> None:
    profile = profile_of(alice)
    for number in range(25):
        saved(client, profile, system_prompt=f"Text {number}")
    with django_assert_max_num_queries(10):
        html = client.get(door(profile)).text
    assert html.count('class="version"') == 10
    older = client.get(door(profile), {"before": "17"}).text
    assert "Version 16" in older
    assert "Version 17" not in older
    assert "Newest versions" in older


def test_a_profile_for_everybody_is_shown_without_a_door(client) -> None:
    html = client.get("/prompt-profiles/").text if profile_of(None, "Shared") else ""
    assert "for everybody" in html
    assert "/prompt-profiles/new/" in html
    assert html.count('<a href="/prompt-profiles/') == 0


def test_hostile_words_in_a_version_are_words(alice, client) -> None:
    profile = profile_of(alice, system_prompt="<script>1</script>")
    saved(client, profile, system_prompt="<img src=x onerror=y>")
    html = client.get(door(profile)).text
    assert "<script>1" not in html
    assert "<img" not in html
