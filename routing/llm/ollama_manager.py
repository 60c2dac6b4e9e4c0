"""Ollama's models: into memory and out of it, onto the disk and off it."""

import contextlib
from collections.abc import AsyncGenerator

from chatstudio.base.json_types import JsonObject
from routing.llm.client import Endpoint, Patience, open_stream
from routing.llm.ollama_pull import pull_model
from routing.llm.ollama_wire import payload_of
from routing.llm.packets import Reply, ask, read_body
from routing.llm.refusals import refusal
from routing.managing import PullProgress
from routing.types import ChatRequest


class OllamaManager:
    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def load(self, model_name: str) -> None:
        """A request without messages, but for them the same as every other: other runner options
        would make Ollama load the model again for the first answer."""
        patience = Patience(self._endpoint.server)
        payload = payload_of(ChatRequest(model_name, ()))
        async with open_stream(self._endpoint, "/api/chat", payload, patience) as response:
            reply = Reply(response.status_code, await read_body(response, patience))
        self._check(reply, model_name)

    async def unload(self, model_name: str) -> None:
        payload: JsonObject = {"model": model_name, "messages": [], "keep_alive": 0}
        self._check(await ask(self._endpoint, "POST", "/api/chat", payload), model_name)

    async def delete(self, model_name: str) -> None:
        payload = {"model": model_name, "name": model_name}
        self._check(await ask(self._endpoint, "DELETE", "/api/delete", payload), model_name)

    async def pull(self, model_name: str) -> AsyncGenerator[PullProgress]:
        async with contextlib.aclosing(pull_model(self._endpoint, model_name)) as steps:
            async for step in steps:
                yield step

    def _check(self, reply: Reply, model_name: str) -> None:
        if reply.status != 200:
            server = self._endpoint.server
            raise refusal(reply.status, reply.body, server=server, model_name=model_name)
