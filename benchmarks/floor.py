"""The floor: the smallest Channels and Daphne relay, which saves and renders nothing.

    python -m benchmarks.floor --models http://127.0.0.1:PORT

prints the port that it listens on. `POST /KEY/` with `model` and `text` starts an answer, the
websocket `/ws/KEY/` carries its tokens as they come. What it costs, no server on this stack can
do without.
"""

import argparse
import asyncio
import json
from collections import defaultdict
from typing import Any
from urllib.parse import parse_qs

import httpx
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter
from daphne.server import Server
from django.conf import settings

PAGE = b"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Floor</title>
<link rel="stylesheet" href="/floor.css"></head><body><main id="messages"><p>Hello</p></main>
<form method="post"><textarea name="text" autofocus></textarea><button>Send</button></form>
</body></html>"""
STYLE = b"body{font:16px sans-serif;max-width:48rem;margin:auto}"

followers: defaultdict[str, set["Follower"]] = defaultdict(set)
running: set[asyncio.Task[None]] = set()
client = httpx.AsyncClient(trust_env=False, timeout=60, limits=httpx.Limits(max_connections=None))
models_url = ""


class Follower(AsyncWebsocketConsumer):  # type: ignore[misc]
    async def connect(self) -> None:
        self.key = self.scope["path"].split("/")[2]
        followers[self.key].add(self)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        followers[self.key].discard(self)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        pass


async def http(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["method"] == "POST":
        form = parse_qs(await body_of(receive))
        key = scope["path"].split("/")[1]
        task = asyncio.create_task(relay(key, form[b"model"][0], form[b"text"][0]))
        running.add(task)
        task.add_done_callback(running.discard)
        return await respond(send, b"", b"text/plain")
    if scope["path"].endswith(".css"):
        return await respond(send, STYLE, b"text/css")
    await respond(send, PAGE, b"text/html; charset=utf-8")


async def body_of(receive: Any) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def respond(send: Any, body: bytes, kind: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def relay(key: str, model: bytes, text: bytes) -> None:
    asked = {"model": model.decode(), "messages": [{"role": "user", "content": text.decode()}]}
    async with client.stream("POST", f"{models_url}/api/chat", json=asked) as response:
        rest = b""
        async for packet in response.aiter_bytes():
            *lines, rest = (rest + packet).split(b"\n")
            for line in lines:
                await tell(key, json.loads(line))
    await tell(key, {"done": True})


async def tell(key: str, chunk: dict[str, Any]) -> None:
    text = "<end>" if chunk.get("done") else chunk["message"]["content"]
    for follower in list(followers[key]):
        await follower.send(text_data=text)


def main() -> None:
    global models_url
    settings.configure()  # Channels looks for its layers there
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--models", required=True)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    models_url = options.models
    server = Server(
        application=ProtocolTypeRouter({"http": http, "websocket": Follower.as_asgi()}),
        endpoints=[f"tcp:port={options.port}:interface=127.0.0.1"],
        websocket_timeout=-1,
        verbosity=0,
        ready_callable=lambda: print(
            f"The floor is ready at http://127.0.0.1:{server.listening_addresses[0][1]}",
            flush=True,
        ),
    )
    server.run()


if __name__ == "__main__":
    main()
