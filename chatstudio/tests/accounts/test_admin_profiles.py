"""Prompt profiles in the administration: those for everybody, their versions, copies."""

import pytest
from django.test import Client

from chatstudio.models import User
from conversations.features.prompt_profiles.saving import save_profile
from conversations.models import PromptProfile
from conversations.tests.rows import profile_of

pytestmark = pytest.mark.django_db

ROOM = "/admin/conversations/promptprofile/"
FORM = {"name": "Pirate", "parameters": "{}"}


@pytest.fixture
def browser(carol: User, signed_in) -> Client:
    return signed_in(carol)


def test_what_others_keep_for_themselves_is_not_there(alice, browser) -> None:
    hers = profile_of(alice, "Alice's diary")
    profile_of(None, "For all")
    told = browser.get(ROOM).text
    assert "For all" in told
    assert "diary" not in told
    assert "Alice" not in browser.get(f"{ROOM}?q=diary").text
    for door in ("change", "versions", "delete", "history"):
        assert browser.get(f"{ROOM}{hers.pk}/{door}/").status_code in (302, 404)


def test_a_profile_for_everybody_is_everybodys_to_use(alice, browser, signed_in) -> None:
    browser.post(f"{ROOM}add/", {**FORM, "system_prompt": "Arr.", "owner": ""})
    assert PromptProfile.objects.get().owner is None
    assert "Pirate" in signed_in(alice).get("/chat/").text


def test_a_change_is_a_version_with_its_author(carol, browser) -> None:
    profile = save_profile(PromptProfile(name="Pirate"), None)
    browser.post(f"{ROOM}{profile.pk}/change/", {**FORM, "system_prompt": "Arr."})
    version = profile.versions.first()
    assert (version.number, version.created_by) == (2, carol)
    assert version.content["system_prompt"] == "Arr."


def test_versions_are_compared_and_restored(browser) -> None:
    profile = save_profile(PromptProfile(name="Pirate", system_prompt="Be very kind."), None)
    profile.system_prompt = "Be quite kind."
    save_profile(profile, None)
    url = f"{ROOM}{profile.pk}/versions/"
    assert "<del>very</del>" in browser.get(url).text
    told = browser.post(url, {"number": "1"}, follow=True).text
    profile.refresh_from_db()
    assert profile.system_prompt == "Be very kind."
    assert "Version 1 is back." in told
    for number in ("99", "x", "9" * 5000):
        assert browser.post(url, {"number": number}).status_code == 404
        assert browser.get(url, {"before": number}).status_code == 200


def test_copies(browser) -> None:
    profile = profile_of(None)
    selected = {"action": "duplicate_selected", "_selected_action": [profile.pk]}
    assert "Copied: Pirate (copy)." in browser.post(ROOM, selected, follow=True).text
    copy = PromptProfile.objects.get(name="Pirate (copy)")
    assert (copy.owner, copy.system_prompt) == (None, profile.system_prompt)


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ("[1]", "Write an object"),
        ('{"temperature": 99}', "temperature: Ensure this value"),
        ('{"temperature": "hot"}', "temperature: Enter a number"),
        ('{"levitation": 1}', "levitation: This is no parameter. Write one of: temperature"),
        ('{"stop": "END"}', "stop: Write a list of texts, such as ["),
        ("{", "Enter a valid JSON"),
    ],
)
def test_parameters_are_held_to_the_limits_of_the_page(browser, parameters, sentence) -> None:
    told = browser.post(f"{ROOM}add/", {**FORM, "parameters": parameters})
    assert sentence in told.text
    assert not PromptProfile.objects.exists()


def test_parameters_that_are_right(browser) -> None:
    given = '{"temperature": 0.5, "stop": ["END"], "thinking": "low", "seed": 0}'
    browser.post(f"{ROOM}add/", {**FORM, "parameters": given})
    expected = {"temperature": 0.5, "stop": ["END"], "thinking": "low", "seed": 0}
    assert PromptProfile.objects.get().parameters == expected


def test_a_taken_name_is_a_sentence(browser) -> None:
    profile_of(None)
    told = browser.post(f"{ROOM}add/", FORM)
    assert told.status_code == 200
    assert "errorlist" in told.text
    assert PromptProfile.objects.count() == 1


def test_a_new_default_takes_the_mark_from_the_old_one(carol, browser) -> None:
    old = save_profile(PromptProfile(name="Old", owner=carol, is_default=True), carol)
    form = {**FORM, "owner": str(carol.pk), "is_default": "on"}
    assert browser.post(f"{ROOM}add/", form).status_code == 302
    old.refresh_from_db()
    assert not old.is_default
    assert PromptProfile.objects.get(is_default=True).name == "Pirate"


def test_it_is_nobody_elses_to_give(alice, browser) -> None:
    told = browser.post(f"{ROOM}add/", {**FORM, "owner": str(alice.pk)})
    assert "not one of the available choices" in told.text


def test_a_removed_one_takes_its_versions_along(browser) -> None:
    profile = save_profile(PromptProfile(name="Pirate"), None)
    assert browser.post(f"{ROOM}{profile.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not PromptProfile.objects.exists()


@pytest.mark.parametrize("query", ["?for=me", "?for=everybody", "?q=pirate", "?for=x", "?e=1"])
def test_filters_and_search(browser, query) -> None:
    profile_of(None)
    assert browser.get(ROOM + query, follow=True).status_code == 200
