"""The page of a conversation, as a browser opens it."""

import re

from benchmarks.visitors import BaseVisitor
from benchmarks.wire import Failed, plain

STATE = re.compile(r'id="page-state"[^>]*data-revision="(\d*)"')
FOLLOWS = re.compile(r'class="page" data-follows="([0-9a-f-]+)"')
SIDEBAR = re.compile(r'id="sidebar-list" data-digest="(\w*)"')
ARTICLE_ENDED = 'class="message message-assistant"'  # one that is written has a class more
FRAMES_PER_ACK = 16  # as static/js/socket.js


class Visitor(BaseVisitor):
    async def open(self) -> None:
        await self.open_page(f"/chat/{self.key}/")

    async def open_page(self, path: str) -> None:
        """The page, then its socket, which says what the page shows."""
        status, headers, body = await self.http.request("GET", path)
        page = plain(headers, body) if status == 200 else ""
        found = STATE.search(page)
        if found is None:
            raise Failed(f"the page was answered with {status}")
        self.sidebar = shown[1] if (shown := SIDEBAR.search(page)) else ""
        state = f"revision={found[1]}&sidebar={self.sidebar}"
        await self.connect(f"/ws{path}?tab={self.tab}&{state}")

    async def ask(self, text: str) -> None:
        await self.send_to(f"/chat/{self.key}/send/", text)

    async def send_to(self, path: str, text: str) -> str:
        form = {"text": text, "model": self.model, "tab": self.tab, "memory": "1"}
        status, headers, body = await self.http.request("POST", path, form)
        if status not in (200, 204):
            raise Failed(f"the message was answered with {status}: {body[:200]!r}")
        answer = plain(headers, body)
        self.tell(answer)
        return answer

    async def receive(self) -> str:
        text = await super().receive()
        assert self.socket
        if self.frames % FRAMES_PER_ACK == 0:
            self.socket.send(f"ack {self.frames}")
        return text

    def is_end(self, text: str) -> bool:
        return ARTICLE_ENDED in text
