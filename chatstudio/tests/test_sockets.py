"""A websocket is opened by our own pages on this machine, and by nobody else."""

import pytest

from conversations.tests.tabs import tab

pytestmark = pytest.mark.django_db(transaction=True)

REFUSED = (False, 4403)


async def test_our_own_page_is_let_in(alice) -> None:
    page = tab()
    assert (await page.connect(timeout=30))[0]
    await page.disconnect()


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "https://evil.example",
        "http://localhost",
        "http://localhost:9999",
        "https://localhost:8000",
        "http://127.0.0.1:8000",
        "http://localhost:8000.evil.example",
        "http://evil@localhost:8000",
    ],
)
async def test_another_origin_is_refused(origin) -> None:
    assert await tab(origin=origin).connect(timeout=30) == REFUSED


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "192.168.1.7:8000", ""])
async def test_a_foreign_host_is_refused_though_the_origin_equals_it(host) -> None:
    assert await tab(host=host, origin=f"http://{host}").connect(timeout=30) == REFUSED


@pytest.mark.parametrize("server", ["192.168.1.7", "0.0.0.0", "fe80::1"])
async def test_a_server_address_that_others_reach_is_refused(server) -> None:
    assert await tab(server=server).connect(timeout=30) == REFUSED


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000", "LOCALHOST:8000"])
async def test_other_names_of_this_machine_are_ours(alice, host) -> None:
    page = tab(host=host, origin=f"http://{host}")
    assert (await page.connect(timeout=30))[0]
    await page.disconnect()


@pytest.mark.parametrize("path", ["/ws/", "/ws/chat", "/ws/chat/not-a-uuid/", "/ws/admin/"])
async def test_an_address_that_no_page_names_is_refused(alice, path) -> None:
    assert await tab(path=path).connect(timeout=30) == (False, 4404)


async def test_a_proxy_in_front_can_be_trusted(alice, settings) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://chat.example.org"]
    page = tab(origin="https://chat.example.org")
    assert (await page.connect(timeout=30))[0]
    await page.disconnect()
