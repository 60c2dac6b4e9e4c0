"""How every page looks: the theme, and whether the sidebar is folded."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_a_chosen_theme_is_on_the_next_page(client, theme) -> None:
    client.post("/theme/", {"theme": theme})
    assert f'data-theme="{theme}"' in client.get("/chat/").text


def test_without_a_choice_the_system_decides(client) -> None:
    assert 'data-theme="system"' in client.get("/chat/").text


def test_a_plain_form_leads_back_to_its_page(client) -> None:
    form = {"theme": "dark", "next": "/prompt-profiles/?x=1"}
    assert client.post("/theme/", form).url == "/prompt-profiles/?x=1"


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:x", ""])
def test_it_never_leads_to_another_website(client, onward) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": onward}).url == "/chat/"


def test_htmx_gets_no_page(client) -> None:
    response = client.post("/theme/", {"theme": "dark"}, headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert response.cookies["chatstudio_theme"].value == "dark"


def test_an_unknown_theme_is_refused(client) -> None:
    assert client.post("/theme/", {"theme": "pink"}).status_code == 400


def test_a_damaged_cookie_is_no_theme(client) -> None:
    client.cookies["chatstudio_theme"] = '"><script>'
    assert 'data-theme="system"' in client.get("/chat/").text


def test_a_folded_sidebar_is_so_on_the_next_page(client) -> None:
    assert " data-folded" not in client.get("/chat/").text
    client.post("/sidebar/", {"folded": "1"})
    assert " data-folded" in client.get("/chat/").text
    client.post("/sidebar/", {"folded": ""})
    assert " data-folded" not in client.get("/chat/").text


def test_folding_leads_back_to_its_page(client) -> None:
    form = {"folded": "1", "next": "/memories/"}
    assert client.post("/sidebar/", form).url == "/memories/"
    assert client.post("/sidebar/", form, headers={"HX-Request": "true"}).status_code == 204
