"""What one door has set outlives every other one that saves it unchanged."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chatstudio.models import User
from conversations.features.exchange.exporting import export_conversations
from conversations.features.exchange.formats import FORMATS
from conversations.features.exchange.runs import run_import
from conversations.features.exchange.tests.samples import write
from conversations.features.prompt_profiles.section import exported_profiles, import_profiles
from conversations.models import Conversation, PromptProfile
from conversations.showing.parameter_fields import field_of
from conversations.tests.api.asked import JSON, UI, wrong_fields
from conversations.tests.rows import profile_of, turn_in
from routing.parameters import BY_NAME, PARAMETERS

pytestmark = pytest.mark.django_db

LEAST = {one.name: one.bounds[0] for one in PARAMETERS if one.bounds}
SET: list[dict[str, Any]] = [
    *({one.name: one.example} for one in PARAMETERS),
    {**LEAST, "thinking": False, "keep_alive": "0"},
    {"stop": [" User:", "End ", "1, 2", '50 % of "\\n"']},
    {"stop": [f"word {number}" for number in range(60)]},
]
BROUGHT: list[dict[str, Any]] = [
    {"num_predict": -1},
    {"temperature": 9},
    {"keep_alive": 300},
    {"stop": ["\n\n", "a\r\nb"]},
    {"stop": ["x" * 900, "y" * 900]},
]
"""What files may bring, and no field would take."""
NEWER: dict[str, Any] = {"mirostat": 2, "response_format": {"type": "json_object"}, "top_k": 3}
"""Of a version that knows more."""


class Form(HTMLParser):
    """What a browser sends of that form on a page which has the field `of`."""

    def __init__(self, html: str, of: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.found: dict[str, str] = {}
        self.of = of
        self.name = self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.sent = {}
        elif tag in ("textarea", "select"):
            self.name, self.text = name, ""
        elif tag == "option" and "selected" in given:
            self.sent[self.name] = given["value"]
        elif tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.sent[name] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            text = self.text.replace("\r\n", "\n").removeprefix("\n")
            self.sent[self.name] = text.replace("\n", "\r\n")
        elif tag == "form" and self.of in self.sent:
            self.found = self.sent


type Given = Mapping[str, Any]
type Door = Callable[["Here", Given | None], None]
"""Sets these parameters; with None, saves what is there without a change."""


@dataclass(frozen=True)
class Here:
    client: Client
    person: User
    folder: Path

    def press(self, url: str, of: str, change: Mapping[str, str]) -> None:
        """Opens a page, changes fields of that form, and presses its button."""
        shown = Form(self.client.get(url).text, of).found
        response = self.client.post(url, shown | change)
        assert response.status_code == 302, response.text

    def patch(self, url: str, given: Given) -> None:
        response = self.client.patch(url, {"parameters": given}, content_type=JSON)
        assert response.status_code == 200, response.text


@pytest.fixture
def here(alice: User, client: Client, tmp_path: Path) -> Here:
    return Here(client, alice, tmp_path)


def short(given: Given) -> str:
    return json.dumps(given)[:40]


def typed(given: Given | None) -> dict[str, str]:
    """As a person writes them into the fields."""
    fields = {name: field_of(BY_NAME[name]) for name in given or {}}
    return {name: str(fields[name].prepare_value(value)) for name, value in (given or {}).items()}


def profile_page(here: Here, given: Given | None) -> None:
    url = reverse("prompt_profile_edit", args=[PromptProfile.objects.get().public_id])
    here.press(url, "num_ctx", typed(given))


def profile_admin(here: Here, given: Given | None) -> None:
    url = f"/admin/conversations/promptprofile/{PromptProfile.objects.get().pk}/change/"
    change = {} if given is None else {"parameters": json.dumps(given)}
    here.press(url, "parameters", change)


def profile_api(here: Here, given: Given | None) -> None:
    row = PromptProfile.objects.get()
    here.patch(f"{UI}/prompt-profiles/{row.public_id}", given or row.parameters)


def profile_file(here: Here, given: Given | None) -> None:
    if given:
        PromptProfile.objects.update(parameters=given)
    data = b"".join(exported_profiles(here.person))
    PromptProfile.objects.all().delete()
    assert [kind for kind, _ in import_profiles(here.person, BytesIO(data))] == ["imported"]


def settings_page(here: Here, given: Given | None) -> None:
    url = reverse("settings", args=[Conversation.objects.get().public_id])
    here.press(url, "num_ctx", typed(given))


def settings_api(here: Here, given: Given | None) -> None:
    row = Conversation.objects.get()
    here.patch(f"{UI}/conversations/{row.public_id}/settings", given or row.parameters)


def file_of(name: str) -> Door:
    def through_a_file(here: Here, given: Given | None) -> None:
        if given:
            Conversation.objects.update(parameters=given)
        path = write(here.folder, b"".join(export_conversations(here.person, FORMATS[name])))
        Conversation.objects.all().delete()
        assert run_import(here.person, path).counts["imported"] == 1

    return through_a_file


PROFILE_DOORS: dict[str, Door] = {
    "page": profile_page,
    "administration": profile_admin,
    "api": profile_api,
    "file": profile_file,
}
CONVERSATION_DOORS: dict[str, Door] = {
    "page": settings_page,
    "api": settings_api,
    **{name: file_of(name) for name in ("own", "open-webui", "librechat")},
}


@pytest.mark.parametrize("given", SET, ids=short)
@pytest.mark.parametrize("setting", PROFILE_DOORS)
def test_what_a_profile_was_given_stays(alice, here, setting, given) -> None:
    profile_of(alice)
    PROFILE_DOORS[setting](here, given)
    for name, door in PROFILE_DOORS.items():
        door(here, None)
        assert PromptProfile.objects.get().parameters == given, name


@pytest.mark.parametrize("given", SET, ids=short)
@pytest.mark.parametrize("setting", CONVERSATION_DOORS)
def test_what_a_conversation_was_given_stays(conversation, here, setting, given) -> None:
    turn_in(conversation, "Hi", "Hello")
    CONVERSATION_DOORS[setting](here, given)
    for name, door in CONVERSATION_DOORS.items():
        door(here, None)
        assert Conversation.objects.get().parameters == given, name


@pytest.mark.parametrize("given", BROUGHT, ids=short)
def test_what_a_file_has_brought_stays(alice, conversation, here, given) -> None:
    turn_in(conversation, "Hi", "Hello")
    profile_of(alice)
    profile_file(here, given)
    for door in PROFILE_DOORS.values():
        door(here, None)
        assert json.dumps(PromptProfile.objects.get().parameters) == json.dumps(given)
    file_of("own")(here, given)
    for door in (settings_page, settings_api, file_of("own")):
        door(here, None)
        assert json.dumps(Conversation.objects.get().parameters) == json.dumps(given)


@pytest.mark.parametrize("door", [profile_page, profile_admin])
def test_what_a_newer_version_knows_outlives_a_profiles_forms(alice, here, door) -> None:
    profile_of(alice, parameters=NEWER)
    door(here, None)
    assert PromptProfile.objects.get().parameters == NEWER


def test_what_a_newer_version_knows_outlives_a_change_of_another(alice, conversation, here) -> None:
    profile_of(alice, parameters=NEWER)
    Conversation.objects.update(parameters=NEWER)
    settings_page(here, {"top_k": 4})
    settings_api(here, {"seed": 1})
    profile_page(here, {"top_k": 4})
    profile_api(here, {"seed": 1})
    expected = {**NEWER, "top_k": 4, "seed": 1}
    assert Conversation.objects.get().parameters == expected
    assert PromptProfile.objects.get().parameters == expected


def test_an_emptied_field_is_taken_away(alice, here) -> None:
    given = {one.name: one.example for one in PARAMETERS}
    profile_of(alice, parameters=given)
    for name in given:
        url = reverse("prompt_profile_edit", args=[PromptProfile.objects.get().public_id])
        here.press(url, "num_ctx", {name: ""})
        assert name not in PromptProfile.objects.get().parameters
    assert PromptProfile.objects.get().parameters == {}


@pytest.mark.parametrize("parameter", PARAMETERS, ids=list(BY_NAME))
def test_a_mistake_is_said_at_its_field_by_each_door(alice, client, parameter) -> None:
    profile = profile_of(alice)
    wrong = {"texts": ["x" * 1001], "thinking": "perhaps", "duration": "a day"}
    value = wrong.get(parameter.kind, 10**9 * 5)
    page = reverse("prompt_profile_edit", args=[profile.public_id])
    told = client.post(page, {"name": "Pirate", **typed({parameter.name: value})})
    assert f'id="id_{parameter.name}_error"' in told.text
    room = f"/admin/conversations/promptprofile/{profile.pk}/change/"
    given = json.dumps({parameter.name: value})
    assert f"{parameter.name}: " in client.post(room, {"name": "P", "parameters": given}).text
    api = f"{UI}/prompt-profiles/{profile.public_id}"
    response = client.patch(api, {"parameters": {parameter.name: value}}, content_type=JSON)
    assert any(parameter.name in field for field in wrong_fields(response))
