"""Ollama, through its own protocol.

Not through its `/v1`: that cannot set the context window, hides errors in mid-stream and
overrides a model's own temperature.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from functools import partial

from chatstudio.base.json_types import (
    JsonMapping,
    JsonObject,
    integer_at,
    objects_at,
    parse_object,
)
from routing.errors import ModelNotFound, NotAModelServer, RoutingError
from routing.llm.address import base_url, hide_password, leaves_machine, query_of
from routing.llm.client import DIRECTLY, Endpoint, Patience, Reach, open_stream
from routing.llm.fallback import with_fallback
from routing.llm.ollama_manager import OllamaManager
from routing.llm.ollama_models import (
    CLOUD_ENDINGS,
    ModelDetails,
    full_name,
    read_details,
    read_tag,
    running_models,
    with_details,
    with_loaded,
)
from routing.llm.ollama_wire import bare_payload_of, events_of, payload_of, read_finish
from routing.llm.packets import Reply, ask, ask_long, numbers_in, read_body, read_lines
from routing.llm.refusals import read_chunk, refusal
from routing.llm.thoughts import tell_thoughts_apart
from routing.types import ChatRequest, Embedded, Event, Finished, ModelInfo

SHOW_AT_ONCE = 8
SHOW_SECONDS = 1.0

_shown: dict[tuple[str, str], ModelDetails] = {}


class OllamaProvider:
    def __init__(
        self, url: str, *, api_key: str = "", is_demo: bool = False, reach: Reach = DIRECTLY
    ) -> None:
        self.server = hide_password(url)
        self.is_demo = is_demo
        self._endpoint = Endpoint(self.server, base_url(url), api_key, query_of(url), reach)
        self._leaves_machine = leaves_machine(url)
        self.manager = OllamaManager(self._endpoint)

    def chat(self, request: ChatRequest) -> AsyncGenerator[Event]:
        return tell_thoughts_apart(self._answer(request), request, self.server)

    def _answer(self, request: ChatRequest) -> AsyncGenerator[Event]:
        """Ollama passes over a tool that has to be called, and mixes tools with a given shape."""
        if request.tools and (request.must_call is not None or request.answer_schema is not None):
            from routing.llm.by_schema import ask_by_schema  # only programs ask for this

            return ask_by_schema(partial(with_fallback, self._stream), request)
        return with_fallback(self._stream, request)

    async def _stream(self, request: ChatRequest) -> AsyncGenerator[Event]:
        patience = Patience(self.server, tools_sent=bool(request.tools))
        payload = bare_payload_of(request) if request.is_bare else payload_of(request)
        path = "/api/generate" if request.is_bare else "/api/chat"
        async with open_stream(self._endpoint, path, payload, patience) as response:
            if response.status_code != 200:
                body = await read_body(response, patience)
                reply = Reply(response.status_code, body, response.headers)
                raise self._refusal(reply, request.model_name)
            async with contextlib.aclosing(read_lines(response, patience)) as batches:
                async for lines in batches:
                    for line in lines:
                        chunk = read_chunk(line, request.model_name, patience)
                        for event in events_of(chunk):
                            patience.answering = True
                            yield event
                        if chunk.get("done"):
                            yield read_finish(chunk)
                            return
        # Seen when a model repeats itself: Ollama ends the stream without a last line.
        yield Finished("ended_early")

    async def embed(
        self, model_name: str, texts: Sequence[str], dimensions: int | None
    ) -> Embedded:
        payload: JsonObject = {"model": model_name, "input": list(texts), "truncate": False}
        if dimensions is not None:
            payload["dimensions"] = dimensions
        reply = await ask_long(self._endpoint, "/api/embed", payload)
        if reply.status != 200:
            raise self._refusal(reply, model_name)
        data = parse_object(reply.body) or {}
        return Embedded(numbers_in(data.get("embeddings")), integer_at(data, "prompt_eval_count"))

    async def list_models(self) -> list[ModelInfo]:
        tags = await self._get("/api/tags")
        # llama.cpp's server can have an /api/tags too, with OpenAI's list beside the models.
        if "models" not in tags or "data" in tags:
            raise NotAModelServer(server=self.server)
        told = [read_tag(entry, self.server) for entry in objects_at(tags, "models")]
        models = [self._own(model) for model in told if model.name]
        if told and not models:
            raise NotAModelServer(server=self.server)
        running, described = await asyncio.gather(self._running(), self._described(models))
        return described if running is None else [with_loaded(m, running) for m in described]

    async def describe_model(self, model_name: str) -> ModelInfo:
        wanted = full_name(model_name)
        found = [m for m in await self.list_models() if full_name(m.name) == wanted]
        if not found:
            raise ModelNotFound(model_name=model_name, server=self.server)
        return found[0]

    async def is_loaded(self, model_name: str) -> bool | None:
        if model_name.endswith(CLOUD_ENDINGS):
            return None
        return full_name(model_name) in running_models(await self._get("/api/ps"))

    def _own(self, model: ModelInfo) -> ModelInfo:
        away = model.leaves_machine or self._leaves_machine
        return replace(model, leaves_machine=away, is_demo=self.is_demo)

    async def _running(self) -> dict[str, JsonMapping] | None:
        try:
            return running_models(await self._get("/api/ps"))
        except RoutingError:
            return None

    async def _described(self, models: list[ModelInfo]) -> list[ModelInfo]:
        """With what `/api/show` tells, as far as it comes in time; the rest follows next time."""
        gate = asyncio.Semaphore(SHOW_AT_ONCE)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SHOW_SECONDS):
                await asyncio.gather(*(self._show(model, gate) for model in models))
        known = ((model, _shown.get(self._key(model))) for model in models)
        return [with_details(model, facts) if facts else model for model, facts in known]

    async def _show(self, model: ModelInfo, gate: asyncio.Semaphore) -> None:
        if self._key(model) in _shown:
            return
        async with gate:
            with contextlib.suppress(RoutingError):
                data = await self._get("/api/show", {"model": model.name, "name": model.name})
                _shown[self._key(model)] = read_details(data)

    def _key(self, model: ModelInfo) -> tuple[str, str]:
        return self.server, model.digest or model.name

    async def _get(self, path: str, payload: JsonObject | None = None) -> JsonObject:
        reply = await ask(self._endpoint, "GET" if payload is None else "POST", path, payload)
        if reply.status != 200:
            model_name = str((payload or {}).get("model", ""))
            raise self._refusal(reply, model_name)
        data = parse_object(reply.body)
        if data is None:
            raise NotAModelServer(server=self.server)
        return data

    def _refusal(self, reply: Reply, model_name: str) -> RoutingError:
        return refusal(
            reply.status,
            self._endpoint.without_key(reply.body),
            server=self.server,
            model_name=model_name,
            headers=reply.headers,
        )
