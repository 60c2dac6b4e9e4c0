"""Every address × method of the documents answers nonsense in an envelope, never with 5xx."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse

from chatstudio.api.samples import FORM
from chatstudio.tests.api.envelopes import is_refusal, is_success
from chatstudio.tests.api.operations import METHODS, WRITES, Operation, call, operations, paths
from conversations.api import conversations

pytestmark = pytest.mark.django_db

JSON, FORM_OF_A_PAGE = "application/json", "application/x-www-form-urlencoded"
NONSENSE = ['{"nonsense": 1}', "[]", "null", '"x"', "{", '{"a": NaN}', "\x00", ""]
IDS = [str(uuid4()), "nonsense", "-1", "9" * 40, "%00", "%2e%2e"]
QUERIES = ["", "?nonsense=1", "?cursor=x&limit=99999999999999999999&before=%00", "?q=%00&limit=-1"]


def filled(path: str, value: str) -> str:
    pieces = path.replace("}", "{").split("{")
    return "".join(value if n % 2 else piece for n, piece in enumerate(pieces))


def is_fine(answer: HttpResponse, path: str, operation: Operation | None) -> bool:
    if answer.status_code >= 500:
        return False
    if is_refusal(answer, path):
        return True
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    described = operation.media_types(answer.status_code) if operation else set()
    is_file = kind in described if answer.streaming else kind in described - {JSON}
    return is_success(answer, path) or answer.status_code == 204 or is_file


def nonsense(path: str, method: str) -> Iterator[dict[str, Any]]:
    for value in IDS if "{" in path else IDS[:1]:
        for query in QUERIES:
            yield {"url": filled(path, value) + query}
    for body in NONSENSE if method in WRITES else ():
        yield {"url": filled(path, IDS[0]), "body": body}


@pytest.mark.parametrize("path", paths())
def test_nonsense_gets_one_of_the_envelopes(path, alice, client) -> None:
    wrong = []
    for method in METHODS:
        for request in nonsense(path, method):
            answer = call(client, method, **request)
            if not is_fine(answer, path, paths()[path].get(method)):
                wrong.append((method, request, answer.status_code, answer.headers))
    assert wrong == []


def test_a_method_that_an_address_does_not_take_is_405(alice, client) -> None:
    wrong = []
    for path, taken in paths().items():
        for method in set(METHODS) - set(taken):
            answer = call(client, method, filled(path, IDS[0]))
            if answer.status_code != 405 or not is_refusal(answer, path):
                wrong.append((method, path, answer.status_code))
            elif set(answer["Allow"].split(", ")) != set(taken):
                wrong.append((method, path, answer["Allow"]))
    assert wrong == []


def test_no_write_takes_what_a_form_of_another_website_can_send(alice, client) -> None:
    """A file comes as a form, but a form of another website brings its Origin."""
    wrong = []
    for one in operations():
        if one.method not in WRITES:
            continue
        for kind in (FORM_OF_A_PAGE, "text/plain", "" if one.takes_files else FORM, "x/y"):
            url = filled(one.path, IDS[0])
            answer = call(client, one.method, url, '{"a": "b"}', kind)
            if answer.status_code != 415 or not is_refusal(answer, one.path):
                wrong.append((str(one), kind, answer.status_code))
        foreign = {"Origin": "http://evil.example"}
        answer = call(client, one.method, url, "", FORM, headers=foreign)
        if answer.status_code != 403 or not is_refusal(answer, one.path):
            wrong.append((str(one), foreign, answer.status_code))
    assert wrong == []


def test_what_needs_no_body_needs_no_type_of_one(alice, client) -> None:
    without = [one for one in operations() if one.method in WRITES and not one.needs_body]
    assert {"stop", "cancel", "undo-delete", "regenerate"} <= {
        one.path.rpartition("/")[2] for one in without
    }
    for one in without:
        answer = call(client, one.method, filled(one.path, IDS[0]), kind="")
        assert answer.status_code not in (400, 415, 422), (str(one), answer.content)


def test_a_body_of_no_type_is_refused(alice, client) -> None:
    for one in operations():
        if one.method in WRITES:
            answer = call(client, one.method, filled(one.path, IDS[0]), '{"a": "b"}', "")
            assert answer.status_code == 415, str(one)


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/chat/ui/", "/v1/", "/v1/nothing"])
def test_an_address_that_does_not_exist(path, alice, client) -> None:
    for method in METHODS:
        answer = call(client, method, path)
        assert answer.status_code == 404
        assert is_refusal(answer, path)


@pytest.mark.parametrize("path", ["/api/chat/ui/conversations", "/v1/models"])
def test_another_name_of_the_server_is_refused(path, client) -> None:
    answer = client.get(path, HTTP_HOST="evil.example")
    assert answer.status_code == 400
    assert is_refusal(answer, path)


def test_what_nobody_foresaw(alice, client, monkeypatch, caplog) -> None:
    monkeypatch.setattr(conversations, "conversations_of", lambda person: 1 / 0)
    answer = client.get("/api/chat/ui/conversations")
    assert answer.status_code == 500
    assert json.loads(answer.content)["error"]["code"] == "server_error"
    assert is_refusal(answer, "/api/")
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in answer.text


def test_a_key_that_is_none_is_refused(alice, client) -> None:
    for one in operations():
        headers = {"Authorization": "Bearer cs-made-up"}
        answer = call(client, one.method, filled(one.path, IDS[0]), headers=headers)
        assert answer.status_code == 401, str(one)
        assert is_refusal(answer, one.path)
        assert answer["WWW-Authenticate"] == "Bearer"


def test_every_operation_says_what_it_does_and_who_may() -> None:
    wrong = []
    for one in operations():
        needed = {"401", "403", "404", "422"} if one.ids else {"401", "403", "422"}
        if not one.told.get("description") or not one.told.get("summary"):
            wrong.append((str(one), "says nothing: write a docstring"))
        if not one.scopes or one.scopes - {"read", "chat", "manage"}:
            wrong.append((str(one), "has no scope: auth=READ, SEE, CHAT or MANAGE"))
        if missing := needed - set(one.told["responses"]):
            wrong.append((str(one), f"does not describe {missing}: response={{…, **FAILURES}}"))
    assert wrong == []


def test_operations_have_names_of_their_own() -> None:
    names = [one.told["operationId"] for one in operations()]
    assert sorted(names) == sorted(set(names))
    assert all(name.isidentifier() and len(name) < 50 for name in names)
