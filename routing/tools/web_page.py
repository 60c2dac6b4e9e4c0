"""Fetching a web page: off unless WEB_FETCH_ENABLED, and only from the public internet."""

import asyncio
import codecs
import re
import zlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Annotated
from urllib.parse import urljoin

import httpx
from django.conf import settings

from routing.tools.addresses import Target, public_target
from routing.tools.base import Risk, Tool, ToolContext, ToolFailed, tool

SECONDS = 20.0
DEEPEST = 2_000
"""Open elements within each other; the parser's time grows with the square of that."""
LARGEST_BYTES = 3_000_000
LONGEST_TEXT = 20_000
REDIRECTS = 5
AGENT = "chat-studio (fetches single pages when a person allows it)"
TAG = re.compile(
    r"<(/?)(?!(?:br|hr|img|input|meta|link|p|li|td|tr|option)\b)[a-zA-Z]", re.IGNORECASE
)
NOT_TEXT = ("script", "style", "noscript", "template", "svg", "nav", "footer", "iframe", "form")


async def when_enabled(context: ToolContext) -> list[Tool]:
    return [fetch_web_page()] if settings.WEB_FETCH_ENABLED else []


@tool(Risk.REACHES_OUT)
async def fetch_web_page(url: Annotated[str, "beginning with https:// or http://"]) -> str:
    """Opens one web page and tells its text."""
    try:
        async with asyncio.timeout(SECONDS):
            return await _fetch(url)
    except TimeoutError:
        raise ToolFailed(f"The page did not come within {SECONDS:g} seconds.") from None
    except httpx.HTTPError as error:
        raise ToolFailed(f"The page could not be opened: {type(error).__name__}.") from error


async def _fetch(url: str) -> str:
    for _ in range(REDIRECTS + 1):
        target = await public_target(url)
        async with _client() as client, _open_page(client, target) as response:
            if response.is_redirect:
                url = urljoin(url, response.headers.get("location", ""))
                continue
            if response.status_code != 200:
                raise ToolFailed(f"{target.host} answered with status {response.status_code}.")
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            body = await _body(response)
            # In a thread: parsing lets go of the interpreter, and a hostile page may take long.
            return await asyncio.to_thread(_describe_page, url, decode(response, body), kind)
    raise ToolFailed(f"The page leads on more than {REDIRECTS} times.")


def _client() -> httpx.AsyncClient:
    """One for each page: nothing is shared with the model servers' connections."""
    return httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=SECONDS)


def _open_page(
    client: httpx.AsyncClient, target: Target
) -> AbstractAsyncContextManager[httpx.Response]:
    """The connection goes to the address that was looked at, the certificate is for the name."""
    return client.stream(
        "GET",
        target.url,
        headers={"Host": target.host, "User-Agent": AGENT, "Accept-Encoding": "identity"},
        extensions={"sni_hostname": target.host},
    )


async def _body(response: httpx.Response) -> bytes:
    """Unpacked here, bounded: a few kilobytes that were packed several times may hold gigabytes."""
    body = bytearray()
    unpack = _unpacker(response.headers.get("content-encoding", "").strip().lower())
    try:
        async for packet in response.aiter_raw():
            body += unpack(packet, LARGEST_BYTES + 1 - len(body))
            if len(body) > LARGEST_BYTES:
                raise ToolFailed(f"The page is larger than {LARGEST_BYTES // 1_000_000} MB.")
    except zlib.error:
        raise ToolFailed("The page is packed wrongly.") from None
    return bytes(body)


def _unpacker(packing: str) -> Callable[[bytes, int], bytes]:
    """Of what comes packed although nothing of the kind was asked for: once, as servers do."""
    if packing in ("", "identity"):
        return lambda packet, most: packet
    if packing not in ("gzip", "x-gzip", "deflate"):
        raise ToolFailed("The page is packed in a way that is not read here.")
    unpacked = zlib.decompressobj(zlib.MAX_WBITS | (32 if packing != "deflate" else 0))
    return unpacked.decompress


def decode(response: httpx.Response, body: bytes) -> str:
    """Some of Python's encodings take quadratic time; no web page is written in those."""
    try:
        name = codecs.lookup(response.charset_encoding or "utf-8").name.replace("_", "-")
        if name not in ("punycode", "idna") and not name.endswith("-escape"):
            return body.decode(name, "replace")
    except (LookupError, UnicodeError):  # there is even a name for what decodes nothing
        pass
    return body.decode("utf-8", "replace")


def _describe_page(url: str, text: str, kind: str) -> str:
    if kind in ("text/html", "application/xhtml+xml", ""):
        text = readable(text)
    elif not kind.startswith("text/") and kind not in ("application/json", "application/xml"):
        raise ToolFailed(f"That is no page of text but {kind}.")
    cut = "\n\n(The rest of the page is left out.)" if len(text) > LONGEST_TEXT else ""
    return f"{url}\n\n{text[:LONGEST_TEXT]}{cut}"


def readable(html: str) -> str:
    """Title and text, a line for each block, without what is there for looks and navigation."""
    if too_deep(html):
        raise ToolFailed("The page is nested too deeply to be read.")
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    title = tree.css_first("title")
    heading = title.text(strip=True) if title else ""
    tree.strip_tags(list(NOT_TEXT), recursive=True)
    place = tree.css_first("main") or tree.css_first("article") or tree.body
    lines = place.text(separator="\n").splitlines() if place else []
    text = "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)
    return f"{heading}\n\n{text}".strip()


def too_deep(html: str) -> bool:
    """Roughly: elements that are never closed count too, as they do for the parser."""
    depth = 0
    for closing in TAG.findall(html):
        depth += -1 if closing else 1
        if depth > DEEPEST:
            return True
        depth = max(depth, 0)
    return False
