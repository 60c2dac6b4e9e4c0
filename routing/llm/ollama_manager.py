"""Ollama's models: into memory and out of it, onto the disk and off it.

`/api/pull` answers with one line a step; each file of the model has its own digest.
"""

import contextlib
import re
from collections.abc import AsyncGenerator

from chatstudio.base.json_types import JsonMapping, JsonObject, integer_at, parse_object, text_at
from routing.errors import BadAnswer, ConnectionLost, PullFailed, RoutingError
from routing.llm.client import Endpoint, Patience, open_stream
from routing.llm.ollama_wire import payload_of
from routing.llm.packets import Reply, ask, read_body, read_lines
from routing.llm.refusals import complaint_of, read_complaint, refusal
from routing.managing import PullProgress
from routing.types import ChatRequest

REASONS = {
    "unknown": re.compile(r"file does not exist|manifest unknown", re.IGNORECASE),
    "space": re.compile(r"no space left|disk quota", re.IGNORECASE),
    "offline": re.compile(
        r"no such host|dial tcp|i/o timeout|connection refused|network is unreachable"
        r"|max retries exceeded|TLS handshake",
        re.IGNORECASE,
    ),
}


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
        try:
            async with contextlib.aclosing(_steps(self._endpoint, model_name)) as steps:
                async for step in steps:
                    yield step
        except ConnectionLost:
            raise PullFailed(model_name=model_name, reason="broken") from None

    def _check(self, reply: Reply, model_name: str) -> None:
        if reply.status != 200:
            server = self._endpoint.server
            raise refusal(reply.status, reply.body, server=server, model_name=model_name)


async def _steps(endpoint: Endpoint, model_name: str) -> AsyncGenerator[PullProgress]:
    """A failure after the first line comes within a stream whose status was 200."""
    patience = Patience(endpoint.server)
    payload: JsonObject = {"model": model_name, "name": model_name, "stream": True}
    files: dict[str, tuple[int, int]] = {}
    async with open_stream(endpoint, "/api/pull", payload, patience) as response:
        if response.status_code != 200:
            body = await read_body(response, patience)
            raise _refuse_pull(response.status_code, body, endpoint.server, model_name)
        async with contextlib.aclosing(read_lines(response, patience)) as batches:
            async for lines in batches:
                for line in lines:
                    step = _step(line, endpoint.server, model_name)
                    if text_at(step, "status") == "success":
                        return
                    yield _progress(step, files)
    raise ConnectionLost(server=endpoint.server)


def _step(line: bytes, server: str, model_name: str) -> JsonObject:
    step = parse_object(line) if line.strip() else {}
    if step is None:
        raise BadAnswer(server=server, detail="a line that is not JSON")
    if step.get("error"):
        raise _fail_pull(complaint_of(step).detail, model_name)
    return step


def _progress(step: JsonMapping, files: dict[str, tuple[int, int]]) -> PullProgress:
    if digest := text_at(step, "digest"):
        files[digest] = (integer_at(step, "completed") or 0, integer_at(step, "total") or 0)
    completed = sum(done for done, _ in files.values())
    total = sum(size for _, size in files.values())
    return PullProgress(text_at(step, "status")[:80], completed, total or None)


def _refuse_pull(status: int, body: bytes, server: str, model_name: str) -> RoutingError:
    detail = read_complaint(body).detail
    if status >= 500 and detail:
        return _fail_pull(detail, model_name)
    return refusal(status, body, server=server)


def _fail_pull(detail: str, model_name: str) -> PullFailed:
    reason = next((name for name, words in REASONS.items() if words.search(detail)), "")
    return PullFailed(model_name=model_name, detail=detail, reason=reason)
