"""News of the sidebar: made once for all pages of a person, and not for every single change.

Every beginning and end of an answer changes the sidebar of every page. The list is made a moment
later, so that it delays no answer that begins, and at most every HOLD_SECONDS.
"""

import asyncio
import contextvars
import logging
from time import monotonic

from chatstudio.models import User
from conversations.answering.seam import in_thread
from conversations.carrying.hub import Frame, hub, person_topic
from conversations.showing import frames
from conversations.showing.sidebar import sidebar_for

logger = logging.getLogger(__name__)

SETTLE_SECONDS = 0.1
HOLD_SECONDS = 0.5
HOLD_PER_PAGE = 0.02

_due: dict[tuple[asyncio.AbstractEventLoop, int], asyncio.Task[None]] = {}
_made_at: dict[int, float] = {}


def want_sidebar(person_id: int) -> None:
    """The person's pages in this process get the list as it is after this call."""
    key = (asyncio.get_running_loop(), person_id)
    if key not in _due:
        _due[key] = asyncio.create_task(_deliver(key), context=contextvars.Context())


async def _deliver(key: tuple[asyncio.AbstractEventLoop, int]) -> None:
    person_id, topic = key[1], person_topic(key[1])
    try:
        await asyncio.sleep(_wait(person_id, hub.listeners(topic)))
    finally:
        _due.pop(key, None)  # a change from here on is news of its own
    if not hub.listeners(topic):
        return
    _made_at[person_id] = monotonic()
    try:
        hub.deliver(topic, await in_thread(_frame, person_id))
    except Exception:
        logger.exception("The sidebar's news failed; the next change brings them")


def _wait(person_id: int, pages: int) -> float:
    """Longer where many pages get it; soon after the last one for what else has happened."""
    hold = max(HOLD_SECONDS, HOLD_PER_PAGE * pages)
    return max(SETTLE_SECONDS, _made_at.get(person_id, -hold) + hold - monotonic())


def _frame(person_id: int) -> Frame:
    sidebar = sidebar_for(User.objects.get(id=person_id))
    return Frame(frames.sidebar_list(sidebar), sidebar=sidebar.digest)
