"""Django's own middlewares without threads: what they do stays the same."""

import threading

import pytest
from django.conf import settings
from django.middleware.security import SecurityMiddleware
from django.utils.module_loading import import_string

from chatstudio.base import inline

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run_inline(monkeypatch):
    """Set back afterwards, as it holds for a whole process."""
    for name in inline.WAIT_FOR_NOTHING:
        one = import_string(name)
        monkeypatch.setattr(one, "__acall__", one.__acall__)
    return inline.run_inline


async def test_they_run_in_the_thread_of_the_request(alice, aclient, run_inline, monkeypatch):
    threads = []
    whole = SecurityMiddleware.process_response

    def noted(*args):
        threads.append(threading.get_ident())
        return whole(*args)

    monkeypatch.setattr(SecurityMiddleware, "process_response", noted)
    await aclient.get("/chat/")
    run_inline()
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
    run_inline()
    assert await answered() == before


async def test_a_form_without_its_token_is_refused(alice, run_inline) -> None:
    from conftest import AsyncBrowser

    run_inline()
    browser = AsyncBrowser(enforce_csrf_checks=True)
    response = await browser.post("/chat/send/", {"text": "Hi"})
    assert response.status_code == 403


def test_each_of_them_is_in_use() -> None:
    assert set(inline.WAIT_FOR_NOTHING) <= set(settings.MIDDLEWARE)
