"""Fetching a web page: off unless WEB_FETCH_ENABLED, and only from the public internet."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Annotated
from urllib.parse import urljoin

import httpx
from django.conf import settings

from routing.tools.addresses import Target, public_target
from routing.tools.base import Risk, Tool, ToolContext, ToolFailed, tool

SECONDS = 20.0
LARGEST_BYTES = 3_000_000
LONGEST_TEXT = 20_000
REDIRECTS = 5
AGENT = "chat-studio (fetches single pages when a person allows it)"
NOT_TEXT = ("script", "style", "noscript", "template", "svg", "nav", "footer", "iframe", "form")


async def when_enabled(context: ToolContext) -> list[Tool]:
    return [fetch_web_page()] if settings.WEB_FETCH_ENABLED else []


@tool(Risk.REACHES_OUT)
async def fetch_web_page(url: Annotated[str, "beginning with https:// or http://"]) -> str:
    """Opens one web page and tells its text."""
    try:
        async with asyncio.timeout(SECONDS):
            return await _fetched(url)
    except TimeoutError:
        raise ToolFailed(f"The page did not come within {SECONDS:g} seconds.") from None
    except httpx.HTTPError as error:
        raise ToolFailed(f"The page could not be opened: {type(error).__name__}.") from error


async def _fetched(url: str) -> str:
    for _ in range(REDIRECTS + 1):
        target = await public_target(url)
        async with _client() as client, _asked(client, target) as response:
            if response.is_redirect:
                url = urljoin(url, response.headers.get("location", ""))
                continue
            if response.status_code != 200:
                raise ToolFailed(f"{target.host} answered with status {response.status_code}.")
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            body = await _body(response)
            return _told(url, body.decode(response.encoding or "utf-8", "replace"), kind)
    raise ToolFailed(f"The page leads on more than {REDIRECTS} times.")


def _client() -> httpx.AsyncClient:
    """One for each page: nothing is shared with the model servers' connections."""
    return httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=SECONDS)


def _asked(
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
    body = bytearray()
    async for packet in response.aiter_bytes():
        body += packet
        if len(body) > LARGEST_BYTES:
            raise ToolFailed(f"The page is larger than {LARGEST_BYTES // 1_000_000} MB.")
    return bytes(body)


def _told(url: str, text: str, kind: str) -> str:
    if kind in ("text/html", "application/xhtml+xml", ""):
        text = readable(text)
    elif not kind.startswith("text/") and kind not in ("application/json", "application/xml"):
        raise ToolFailed(f"That is no page of text but {kind}.")
    cut = "\n\n(The rest of the page is left out.)" if len(text) > LONGEST_TEXT else ""
    return f"{url}\n\n{text[:LONGEST_TEXT]}{cut}"


def readable(html: str) -> str:
    """Title and text, a line for each block, without what is there for looks and navigation."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    title = tree.css_first("title")
    heading = title.text(strip=True) if title else ""
    tree.strip_tags(list(NOT_TEXT), recursive=True)
    place = tree.css_first("main") or tree.css_first("article") or tree.body
    lines = place.text(separator="\n").splitlines() if place else []
    text = "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)
    return f"{heading}\n\n{text}".strip()
