"""One connection to one server. It is opened, held and closed by one asyncio task of its own: the
SDK's scopes must be left by the task that entered them, and a server that dies must not take the
asking task along."""

import asyncio
import contextlib
import contextvars
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from chatstudio.base.json_types import JsonMapping
from routing.mcp.config import ServerConfig
from routing.tools.base import PersonAsked, Question

if TYPE_CHECKING:
    from mcp import Client
    from mcp.client.session import ClientRequestContext
    from mcp_types import (
        CallToolResult,
        ElicitRequestFormParams,
        ElicitRequestParams,
        ElicitResult,
        ReadResourceResult,
        Resource,
    )
    from mcp_types import Tool as Offered

logger = logging.getLogger(__name__)

START_SECONDS = 60.0
CALL_SECONDS = 120.0
PING_SECONDS = 10.0
CLOSE_SECONDS = 5.0
MOST_PAGES = 100
LONGEST_QUESTION = 20_000
"""Characters of what a server asks a person, with the form for it."""


class McpError(Exception):
    """`str()` is a sentence."""


@dataclass(slots=True)
class _Dialogue:
    """What a call may answer while it runs, and what it could not."""

    answers: list[JsonMapping]
    question: Question | None = None


class Session:
    def __init__(self, config: ServerConfig) -> None:
        self.config = config
        self.tools: Sequence[Offered] = ()
        self.left_out: Sequence[str] = ()
        self.resources: Sequence[Resource] = ()
        self.problem = ""
        self._client: Client | None = None
        self._dialogues: list[_Dialogue] = []
        self._closing = asyncio.Event()
        self._opened = asyncio.Event()
        # A context of its own: that of the request which came first ends with its answer.
        self._task = asyncio.create_task(self._live(), context=contextvars.Context())

    @property
    def is_ready(self) -> bool:
        return self._client is not None and not self._task.done()

    @property
    def has_ended(self) -> bool:
        return self._task.done()

    async def opened(self) -> None:
        """Waits until it can be asked; raises McpError where it cannot."""
        await self._opened.wait()
        if not self.is_ready:
            raise McpError(self.problem or f"{self.config.name} has been closed.")

    async def call(
        self, tool: str, arguments: JsonMapping, answers: Sequence[JsonMapping] = ()
    ) -> "CallToolResult":
        """Raises McpError, also when the server ends in the middle of it, and PersonAsked where it
        wants to know more of the person than `answers` say."""
        client = await self._opened_client()
        dialogue = _Dialogue([*answers])
        self._dialogues.append(dialogue)
        try:
            call = asyncio.ensure_future(client.call_tool(tool, dict(arguments), CALL_SECONDS))
            result = await self._or_the_end(call, CALL_SECONDS + 5)
        except McpError:
            if dialogue.question is None:
                raise
        finally:
            self._dialogues.remove(dialogue)
        if dialogue.question:
            raise PersonAsked(dialogue.question)
        return result

    async def _answer(
        self, context: "ClientRequestContext", params: "ElicitRequestParams"
    ) -> "ElicitResult":
        """What the person has answered, else nothing: they are asked when the call has ended. Which
        of several calls it is that asks, no server says."""
        from mcp_types import ElicitRequestFormParams, ElicitResult

        dialogue = self._dialogues[0] if len(self._dialogues) == 1 else None
        if dialogue is None or not isinstance(params, ElicitRequestFormParams):
            return ElicitResult(action="cancel")
        if not dialogue.answers:
            if _fits_a_page(params):
                dialogue.question = Question(params.message, params.requested_schema)
            return ElicitResult(action="cancel")
        content = dict(dialogue.answers.pop(0))
        return ElicitResult.model_validate({"action": "accept", "content": content})

    async def read(self, uri: str) -> "ReadResourceResult":
        """Raises McpError."""
        client = await self._opened_client()
        reading = asyncio.ensure_future(client.read_resource(uri))
        return await self._or_the_end(reading, CALL_SECONDS)

    async def _opened_client(self) -> "Client":
        await self.opened()
        assert self._client is not None  # noqa: S101  opened() has seen to it
        return self._client

    async def ping(self) -> bool:
        """Whether it still answers; one that does not is closed."""
        client = self._client
        if client is None or self.has_ended:
            return False
        try:
            listing = asyncio.ensure_future(client.list_tools(cache_mode="refresh"))
            await self._or_the_end(listing, PING_SECONDS)
        except McpError:
            return False
        return True

    async def close(self) -> None:
        self._closing.set()
        # Waited for, not awaited: its own end, a cancelled one too, is not the asking one's.
        done, _ = await asyncio.wait({self._task}, timeout=CLOSE_SECONDS)
        if not done:
            self._task.cancel()

    async def _or_the_end[T](self, work: "asyncio.Future[T]", seconds: float) -> T:
        """Of the work, of the session or of the patience, whichever comes first."""
        try:
            both: set[asyncio.Future[T] | asyncio.Task[None]] = {work, self._task}
            await asyncio.wait(both, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return work.result()
            if self._task.done():
                raise McpError(self.problem or f"{self.config.name} ended in the middle of it.")
            raise McpError(f"{self.config.name} did not answer within {seconds:g} seconds.")
        except McpError:
            raise
        except Exception as error:
            if _is_lost(error):
                self._give_up(f"The connection to {self.config.name} broke.")
                raise McpError(self.problem) from None
            raise McpError(f"{self.config.name}: {_words(error)}") from None
        finally:
            work.cancel()

    def _give_up(self, problem: str) -> None:
        self.problem = problem
        self._client = None
        self._closing.set()

    async def _live(self) -> None:
        try:
            async with contextlib.AsyncExitStack() as stack:
                async with asyncio.timeout(START_SECONDS):
                    await self._open(stack)
                self._opened.set()
                await self._closing.wait()
        except TimeoutError:
            self.problem = f"It did not start within {START_SECONDS:g} seconds."
        except Exception as error:
            if not self.problem:
                self.problem = _words(error)
                logger.warning("MCP server %s: %s", self.config.name, self.problem)
        finally:
            self._client = None
            self._opened.set()

    async def _open(self, stack: contextlib.AsyncExitStack) -> None:
        from routing.mcp.mending import Mended
        from routing.mcp.transport import connect

        mended = Mended()
        client = await connect(self.config, stack, mended, self._answer)
        self.tools = await _all_pages(client.list_tools, lambda page: page.tools)
        if client.server_capabilities.resources:
            with contextlib.suppress(Exception):  # tools are what it is there for
                self.resources = await _all_pages(
                    client.list_resources, lambda page: page.resources
                )
        self.left_out, self._client = mended.left_out, client


class _Page(Protocol):
    @property
    def next_cursor(self) -> str | None: ...


class _Lists[PageT: _Page](Protocol):
    async def __call__(self, *, cursor: str | None) -> PageT: ...


async def _all_pages[PageT: _Page, OneT](
    ask: _Lists[PageT], entries: Callable[[PageT], list[OneT]]
) -> list[OneT]:
    found: list[OneT] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = await ask(cursor=cursor)
        found += entries(page)
        cursor = page.next_cursor
        if not cursor:
            break
    return found


def _fits_a_page(params: "ElicitRequestFormParams") -> bool:
    """No person reads more, and each page would carry it."""
    return len(params.message) + len(json.dumps(params.requested_schema)) <= LONGEST_QUESTION


def _is_lost(error: Exception) -> bool:
    """What the SDK raises where nobody is at the other end any more."""
    from routing.mcp.transport import LOST

    return isinstance(error, LOST) or "closed" in str(error).lower()


def _words(error: BaseException) -> str:
    """The innermost error of a group says what has happened."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, FileNotFoundError):
        return f"There is no such program: {error.filename}."
    return str(error).strip()[:500] or type(error).__name__
