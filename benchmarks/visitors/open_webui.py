"""A program at Open WebUI's OpenAI-style door. Its page gets the same events by socket.io, after
it has saved the conversation itself, so this is the shorter of its ways."""

import json

from benchmarks.visitors import BaseProgram
from benchmarks.wire import Failed


class Visitor(BaseProgram):
    path = "/api/chat/completions"

    async def open(self) -> None:
        """Without accounts anybody is signed in as its one person."""
        nobody = {"email": "", "password": ""}
        status, _, body = await self.http.ask("/api/v1/auths/signin", nobody)
        if status != 200:
            raise Failed(f"signing in was answered with {status}")
        self.headers = (f"Authorization: Bearer {json.loads(body)['token']}",)

    def body(self, text: str) -> dict[str, object]:
        messages = [{"role": "user", "content": text}]
        return {"model": self.model, "messages": messages, "stream": True}

    def is_end(self, text: str) -> bool:
        return "[DONE]" in text
