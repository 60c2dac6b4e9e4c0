"""No address leads into somebody's network, in whatever disguise."""

import asyncio
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


# Of each range its first and its last address, and what lies beside the range.
SPECIAL = [
    ("0.0.0.0/8", "1.0.0.0"),
    ("10.0.0.0/8", "11.0.0.0"),
    ("100.64.0.0/10", "100.128.0.0"),
    ("127.0.0.0/8", "128.0.0.0"),
    ("169.254.0.0/16", "169.255.0.0"),
    ("172.16.0.0/12", "172.32.0.0"),
    ("192.0.0.0/24", "192.0.1.0"),
    ("192.0.2.0/24", "192.0.3.0"),
    ("192.31.196.0/24", "192.31.197.0"),
    ("192.52.193.0/24", "192.52.194.0"),
    ("192.88.99.0/24", "192.88.100.0"),
    ("192.168.0.0/16", "192.169.0.0"),
    ("192.175.48.0/24", "192.175.49.0"),
    ("198.18.0.0/15", "198.20.0.0"),
    ("198.51.100.0/24", "198.51.101.0"),
    ("203.0.113.0/24", "203.0.114.0"),
    ("224.0.0.0/4", "223.255.255.255"),
    ("240.0.0.0/4", "223.255.255.255"),
    ("::/96", "2606:4700::1"),
    ("64:ff9b:1::/48", "64:ff9b::8.8.8.8"),
    ("64:ff9b::10.0.0.0/104", "64:ff9b::11.0.0.0"),
    ("64:ff9b::192.168.0.0/112", "64:ff9b::192.169.0.0"),
    ("::ffff:10.0.0.0/104", "::ffff:11.0.0.0"),
    ("::ffff:169.254.0.0/112", "::ffff:169.255.0.0"),
    ("::ffff:0:0:0/96", "2606:4700::1"),
    ("100::/64", "2400::"),
    ("100:0:0:1::/64", "2400::"),
    ("2001::/32", "2001:200::"),
    ("2001:2::/48", "2001:200::"),
    ("2001:10::/28", "2001:200::"),
    ("2001:20::/28", "2001:200::"),
    ("2001:30::/28", "2001:200::"),
    ("2001:db8::/32", "2001:db9::"),
    ("2002::/16", "2003::"),
    ("2620:4f:8000::/48", "2620:4f:8001::"),
    ("2606:4700::5efe:10.0.0.0/104", "2606:4700::5efe:8.8.8.8"),
    ("2606:4700::200:5efe:127.0.0.0/104", "2606:4700::200:5efe:8.8.8.8"),
    ("3fff::/20", "3fff:1000::"),
    ("5f00::/16", "2a00::"),
    ("fc00::/7", "2a00::"),
    ("fe80::/10", "2a00::"),
    ("fec0::/10", "2a00::"),
    ("ff00::/8", "2a00::"),
]


@pytest.mark.parametrize(("network", "beside"), SPECIAL)
def test_no_special_range_is_public_and_what_lies_beside_it_is(network: str, beside: str) -> None:
    range_ = ipaddress.ip_network(network)
    for address in (range_[0], range_[1], range_[-1]):
        assert not is_public(address), address
    assert is_public(ipaddress.ip_address(beside))


async def test_a_name_is_asked_for_once_and_its_second_answer_counts_for_nothing(
    monkeypatch,
) -> None:
    """Its owner's server says a public address first, and one of ours when asked again."""
    monkeypatch.undo()
    answers = [["93.184.215.14"], ["127.0.0.1"]]

    async def getaddrinfo(host: str, port: int, **kwargs: object) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", (text, port)) for text in answers.pop(0)]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    target = await public_target("http://rebinding.example/")
    assert target.url == "http://93.184.215.14/"
    with pytest.raises(ToolFailed, match="not on the public internet"):
        await public_target("http://rebinding.example/")


@pytest.mark.parametrize("scoped", ["fe80::1%eth0", "2606:4700::1%1"])
async def test_a_zone_of_an_address_is_no_way_round(monkeypatch, scoped) -> None:
    monkeypatch.undo()

    async def getaddrinfo(host: str, port: int, **kwargs: object) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", (scoped, port, 0, 1))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    if scoped.startswith("fe80"):
        with pytest.raises(ToolFailed):
            await public_target("http://zone.example/")
    else:
        assert "%" not in (await public_target("http://zone.example/")).url


@pytest.mark.parametrize("text", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))
