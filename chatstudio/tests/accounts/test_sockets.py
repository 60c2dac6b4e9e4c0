"""The websocket routes × who asks."""

import pytest
from asgiref.sync import sync_to_async
from django.urls import URLPattern

from chatstudio.models import User
from chatstudio.tests.accounts.tabs import closing, cookie_of, end_sessions_of, tab
from conversations.models import Conversation
from conversations.sockets import websocket_urlpatterns

pytestmark = pytest.mark.django_db(transaction=True)

# Every route with an address of Alice's; whether it names an object that is hers alone.
ROUTES = {
    "ws/chat/": ("/ws/chat/", False),
    "ws/chat/<uuid:key>/": ("/ws/chat/{conversation}/", True),
}


def test_every_route_is_in_the_table() -> None:
    assert all(isinstance(one, URLPattern) for one in websocket_urlpatterns)
    assert {str(one.pattern) for one in websocket_urlpatterns} == set(ROUTES)


@pytest.fixture(params=ROUTES)
def route(request, conversation: Conversation) -> tuple[str, bool]:
    path, is_hers = ROUTES[request.param]
    return path.format(conversation=conversation.public_id), is_hers


async def test_the_owner_is_let_in(alice: User, route) -> None:
    page = tab(await sync_to_async(cookie_of)(alice), route[0])
    assert (await page.connect(timeout=30))[0]
    assert (await page.receive_output(timeout=30))["type"] == "websocket.send"
    await page.disconnect()


@pytest.mark.parametrize("name", ["bob", "carol"])
async def test_for_others_it_does_not_exist(name: str, route, bob: User, carol: User) -> None:
    person = {"bob": bob, "carol": carol}[name]
    path, is_hers = route
    page = tab(await sync_to_async(cookie_of)(person), path)
    assert await page.connect(timeout=30) == ((False, 4404) if is_hers else (True, None))
    await page.disconnect()


def no_cookie(person: User) -> str:
    return ""


def made_up(person: User) -> str:
    return "x" * 32


def signed_out(person: User) -> str:
    cookie = cookie_of(person)
    end_sessions_of(person)
    return cookie


def deactivated(person: User) -> str:
    cookie = cookie_of(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    return cookie


@pytest.mark.parametrize("state", [no_cookie, made_up, signed_out, deactivated])
async def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(alice: User, route, state) -> None:
    """The page learns that by the code; not one frame comes before it."""
    page = tab(await sync_to_async(state)(alice), route[0])
    assert (await page.connect(timeout=30))[0]
    assert await closing(page) == 4401


async def test_a_foreign_page_cannot_use_the_cookie(alice: User, route) -> None:
    cookie = await sync_to_async(cookie_of)(alice)
    page = tab(cookie, route[0], origin="https://evil.example")
    assert await page.connect(timeout=30) == (False, 4403)


async def test_with_accounts_another_address_will_do(alice: User, settings) -> None:
    settings.ALLOWED_HOSTS = ["chat.example.org"]
    cookie = await sync_to_async(cookie_of)(alice)
    page = tab(cookie, server="192.0.2.1", host="chat.example.org")
    assert (await page.connect(timeout=30))[0]
    await page.disconnect()


@pytest.mark.parametrize("trusted", [True, False])
async def test_behind_a_trusted_proxy_the_page_has_https(alice: User, settings, trusted) -> None:
    settings.TRUST_PROXY = trusted
    cookie = await sync_to_async(cookie_of)(alice)
    page = tab(cookie, origin="https://localhost:8000", x_forwarded_proto="https")
    assert (await page.connect(timeout=30))[0] is trusted
    await page.disconnect()
