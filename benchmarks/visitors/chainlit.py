"""Chainlit's page: a socket.io connection that brings each token as an event."""

import json
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import uuid4

from benchmarks.visitors import BaseVisitor
from benchmarks.wire import Failed

SOCKET = "/ws/socket.io/?EIO=4&transport=websocket"


class Visitor(BaseVisitor):
    async def open(self) -> None:
        """Engine.io opens, socket.io connects within it, then the page says that it is there."""
        self.is_asked = False
        await self.connect(SOCKET)
        assert self.socket
        me = {"sessionId": str(uuid4()), "clientType": "webapp", "userEnv": "{}", "threadId": ""}
        while not (said := await self.socket.receive()).startswith("40"):
            if said.startswith("44"):
                raise Failed(f"the connection was refused: {said}")
            if said.startswith("0"):
                self.socket.send(f"40{json.dumps(me | {'chatProfile': quote('')})}")
        self.emit("connection_successful")

    def emit(self, *event: object) -> None:
        assert self.socket
        self.socket.send(f"42{json.dumps(event)}")

    async def ask(self, text: str) -> None:
        message = {
            "id": str(uuid4()),
            "name": "user",
            "type": "user_message",
            "output": f"{self.model}\n{text}",
            "createdAt": datetime.now(UTC).isoformat(),
        }
        self.is_asked = True
        self.emit("client_message", {"message": message, "fileReferences": []})

    async def receive(self) -> str:
        while (text := await super().receive()) == "2":
            assert self.socket
            self.socket.send("3")
        return text

    def is_end(self, text: str) -> bool:
        return self.is_asked and text.startswith('42["task_end"')
