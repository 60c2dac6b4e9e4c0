"""Who may come in: this machine's own pages, and nobody else."""

import http.client
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.servers import ROOT, Studio, free_port

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
}


def ask(
    address: str, port: int, path: str, headers: dict[str, str], body: str | None = None
) -> tuple[int, http.client.HTTPMessage, str]:
    connection = http.client.HTTPConnection(address, port, timeout=30)
    try:
        connection.request("POST" if body is not None else "GET", path, body, headers)
        response = connection.getresponse()
        told = "" if response.status == 101 else response.read().decode()
        return response.status, response.headers, told
    finally:
        connection.close()


def websocket(studio: Studio, **headers: str) -> int:
    host = f"127.0.0.1:{studio.port}"
    return ask("127.0.0.1", studio.port, "/ws/chat/", {"Host": host, **UPGRADE, **headers})[0]


def post(studio: Studio, origin: str | None, *, with_token: bool = True) -> int:
    """A message, posted as a page would."""
    _, headers, page = ask("127.0.0.1", studio.port, "/chat/", {})
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    sent = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": headers["Set-Cookie"].partition(";")[0],
        **({"Origin": origin} if origin else {}),
    }
    body = "text=Hello" + (f"&csrfmiddlewaretoken={token[1]}" if with_token else "")
    return ask("127.0.0.1", studio.port, "/chat/send/", sent, body)[0]


def test_a_page_of_ours_may_send(studio: Studio) -> None:
    assert post(studio, studio.url) == 302


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null"])
def test_a_form_of_another_site_is_refused(studio: Studio, origin: str) -> None:
    before = studio.rows("SELECT count(*) FROM conversations_message")
    assert post(studio, origin) == 403
    assert studio.rows("SELECT count(*) FROM conversations_message") == before


def test_a_form_without_its_token_is_refused(studio: Studio) -> None:
    assert post(studio, studio.url, with_token=False) == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.0.2.1"])
def test_a_foreign_host_name_is_refused(studio: Studio, host: str) -> None:
    told = {"Host": f"{host}:{studio.port}"}
    assert ask("127.0.0.1", studio.port, "/chat/", told)[0] == 400
    assert websocket(studio, Host=told["Host"], Origin=f"http://{told['Host']}") == 403


def test_a_websocket_of_our_page_is_let_in(studio: Studio) -> None:
    assert websocket(studio, Origin=studio.url) == 101


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://127.0.0.1:1", "https://127.0.0.1:{port}", "null"],
)
def test_a_websocket_of_another_origin_is_refused(studio: Studio, origin: str) -> None:
    assert websocket(studio, Origin=origin.format(port=studio.port)) == 403


def test_a_websocket_without_an_origin_is_refused(studio: Studio) -> None:
    assert websocket(studio) == 403


def own_address() -> str:
    """One of this machine that is not loopback."""
    addresses = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=False)
    found = [one for one in addresses.stdout.split() if "." in one]
    if not found:
        pytest.skip("This machine has no address but loopback.")
    return found[0]


@pytest.fixture
def daphne(studio: Studio, prepared: Path, tmp_path: Path) -> Iterator[int]:
    """A plain Daphne that listens on every address, as somebody might start it by hand."""
    port = free_port()
    listen = ["-b", "0.0.0.0", "-p", str(port), "chatstudio.asgi:application"]
    environment = {**studio.environment, "ALLOWED_HOSTS": "*"}
    server = subprocess.Popen(
        [sys.executable, "-m", "daphne", *listen],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(300):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        time.sleep(0.1)
    yield port
    server.kill()
    server.wait()


def test_an_address_that_others_can_reach_is_refused(daphne: int) -> None:
    address = own_address()
    assert ask("127.0.0.1", daphne, "/chat/", {})[0] == 200
    for host in (f"{address}:{daphne}", f"127.0.0.1:{daphne}"):
        status, _, told = ask(address, daphne, "/chat/", {"Host": host})
        assert status == 403
        assert "only answers on this machine itself" in told
        origin = {"Host": host, "Origin": f"http://{host}"}
        assert ask(address, daphne, "/ws/chat/", {**UPGRADE, **origin})[0] == 403


def test_serving_for_others_is_not_even_begun(studio: Studio) -> None:
    serve = studio.command("serve", "--host", "0.0.0.0", "--port", "0", "--model", "none")
    done = subprocess.run(
        serve, cwd=ROOT, env=studio.environment, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 1
    assert "there are no accounts yet" in done.stderr
