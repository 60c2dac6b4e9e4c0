"""The page's socket: frames go to the browser; what comes back says what was shown, and where."""

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from autobahn.exception import Disconnected
from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import Http404

from chatstudio.base.sub_path import remember
from conversations.answering import elsewhere, runner
from conversations.answering.seam import in_thread
from conversations.answering.services import mark_read
from conversations.carrying.hub import Frame, Subscription, conversation_topic, hub, person_topic
from conversations.lookup import as_uuid, conversation_for
from conversations.models import Conversation
from conversations.showing import frames, pages
from conversations.showing.sidebar import sidebar_for
from conversations.showing.sidebars import want_sidebar

logger = logging.getLogger(__name__)

NOT_FOUND = 4404
LONGEST_WORD = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page says that it shows from now on: the conversation, or none, with its revision,
    and the digest of the sidebar. `number` is told back where its news begin."""

    number: int
    key: UUID | None
    revision: str
    sidebar: str


class ChatConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Follows one conversation (or none) and the person's sidebar.

    The browser acknowledges every sixteenth frame. While more than WINDOW frames are out, nothing
    is sent; what would have been is dropped, and the page gets a fresh picture afterwards. So a
    slow reader holds neither memory here nor in the server's write buffer.
    """

    WINDOW = 64

    async def connect(self) -> None:
        self.person = self.scope["user"]
        self.key: UUID | None = self.scope["url_route"]["kwargs"].get("key")
        query = parse_qs(self.scope["query_string"].decode("latin1"))
        self.seen = {name: values[0] for name, values in query.items()}
        self.sent = self.acknowledged = self.revision = 0
        self.next: Shown | None = None
        if self.key and not await in_thread(self._conversation):
            await self.close(code=NOT_FOUND)
            return
        self.tab = self.seen.get("tab", "")[:64]
        await self.accept()
        remember(self.scope.get("root_path", ""))
        self._subscribe()
        runner.look_after_others()
        self.pump = asyncio.create_task(self._pump())

    def _subscribe(self) -> None:
        self.subscription = Subscription(self.tab)
        self.topics = [person_topic(self.person.id)]
        if self.key:
            self.topics.append(conversation_topic(self.key))
        hub.subscribe(self.subscription, *self.topics)
        if self.next:  # said while the subscription before was listened to
            self.subscription.wake()

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "pump"):
            hub.unsubscribe(self.subscription, *self.topics)
            self.pump.cancel()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Channels looks after the connections to the database before each word of a page, in a
        thread; an acknowledgement needs none."""
        if message["type"] == "websocket.receive":
            await self.websocket_receive(message)
        else:
            await super().dispatch(message)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """`ack N`: the browser has shown N frames. `lost`: what came does not follow what it shows.
        `show N KEY REVISION SIDEBAR`: it shows another conversation, or none. Anything else is
        none of ours."""
        match (text_data or "")[:LONGEST_WORD].split(" "):
            case ["ack", number] if number.isdecimal():
                self.acknowledged = max(self.acknowledged, min(int(number), self.sent))
                self.subscription.wake()
            case ["lost"]:
                self.subscription.miss()
            case ["show", number, key, revision, sidebar] if number.isdecimal():
                shown = as_uuid(key) if key else None
                self.next = Shown(int(number), shown, revision, sidebar)
                self.subscription.wake()

    async def _pump(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            try:
                await hub.carries(*self.topics)
                await self._catch_up()
                await self._send_sidebar()
                while True:
                    await self.subscription.wait()
                    await self._send_what_is_new()
            except Exception:
                logger.exception("A page's socket failed; the page connects again")
                await self.close(code=1011)

    async def _send_what_is_new(self) -> None:
        if self.sent - self.acknowledged >= self.WINDOW:
            self.subscription.stale = True
            self.subscription.take()
            return
        if self.next:
            await self._follow(self.next)
            return
        if self.subscription.stale:
            self.seen = {}
            await self._catch_up()
            await self._send_sidebar()
            return
        new = [f for f in self.subscription.take() if f.revision is None or self._is_news(f)]
        for text in _joined(self._as_shown_here(frame) for frame in new):
            await self._send(text)
        if hub.reaches_others and any(frame.whole for frame in new):
            await in_thread(self._mark_read)
        if any(frame == Frame() for frame in new):
            want_sidebar(self.person.id)

    async def _follow(self, shown: Shown) -> None:
        """Instead of what was followed before. Between `show` and `shown` the page takes nothing,
        as that may be of the conversation that it has left."""
        self.next, self.key = None, shown.key
        if self.key and not await in_thread(self._conversation):  # gone, or somebody else's
            self.key = None
        hub.unsubscribe(self.subscription, *self.topics)
        self.revision = 0
        self.seen = {"revision": shown.revision, "sidebar": shown.sidebar}
        self._subscribe()
        await hub.carries(*self.topics)
        await self._send(f"shown {shown.number}")
        await self._catch_up()
        await self._send_sidebar()

    def _as_shown_here(self, frame: Frame) -> str:
        """A sidebar only where it differs, with this page's conversation marked."""
        if not frame.sidebar:
            return frame.html
        if frame.sidebar == self.seen.get("sidebar"):
            return ""
        self.seen["sidebar"] = frame.sidebar
        return frames.marked_as_current(frame.html, self.key) if self.key else frame.html

    def _is_news(self, frame: Frame) -> bool:
        """Whether an append is newer than the picture that the page was given."""
        if frame.revision is None or frame.revision <= self.revision:
            return False
        self.revision = frame.revision
        return True

    async def _catch_up(self) -> None:
        """What the page has not seen: everything where its revision is old, and in any case what
        is being written now. Between that snapshot and dropping what it contains, nothing waits."""
        self.subscription.stale = False
        found = await in_thread(self._read_missed) if self.key else None
        if found is None:
            return
        conversation, html, awaited = found
        self.revision = conversation.revision
        running = pages.running_in(conversation)
        html += "".join(pages.article_now(key) for key in running)
        self.subscription.forget(conversation.revision, running, awaited.keys() - running)
        if html:
            await self._send(html)
        elsewhere.ask_to_show(conversation, awaited)

    def _read_missed(self) -> tuple[Conversation, str, dict[UUID, int]] | None:
        """The conversation as it is, a fresh picture of it where the page's is old, and what other
        processes are writing there."""
        conversation = self._conversation()
        if conversation is None:
            return None
        mark_read(conversation)
        is_old = self.seen.get("revision") != str(conversation.revision)
        html = pages.fresh_picture(conversation) if is_old else ""
        own = runner.this_process.row_id
        return conversation, html, elsewhere.written_elsewhere(conversation, own)

    async def _send_sidebar(self) -> None:
        if html := await in_thread(self._new_sidebar):
            await self._send(html)

    def _new_sidebar(self) -> str:
        """Nothing where the page shows it already."""
        sidebar = sidebar_for(self.person, self.key)
        if sidebar.digest == self.seen.get("sidebar"):
            return ""
        self.seen["sidebar"] = sidebar.digest
        return frames.sidebar_list(sidebar)

    async def _send(self, html: str) -> None:
        self.sent += 1
        try:
            await self.send(text_data=html)
        except Disconnected:  # closed in this moment; `disconnect` is on its way
            self.pump.cancel()

    def _mark_read(self) -> None:
        """The process that has written an answer does not know the pages of others."""
        if conversation := self._conversation():
            mark_read(conversation)

    def _conversation(self) -> Conversation | None:
        try:
            return conversation_for(self.person, self.key) if self.key else None
        except Http404:
            return None


def _joined(texts: Iterable[str]) -> list[str]:
    """Elements may come in one message, growth is one of its own (see frames.growth)."""
    joined: list[str] = []
    elements = ""
    for text in texts:
        if text.startswith("["):
            joined += [elements, text]
            elements = ""
        else:
            elements += text
    return [text for text in (*joined, elements) if text]
