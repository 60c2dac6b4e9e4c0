"""No address leads into somebody's network, in whatever disguise."""

import ipaddress
import socket

import pytest

from routing.tools import addresses
from routing.tools.addresses import is_public, public_target
from routing.tools.base import ToolFailed

REFUSED = [
    "http://127.0.0.1/",
    "http://localhost/",
    "http://localhost./",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://0/",
    "http://0.0.0.0/",
    "http://[::]/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fc00::1]/",
    "http://[ff02::1]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://user@example.org/",
    "http://user:secret@example.org/",
    "http://example.org@127.0.0.1/",
    "http://127.0.0.1\\@example.org/",
    "http://example.org:8080/",
    "http://example.org:22/",
    "https://example.org:80/",
    "http://example.org:99999/",
    "http://exa mple.org/",
    "http://example.org/\r\nHost: evil",
    "ftp://example.org/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "javascript:alert(1)",
    "data:text/html,hi",
    "//127.0.0.1/",
    "http:///",
    "http://[::1",
    "",
    "not an address",
]


@pytest.fixture(autouse=True)
def no_real_names(monkeypatch) -> None:
    """Literals as the system reads them; every name is a public server, except localhost."""

    async def resolved(host: str, port: int) -> list[addresses.Address]:
        try:
            found = socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)
            return [ipaddress.ip_address(entry[4][0]) for entry in found]
        except (OSError, UnicodeError):
            public = "127.0.0.1" if host == "localhost" else "93.184.215.14"
            return [ipaddress.ip_address(public)]

    monkeypatch.setattr(addresses, "_resolve", resolved)


@pytest.mark.parametrize("url", REFUSED)
async def test_it_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(ToolFailed, match=r"\w+ \w+"):
        await public_target(url)


async def test_a_public_page_is_reached_at_the_address_that_was_looked_at() -> None:
    target = await public_target("https://example.org/a?b=c#d")
    assert target.url == "https://93.184.215.14/a?b=c"
    assert target.host == "example.org"


async def test_one_private_address_among_public_ones_is_enough(monkeypatch) -> None:
    async def both(host: str, port: int) -> list[addresses.Address]:
        return [ipaddress.ip_address("93.184.215.14"), ipaddress.ip_address("10.0.0.1")]

    monkeypatch.setattr(addresses, "_resolve", both)
    with pytest.raises(ToolFailed):
        await public_target("https://example.org/")


@pytest.mark.parametrize("text", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))
