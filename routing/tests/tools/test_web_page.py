"""Fetching a page: pinned to the address that was looked at, each redirect looked at anew."""

import asyncio
import gzip
import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zlib import compress

import pytest

from routing.tools import addresses, web_page
from routing.tools.addresses import Target
from routing.tools.base import Risk, ToolContext, ToolFailed
from routing.tools.web_page import fetch_web_page, readable, when_enabled

ME = ToolContext(1)
PAGE = b"<html><title>Pumps</title><nav>Menu</nav><main><h1>Heat</h1><p>It moves.</p></main>"


def reply(body: bytes, kind: str = "text/html", status: str = "200 OK", *more: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


@asynccontextmanager
async def site(*replies: bytes) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A web server that says these one after the other; what it was asked."""
    asked: list[bytes] = []
    left = list(replies)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(left.pop(0) if left else b"")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], asked


@pytest.fixture
def pinned(monkeypatch):
    """Public names lead to the test's own server, whatever port it has."""

    def to(port: int) -> None:
        class Here(Target):
            @property
            def url(self) -> str:
                return f"http://127.0.0.1:{port}{self.path}"

        monkeypatch.setattr(addresses, "Target", Here)

        async def resolved(host: str, _: int) -> list[addresses.Address]:
            try:
                return [ipaddress.ip_address(host)]
            except ValueError:
                return [ipaddress.ip_address("93.184.215.14")]

        monkeypatch.setattr(addresses, "_resolve", resolved)

    return to


async def fetched(url: str = "http://example.org/pumps") -> str:
    return await fetch_web_page().run({"url": url}, ME)


async def test_the_pages_text_comes_with_its_title(pinned) -> None:
    async with site(reply(PAGE)) as (port, asked):
        pinned(port)
        text = await fetched()
    assert text == "http://example.org/pumps\n\nPumps\n\nHeat\nIt moves."
    assert b"Host: example.org\r\n" in asked[0]


async def test_a_redirect_into_a_network_is_refused(pinned) -> None:
    away = reply(b"", "text/html", "302 Found", "Location: http://169.254.169.254/latest/")
    async with site(away, reply(b"secret")) as (port, asked):
        pinned(port)
        with pytest.raises(ToolFailed, match="not on the public internet"):
            await fetched()
    assert len(asked) == 1


async def test_a_redirect_to_a_file_is_refused(pinned) -> None:
    away = reply(b"", "text/html", "302 Found", "Location: file:///etc/passwd")
    async with site(away) as (port, _):
        pinned(port)
        with pytest.raises(ToolFailed, match="http"):
            await fetched()


async def test_a_redirect_to_another_page_is_followed(pinned) -> None:
    away = reply(b"", "text/html", "301 Moved", "Location: /new")
    async with site(away, reply(PAGE)) as (port, asked):
        pinned(port)
        assert "It moves." in await fetched()
    assert asked[1].startswith(b"GET /new ")


async def test_endless_redirects_end(pinned) -> None:
    away = reply(b"", "text/html", "302 Found", "Location: /again")
    async with site(*[away] * 20) as (port, _):
        pinned(port)
        with pytest.raises(ToolFailed, match="leads on"):
            await fetched()


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (reply(b"\x89PNG", "image/png"), "image/png"),
        (reply(b"gone", "text/html", "404 Not Found"), "404"),
        (b"", "could not be opened"),
        (b"nonsense\r\n\r\n", "could not be opened"),
    ],
)
async def test_what_is_no_page_is_said(pinned, answer: bytes, word: str) -> None:
    async with site(answer) as (port, _):
        pinned(port)
        with pytest.raises(ToolFailed, match=word):
            await fetched()


async def test_a_page_without_end_is_cut_off(pinned, monkeypatch) -> None:
    monkeypatch.setattr(web_page, "LARGEST_BYTES", 1000)
    async with site(reply(b"x" * 5000, "text/plain")) as (port, _):
        pinned(port)
        with pytest.raises(ToolFailed, match="larger"):
            await fetched()


async def test_a_compressed_bomb_does_not_unfold(pinned, monkeypatch) -> None:
    monkeypatch.setattr(web_page, "LARGEST_BYTES", 100_000)
    bomb = gzip.compress(b"x" * 5_000_000)
    async with site(reply(bomb, "text/plain", "200 OK", "Content-Encoding: gzip")) as (port, _):
        pinned(port)
        with pytest.raises(ToolFailed, match="larger"):
            await fetched()


@pytest.mark.parametrize("packing", ["gzip, gzip", "gzip, gzip, gzip", "br", "zstd", "x"])
async def test_what_is_packed_several_times_is_not_unpacked(pinned, packing) -> None:
    """Sixty kilobytes that would become gigabytes, all at once."""
    bomb = gzip.compress(gzip.compress(b"x" * 5_000_000))
    async with site(reply(bomb, "text/plain", "200 OK", f"Content-Encoding: {packing}")) as (
        port,
        _,
    ):
        pinned(port)
        with pytest.raises(ToolFailed, match="packed in a way"):
            await fetched()


@pytest.mark.parametrize(
    ("packing", "pack"), [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", compress)]
)
async def test_what_is_packed_once_is_unpacked_within_bounds(
    pinned, monkeypatch, packing, pack
) -> None:
    head = ("text/plain", "200 OK", f"Content-Encoding: {packing}")
    async with site(reply(pack(b"It moves."), *head), reply(pack(b"x" * 9_000), *head)) as (
        port,
        _,
    ):
        pinned(port)
        assert "It moves." in await fetched()
        monkeypatch.setattr(web_page, "LARGEST_BYTES", 1000)
        with pytest.raises(ToolFailed, match="larger"):
            await fetched()


async def test_what_is_packed_wrongly_is_said(pinned) -> None:
    head = ("text/plain", "200 OK", "Content-Encoding: gzip")
    async with site(reply(b"not packed at all", *head)) as (port, _):
        pinned(port)
        with pytest.raises(ToolFailed, match="packed wrongly"):
            await fetched()


@pytest.mark.parametrize(
    "location",
    [
        "//127.0.0.1/",
        "http://[::ffff:7f00:1]/",
        "http://[fec0::1]/",
        "http://127.0.0.1./",
        "http://user@example.org/",
        "http://example.org:22/",
        "http://example.org\\@127.0.0.1/",
        "gopher://example.org/",
        "http://[64:ff9b::a9fe:a9fe]/",
    ],
)
async def test_no_redirect_leads_where_no_address_may(pinned, location) -> None:
    away = reply(b"", "text/html", "302 Found", f"Location: {location}")
    async with site(away, reply(b"secret")) as (port, asked):
        pinned(port)
        with pytest.raises(ToolFailed):
            await fetched()
    assert len(asked) == 1


async def test_a_silent_server_is_left(pinned, monkeypatch) -> None:
    monkeypatch.setattr(web_page, "SECONDS", 0.3)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until it is left

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        pinned(server.sockets[0].getsockname()[1])
        with pytest.raises(ToolFailed, match=r"did not come|could not be opened"):
            await fetched()


def test_scripts_and_menus_are_no_text() -> None:
    text = readable("<body><script>alert(1)</script><form>x</form><p>Hi <b>you</b></p></body>")
    assert "alert" not in text
    assert "Hi" in text


async def test_it_is_there_only_where_it_is_switched_on(settings) -> None:
    assert await when_enabled(ME) == []
    settings.WEB_FETCH_ENABLED = True
    (tool,) = await when_enabled(ME)
    assert tool.risk is Risk.REACHES_OUT


def test_a_page_that_is_nested_without_end_is_not_parsed() -> None:
    with pytest.raises(ToolFailed, match="nested too deeply"):
        readable("<div>" * 100_000)


@pytest.mark.parametrize("name", ["punycode", "-punycode", "Punycode!", "unicode_escape"])
async def test_a_slow_encoding_is_not_used(pinned, name) -> None:
    async with site(reply(b"Hello \\x41", f"text/plain; charset={name}")) as (port, _):
        pinned(port)
        assert "Hello \\x41" in await fetched()


async def test_an_encoding_that_decodes_nothing_is_not_used(pinned) -> None:
    async with site(reply(b"Hello", "text/plain; charset=undefined")) as (port, _):
        pinned(port)
        assert "Hello" in await fetched()
