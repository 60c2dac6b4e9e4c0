"""Django's own middlewares without threads: what they do stays the same."""

import threading

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.signals import request_started
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.security import SecurityMiddleware
from django.test import AsyncClient, RequestFactory
from django.utils.module_loading import import_string

from chatstudio.base import inline
from conftest import AsyncBrowser
from conversations.tests.hops import hops

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run_inline(monkeypatch):
    """Set back afterwards, as it holds for a whole process."""
    for name in (*inline.WAIT_FOR_NOTHING, "django.middleware.gzip.GZipMiddleware"):
        one = import_string(name)
        monkeypatch.setattr(one, "__acall__", one.__acall__)
    receivers = list(request_started.receivers)

    def run(browser: AsyncClient) -> None:
        if browser.handler._middleware_chain is None:
            browser.handler.load_middleware(is_async=True)
        inline.run_inline(browser.handler)

    yield run
    request_started.receivers = receivers
    request_started.sender_receivers_cache.clear()


async def test_they_run_in_the_thread_of_the_request(alice, aclient, run_inline, monkeypatch):
    threads = []
    whole = SecurityMiddleware.process_response

    def noted(*args):
        threads.append(threading.get_ident())
        return whole(*args)

    monkeypatch.setattr(SecurityMiddleware, "process_response", noted)
    await aclient.get("/chat/")
    run_inline(aclient)
    await aclient.get("/chat/")
    assert threads[0] != threading.get_ident() == threads[1]


@pytest.mark.parametrize("path", ["/chat/", "/chat", "/api/chat/ui/models", "/nowhere/"])
async def test_the_answer_is_the_same(alice, aclient, run_inline, path) -> None:
    async def answered() -> tuple[int, dict[str, str], set[str]]:
        response = await aclient.get(path)
        headers = {name: response[name] for name in response.headers if name != "Content-Length"}
        policy = headers.pop("Content-Security-Policy", "")
        return response.status_code, {**headers, "policy": policy}, set(response.cookies)

    before = await answered()
    run_inline(aclient)
    assert await answered() == before


async def test_a_form_without_its_token_is_refused(alice, run_inline) -> None:
    browser = AsyncBrowser(enforce_csrf_checks=True)
    run_inline(browser)
    response = await browser.post("/chat/send/", {"text": "Hi"})
    assert response.status_code == 403


@pytest.mark.parametrize(
    ("told", "is_inline"),
    [({"CONTENT_LENGTH": "7"}, True), ({}, False), ({"CONTENT_LENGTH": ""}, False)],
)
async def test_a_form_of_unknown_length_is_read_in_a_thread(told, is_inline) -> None:
    threads = []

    class Noting(CsrfViewMiddleware):
        def process_view(self, *args) -> None:
            threads.append(threading.get_ident())

    look = Noting(lambda request: None).process_view
    inlined = inline._inline_where_csrf(sync_to_async(look))
    request = RequestFactory().post(
        "/", "text=Hi", content_type="application/x-www-form-urlencoded"
    )
    request.META.pop("CONTENT_LENGTH")
    request.META |= told
    await inlined(request)
    assert (threads == [threading.get_ident()]) is is_inline


@pytest.mark.parametrize(("words", "most"), [("Hi", 1), ("Hi " * inline.LITTLE, 2)])
async def test_a_message_takes_one_way_to_a_thread(
    conversation, model, aclient, run_inline, words, most
):
    """One more where its form is so long that it takes its time to be read."""
    run_inline(aclient)
    with hops(django_too=True) as names:
        url = f"/chat/{conversation.public_id}/send/"
        await aclient.post(url, {"text": words, "tab": "x"}, headers={"HX-Request": "true"})
    assert names.count("_open") == 1
    before = names[: names.index("_open") + 1]
    assert len(before) <= most, names


def test_each_of_them_is_in_use() -> None:
    assert set(inline.WAIT_FOR_NOTHING) <= set(settings.MIDDLEWARE)
