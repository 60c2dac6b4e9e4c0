"""The page of API keys: the form, the key that is shown once, revoking."""

import logging
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from chatstudio import keys
from chatstudio.keys_page.key_views import key_view
from chatstudio.models import ApiKey, AuditEntry
from conversations.tests.rows import everything

pytestmark = pytest.mark.django_db

FORM = {"name": "Backup", "scopes": ["read", "chat"], "days": "0"}
HOSTILE = "<script>window.taken = 1</script>"


def key_in(page) -> str:
    return page.text.partition('id="key">')[2].partition("<")[0]


def revoke_url(row: ApiKey) -> str:
    return f"/keys/{row.public_id}/revoke/"


def test_without_keys_the_page_says_that_none_is_needed_here(alice, client) -> None:
    page = client.get("/keys/")
    assert "No keys yet" in page.text
    assert "Programs on this machine need none" in page.text


def test_the_chat_leads_to_it(alice, client) -> None:
    assert 'href="/keys/"' in client.get("/chat/").text


def test_reading_and_chatting_are_chosen_beforehand(alice, client) -> None:
    page = client.get("/keys/").text
    boxes = re.findall(r'<input[^>]*name="scopes"[^>]*>', page)
    assert ["checked" in box for box in boxes] == [True, True, False]


def test_a_key_is_made_and_works(alice, client) -> None:
    page = client.post("/keys/", FORM)
    assert page.status_code == 200
    row = ApiKey.objects.get()
    assert keys.find(key_in(page)) == row
    assert (row.owner, row.name, row.scopes) == (alice, "Backup", ["read", "chat"])
    assert (row.expires_at, row.turns_at_once, row.turns_per_minute) == (None, None, None)


def test_what_was_chosen_is_kept(alice, client) -> None:
    chosen = {"scopes": ["manage"], "days": "90", "turns_at_once": "1", "turns_per_minute": "5"}
    client.post("/keys/", FORM | chosen)
    row = ApiKey.objects.get()
    assert (row.scopes, row.turns_at_once, row.turns_per_minute) == (["manage"], 1, 5)
    assert abs(row.expires_at - timezone.now() - timedelta(days=90)) < timedelta(minutes=1)


def test_it_is_shown_this_once_and_stored_by_nobody(alice, client, caplog) -> None:
    with caplog.at_level(logging.DEBUG):
        page = client.post("/keys/", FORM)
        key = key_in(page)
        later = client.get("/keys/")
    assert "no-store" in page["Cache-Control"]
    assert key not in "".join(f"{name}: {value}" for name, value in page.items())
    assert key not in str(page.cookies) + caplog.text + later.text
    assert key not in str(list(AuditEntry.objects.values()))
    assert key[:11] in later.text


def test_the_examples_have_the_key_and_the_address_that_was_asked(alice, client) -> None:
    page = client.post("/keys/", FORM, HTTP_HOST="localhost:8123")
    key = key_in(page)
    assert "curl http://localhost:8123/api/chat/ui/send" in page.text
    assert f"Authorization: Bearer {key}" in page.text.replace("&quot;", '"')
    assert "OPENAI_BASE_URL=http://localhost:8123/v1" in page.text
    assert f"OPENAI_API_KEY={key}" in page.text


@pytest.mark.parametrize(
    ("scope", "path"), [("read", "curl http://localhost/api/chat/ui/conversations"), ("manage", "")]
)
def test_the_examples_ask_for_what_the_key_may_do(alice, client, scope, path) -> None:
    page = client.post("/keys/", FORM | {"scopes": [scope]}).text
    assert path in page
    assert "/send" not in page
    assert "OPENAI" not in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "Name the program that it is for."),
        ("name", "x" * 81, "at most 80 characters"),
        ("name", "a\x00b", "Null characters"),
        ("scopes", [], "choose one at least"),
        ("scopes", ["read", "everything"], "everything is not one of the available choices"),
        ("days", "7", "7 is not one of the available choices"),
        ("days", "", "Choose when it expires."),
        ("turns_at_once", "0", "At least 1"),
        ("turns_at_once", "-1", "At least 1"),
        ("turns_at_once", "40000", "At most 100"),
        ("turns_per_minute", "often", "Write a whole number."),
        ("turns_per_minute", "9" * 5000, "Write a whole number."),
        ("turns_per_minute", "99999999999", "At most 10,000"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(alice, client, field, value, sentence) -> None:
    page = client.post("/keys/", FORM | {field: value})
    assert page.status_code == 422
    errors = page.context["form"].errors
    assert list(errors) == [field]
    assert sentence in errors[field][0]
    assert f'id="id_{field}_error"' in page.text
    assert not ApiKey.objects.exists()


def test_a_refused_form_keeps_what_was_typed(alice, client) -> None:
    page = client.post("/keys/", FORM | {"name": "Night's backup", "scopes": []}).text
    assert 'value="Night&#x27;s backup"' in page


def test_at_fifty_keys_the_page_says_what_to_do(alice, client, monkeypatch) -> None:
    monkeypatch.setattr(keys, "MOST", 1)
    client.post("/keys/", FORM)
    page = client.post("/keys/", FORM)
    assert page.status_code == 422
    assert "Revoke one first" in page.text
    assert (ApiKey.objects.count(), AuditEntry.objects.count()) == (1, 1)


def test_a_name_is_one_line_of_words(alice, client) -> None:
    pages = client.post("/keys/", FORM | {"name": f" {HOSTILE}\r\n now "}).text
    row = ApiKey.objects.get()
    assert row.name == f"{HOSTILE} now"
    pages += client.get("/keys/").text + client.get(revoke_url(row)).text
    assert "<script>window" not in pages


def test_revoking_asks_first(alice, client) -> None:
    row, key = keys.make(alice, "Backup", ["read"])
    page = client.get(revoke_url(row))
    assert "Revoke Backup?" in page.text
    assert keys.find(key)
    assert client.post(revoke_url(row)).url == "/keys/"
    assert keys.find(key) is None
    assert not ApiKey.objects.exists()
    assert client.post(revoke_url(row)).status_code == 404


def test_making_and_revoking_are_audited(alice, client) -> None:
    client.post("/keys/", FORM)
    row = ApiKey.objects.get()
    client.post(revoke_url(row))
    noted = AuditEntry.objects.order_by("id").values_list("action", "subject", "detail", "person")
    facts = (row.beginning, "Backup", alice.pk)
    assert list(noted) == [("key_made", *facts), ("key_revoked", *facts)]


def test_somebody_elses_key_does_not_exist(alice, bob, client) -> None:
    row, _ = keys.make(bob, "His own", ["read"])
    before = everything()
    assert client.get(revoke_url(row)).status_code == 404
    assert client.post(revoke_url(row)).status_code == 404
    assert "His own" not in client.get("/keys/").text
    assert everything() == before


def test_a_form_of_another_website_makes_none(alice) -> None:
    strict = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1", HTTP_HOST="localhost")
    assert strict.post("/keys/", FORM).status_code == 403
    assert not ApiKey.objects.exists()


def test_the_list_says_everything_in_words(alice, client) -> None:
    row, key = keys.make(alice, "Backup", ["read", "manage"], 30, 1, 1200)
    keys.find(key)
    ApiKey.objects.filter(pk=row.pk).update(created_at="2026-03-01T12:00Z")
    page = strip_tags(client.get("/keys/").text)
    for words in (
        *("read", "manage", f"{row.beginning}…", "made 1 March 2026", "expires ", "used just now"),
        *("at most 1 answer at once", "at most 1,200 answers a minute"),
    ):
        assert words in page


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (None, "not used yet"),
        (timedelta(seconds=90), "used just now"),
        (timedelta(minutes=5), "last used 5\xa0minutes ago"),
        (timedelta(days=2, hours=3), "last used 2\xa0days ago"),
    ],
)
def test_when_it_was_used_last(alice, age, words) -> None:
    row, _ = keys.make(alice, "Backup", ["read"])
    row.last_used_at = age and timezone.now() - age
    assert key_view(row).used == words


def test_an_expired_key_is_marked(alice, client) -> None:
    row, _ = keys.make(alice, "Backup", ["read"])
    ApiKey.objects.filter(pk=row.pk).update(expires_at=timezone.now())
    assert '<span class="badge badge-warning">expired</span>' in client.get("/keys/").text


def test_the_page_takes_the_same_queries_for_any_number_of_keys(alice, client) -> None:
    counts = []
    for name in ("One", "Two", "Three"):
        keys.make(alice, name, ["read"])
        with CaptureQueriesContext(connection) as captured:
            client.get("/keys/")
        counts.append(len(captured))
    assert counts[0] == counts[2]
