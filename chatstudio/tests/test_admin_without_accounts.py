"""The administration where nobody signs in: the person at the machine is the administrator."""

import pytest

from chatstudio.models import AuditEntry, User
from conversations.models import PromptProfile
from conversations.tests.rows import conversation_of, profile_of, turn_in

pytestmark = pytest.mark.django_db

ROOM = "/admin/conversations/promptprofile/"


def test_it_opens_without_a_session(alice, client) -> None:
    page = client.get("/admin/")
    assert page.status_code == 200
    assert "Prompt profiles" in page.text
    assert not {"chatstudio_session", "sessionid"} & set(page.cookies)
    for word in ("logout", "Sign out", "/account/", "/people/"):
        assert word not in page.text


def test_rooms_of_accounts_are_closed(alice, client) -> None:
    page = client.get("/admin/").text
    for room in ("user", "invitation"):
        assert f"/admin/chatstudio/{room}/" not in page
        assert client.get(f"/admin/chatstudio/{room}/").status_code == 403
        assert client.get(f"/admin/chatstudio/{room}/add/").status_code == 403


def test_a_profile_is_made_and_the_next_page_says_so_once(alice, client) -> None:
    form = {"name": "Pirate", "owner": str(alice.pk), "parameters": "{}"}
    told = client.post(f"{ROOM}add/", form, follow=True).text
    assert "was added successfully" in told
    assert PromptProfile.objects.get().owner == alice
    assert "was added successfully" not in client.get(ROOM).text


def test_its_messages_cost_no_other_page_a_cookie(alice, client) -> None:
    assert "messages" not in client.get("/chat/").cookies


def test_ones_own_words_can_be_read_and_nobody_elses(alice, bob, client) -> None:
    mine = turn_in(conversation_of(alice), "Hi", "Mine").conversation
    his = turn_in(conversation_of(bob), "Hi", "His").conversation
    url = "/admin/conversations/conversation/{}/content/"
    assert "Mine" in client.post(url.format(mine.pk)).text
    assert client.post(url.format(his.pk)).status_code == 403
    assert AuditEntry.objects.get().person == alice


def test_who_is_no_administrator_finds_nothing(alice, client) -> None:
    User.objects.filter(pk=alice.pk).update(is_superuser=False)
    for path in ("/admin/", ROOM, "/admin/login/"):
        assert client.get(path).status_code == 404


def test_ways_in_and_out_lead_back(alice, client) -> None:
    assert client.get("/admin/login/").url == "/admin/"
    assert client.post("/admin/logout/").url == "/chat/"
    assert client.get("/admin/password_change/").url == "/admin/"


def test_a_form_of_another_site_is_refused(alice) -> None:
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1", HTTP_HOST="localhost")
    assert strict.post(f"{ROOM}add/", {"name": "x"}).status_code == 403


def test_the_theme_is_the_studios(alice, client) -> None:
    client.post("/theme/", {"theme": "dark"})
    page = client.get("/admin/").text
    assert "theme-dark" in page
    assert "theme-toggle" not in page


def test_hostile_names_are_words(alice, client) -> None:
    hostile = "<script>window.taken = 1</script>"
    profile_of(alice, hostile)
    for path in (ROOM, f"{ROOM}{PromptProfile.objects.get().pk}/change/"):
        assert "<script>window" not in client.get(path).text
