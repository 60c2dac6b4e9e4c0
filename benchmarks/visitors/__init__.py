"""Who comes to a server: one module for each way in, with one class `Visitor`.

studio      the page of a conversation: its websocket is open, then a message is sent
new_chat    the page for a new one: the message comes first, and leads to the conversation's page
api, v1     programs: an answer as server-sent events, or as OpenAI's
floor       the smallest relay
others      what a peer's own page does (chainlit, open_webui)

What comes is handed on as text, whatever its form: followers.py looks for the tokens in it.
"""

import asyncio
from collections.abc import Callable
from uuid import uuid4

from benchmarks.wire import Http, Socket

HOST = "127.0.0.1"


class BaseVisitor:
    """A page with a websocket. `tell` gets all that comes after the message was sent, except the
    socket's frames, which `receive` gives one by one."""

    def __init__(self, port: int, model: str, key: str, tell: Callable[[str], None]) -> None:
        self.port, self.model, self.key, self.tell = port, model, key, tell
        self.tab = uuid4().hex
        self.http = Http(HOST, port)
        self.socket: Socket | None = None
        self.is_connected = asyncio.Event()
        self.frames = 0

    async def open(self) -> None:
        """Until a person can write."""

    async def ask(self, text: str) -> None:
        """Sends the message; returns when that was answered."""
        raise NotImplementedError

    def is_end(self, text: str) -> bool:
        """Whether this was the last of the answer."""
        raise NotImplementedError

    async def connect(self, path: str) -> None:
        self.socket = await Socket.connect(HOST, self.port, path)
        self.is_connected.set()

    async def receive(self) -> str:
        await self.is_connected.wait()
        assert self.socket
        text = await self.socket.receive()
        self.frames += 1
        return text

    def close(self) -> None:
        self.http.close()
        if self.socket is not None:
            self.socket.close()


class BaseProgram(BaseVisitor):
    """Without a page: what comes is the answer to what is sent, and no frames come."""

    path = ""
    headers: tuple[str, ...] = ()

    def body(self, text: str) -> dict[str, object]:
        raise NotImplementedError

    async def ask(self, text: str) -> None:
        async for piece in self.http.stream(self.path, self.body(text), *self.headers):
            self.tell(piece.decode())
