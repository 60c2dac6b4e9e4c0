"""A message that is refused comes back as the person had set it: words and every switch."""

from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from selectolax.lexbor import LexborHTMLParser

from conversations.models import Conversation
from conversations.tests.calling import offer_models
from conversations.tests.rows import conversation_of, profile_of, say
from conversations.tests.scripted import never
from conversations.tests.talking import begin
from routing.types import ModelInfo

pytestmark = pytest.mark.django_db(transaction=True)

USUAL, OTHER = (ModelInfo(name, "echo:") for name in ("usual", "other"))
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(autouse=True)
def two_models(monkeypatch) -> None:
    offer_models(monkeypatch, USUAL, OTHER)


def usual_conversation(alice) -> Conversation:
    """Everything else than what the form says below."""
    row = conversation_of(alice, model_name="usual", server="echo:", routing_profile="direct")
    row.memory_enabled, row.tools_enabled = True, True
    row.save()
    say(row, "user", "Before")
    return row


def form_of(profile: UUID, **changed: str) -> dict[str, str]:
    """Memory and tools are off: a switch that is off is not sent."""
    return {
        "text": "My words",
        "model": "other@echo:",
        "routing_profile": "tools",
        "prompt_profile": str(profile),
        "memory_present": "1",
        "tools_present": "1",
        **changed,
    }


def settings_in(html: str) -> dict[str, str]:
    page = LexborHTMLParser(html)

    def chosen(name: str) -> str:
        option = page.css_first(f"#composer-{name} option[selected]")
        return option.attributes["value"] or "" if option else "none"

    def is_on(name: str) -> str:
        return "on" if "checked" in page.css_first(f"#composer-{name}").attributes else "off"

    return {
        "text": page.css_first("#composer-text").text().removeprefix("\n"),
        "model": chosen("model"),
        "routing_profile": chosen("routing"),
        "prompt_profile": chosen("profile"),
        "memory": is_on("memory"),
        "tools": is_on("tools"),
    }


async def too_many_turns(row, settings) -> dict[str, str]:
    settings.TURNS_PER_MINUTE = 1
    await begin(row.owner, "First")
    return {}


async def busy(row, settings) -> dict[str, str]:
    await begin(row.owner, "First", row)
    return {}


async def nothing_written(row, settings) -> dict[str, str]:
    return {"text": "   "}


async def way_without_service(row, settings) -> dict[str, str]:
    return {"routing_profile": "agent"}


async def file_that_is_gone(row, settings) -> dict[str, str]:
    return {"attachment": NOBODY}


async def too_long_words(row, settings) -> dict[str, str]:
    return {"text": "x" * 600_000}


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {}], ids=["htmx", "plain"])
@pytest.mark.parametrize(
    "refusal",
    [too_many_turns, busy, nothing_written, way_without_service, file_that_is_gone, too_long_words],
    ids=lambda refusal: refusal.__name__,
)
async def test_it_comes_back_as_it_was_set(
    alice, aclient, model, settings, refusal, headers
) -> None:
    row = await sync_to_async(usual_conversation)(alice)
    profile = await sync_to_async(profile_of)(alice, name="Careful")
    model.does(never())
    form = form_of(profile.public_id, **await refusal(row, settings))
    response = await aclient.post(f"/chat/{row.public_id}/send/", form, headers=headers)
    assert response.status_code in (409, 422, 429)
    assert "not available now" not in response.text
    assert settings_in(response.content.decode()) == {
        "text": form["text"],
        "model": "other@echo:",
        "routing_profile": form["routing_profile"],
        "prompt_profile": str(profile.public_id),
        "memory": "off",
        "tools": "off",
    }


async def test_what_the_form_does_not_say_is_as_the_conversation_has_it(alice, aclient) -> None:
    row = await sync_to_async(usual_conversation)(alice)
    response = await aclient.post(f"/chat/{row.public_id}/send/", {"text": " "})
    assert settings_in(response.content.decode()) == {
        "text": " ",
        "model": "usual@echo:",
        "routing_profile": "direct",
        "prompt_profile": "none",
        "memory": "on",
        "tools": "on",
    }


async def test_files_that_are_added_without_script_change_no_switch(alice, aclient) -> None:
    row = await sync_to_async(usual_conversation)(alice)
    profile = await sync_to_async(profile_of)(alice, name="Careful")
    response = await aclient.post(f"/chat/{row.public_id}/attach/", form_of(profile.public_id))
    assert response.status_code == 422
    assert settings_in(response.content.decode())["memory"] == "off"
    assert settings_in(response.content.decode())["prompt_profile"] == str(profile.public_id)


async def test_a_new_chat_s_too(alice, aclient) -> None:
    profile = await sync_to_async(profile_of)(alice, name="Careful")
    form = form_of(profile.public_id, text=" ")
    response = await aclient.post("/chat/send/", form, headers={"HX-Request": "true"})
    found = settings_in(response.content.decode())
    assert (found["model"], found["memory"], found["tools"]) == ("other@echo:", "off", "off")
    assert found["prompt_profile"] == str(profile.public_id)
