"""A person's browser at one of the servers: pages by HTTP, and what their sockets bring."""

import re
import time
from collections.abc import Callable
from uuid import uuid4

import httpx

from tests.several_processes.page import Page
from tests.several_processes.socket_client import WebSocket

ACKNOWLEDGE_EVERY = 8


class OpenPage(Page):
    """A page that follows its socket."""

    def __init__(self, html: str, url: str, cookie: str) -> None:
        super().__init__(html)
        seen = f"&revision={self._revision()}"
        self.socket = WebSocket(url, self.socket_url() + seen, cookie)
        self.tab = self.socket_url().rpartition("tab=")[2]
        self.frames = self.shown = 0

    def _revision(self) -> str:
        state = self.root.find("page-state")
        assert state
        return str(state.attributes["data-revision"])

    def exchange(self, html: str, key: str) -> None:
        """Shows the page of another conversation, and takes nothing of the one that is left."""
        self.root = Page(html).root
        self.shown += 1
        self.socket.send(f"show {self.shown} {key} {self._revision()} ")
        while (frame := self.socket.read(30)) != f"shown {self.shown}":
            assert frame is not None
            self._acknowledge()
        self._acknowledge()

    def follow(self, until: Callable[[Page], bool], seconds: float = 60.0) -> None:
        """Applies frames until the page shows what is awaited."""
        end = time.monotonic() + seconds
        while not until(self):
            left = end - time.monotonic()
            frame = self.socket.read(left) if left > 0 else None
            assert frame is not None, f"It never came; the answer shows {self.words()[-5:]}"
            self._show(frame)

    def listen(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if frame := self.socket.read(left):
                self._show(frame)

    def _show(self, frame: str) -> None:
        self.apply(frame)
        self._acknowledge()

    def _acknowledge(self) -> None:
        self.frames += 1
        if self.frames % ACKNOWLEDGE_EVERY == 0:
            self.socket.send(f"ack {self.frames}")


class Browser:
    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, trust_env=False, timeout=30)
        self.token = ""

    def get(self, path: str, tab: str = "") -> str:
        response = self.http.get(path, headers={"Chat-Tab": tab} if tab else {})
        assert response.status_code == 200, response.text[:500]
        if found := re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', response.text):
            self.token = found[1]
        return response.text

    def post(self, path: str, htmx: bool = False, **form: str) -> httpx.Response:
        if not self.token:
            self.get("/chat/")
        headers = {"X-CSRFToken": self.token, "Origin": self.url}
        if htmx:
            headers["HX-Request"] = "true"
        response = self.http.post(path, data=form, headers=headers)
        assert response.status_code < 400, response.text[:500]
        return response

    def say(
        self, text: str, model: str, key: str = "", tab: str = "", htmx: bool = False
    ) -> httpx.Response:
        form = {"text": text, "model": model, "routing_profile": "direct", "tab": tab}
        path = f"/chat/{key}/send/" if key else "/chat/send/"
        return self.post(path, htmx, request_id=str(uuid4()), **form)

    def begin(self, text: str, model: str) -> str:
        """A new conversation; its key."""
        return self.say(text, model).headers["Location"].rstrip("/").rpartition("/")[2]

    def open(self, key: str) -> OpenPage:
        cookie = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        return OpenPage(self.get(f"/chat/{key}/"), self.url, cookie)
