"""How often the main doors change threads: no more than this, whatever else they learn to do."""

import pytest
from asgiref.sync import sync_to_async

from conversations.tests.hops import hops
from conversations.tests.rows import turn_in
from conversations.tests.tabs import frames_until_silence, opened

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}
MESSAGE = "/chat/{key}/{message}"

PAGES = [
    ("get", "/chat/", {}, 1),
    ("get", "/chat/{key}/", {}, 1),
    ("get", "/chat/{key}/live/", {}, 2),
    ("post", "/chat/send/", {"text": "Hi"}, 2),
    ("post", "/chat/{key}/send/", {"text": "Hi"}, 2),
    ("get", "/chat/{key}/rename/", {}, 1),
    ("post", "/chat/{key}/rename/", {"title": "Houses", "tags": "warm"}, 1),
    ("post", "/chat/{key}/pin/", {}, 1),
    ("post", "/chat/{key}/archive/", {}, 1),
    ("post", "/chat/{key}/delete/", {}, 3),
    ("post", MESSAGE + "/feedback/", {"value": "up"}, 2),
    ("post", MESSAGE + "/retry/", {}, 4),
    ("get", MESSAGE + "/again/", {}, 1),
    ("post", MESSAGE + "/show/", {}, 4),
    ("post", MESSAGE + "/stop/", {}, 3),
    ("get", "/models/", {}, 1),
    ("get", "/data/", {}, 1),
]
"""With the ways that listeners take, such as for a fresh picture of a branch."""


@pytest.mark.parametrize(("method", "url", "data", "most"), PAGES)
async def test_a_page_s_doors(method, url, data, most, conversation, model, aclient) -> None:
    answer = await sync_to_async(turn_in)(conversation, "Why?", "So.")
    url = url.format(key=conversation.public_id, message=answer.public_id)
    with hops() as names:
        response = await getattr(aclient, method)(url, data, headers=HTMX)
    assert response.status_code == 200
    assert len(names) <= most, names


API = [
    ("post", "/conversations", {}, 2),
    ("patch", "/conversations/{key}", {"title": "Houses", "is_pinned": True}, 2),
    ("delete", "/conversations/{key}", {}, 3),
    ("post", "/send", {"message": "Hi"}, 1),
    ("put", "/conversations/{key}/messages/{message}/feedback", {"value": "up"}, 3),
    ("post", "/conversations/{key}/messages/{message}/show", {}, 3),
]
"""One of them each takes to find who asks."""


@pytest.mark.parametrize(("method", "url", "data", "most"), API)
async def test_a_program_s_doors(method, url, data, most, conversation, model, aclient) -> None:
    answer = await sync_to_async(turn_in)(conversation, "Why?", "So.")
    url = "/api/chat/ui" + url.format(key=conversation.public_id, message=answer.public_id)
    with hops() as names:
        response = await getattr(aclient, method)(url, data, content_type="application/json")
    assert response.status_code == 200
    assert len(names) <= most, names


async def test_a_page_that_connects(conversation, model) -> None:
    with hops(everything=True) as names:
        page = await opened(conversation)
        await frames_until_silence(page)
    assert len(names) <= 4, names
    await page.disconnect()
