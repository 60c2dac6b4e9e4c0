"""Servers that speak OpenAI's protocol: llama.cpp, vLLM, LM Studio and others.

A trailing assistant message is sent as it is: llama.cpp goes on from it, and streams only what
is new.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import replace
from functools import partial

import httpx

from chatstudio.base.json_types import (
    JsonObject,
    integer_at,
    object_at,
    objects_at,
    parse_object,
)
from routing.errors import (
    BadAnswer,
    ModelNotFound,
    NotAModelServer,
    RequestRejected,
    RoutingError,
    ServerFailed,
    ServerMoved,
    ServerRefused,
    ServerStarting,
    ServerUnreachable,
    TimedOut,
)
from routing.llm.address import base_url, hide_password, leaves_machine, openai_bases, query_of
from routing.llm.client import DIRECTLY, Endpoint, Patience, Reach, open_stream
from routing.llm.fallback import with_fallback
from routing.llm.model_list import has_windows, model_of, only_named, read_list, with_windows
from routing.llm.openai_chunks import Assembly
from routing.llm.openai_wire import bare_payload_of, messages_of, payload_of
from routing.llm.packets import ask, ask_long, numbers_in, read_body
from routing.llm.refusals import raise_failure, refusal
from routing.llm.sse import DONE, read_chunks
from routing.llm.streaming_refused import Place, without_named
from routing.llm.thoughts import tell_thoughts_apart
from routing.llm.thoughts_back import ThoughtsBack
from routing.types import ChatRequest, Embedded, Event, ModelInfo

ASK_AGAIN_SECONDS = 0.5
NO_LIST = (BadAnswer, NotAModelServer, RequestRejected, ServerFailed, ServerMoved, ServerRefused)
"""What may only mean that there is no list at this path."""
NOBODY_THERE = (ServerMoved, ServerStarting, ServerUnreachable)
LM_STUDIOS_LIST = "/api/v0/models"


class OpenAICompatibleProvider:
    """`models` are names that a person gave: these are offered, whether or not there is a list."""

    def __init__(
        self,
        url: str,
        *,
        api_key: str = "",
        is_demo: bool = False,
        reach: Reach = DIRECTLY,
        models: tuple[str, ...] = (),
    ) -> None:
        self.server = hide_password(url)
        self.is_demo = is_demo
        self._named = models
        self._places = [
            Endpoint(self.server, base, api_key, query_of(url), reach) for base in openai_bases(url)
        ]
        self._endpoint = self._places[0]
        self._root = Endpoint(self.server, base_url(url), api_key, query_of(url), reach)
        self._leaves_machine = leaves_machine(url)

    def chat(self, request: ChatRequest) -> AsyncGenerator[Event]:
        return tell_thoughts_apart(self._answer(request), request, self.server)

    def _answer(self, request: ChatRequest) -> AsyncGenerator[Event]:
        if request.must_call is not None:
            from routing.llm.by_schema import ask_twice  # only programs ask for this

            return ask_twice(partial(with_fallback, self._stream), request)
        return with_fallback(self._stream, request)

    async def _stream(self, request: ChatRequest) -> AsyncGenerator[Event]:
        patience = Patience(self.server, tools_sent=bool(request.tools))
        assembly, back = Assembly(), ThoughtsBack(self.server, request)
        async with (
            self._opened(request, patience, back) as response,
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
        back.note_told(assembly.thoughts_in)
        for event in assembly.end():
            yield event

    @contextlib.asynccontextmanager
    async def _opened(
        self, request: ChatRequest, patience: Patience, back: ThoughtsBack
    ) -> AsyncIterator[httpx.Response]:
        """llama.cpp answers 503 until its model is loaded: as good as a wait for headers. What a
        server takes no stream with is left out, and it is asked again at once."""
        place = Place.of(request, self.server)
        wanted = bare_payload_of(request) if request.is_bare else payload_of(request, back.field)
        payload = place.without_refused(wanted)
        path = "/completions" if request.is_bare else "/chat/completions"
        loop = asyncio.get_running_loop()
        until = loop.time() + patience.seconds
        while True:
            async with open_stream(self._endpoint, path, payload, patience) as response:
                if response.status_code == 200:
                    place.remember(payload)
                    back.note_taken()
                    yield response
                    return
                body = self._endpoint.without_key(await read_body(response, patience))
            status, headers = response.status_code, response.headers
            if (shorter := without_named(payload, status, body)) is not None:
                payload = shorter
                continue
            if back.is_changed_by(status, body):
                payload = {**payload, "messages": messages_of(request, back.field)}
                continue
            error = refusal(
                status, body, server=self.server, model_name=request.model_name, headers=headers
            )
            if not isinstance(error, ServerStarting):
                raise error
            if loop.time() > until:
                raise TimedOut(server=self.server, seconds=patience.seconds, phase="loading")
            patience.heard = False
            await asyncio.sleep(ASK_AGAIN_SECONDS)

    async def embed(
        self, model_name: str, texts: Sequence[str], dimensions: int | None
    ) -> Embedded:
        payload: JsonObject = {"model": model_name, "input": list(texts)}
        if dimensions is not None:
            payload["dimensions"] = dimensions
        reply = await ask_long(self._endpoint, "/embeddings", payload)
        if reply.status != 200:
            facts = {"server": self.server, "model_name": model_name}
            said = self._endpoint.without_key(reply.body)
            raise refusal(reply.status, said, headers=reply.headers, **facts)
        data = parse_object(reply.body) or {}
        rows = sorted(objects_at(data, "data"), key=lambda row: integer_at(row, "index") or 0)
        tokens = integer_at(object_at(data, "usage"), "prompt_tokens")
        return Embedded(numbers_in([row.get("embedding") for row in rows]), tokens)

    async def list_models(self) -> list[ModelInfo]:
        """From the first place that has a list; chats go where it was found."""
        try:
            models = await self._find_list()
        except RoutingError as error:
            if not self._named or isinstance(error, NOBODY_THERE):
                raise
            models = []
        if models and not has_windows(models) and not self._leaves_machine:
            models = with_windows(models, await self._lm_studios_list())
        if self._named:
            models = only_named(models, self._named, self.server)
        return [self._own(model) for model in models]

    def named_models(self) -> list[ModelInfo]:
        """For who does not wait for the list any longer."""
        return [self._own(model) for model in only_named([], self._named, self.server)]

    async def _find_list(self) -> list[ModelInfo]:
        refused: list[RoutingError] = []
        for place in self._places:
            try:
                models = await self._list_at(place, "/models")
            except NO_LIST as error:
                refused.append(error)
            else:
                self._endpoint = place
                return models
        telling = (error for error in refused if not isinstance(error, NotAModelServer))
        raise next(telling, refused[0])

    async def _list_at(self, place: Endpoint, path: str) -> list[ModelInfo]:
        reply = await ask(place, "GET", path)
        if reply.status != 200:
            said = place.without_key(reply.body)
            raise refusal(reply.status, said, server=self.server, headers=reply.headers)
        entries = read_list(reply.body)
        if entries is None:
            raise NotAModelServer(server=self.server)
        return [model_of(entry, self.server) for entry in entries]

    async def _lm_studios_list(self) -> list[ModelInfo]:
        """It tells the windows in a list of its own, which others do not have."""
        with contextlib.suppress(RoutingError):
            return await self._list_at(self._root, LM_STUDIOS_LIST)
        return []

    def _own(self, model: ModelInfo) -> ModelInfo:
        return replace(model, leaves_machine=self._leaves_machine, is_demo=self.is_demo)

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
