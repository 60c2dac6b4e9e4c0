"""/prompt-profiles: listed, made, changed, deleted, and their versions."""

import pytest

from conversations.features.prompt_profiles.saving import save_profile
from conversations.models import PromptProfile
from conversations.tests.api.asked import JSON, UI, may, wrong_fields
from conversations.tests.rows import profile_of

pytestmark = pytest.mark.django_db(transaction=True)

PROFILES = f"{UI}/prompt-profiles"


def one(row: PromptProfile, more: str = "") -> str:
    return f"{PROFILES}/{row.public_id}{more}"


def post(client, data, url=PROFILES):
    return client.post(url, data, content_type=JSON)


def patch(client, row: PromptProfile, data):
    return client.patch(one(row), data, content_type=JSON)


@pytest.fixture
def pirate(alice) -> PromptProfile:
    return save_profile(
        PromptProfile(owner=alice, name="Pirate", system_prompt="Talk like a pirate."), alice
    )


def test_own_and_shared_ones_are_listed(alice, bob, pirate, client) -> None:
    profile_of(None, "For everybody")
    profile_of(bob, "Bob's own")
    found = client.get(PROFILES).json()["prompt_profiles"]
    assert [(row["name"], row["is_shared"]) for row in found] == [
        ("For everybody", True), ("Pirate", False),
    ]  # fmt: skip


def test_one_is_made_with_all_that_the_page_can_set(alice, client) -> None:
    wanted = {
        "name": "  Proof   reader ",
        "description": "Finds mistakes",
        "system_prompt": " Find mistakes.\n",
        "profile": "direct",
        "agent_fallback": False,
        "thinking_begins": "<muse>",
        "thinking_ends": "</muse>",
        "is_default": True,
        "parameters": {"temperature": 0, "top_k": 5, "stop": [" User:", "End"], "thinking": False},
    }
    shown = post(client, wanted).json()["prompt_profile"]
    assert shown["parameters"] == {
        "temperature": 0, "top_k": 5, "stop": [" User:", "End"], "thinking": False,
    }  # fmt: skip
    assert (shown["name"], shown["is_default"], shown["is_shared"]) == ("Proof reader", True, False)
    row = PromptProfile.objects.get(owner=alice)
    assert (row.system_prompt, row.agent_fallback) == (" Find mistakes.\n", False)
    assert (shown["thinking_begins"], row.thinking_ends) == ("<muse>", "</muse>")
    assert row.versions.count() == 1


@pytest.mark.parametrize("model", ["echo", "echo@echo:"])
def test_a_model_is_named_with_or_without_its_server(alice, client, model) -> None:
    shown = post(client, {"name": "A", "model": model}).json()["prompt_profile"]
    assert (shown["model"], shown["server"]) == ("echo", "echo:")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Pirate"}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"model": "unheard-of"}, "model"),
        ({"profile": "no-such"}, "profile"),
        ({"description": "x" * 201}, "description"),
        ({"system_prompt": "x" * 100_001}, "system_prompt"),
        ({"parameters": {"temperature": 9}}, "parameters.temperature"),
        ({"parameters": {"temperature": "1"}}, "parameters.temperature"),
        ({"parameters": {"temperature": True}}, "parameters.temperature"),
        ({"parameters": {"temperature": 10**400}}, "parameters.temperature"),
        ({"parameters": {"top_k": 2**70}}, "parameters.top_k"),
        ({"parameters": {"seed": -1}}, "parameters.seed"),
        ({"parameters": {"stop": ["a\nb"]}}, "parameters.stop"),
        ({"parameters": {"stop": ["x" * 600] * 2}}, "parameters.stop"),
        ({"parameters": {"stop": [""]}}, "parameters.stop.0"),
        ({"parameters": {"thinking": "on"}}, "parameters.thinking"),
        ({"parameters": {"keep_alive": "a day"}}, "parameters.keep_alive"),
        ({"parameters": {"mirostat": 1}}, "parameters.mirostat"),
        ({"is_shared": True}, "is_shared"),
        ({"thinking_begins": "<muse>"}, "thinking_ends"),
        ({"thinking_ends": "<"}, "thinking_ends"),
    ],
)
def test_what_is_wrong_is_told_by_field(alice, pirate, client, wrong, field) -> None:
    assert field in wrong_fields(post(client, {"name": "New", **wrong}))
    assert PromptProfile.objects.count() == 1


def test_a_number_that_is_infinite_is_refused(alice, client) -> None:
    response = post(client, '{"name": "A", "parameters": {"temperature": 1e400}}')
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "malformed_json"


def test_what_is_left_out_stays(alice, pirate, client) -> None:
    patch(client, pirate, {"parameters": {"temperature": 1, "seed": 4}, "agent_fallback": True})
    patch(client, pirate, {"parameters": {"seed": None, "keep_alive": -1}})
    shown = patch(client, pirate, {"description": "Arr"}).json()["prompt_profile"]
    assert shown["parameters"] == {"temperature": 1, "keep_alive": "-1"}
    assert (shown["name"], shown["description"]) == ("Pirate", "Arr")
    assert shown["agent_fallback"] is True
    shown = patch(client, pirate, {"agent_fallback": None}).json()["prompt_profile"]
    assert shown["agent_fallback"] is None


def test_a_model_that_is_gone_stays_until_another_is_chosen(alice, pirate, client) -> None:
    PromptProfile.objects.update(model_name="gone", server="http://other:1")
    shown = patch(client, pirate, {"description": "Arr"}).json()["prompt_profile"]
    assert (shown["model"], shown["server"]) == ("gone", "http://other:1")
    shown = patch(client, pirate, {"model": ""}).json()["prompt_profile"]
    assert shown["model"] == ""


def test_a_parameter_that_the_page_does_not_know_outlives_a_change(pirate, client) -> None:
    PromptProfile.objects.update(parameters={"mirostat": 2, "stop": ["\n\n"]})
    shown = patch(client, pirate, {"parameters": {"seed": 1}}).json()["prompt_profile"]
    assert shown["parameters"] == {"mirostat": 2, "stop": ["\n\n"], "seed": 1}


def test_there_is_one_default(alice, pirate, client) -> None:
    patch(client, pirate, {"is_default": True})
    post(client, {"name": "Other", "is_default": True})
    assert client.get(one(pirate)).json()["prompt_profile"]["is_default"] is False


def test_versions_are_listed_and_brought_back(alice, pirate, client) -> None:
    patch(client, pirate, {"system_prompt": "Whisper."})
    shown = post(client, {"version": 1}, one(pirate, "/restore")).json()["prompt_profile"]
    assert shown["system_prompt"] == "Talk like a pirate."
    found = client.get(one(pirate, "/versions")).json()["versions"]
    assert [(row["number"], row["restored_from"]) for row in found] == [
        (3, 1),
        (2, None),
        (1, None),
    ]
    assert found[1]["content"]["system_prompt"] == "Whisper."
    assert found[1]["created_by"] == alice.username


def test_versions_come_in_pages(pirate, client) -> None:
    for number in range(2):
        patch(client, pirate, {"description": f"{number}"})
    first = client.get(one(pirate, "/versions?limit=2")).json()
    rest = client.get(one(pirate, f"/versions?limit=2&cursor={first['next_cursor']}")).json()
    assert [row["number"] for row in first["versions"] + rest["versions"]] == [3, 2, 1]


def test_a_version_whose_name_is_taken_now_does_not_come_back(alice, pirate, client) -> None:
    patch(client, pirate, {"name": "Sailor"})
    post(client, {"name": "Pirate"})
    response = post(client, {"version": 1}, one(pirate, "/restore"))
    assert response.status_code == 409
    assert "Rename that one first" in response.json()["error"]["message"]


@pytest.mark.parametrize(("version", "status"), [(7, 404), (0, 422), (2**31, 422), ("x", 422)])
def test_a_version_that_is_none(pirate, client, version, status) -> None:
    assert post(client, {"version": version}, one(pirate, "/restore")).status_code == status


def test_one_is_deleted(pirate, client) -> None:
    assert client.delete(one(pirate)).json() == {"success": True}
    assert not PromptProfile.objects.exists()


def test_a_shared_one_is_read_and_not_changed(alice, client) -> None:
    shared = profile_of(None, "For everybody")
    assert client.get(one(shared)).json()["prompt_profile"]["is_shared"] is True
    assert closed(client, shared) == {404}
    assert PromptProfile.objects.get().name == "For everybody"


def test_somebody_elses_does_not_exist(alice, bob, client) -> None:
    row = save_profile(PromptProfile(owner=bob, name="Bob's own"), bob)
    assert client.get(one(row)).status_code == 404
    assert closed(client, row) == {404}
    assert PromptProfile.objects.get().name == "Bob's own"


def closed(client, row: PromptProfile) -> set[int]:
    """What the doors that change it answer."""
    answers = (
        patch(client, row, {"name": "Mine"}),
        client.delete(one(row)),
        client.get(one(row, "/versions")),
        post(client, {"version": 1}, one(row, "/restore")),
    )
    return {answer.status_code for answer in answers}


def test_a_key_needs_the_scope(alice, pirate, client) -> None:
    assert may(client, alice, "get", PROFILES) == {"read", "chat"}
    assert may(client, alice, "get", one(pirate)) == {"read", "chat"}
    assert may(client, alice, "get", one(pirate, "/versions")) == {"read"}
    assert may(client, alice, "post", PROFILES, {}) == {"manage"}
    assert may(client, alice, "patch", one(pirate), {}) == {"manage"}
    assert may(client, alice, "post", one(pirate, "/restore"), {}) == {"manage"}
    assert may(client, alice, "delete", one(pirate)) == {"manage"}
