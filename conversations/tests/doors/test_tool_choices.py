"""Which tools may be sent: chosen on pages, kept in rows and files, told by the receipt."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse

from conversations.features.exchange.exporting import export_conversations
from conversations.features.exchange.formats import FORMATS
from conversations.features.exchange.runs import run_import
from conversations.features.exchange.tests.samples import write
from conversations.features.prompt_profiles.saving import save_profile
from conversations.models import Conversation, PromptProfile
from conversations.showing import tool_choices
from conversations.showing.receipt_views import receipt_view
from conversations.tests.rows import conversation_of, profile_of, turn_in
from conversations.tests.talking import talk
from conversations.tests.test_receipts import facts_of
from routing.tools import registry
from routing.tools.base import Risk, Tool, ToolContext

pytestmark = pytest.mark.django_db(transaction=True)

TOOLS = {"routing_profile": "tools", "tools_enabled": True}
NEW = "/prompt-profiles/new/"
CHOSEN = {"tools_from": "chosen", "chosen_tools": ["calculate", "mail_send"]}


async def run(arguments: Mapping[str, Any], context: ToolContext) -> str:
    return "It is noted."


@pytest.fixture(autouse=True)
def notes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of tools that is there."""

    async def source(context: ToolContext) -> list[Tool]:
        about, schema = "Adds a note. It is kept.", {"type": "object"}
        return [Tool("notes_add", about, schema, Risk.WRITES, run, source="MCP server notes")]

    monkeypatch.setattr(registry, "SOURCES", [*registry.SOURCES, source])


def settings_of(conversation: Conversation) -> str:
    return reverse("settings", args=[conversation.public_id])


def ticked(html: str) -> dict[str, bool]:
    """Each tool that can be chosen on the page."""
    boxes = re.findall(r'<input type="checkbox"\s+name="chosen_tools"[^>]*>', html)
    return {re.search(r'value="([^"]*)"', box)[1]: "checked" in box for box in boxes}


def way(html: str) -> str:
    """Where the choice comes from."""
    radios = re.findall(r'<input type="radio"\s+name="tools_from"[^>]*>', html)
    return next(re.search(r'value="([^"]*)"', one)[1] for one in radios if "checked" in one)


def test_the_tools_there_are_stand_by_source_with_what_they_cost(conversation, client) -> None:
    html = client.get(settings_of(conversation)).text
    assert [*re.findall(r"<legend>([^<]*)</legend>", html)][1:4] == [
        "Tools",
        "Built in",
        "MCP server notes",
    ]
    assert {"calculate", "notes_add", "read_attachment"} <= ticked(html).keys()
    assert (all(ticked(html).values()), way(html)) == (True, "all")
    costs = [int(one) for one in re.findall(r'type="checkbox"[^>]*data-tokens="(\d+)"', html)]
    assert all(costs)
    assert f"<output>{sum(costs):,}</output> tokens" in html


def test_a_choice_is_kept_with_what_is_away(conversation, client) -> None:
    assert client.post(settings_of(conversation), CHOSEN).status_code == 302
    conversation.refresh_from_db()
    assert conversation.chosen_tools == ["calculate", "mail_send"]
    html = client.get(settings_of(conversation)).text
    assert [name for name, is_ticked in ticked(html).items() if is_ticked] == CHOSEN["chosen_tools"]
    assert "was not found just now" in html
    client.post(settings_of(conversation), {**CHOSEN, "tools_from": "all"})
    conversation.refresh_from_db()
    assert conversation.chosen_tools is None


def test_a_form_without_the_fields_leaves_the_choice(alice, client) -> None:
    conversation = conversation_of(alice, chosen_tools=["calculate"])
    client.post(settings_of(conversation), {"summarises": "on"})
    conversation.refresh_from_db()
    assert (conversation.chosen_tools, conversation.summarises) == (["calculate"], True)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"tools_from": "chosen", "chosen_tools": ["x" * 129]}, "at most 128 characters"),
        ({"tools_from": "chosen", "chosen_tools": ["a\0"]}, "and no NUL"),
        ({"tools_from": "chosen", "chosen_tools": [f"t{n}" for n in range(201)]}, "At most 200"),
        ({"tools_from": "none"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(conversation, client, wrong, sentence) -> None:
    for url in (settings_of(conversation), NEW):
        answer = client.post(url, {"name": "P", **wrong})
        assert answer.status_code == 422
        assert sentence in re.search(r'class="errorlist".*?</ul>', answer.text, re.S)[0]
    conversation.refresh_from_db()
    assert conversation.chosen_tools is None
    assert not PromptProfile.objects.exists()


def test_a_mistake_elsewhere_leaves_the_ticks(conversation, client) -> None:
    html = client.post(settings_of(conversation), {**CHOSEN, "temperature": "9"}).text
    assert (way(html), ticked(html)["calculate"], ticked(html)["notes_add"]) == (
        *("chosen", True, False),
    )


def test_a_stranger_finds_no_settings(bob, client, alice) -> None:
    url = settings_of(conversation_of(bob))
    assert (client.get(url).status_code, client.post(url, CHOSEN).status_code) == (404, 404)


def test_a_profile_chooses_and_a_conversation_shows_that(alice, client) -> None:
    client.post(NEW, {"name": "Sums", **CHOSEN})
    profile = PromptProfile.objects.get()
    assert profile.chosen_tools == CHOSEN["chosen_tools"]
    assert profile.versions.get().content["chosen_tools"] == CHOSEN["chosen_tools"]
    edit = reverse("prompt_profile_edit", args=[profile.public_id])
    assert ticked(client.get(edit).text)["mail_send"]
    html = client.get(settings_of(conversation_of(alice, prompt_profile=profile))).text
    assert "As the prompt profile says" in html
    assert (way(html), ticked(html)["calculate"], ticked(html)["notes_add"]) == (
        *("all", True, False),
    )


def test_a_programs_profile_has_a_choice_too(alice, client) -> None:
    door, json = "/api/chat/ui/prompt-profiles", "application/json"
    body = {"name": "Sums", "chosen_tools": ["calculate"]}
    made = client.post(door, body, content_type=json).json()["prompt_profile"]
    assert made["chosen_tools"] == ["calculate"]
    one = f"{door}/{made['id']}"
    kept = client.patch(one, {"description": "x"}, content_type=json).json()["prompt_profile"]
    assert kept["chosen_tools"] == ["calculate"]
    wrong = client.patch(one, {"chosen_tools": [1]}, content_type=json)
    assert (wrong.status_code, [*wrong.json()["error"]["fields"]]) == (422, ["chosen_tools.0"])
    gone = client.patch(one, {"chosen_tools": None}, content_type=json).json()["prompt_profile"]
    assert gone["chosen_tools"] is None


def test_our_own_format_carries_both(alice, bob, tmp_path) -> None:
    profile = save_profile(PromptProfile(owner=alice, name="P", chosen_tools=["notes_add"]), alice)
    turn_in(conversation_of(alice, prompt_profile=profile, chosen_tools=["a", "b"]), "Hi", "Hello")
    path = write(tmp_path, b"".join(export_conversations(alice, FORMATS["own"])))
    assert run_import(bob, path).counts["imported"] == 2
    again = Conversation.objects.select_related("prompt_profile").get(owner=bob)
    assert again.chosen_tools == ["a", "b"]
    assert again.prompt_profile.chosen_tools == ["notes_add"]


@pytest.mark.parametrize("stored", ["x", [1], [""], {"a": 1}, ["x" * 129]])
def test_what_is_no_choice_in_a_file_is_none(alice, bob, tmp_path, stored) -> None:
    turn_in(conversation_of(alice, chosen_tools=stored), "Hi", "Hello")
    path = write(tmp_path, b"".join(export_conversations(alice, FORMATS["own"])))
    assert run_import(bob, path).counts["imported"] == 1
    assert Conversation.objects.get(owner=bob).chosen_tools is None


def names_sent(caller) -> set[str]:
    return {tool["function"]["name"] for tool in caller.asked[-1].tools}


@pytest.mark.parametrize(
    ("own", "of_profile", "sent"),
    [
        (["calculate", "mail_send"], None, {"calculate"}),
        (None, ["notes_add"], {"notes_add"}),
        (["calculate"], ["notes_add"], {"calculate"}),
        ([], ["notes_add"], set()),
        ("damaged", None, None),
    ],
)
async def test_only_these_are_sent_and_the_receipt_says_so(
    alice, caller, own, of_profile, sent
) -> None:
    profile = await sync_to_async(profile_of)(alice, chosen_tools=of_profile)
    conversation = await sync_to_async(conversation_of)(alice, chosen_tools=own)
    ended = await talk(alice, "Six?", conversation, prompt_profile=profile, **TOOLS)
    if sent is None:
        assert {"calculate", "notes_add"} <= names_sent(caller)
        return
    assert names_sent(caller) == sent
    receipt = ended.read_receipt()
    assert set(receipt.tools) == sent
    there = {"calculate", "notes_add"}
    assert there & set(receipt.tools_not_chosen) == there - sent
    assert receipt.tools_away == (("mail_send",) if own and "mail_send" in own else ())
    facts = facts_of(await sync_to_async(receipt_view)(ended))
    assert facts["Tools not chosen"] == ", ".join(receipt.tools_not_chosen)
    assert facts.get("Chosen tools not there", "") == ", ".join(receipt.tools_away)


async def test_where_all_may_be_sent_nothing_is_said_of_a_choice(
    alice, conversation, caller
) -> None:
    ended = await talk(alice, "Six?", conversation, **TOOLS)
    assert {"tools_not_chosen", "tools_away"}.isdisjoint(ended.receipt)


def test_a_server_of_tools_that_takes_long_is_not_waited_for(
    conversation, client, monkeypatch
) -> None:
    async def never_ready(context: ToolContext) -> list[Tool]:
        return await asyncio.Future()

    monkeypatch.setattr(registry, "SOURCES", [never_ready, *registry.SOURCES])
    monkeypatch.setattr(tool_choices, "WAIT_SECONDS", 0.01)
    html = client.get(settings_of(conversation)).text
    assert "has not answered yet" in html
    assert "calculate" in ticked(html)


def test_saving_waits_for_no_server_of_tools(alice, conversation, client, monkeypatch) -> None:
    asked = []

    async def source(context: ToolContext) -> list[Tool]:
        asked.append(context)
        return []

    monkeypatch.setattr(registry, "SOURCES", [source])
    assert client.post(settings_of(conversation), CHOSEN).status_code == 302
    assert client.post(NEW, {"name": "P", **CHOSEN}).status_code == 302
    assert asked == []


def test_a_program_learns_what_there_is_and_what_it_costs(alice, bob, client) -> None:
    row = conversation_of(alice, chosen_tools=["calculate", "mail_send"])
    door = f"/api/chat/ui/conversations/{row.public_id}/settings/tools"
    told = client.get(door).json()
    tools = {tool["name"]: tool for tool in told["tools"]}
    assert tools["notes_add"] == {
        "name": "notes_add",
        "source": "MCP server notes",
        "about": "Adds a note",
        "tokens": tools["notes_add"]["tokens"],
        "is_chosen": False,
        "is_there": True,
    }
    assert (tools["mail_send"]["is_there"], tools["mail_send"]["is_chosen"]) == (False, True)
    assert told["tokens"] == tools["calculate"]["tokens"] > 0
    assert (told["share"], told["is_whole"]) == (told["window"] // 4, True)
    strange = conversation_of(bob)
    assert client.get(door.replace(str(row.public_id), str(strange.public_id))).status_code == 404


def test_the_cost_is_measured_against_the_window_that_is_set(alice, client) -> None:
    conversation = conversation_of(alice, parameters={"num_ctx": 2000})
    html = client.get(settings_of(conversation)).text
    assert "The window holds 2,000;" in html
    assert "take at most 500 of it" in html
