"""Every HTTP door: its methods, and that what belongs to Bob does not exist for Alice."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from conversations.models import Conversation, Message
from conversations.tests.rows import conversation_of, everything, profile_of, turn_in

pytestmark = pytest.mark.django_db

READ = {"GET", "HEAD"}
DOORS: dict[str, set[str]] = {
    "home": READ,
    "chat": READ,
    "conversation": READ,
    "older_conversations": READ,
    "older_messages": READ,
    "models_fragment": READ,
    "live": READ,
    "live_new": READ,
    "keyboard": READ,
    "prompt_profiles": READ,
    "health": READ,
    "rename": READ | {"POST"},
    "prompt_profile_new": READ | {"POST"},
    "prompt_profile_edit": READ | {"POST"},
    "send_new": {"POST"},
    "send": {"POST"},
    "stop": {"POST"},
    "retry": {"POST"},
    "continue_message": {"POST"},
    "pin": {"POST"},
    "delete": {"POST"},
    "undo_delete": {"POST"},
    "prompt_profile_delete": {"POST"},
    "theme": {"POST"},
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE")
NOBODY = UUID(int=0)


def patterns(resolver: URLResolver) -> list[URLPattern]:
    found: list[URLPattern] = []
    for entry in resolver.url_patterns:
        found += patterns(entry) if isinstance(entry, URLResolver) else [entry]
    return found


def parameters(name: str) -> set[str]:
    (pattern,) = [p for p in patterns(get_resolver()) if p.name == name]
    return set(pattern.pattern.converters)


def with_key(*wanted: str) -> list[str]:
    return [name for name in DOORS if parameters(name) == set(wanted)]


CONVERSATION_DOORS = [n for n in with_key("key") if not n.startswith("prompt_profile")]
PROFILE_DOORS = [n for n in with_key("key") if n.startswith("prompt_profile")]
MESSAGE_DOORS = with_key("key", "message_key")
FORM = {"text": "Hi", "title": "Mine now", "name": "Mine now"}


def own_answer(alice, status: str = "complete") -> Message:
    return turn_in(conversation_of(alice), "Hi", "Hello", status)


def keys_of(answer: Message, name: str, profile) -> dict[str, UUID]:
    key = profile.public_id if name in PROFILE_DOORS else answer.conversation.public_id
    keys = {"key": key, "message_key": answer.public_id}
    return {wanted: keys[wanted] for wanted in parameters(name)}


def ask(client: Client, name: str, **keys: UUID) -> list[int]:
    """The door's status for each of its methods."""
    url = reverse(name, kwargs=keys)
    methods = sorted(DOORS[name])
    return [
        client.generic(m, url).status_code if m != "POST" else client.post(url, FORM).status_code
        for m in methods
    ]


def test_the_table_holds_every_door() -> None:
    assert {pattern.name for pattern in patterns(get_resolver())} == set(DOORS)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", DOORS)
def test_other_methods_are_refused_and_change_nothing(alice, client, name, method) -> None:
    if method in DOORS[name] or name == "home":
        return
    answer, profile = own_answer(alice), profile_of(alice)
    before = everything()
    url = reverse(name, kwargs=keys_of(answer, name, profile))
    assert client.generic(method, url).status_code == 405
    assert everything() == before


@pytest.mark.parametrize("name", [name for name in DOORS if "GET" in DOORS[name]])
def test_no_get_changes_anything(alice, client, name) -> None:
    answer, profile = own_answer(alice, "stopped"), profile_of(alice)
    before = everything()
    query = {"before": answer.public_id, "after": "x", "text": "Hi", "theme": "dark", **FORM}
    response = client.get(reverse(name, kwargs=keys_of(answer, name, profile)), query)
    assert response.status_code in (200, 302)
    assert everything() == before


@pytest.mark.parametrize("name", CONVERSATION_DOORS)
def test_bobs_conversation_does_not_exist(alice, bob, client, name) -> None:
    his = turn_in(conversation_of(bob), "Secret", "Words").conversation
    before = everything()
    assert set(ask(client, name, key=his.public_id)) == {404}
    assert everything() == before


@pytest.mark.parametrize("name", MESSAGE_DOORS)
def test_bobs_message_does_not_exist(alice, bob, client, name) -> None:
    his = turn_in(conversation_of(bob), "Secret", "Words", "stopped")
    before = everything()
    key = his.conversation.public_id
    assert set(ask(client, name, key=key, message_key=his.public_id)) == {404}
    assert everything() == before


@pytest.mark.parametrize("name", MESSAGE_DOORS)
def test_bobs_message_under_ones_own_conversation_does_not_exist(alice, bob, client, name) -> None:
    his = turn_in(conversation_of(bob), "Secret", "Words", "stopped")
    mine = own_answer(alice).conversation
    before = everything()
    assert set(ask(client, name, key=mine.public_id, message_key=his.public_id)) == {404}
    assert everything() == before


@pytest.mark.parametrize("name", MESSAGE_DOORS)
def test_a_message_is_found_in_its_own_conversation_only(alice, client, name) -> None:
    one, other = own_answer(alice, "stopped"), own_answer(alice, "stopped")
    key = one.conversation.public_id
    assert set(ask(client, name, key=key, message_key=other.public_id)) == {404}


@pytest.mark.parametrize("name", PROFILE_DOORS)
def test_bobs_prompt_profile_does_not_exist(alice, bob, client, name) -> None:
    his = profile_of(bob)
    before = everything()
    assert set(ask(client, name, key=his.public_id)) == {404}
    assert everything() == before


@pytest.mark.parametrize("name", PROFILE_DOORS)
def test_everybodys_prompt_profile_is_not_ones_own(alice, client, name) -> None:
    shared = profile_of(None)
    assert set(ask(client, name, key=shared.public_id)) == {404}


@pytest.mark.parametrize("name", [*CONVERSATION_DOORS, *PROFILE_DOORS])
def test_what_nobody_has_does_not_exist(alice, client, name) -> None:
    assert set(ask(client, name, key=NOBODY)) == {404}


def bobs_keys_in_queries(bob) -> list[tuple[str, dict[str, str]]]:
    his: Conversation = turn_in(conversation_of(bob), "Secret", "Words").conversation
    his.deleted_at = his.last_message_at
    his.save()
    return [
        (reverse("chat"), {"deleted": str(his.public_id)}),
        (reverse("models_fragment"), {"conversation": str(his.public_id)}),
    ]


def test_bobs_conversation_does_not_exist_in_a_query_either(alice, bob, client) -> None:
    for url, query in bobs_keys_in_queries(bob):
        answer = client.get(url, query)
        assert answer.status_code == 404 or b"toast-" not in answer.content


def test_bobs_message_is_no_page_of_ones_own_conversation(alice, bob, client) -> None:
    his = turn_in(conversation_of(bob), "Secret", "Words")
    url = reverse("older_messages", args=[own_answer(alice).conversation.public_id])
    assert client.get(url, {"before": his.public_id}).status_code == 404
