"""Servers that speak OpenAI's protocol: llama.cpp, vLLM, LM Studio and others.

A trailing assistant message is sent as it is: llama.cpp goes on from it, and streams only what
is new.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator

import httpx

from chatstudio.base.json_types import (
    JsonMapping,
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
from routing.llm.openai_chunks import Assembly
from routing.llm.openai_wire import payload_of
from routing.llm.packets import ask, read_body
from routing.llm.refusals import raise_failure, refusal
from routing.llm.sse import DONE, read_chunks
from routing.llm.streaming_refused import Place, without_named
from routing.llm.thoughts import tell_thoughts_apart
from routing.types import ChatRequest, Event, ModelInfo

ASK_AGAIN_SECONDS = 0.5


class OpenAICompatibleProvider:
    def __init__(self, url: str, *, api_key: str = "", is_demo: bool = False) -> None:
        self.server = hide_password(url)
        self.is_demo = is_demo
        self._endpoint = Endpoint(self.server, base_url(url), api_key)
        self._leaves_machine = leaves_machine(url)

    def chat(self, request: ChatRequest) -> AsyncGenerator[Event]:
        events = with_fallback(self._stream, request)
        return tell_thoughts_apart(events, request, self.server)

    async def _stream(self, request: ChatRequest) -> AsyncGenerator[Event]:
        patience = Patience(self.server, tools_sent=bool(request.tools))
        assembly = Assembly()
        async with (
            self._opened(request, patience) as response,
            contextlib.aclosing(read_chunks(response, patience)) as chunks,
        ):
            async for chunk in chunks:
                if chunk is DONE:
                    assembly.done = True
                    break
                raise_failure(chunk, request.model_name, patience)
                for event in assembly.add(chunk):
                    patience.answering = True
                    yield event
        for event in assembly.end():
            yield event

    @contextlib.asynccontextmanager
    async def _opened(
        self, request: ChatRequest, patience: Patience
    ) -> AsyncIterator[httpx.Response]:
        """llama.cpp answers 503 until its model is loaded: as good as a wait for headers. What a
        server takes no stream with is left out, and it is asked again at once."""
        place = Place(self.server, request.model_name)
        payload = place.without_refused(payload_of(request))
        loop = asyncio.get_running_loop()
        until = loop.time() + patience.seconds
        while True:
            path = "/v1/chat/completions"
            async with open_stream(self._endpoint, path, payload, patience) as response:
                if response.status_code == 200:
                    place.remember(payload)
                    yield response
                    return
                body = await read_body(response, patience)
            status = response.status_code
            if (shorter := without_named(payload, status, body)) is not None:
                payload = shorter
                continue
            error = refusal(status, body, server=self.server, model_name=request.model_name)
            if not isinstance(error, ServerStarting):
                raise error
            if loop.time() > until:
                raise TimedOut(server=self.server, seconds=patience.seconds, phase="loading")
            patience.heard = False
            await asyncio.sleep(ASK_AGAIN_SECONDS)

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
