"""What a first visit costs: bytes, requests, queries."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chatstudio.joined_modules import join_modules
from conversations.models import Conversation
from conversations.tests.rows import conversation_of, long_chain

pytestmark = pytest.mark.django_db

KB = 1024
STATIC = Path(settings.BASE_DIR) / "static"
ASSET = re.compile(r'(?:src|href)="/static/([^"#]+)')


def page(client, path: str = "/chat/"):
    return client.get(path, headers={"Accept-Encoding": "gzip"})


def assets(html: str) -> set[str]:
    return set(ASSET.findall(html))


def bytes_of(asset: str) -> int:
    """As WhiteNoise sends it."""
    content = script() if asset == "js/studio.js" else (STATIC / asset).read_bytes()
    return len(gzip.compress(content, 9))


def script() -> bytes:
    """As it is collected."""
    modules = {path.name: path.read_text("utf-8") for path in (STATIC / "js").iterdir()}
    return join_modules("studio.js", modules).encode()


def html_of(response) -> str:
    return gzip.decompress(response.content).decode()


def queries(client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def many_conversations(owner, count: int) -> None:
    now = timezone.now()
    Conversation.objects.bulk_create(
        Conversation(owner=owner, title=f"Chat {n}", last_message_at=now) for n in range(count)
    )


def test_the_first_page_is_at_most_60_kb_and_110_with_its_font(alice, client) -> None:
    first = page(client)
    loaded = assets(html_of(first))
    fonts = {asset for asset in loaded if asset.endswith(".woff2")}
    assert fonts == {"fonts/inter.woff2"}
    total = len(first.content) + sum(map(bytes_of, loaded - fonts))
    assert total <= 60 * KB
    assert total + sum(map(bytes_of, fonts)) <= 110 * KB


def test_fonts_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (STATIC / "fonts").glob("*.woff2")}
    assert sizes["inter.woff2"] <= 45 * KB
    assert sizes["stix-two-math.woff2"] <= 120 * KB


def test_the_first_page_takes_at_most_9_requests(alice, client) -> None:
    assert 1 + len(assets(html_of(page(client)))) <= 9


def test_our_pages_load_at_most_30_kb_of_script(alice, client) -> None:
    scripts = {asset for asset in assets(html_of(page(client))) if asset.endswith(".js")}
    assert len(scripts) == 2
    assert sum(map(bytes_of, scripts)) <= 30 * KB


def test_nothing_is_loaded_from_elsewhere(alice, client) -> None:
    html = html_of(page(client))
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)


def test_a_long_conversation_is_at_most_30_kb(alice, conversation, client) -> None:
    many_conversations(alice, 200)
    long_chain(conversation, 2000)
    assert len(page(client, f"/chat/{conversation.public_id}/").content) <= 30 * KB


def test_the_first_page_takes_the_same_queries_for_any_number_of_conversations(
    alice, client
) -> None:
    before = queries(client, "/chat/")
    many_conversations(alice, 200)
    assert queries(client, "/chat/") == before <= 6


def test_a_conversation_takes_the_same_queries_at_any_length(alice, client) -> None:
    short, long = conversation_of(alice), conversation_of(alice)
    long_chain(short, 20)
    long_chain(long, 2000)
    costs = [queries(client, f"/chat/{each.public_id}/") for each in (short, long)]
    assert costs[0] == costs[1] <= 14
