"""A model server without a model, for tests and benchmarks.

    python -m tests.fakes.model_server --port 0 [--protocol openai] [--load-seconds 8] [--also NAME]

prints {"url": …} as one line. The model's name decides what happens (see `model_answers`);
`--also bench-50tps-500tok:1b` lists a model of that speed and length too.
`GET /_fake/requests` tells what was asked and who hung up, `POST /_fake/forget` forgets it,
`POST /_fake/unload` makes the next answer wait for the loading again, until `POST /_fake/load` or
for so many seconds; `POST /_fake/die` ends the process.
"""

import argparse
import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import asdict
from typing import Any

from tests.fakes import model_list
from tests.fakes.measured import BENCH
from tests.fakes.model_answers import (
    NAMES,
    Asked,
    Call,
    Die,
    EndEarly,
    ErrorLine,
    Refuse,
    Step,
    answer,
    capabilities,
    refusal,
)
from tests.fakes.model_http import Gone, Reply, Seen, WatchedReader, read_request
from tests.fakes.model_pull import pull
from tests.fakes.model_shapes import embed
from tests.fakes.model_wire import Count, OllamaWire, OpenAIWire, Wire

LOADING = "loading:1b"
QUEUED = "queued:1b"


class FakeModelServer:
    def __init__(
        self, protocol: str = "ollama", load_seconds: float = 8.0, also: Sequence[str] = ()
    ) -> None:
        self.protocol = protocol
        self.names = (*NAMES, *also)
        self.load_seconds = load_seconds
        self.pull_pause = 0.02
        self.seen: list[Seen] = []
        self.loaded = set(self.names) - {LOADING}
        self.loading_since: float | None = None
        self.may_load = asyncio.Event()
        self.turn = asyncio.Lock()
        self._writers: set[asyncio.StreamWriter] = set()

    async def serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert isinstance(reader, WatchedReader)
        self._writers.add(writer)
        try:
            while request := await read_request(reader):
                await self._handle(request, Reply(reader, writer, request))
        except (Gone, ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    def hang_up(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _handle(self, seen: Seen, reply: Reply) -> None:
        if seen.path == "/_fake/die":
            os._exit(0)
        if seen.path == "/_fake/unload":
            self.loaded.discard(LOADING)
            self.may_load.clear()
            return await reply.json(200, {})
        if seen.path == "/_fake/load":
            self.may_load.set()
            return await reply.json(200, {})
        if seen.path == "/_fake/forget":
            self.seen.clear()
            return await reply.json(200, {})
        if seen.path == "/_fake/requests":
            return await reply.json(200, {"requests": [asdict(one) for one in self.seen]})
        if seen.method in ("POST", "DELETE"):
            self.seen.append(seen)
        if seen.path in self._chat_paths() and seen.method == "POST":
            if self.protocol == "ollama" and seen.body.get("messages") == []:
                return await self._keep(seen, reply)
            return await self._chat(seen, reply)
        if self.protocol == "ollama" and seen.path in ("/api/pull", "/api/delete"):
            return await self._install(seen, reply)
        status, body = self._about(seen)
        await reply.json(status, body)

    def _chat_paths(self) -> tuple[str, str]:
        """The second goes on with a bare text."""
        if self.protocol == "ollama":
            return "/api/chat", "/api/generate"
        return "/v1/chat/completions", "/v1/completions"

    def _embed_path(self) -> str:
        return "/api/embed" if self.protocol == "ollama" else "/v1/embeddings"

    async def _keep(self, seen: Seen, reply: Reply) -> None:
        """Without messages a model is loaded, or with keep_alive 0 unloaded."""
        name = str(seen.body.get("model"))
        if refused := None if name in self.names else Refuse(404, f"model '{name}' not found"):
            return await reply.body(refused.status, OllamaWire(name).refusal(refused))
        if refused := refusal(name):
            return await reply.body(refused.status, OllamaWire(name).refusal(refused))
        unload = seen.body.get("keep_alive") == 0
        async with reply.while_connected():
            if not unload and name == LOADING:
                await self._load()
        (self.loaded.discard if unload else self.loaded.add)(name)
        done = {"done": True, "done_reason": "unload" if unload else "load"}
        message = {"role": "assistant", "content": ""}
        await reply.json(200, {"model": name, "message": message, **done})

    async def _install(self, seen: Seen, reply: Reply) -> None:
        name = str(seen.body.get("model"))
        if seen.path == "/api/pull":
            if await pull(name, self.pull_pause, reply) and name not in self.names:
                self.names = (*self.names, name)
        elif name not in self.names:
            await reply.json(404, {"error": f"model '{name}' not found"})
        else:
            self.names = tuple(one for one in self.names if one != name)
            self.loaded.discard(name)
            await reply.body(200, b"")

    def _about(self, seen: Seen) -> tuple[int, Mapping[str, Any]]:
        if seen.path == self._embed_path():
            return embed(seen.path, seen.body)
        if self.protocol == "openai":
            models = [model_list.openai(name) for name in self.names]
            known: dict[str, Any] = {"/v1/models": {"object": "list", "data": models}}
        else:
            known = {
                "/api/version": {"version": "0.33.0"},
                "/api/tags": {"models": [model_list.tag(name) for name in self.names]},
                "/api/ps": {"models": [model_list.running(name) for name in sorted(self.loaded)]},
            }
        if self.protocol == "ollama" and seen.path == "/api/show":
            return model_list.show(str(seen.body.get("model", "")))
        if seen.path in known:
            return 200, known[seen.path]
        return 404, {"error": {"message": "File Not Found", "type": "not_found_error", "code": 404}}

    async def _chat(self, seen: Seen, reply: Reply) -> None:
        body = seen.body
        asked = _read(body)
        is_bare = seen.path == self._chat_paths()[1]
        kind = OllamaWire if self.protocol == "ollama" else OpenAIWire
        wire: Wire = kind(asked.model, chances=_chances(body), is_bare=is_bare)
        if refused := self._unable(asked, body):
            return await reply.body(refused.status, wire.refusal(refused))
        async with reply.while_connected():
            if asked.model == LOADING and (starting := await self._load()):
                return await reply.body(503, wire.refusal(starting))
            async with self.turn if asked.model == QUEUED else nullcontext():
                await self._stream(asked, _limit(body), wire, reply)

    def _unable(self, asked: Asked, body: Mapping[str, Any]) -> Refuse | None:
        if refused := refusal(asked.model):
            return refused
        if asked.model == "refusal-echo:1b":
            return Refuse(500, asked.last("user"))
        able = capabilities(asked.model)
        if body.get("think") and "thinking" not in able:
            return Refuse(400, f'"{asked.model}" does not support thinking')
        if "vision" not in able and any(m.get("images") for m in asked.messages):
            return Refuse(500, f"{asked.model} does not support images")
        if asked.model == "no-schema:1b" and asked.schema is not None:
            return Refuse(400, "response_format of this type is not supported")
        if asked.tools and "tools" not in able:
            name = f"registry.ollama.ai/library/{asked.model}"
            return Refuse(400, f"{name} does not support tools")
        return None

    async def _load(self) -> Refuse | None:
        """Ollama is silent until it is done; llama.cpp says 503 meanwhile."""
        if LOADING in self.loaded:
            return None
        if self.protocol == "openai":
            self.loading_since = self.loading_since or time.monotonic()
            if time.monotonic() - self.loading_since < self.load_seconds:
                return Refuse(503, "Loading model", "unavailable_error")
        else:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.may_load.wait(), self.load_seconds)
        self.loaded.add(LOADING)
        return None

    async def _stream(self, asked: Asked, limit: int | None, wire: Wire, reply: Reply) -> None:
        count = Count(prompt=sum(len(str(m.get("content")).split()) for m in asked.messages))
        calls: list[Call] = []
        reply.one_byte_a_packet = asked.model == "half-utf8:1b"
        is_measured = BENCH.fullmatch(asked.model) is not None
        async for step in answer(asked):
            if is_measured:
                reply.seen.sent_at.append(time.time())
            if isinstance(step, Call):
                calls.append(step)
            elif not await _send(step, wire, reply):
                return
            count.tokens = reply.seen.tokens_sent = count.tokens + 1
            if limit is not None and count.tokens >= limit:
                break
        reason = "length" if limit is not None and count.tokens >= limit else "stop"
        await reply.chunk(wire.content_type, wire.end(reason, calls, count))
        await reply.end()


async def _send(step: Step, wire: Wire, reply: Reply) -> bool:
    """False where the stream is over."""
    match step:
        case Die():
            reply.writer.transport.abort()
            raise Gone
        case EndEarly():
            await reply.end()
            return False
        case ErrorLine():
            await reply.chunk(wire.content_type, wire.error_line(step))
            await reply.end()
            return False
        case Call() | Refuse():
            raise TypeError(step)
        case _:
            await reply.chunk(wire.content_type, wire.step(step))
            return True


def _read(body: Mapping[str, Any]) -> Asked:
    """A bare text is what somebody says, and is said again."""
    messages = body.get("messages") or [{"role": "user", "content": body.get("prompt", "")}]
    shape = body.get("format")
    if wish := body.get("response_format"):
        shape = wish.get("json_schema", {}).get("schema", "json")
    choice = body.get("tool_choice")
    named = choice.get("function", {}).get("name") if isinstance(choice, dict) else None
    return Asked(
        str(body.get("model")),
        messages,
        body.get("tools") or [],
        body.get("think") is not False,
        {} if shape == "json" else shape,
        "" if choice == "required" else named,
    )


def _chances(body: Mapping[str, Any]) -> int | None:
    """`/v1/completions` has the number itself."""
    wish = body.get("logprobs")
    if isinstance(wish, bool) or wish is None:
        return int(body.get("top_logprobs") or 0) if wish else None
    return int(wish)


def _limit(body: Mapping[str, Any]) -> int | None:
    limit = body.get("max_tokens", (body.get("options") or {}).get("num_predict"))
    return limit if isinstance(limit, int) and limit >= 0 else None


@asynccontextmanager
async def running(
    protocol: str = "ollama",
    *,
    port: int = 0,
    load_seconds: float = 8.0,
    also: Sequence[str] = (),
) -> AsyncIterator[tuple[str, FakeModelServer]]:
    """Inside of this process, for tests that are async themselves."""
    fake = FakeModelServer(protocol, load_seconds, also)

    def connected() -> asyncio.StreamReaderProtocol:
        return asyncio.StreamReaderProtocol(WatchedReader(), fake.serve_one)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(connected, "127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", fake
    finally:
        server.close()
        fake.hang_up()


async def _main(options: argparse.Namespace) -> None:
    server = running(
        options.protocol, port=options.port, load_seconds=options.load_seconds, also=options.also
    )
    async with server as (url, _):
        print(json.dumps({"url": url}), flush=True)
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="A model server without a model.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--protocol", choices=("ollama", "openai"), default="ollama")
    parser.add_argument("--load-seconds", type=float, default=8.0)
    parser.add_argument("--also", action="append", default=[], metavar="NAME")
    with suppress(KeyboardInterrupt):
        asyncio.run(_main(parser.parse_args()))


if __name__ == "__main__":
    main()
