"""The page for a new conversation: the message makes it, and leads to its page."""

from urllib.parse import urlsplit

from benchmarks.visitors import studio

LEADS = ("hx-redirect", "hx-location", "hx-push-url", "location")


class Visitor(studio.Visitor):
    async def open(self) -> None:
        status, _, _ = await self.http.request("GET", "/chat/")
        if status != 200:
            raise studio.Failed(f"the page was answered with {status}")

    async def ask(self, text: str) -> None:
        headers = await self.send_to("/chat/send/", text)
        led = next((headers[name] for name in LEADS if name in headers), "")
        self.tell(await self.open_page(urlsplit(led).path))
