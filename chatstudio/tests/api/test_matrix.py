# ruff: noqa: F811  fixtures are named as what they are imported as
"""Every operation of the documents × {owner, another person, administrator, signed out,
deactivated, a key of another person, a key without the scope}."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from chatstudio import keys as api_keys
from chatstudio.base.http import JSON
from chatstudio.models import User
from chatstudio.tests.accounts.conftest import (  # noqa: F401  people with accounts
    SECRET,
    accounts_mode,
    alice,
    bob,
    carol,
    keys,
    signed_in,
)
from chatstudio.tests.accounts.test_matrix import taken_back, text_of
from chatstudio.tests.api.envelopes import is_refusal
from chatstudio.tests.api.operations import WRITES, Operation, call, operations
from conftest import HERE
from conversations.tests.rows import conversation_of, everything

pytestmark = pytest.mark.django_db

SAMPLES = {
    "conversation_id": "conversation",
    "message_id": "message",
    "call_id": "call",
    "attachment_id": "attachment",
    "memory_id": "memory",
    "prompt_profile_id": "profile",
    "source_id": "source",
    "order_id": "order",
    "import_id": "run",
}
"""Whose row of the `keys` stands for what a path, or a body, names."""

MORE = {"number": "1", "model_id": "echo"}
"""What is nobody's, or named below a row."""

OF_ADMINISTRATORS = {"order_id"}
DELETED = ("undo-delete",)
"""Doors to a conversation that is deleted."""


def url_of(one: Operation, keys: dict[str, str], **others: str) -> str:
    found = {**others}
    for name in one.ids:
        assert name in SAMPLES or name in MORE, f"No sample for {name} of {one}: say whose it is"
        found.setdefault(name, MORE.get(name) or keys[SAMPLES[name]])
    if one.path.endswith(DELETED) and "conversation_id" not in others:
        found["conversation_id"] = keys["deleted"]
    return one.path.format(**found) + one.query()


def body_of(one: Operation, keys: dict[str, str]) -> dict[str, Any]:
    """The document's example, in which every id is Alice's."""
    named = {field: keys[SAMPLES[field]] for field in one.fields() if field in SAMPLES}
    return {**one.body(), **named}


def ask(client: Client, one: Operation, keys: dict[str, str], **others: str) -> HttpResponse:
    url = url_of(one, keys, **others)
    if one.takes_files:
        return call(client, one.method, url, "", "multipart/form-data; boundary=x")
    body = json.dumps(body_of(one, keys)) if one.content else ""
    return call(client, one.method, url, body, JSON if one.method in WRITES else "")


def answers_of(
    client: Client, keys: dict[str, str], **others: str
) -> Iterator[tuple[Operation, HttpResponse]]:
    for one in operations():
        with taken_back():
            yield one, ask(client, one, keys, **others)


def with_key(owner: User, *scopes: str) -> Client:
    """A program that has a key of this person and no cookie."""
    _, key = api_keys.make(owner, "A program", scopes or ("read", "chat", "manage"))
    return Client(**HERE, headers={"Authorization": f"Bearer {key}"})


def starts_answers(one: Operation) -> bool:
    return one.scopes == {"chat"}


def names_a_row(one: Operation) -> bool:
    return bool(set(one.ids) & set(SAMPLES))


@pytest.mark.process
def test_the_owner_finds_her_rows(alice, keys, signed_in) -> None:
    """Whatever they then say of them. What has answers written is tried where answers are."""
    wrong, browser = [], signed_in(alice)
    for one in operations():
        if starts_answers(one) or not set(one.ids) & (set(SAMPLES) - OF_ADMINISTRATORS):
            continue
        with taken_back():
            answer = ask(browser, one, keys)
            if answer.status_code not in (200, 204, 400, 409, 422):
                wrong.append((str(one), answer.status_code, text_of(answer)[-200:]))
    assert wrong == []


@pytest.fixture
def stranger(request, bob, carol, signed_in) -> tuple[Client, bool]:
    """The client, and whether it is an administrator's."""
    return {
        "another person": lambda: (signed_in(bob), False),
        "an administrator": lambda: (signed_in(carol), True),
        "a key of another person": lambda: (with_key(bob), False),
    }[request.param]()


@pytest.mark.parametrize(
    "stranger",
    ["another person", "an administrator", "a key of another person"],
    indirect=True,
)
def test_a_stranger_finds_nothing_of_hers(stranger, keys) -> None:
    client, is_administrator = stranger
    before, wrong = everything(), []
    for one, answer in answers_of(client, keys):
        allowed: Any = range(200, 500)
        if names_a_row(one) and not (is_administrator and set(one.ids) & OF_ADMINISTRATORS):
            allowed = (404, 405)
        elif set(one.fields()) & set(SAMPLES):  # her rows are named in the body
            allowed = (404, 422)
        if answer.status_code not in allowed or SECRET in text_of(answer):
            wrong.append((str(one), answer.status_code))
    assert wrong == []
    assert everything() == before


def test_nobody_gets_in_who_is_not_signed_in(keys) -> None:
    assert_closed(Client(**HERE), keys)


def test_who_is_deactivated_gets_in_no_more(alice, keys, signed_in) -> None:
    browser, program = signed_in(alice), with_key(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert_closed(browser, keys)
    assert_closed(program, keys)


def test_a_revoked_key_is_none(alice, keys) -> None:
    program = with_key(alice)
    alice.api_keys.all().delete()
    assert_closed(program, keys)


def assert_closed(client: Client, keys: dict[str, str]) -> None:
    before, wrong = everything(), []
    for one, answer in answers_of(client, keys):
        if answer.status_code != 401 or not is_refusal(answer, one.path):
            wrong.append((str(one), answer.status_code))
    assert wrong == []
    assert everything() == before


@pytest.mark.parametrize("scope", ["read", "chat", "manage"])
def test_a_key_does_what_its_scope_says_and_no_more(scope, alice, keys) -> None:
    before, wrong, client = everything(), [], with_key(alice, scope)
    for one in operations():
        if scope in one.scopes:
            continue
        answer = ask(client, one, keys)
        if answer.status_code != 403 or "scope" not in answer.text:
            wrong.append((str(one), answer.status_code))
    assert wrong == []
    assert everything() == before


def test_what_hangs_on_one_conversation_is_not_found_under_another(alice, keys, signed_in) -> None:
    own, browser, wrong = conversation_of(alice), signed_in(alice), []
    for one in operations():
        if {"conversation_id"} < set(one.ids):
            answer = ask(browser, one, keys, conversation_id=str(own.public_id))
            if answer.status_code != 404:
                wrong.append((str(one), answer.status_code))
    assert wrong == []


def test_a_row_without_a_sample_makes_the_matrix_fail(keys) -> None:
    new = Operation("GET", "/api/new/{new_id}", {}, {})
    with pytest.raises(AssertionError, match="new_id"):
        url_of(new, keys)
