"""Servers that speak OpenAI's protocol: llama.cpp, vLLM, LM Studio and others.

A trailing assistant message is sent as it is: llama.cpp goes on from it, and streams only what
is new.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from functools import partial

import httpx

from chatstudio.base.json_types import (
    JsonMapping,
    JsonObject,
    integer_at,
    object_at,
    objects_at,
    parse_object,
    text_at,
)
from routing.errors import ModelNotFound, NotAModelServer, ServerStarting, TimedOut
from routing.llm.address import base_url, hide_password, leaves_machine
from routing.llm.client import Endpoint, Patience, open_stream
from routing.llm.fallback import with_fallback
from routing.llm.openai_wire import Assembly, as_chat, bare_payload_of, data_of, payload_of
from routing.llm.packets import ask, ask_long, numbers_in, read_body, read_lines
from routing.llm.refusals import read_chunk, refusal
from routing.types import ChatRequest, Embedded, Event, ModelInfo

ASK_AGAIN_SECONDS = 0.5


class OpenAICompatibleProvider:
    def __init__(self, url: str, *, api_key: str = "", is_demo: bool = False) -> None:
        self.server = hide_password(url)
        self.is_demo = is_demo
        self._endpoint = Endpoint(self.server, base_url(url), api_key)
        self._leaves_machine = leaves_machine(url)

    def chat(self, request: ChatRequest) -> AsyncGenerator[Event]:
        if request.must_call is not None:
            from routing.llm.by_schema import ask_twice  # only programs ask for this

            return ask_twice(partial(with_fallback, self._stream), request)
        return with_fallback(self._stream, request)

    async def _stream(self, request: ChatRequest) -> AsyncGenerator[Event]:
        patience = Patience(self.server, tools_sent=bool(request.tools))
        assembly = Assembly()
        async with (
            self._opened(request, patience) as response,
            contextlib.aclosing(read_lines(response, patience)) as lines,
        ):
            async for line in lines:
                data = data_of(line)
                if data == b"[DONE]":
                    assembly.done = True
                    break
                chunk = read_chunk(data, request.model_name, patience)
                for event in assembly.add(as_chat(chunk) if request.is_bare else chunk):
                    patience.answering = True
                    yield event
        for event in assembly.end():
            yield event

    @contextlib.asynccontextmanager
    async def _opened(
        self, request: ChatRequest, patience: Patience
    ) -> AsyncIterator[httpx.Response]:
        """llama.cpp answers 503 until its model is loaded: as good as a wait for headers."""
        payload = bare_payload_of(request) if request.is_bare else payload_of(request)
        path = "/v1/completions" if request.is_bare else "/v1/chat/completions"
        loop = asyncio.get_running_loop()
        until = loop.time() + patience.seconds
        while True:
            async with open_stream(self._endpoint, path, payload, patience) as response:
                if response.status_code == 200:
                    yield response
                    return
                await self._raise_unless_starting(response, patience, request.model_name)
            if loop.time() > until:
                raise TimedOut(server=self.server, seconds=patience.seconds, phase="loading")
            patience.heard = False
            await asyncio.sleep(ASK_AGAIN_SECONDS)

    async def _raise_unless_starting(
        self, response: httpx.Response, patience: Patience, model_name: str
    ) -> None:
        body = await read_body(response, patience)
        error = refusal(response.status_code, body, server=self.server, model_name=model_name)
        if not isinstance(error, ServerStarting):
            raise error

    async def embed(
        self, model_name: str, texts: Sequence[str], dimensions: int | None
    ) -> Embedded:
        payload: JsonObject = {"model": model_name, "input": list(texts)}
        if dimensions is not None:
            payload["dimensions"] = dimensions
        status, body = await ask_long(self._endpoint, "/v1/embeddings", payload)
        if status != 200:
            raise refusal(status, body, server=self.server, model_name=model_name)
        data = parse_object(body) or {}
        rows = sorted(objects_at(data, "data"), key=lambda row: integer_at(row, "index") or 0)
        tokens = integer_at(object_at(data, "usage"), "prompt_tokens")
        return Embedded(numbers_in([row.get("embedding") for row in rows]), tokens)

    async def list_models(self) -> list[ModelInfo]:
        reply = await ask(self._endpoint, "GET", "/v1/models")
        if reply.status != 200:
            raise refusal(reply.status, reply.body, server=self.server)
        data = parse_object(reply.body)
        # `data` is null where there is no model.
        if data is None or "data" not in data:
            raise NotAModelServer(server=self.server)
        return [self._model(entry) for entry in objects_at(data, "data")]

    def _model(self, entry: JsonMapping) -> ModelInfo:
        """`meta` is llama.cpp's, `max_model_len` vLLM's; the others give a name alone."""
        meta = object_at(entry, "meta")
        length = integer_at(entry, "max_model_len")
        return ModelInfo(
            name=text_at(entry, "id"),
            server=self.server,
            size_bytes=integer_at(meta, "size"),
            parameter_size=_in_millions(integer_at(meta, "n_params")),
            quantization=text_at(meta, "ftype"),
            context_length=integer_at(meta, "n_ctx_train") or length,
            loaded_context_length=integer_at(meta, "n_ctx") or length,
            loaded=True if meta or length else None,
            leaves_machine=self._leaves_machine,
            is_demo=self.is_demo,
        )

    async def describe_model(self, model_name: str) -> ModelInfo:
        for model in await self.list_models():
            if model.name == model_name:
                return model
        raise ModelNotFound(model_name=model_name, server=self.server)

    async def is_loaded(self, model_name: str) -> bool | None:
        try:
            return (await self.describe_model(model_name)).loaded
        except ServerStarting:
            return False
        except ModelNotFound:
            return None


def _in_millions(count: int | None) -> str:
    """As Ollama writes it: 134.52M, 8.03B."""
    if not count:
        return ""
    return f"{count / 1e9:.2f}B" if count >= 1e9 else f"{count / 1e6:.2f}M"
