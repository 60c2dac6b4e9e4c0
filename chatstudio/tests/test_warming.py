"""What a server does at its start, so that nobody waits for it."""

import pytest
from django.template.loader import get_template

from chatstudio import warming
from chatstudio.base.lean_templates import Loader

pytestmark = pytest.mark.django_db


@pytest.fixture
def compiled(monkeypatch):
    """The names of the templates that are compiled from now on; none is remembered."""
    names: list[str] = []
    written = Loader.get_contents

    def compile_it(loader, origin):
        names.append(origin.template_name)
        return written(loader, origin)

    monkeypatch.setattr(Loader, "get_contents", compile_it)
    for loader in get_template("error.html").backend.engine.template_loaders:
        loader.reset()
    return names


def test_the_first_page_finds_its_templates_compiled(client, compiled) -> None:
    warming.warm_up_pages()
    assert "conversations/chat.html" in compiled
    compiled.clear()
    assert client.get("/chat/").status_code == 200
    assert compiled == []


def test_a_page_that_fails_does_not_keep_the_server_from_starting(monkeypatch, caplog) -> None:
    monkeypatch.setattr(warming, "chat_context", lambda *_: 1 / 0)
    warming.warm_up_pages()
    assert "could not be made in advance" in caplog.text


def test_with_accounts_but_nobody_yet_there_is_no_page_to_make(settings, compiled) -> None:
    settings.AUTH_MODE = "accounts"
    warming.warm_up_pages()
    assert "conversations/chat.html" not in compiled
