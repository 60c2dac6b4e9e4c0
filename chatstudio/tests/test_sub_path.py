"""Chat Studio below a path of a website: every address that leaves it begins with that path."""

import asyncio
import re
from collections.abc import Iterator
from contextvars import Context
from pathlib import Path

import httpx
import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings as configured
from django.core.asgi import get_asgi_application
from django.urls import reverse

from chatstudio import environment
from chatstudio.base import sub_path
from chatstudio.base.sub_path import UnderSubPath, named_by_proxy, path_below, place
from conversations.models import Conversation
from conversations.showing import frames, pages
from conversations.tests.rows import turn_in

ROOT = Path(configured.BASE_DIR)
ADDRESSES = re.compile(
    r"""\s(?:href|src|action|formaction|poster|data-(?:live|from)|hx-(?:get|post|ws:connect))="(/[^"]*)"
    |\sname="next"\svalue="(/[^"]*)" """,
    re.X,
)
PAGES = (
    *("chat", "search", "memories", "prompt_profiles", "prompt_profile_new", "transfer", "data"),
    *("models", "metrics", "keys", "keyboard", "api_docs", "admin:index", "older_conversations"),
)


@pytest.fixture(autouse=True)
def as_served(settings, monkeypatch) -> Iterator[None]:
    """Static files by our own storage, by their plain names."""
    monkeypatch.setattr("django.urls.base._prefixes", sub_path.Prefixes())
    settings.DEBUG = True
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "chatstudio.static_files.StaticFilesStorage"},
    }
    yield
    sub_path.newest.clear()


@pytest.fixture
def talk(conversation: Conversation) -> Conversation:
    turn_in(conversation, "Hi", "Hello")
    return conversation


async def ask(path: str, method: str = "GET", **headers: str) -> httpx.Response:
    application = UnderSubPath(get_asgi_application())
    transport = httpx.ASGITransport(application, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.request(method, path, headers=headers)


def addresses(html: str) -> set[str]:
    return {one or other for one, other in ADDRESSES.findall(html)}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("before", ["", "/studio"], ids=["taken off", "left in"])
async def test_every_address_of_every_page(talk, settings, before) -> None:
    settings.BASE_PATH = "/studio"
    found = [reverse(name).removeprefix("/studio") for name in PAGES]
    for path in [*found, f"/chat/{talk.public_id}/"]:
        response = await ask(before + path)
        assert response.status_code == 200, path
        seen = addresses(response.text)
        assert seen, path
        assert [each for each in seen if not each.startswith("/studio/")] == [], path
        assert all("Path=/studio/" in each for each in response.headers.get_list("set-cookie"))


@pytest.mark.django_db(transaction=True)
async def test_what_a_trusted_proxy_names_counts(alice, settings) -> None:
    named = {"X-Forwarded-Prefix": "/chat/"}
    assert (await ask("/", **named)).headers["location"] == "/chat/"
    settings.TRUST_PROXY = True
    assert (await ask("/", **named)).headers["location"] == "/chat/chat/"
    page = (await ask("/chat/", **named)).text
    assert 'action="/chat/chat/send/"' in page
    assert 'hx-ws:connect="/chat/ws/chat/?tab=' in page
    assert 'href="/chat/static/css/studio.css"' in page
    document = (await ask("/api/openapi.json", **named)).json()
    assert document["servers"] == [{"url": "/chat"}]
    assert "/api/chat/ui/send" in document["paths"]
    docs = (await ask("/api/docs", **named)).text
    assert 'href="/chat/v1/openapi.json"' in docs
    assert "curl http://127.0.0.1/chat/api/chat/ui/send" in docs
    assert (await ask("/api/nowhere", **named)).json()["success"] is False


@pytest.mark.django_db(transaction=True)
async def test_what_a_stranger_names_does_not_count_for_others(alice, settings) -> None:
    """A proxy that names no path itself lets everybody's header through."""
    settings.TRUST_PROXY = True
    assert (await ask("/", **{"X-Forwarded-Prefix": "/~eve"})).headers["location"] == "/~eve/chat/"
    assert await asyncio.create_task(_address_of_nobody(), context=Context()) == "/chat/"
    sub_path.remember("/studio")  # as an open page's socket does
    assert await asyncio.create_task(_address_of_nobody(), context=Context()) == "/studio/chat/"


async def _address_of_nobody() -> str:
    return reverse("chat")


@pytest.mark.django_db
def test_frames_for_open_pages_know_it_too(talk, settings) -> None:
    """They are made in no request."""
    settings.BASE_PATH = "/studio"
    html = pages.fresh_picture(talk) + frames.toast(frames.Toast.deleted(talk))
    assert addresses(html)
    assert all(each.startswith("/studio/") for each in addresses(html))


@pytest.mark.django_db
def test_what_is_kept_for_one_path_is_not_shown_below_another(talk, client, settings) -> None:
    settings.DEBUG = False
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    before = client.get(f"/chat/{talk.public_id}/").text
    settings.BASE_PATH = "/studio"
    after = client.get(f"/chat/{talk.public_id}/").text
    retry = f'hx-post="{{}}/chat/{talk.public_id}'
    assert retry.format("") in before
    assert retry.format("") not in after
    assert retry.format("/studio") in after


async def test_a_websocket_below_it_finds_its_way() -> None:
    seen: list[tuple[str, str]] = []

    async def note(scope, receive, send) -> None:
        seen.append((scope["root_path"], scope["path"]))
        await send({"type": "websocket.close", "code": 4404})

    configured.BASE_PATH = "/studio"
    try:
        for path in ("/studio/ws/chat/", "/ws/chat/"):
            await WebsocketCommunicator(UnderSubPath(note), path).connect()
    finally:
        configured.BASE_PATH = ""
    assert seen == [("/studio", "/studio/ws/chat/")] * 2


@pytest.mark.parametrize(
    ("prefix", "path", "below"),
    [
        ("/studio", "/studio/chat/", "/chat/"),
        ("/studio", "/chat/", "/chat/"),
        ("/studio", "/studio", "/"),
        ("/studio", "/studio/", "/"),
        ("/studio", "/studious/", "/studious/"),
        ("/a/b", "/a/b/static/x.css", "/static/x.css"),
        ("/chat", "/chat/", "/chat/"),  # the proxy has taken /chat off /chat/chat/
        ("/chat", "/chat/chat/", "/chat/"),
        ("/chat", "/chat/ws/chat/", "/ws/chat/"),
        ("/chat", "/chat/static/x.css", "/static/x.css"),
        ("/static", "/static/x.css", "/static/x.css"),
        ("/data", "/data/health", "/health"),
    ],
)
def test_a_path_with_and_without_its_beginning(prefix, path, below) -> None:
    assert path_below(prefix, path) == below


@pytest.mark.parametrize(
    ("named", "taken"),
    [
        ("/studio", "/studio"),
        ("/studio/", "/studio"),
        ("/a, /b", "/a/b"),
        ("", ""),
        ("/", ""),
        ("studio", ""),
        ("//evil.example", ""),
        ('/"><script>', ""),
        ("/a b", ""),
        ("https://example.org/x", ""),
    ],
)
def test_what_a_proxy_may_name(settings, named, taken) -> None:
    settings.TRUST_PROXY = True
    assert named_by_proxy([(b"x-forwarded-prefix", named.encode())]) == taken
    settings.TRUST_PROXY = False
    assert named_by_proxy([(b"x-forwarded-prefix", named.encode())]) == ""


@pytest.mark.parametrize(
    ("value", "taken"),
    [("/studio", "/studio"), ("studio/", "/studio"), ("/a/b/", "/a/b"), ("", ""), ("/", "")],
)
def test_the_setting(monkeypatch, value, taken) -> None:
    monkeypatch.setenv("BASE_PATH", value)
    assert environment.sub_path("BASE_PATH", "") == taken


@pytest.mark.parametrize("value", ["https://x.org/studio", "/a?b", "/a b", "/api", "/ws", "//x//y"])
def test_a_setting_that_cannot_be_right(monkeypatch, value) -> None:
    monkeypatch.setenv("BASE_PATH", value)
    with pytest.raises(ValueError, match="/"):
        environment.sub_path("BASE_PATH", "")


def test_the_address_that_is_printed(settings) -> None:
    from chatstudio.launch import address

    settings.BASE_PATH = "/studio"
    assert address.url("0.0.0.0", 8000) == "http://127.0.0.1:8000/studio/"


def test_nothing_else_is_placed() -> None:
    scope = {"type": "http", "path": "/chat/", "headers": []}
    assert place(scope) is scope


HARD_CODED = {
    "*.html": re.compile(
        r"""(?:href|src|action|formaction|hx-[a-z:-]+|data-[a-z-]+)=["'](?:\{\{[^}]*default:["'])?/"""
    ),
    "*.js": re.compile(
        r"""(?:fetch|ajax|URL|assign|replace|href ?=|WebSocket)\W*["'`]/(?!["'`])"""
    ),
    "*.css": re.compile(r"""url\(["']?/"""),
}


@pytest.mark.parametrize("pattern", HARD_CODED)
def test_no_address_is_written_by_hand(pattern) -> None:
    """`{% url %}`, `{% static %}` and `reverse` know where we stand."""
    files = [*(ROOT / "templates").rglob(pattern), *(ROOT / "static").rglob(pattern)]
    wrong = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in files
        if "vendor" not in path.parts
        for line in path.read_text().splitlines()
        if HARD_CODED[pattern].search(line)
    ]
    assert wrong == []
