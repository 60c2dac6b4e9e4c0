"""From an upload to a draft. A file that cannot be read leaves a sentence and nothing else."""

import asyncio
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID, uuid4
from weakref import WeakValueDictionary

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from chatstudio.base.encodings.names import can_be_another
from chatstudio.models import User
from conversations.answering.seam import in_thread
from conversations.features.files import reading
from conversations.features.files import storage as files
from conversations.features.files.budget import fits
from conversations.features.files.names import clean_name
from conversations.features.files.reader.result import Unreadable
from conversations.features.files.refusals import MOST_FILES, FileRefused
from conversations.models import Attachment, Conversation
from routing.asking import BYTES_PER_TOKEN, TOKENS_PER_IMAGE, weigh

type Upload = "UploadedFile[bytes]"


@dataclass(slots=True)
class Received:
    """The new drafts, and for each other file a sentence."""

    rows: list[Attachment] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


async def receive_all(
    person: User,
    conversation: Conversation | None,
    uploads: Sequence[Upload],
    window: int | None = None,
    there: int = 0,
    *,
    by_api: bool = False,
) -> Received:
    """`window` is how many tokens the chosen model can hold, as far as that is known; `there` are
    the drafts that stand in the same composer already."""
    received = Received()
    for upload in uploads:
        try:
            if there + len(received.rows) >= MOST_FILES:
                raise FileRefused("too_many", clean_name(upload.name or ""))
            row = await receive(person, conversation, upload, window, by_api=by_api)
            received.rows.append(row)
        except FileRefused as refusal:
            received.problems.append(str(refusal))
    return received


# Threads of their own: in the usual ones, slow files would keep names from being looked up.
READERS = ThreadPoolExecutor(reading.AT_ONCE, thread_name_prefix="reader")
_turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()


async def _read_in_turn[**P, T](
    person_id: int, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """One file of a person at a time: the other threads are left to others. Who goes away has
    their thread until it is through."""
    loop, turn = asyncio.get_running_loop(), _turns.setdefault(person_id, asyncio.Lock())
    await turn.acquire()
    reads = READERS.submit(function, *args, **kwargs)
    reads.add_done_callback(lambda _: loop.call_soon_threadsafe(turn.release))
    return await asyncio.wrap_future(reads)


async def receive(
    person: User,
    conversation: Conversation | None,
    upload: Upload,
    window: int | None = None,
    *,
    by_api: bool = False,
) -> Attachment:
    key, name = uuid4(), clean_name(upload.name or "")
    try:
        facts = await _read_in_turn(person.pk, _read, key, upload)
        row = Attachment(public_id=key, owner=person, conversation=conversation, name=name, **facts)
        row.by_api = by_api
        if not row.is_image and not fits(row.tokens_estimate, window):
            row.mode = Attachment.Mode.SEARCHED
        await in_thread(row.save)
    except BaseException as error:
        await asyncio.to_thread(files.remove, key)
        if isinstance(error, files.TooLarge):
            raise FileRefused("too_large", name) from error
        if isinstance(error, Unreadable):
            raise FileRefused(error.code, name) from error
        raise
    return row


def _read(key: UUID, upload: Upload) -> dict[str, Any]:
    files.keep(key, upload.chunks(), settings.MAX_ATTACHMENT_MB * 2**20)
    return facts_of_kept(key)


async def read_again(draft: Attachment, encoding: str) -> None:
    """A text in another encoding; raises FileRefused, and leaves all as it was."""
    if not can_be_another(draft.encoding):
        raise FileRefused("proven", draft.name)
    try:
        facts = await _read_in_turn(
            draft.owner_id, facts_of_kept, draft.public_id, encoding=encoding
        )
    except Unreadable as problem:
        raise FileRefused(problem.code, draft.name) from problem
    for name, value in facts.items():
        setattr(draft, name, value)
    await in_thread(draft.save, update_fields=[*facts])


def facts_of_kept(key: UUID, *, keeps_ours: bool = False, encoding: str = "") -> dict[str, Any]:
    """The row's facts. Of an image the one that we wrote is kept alone."""
    found = reading.read(key, keeps_ours=keeps_ours, encoding=encoding)
    facts = {name: value for name, value in asdict(found).items() if name != "text"}
    facts["notes"] = list(found.notes)
    if found.kind == Attachment.Kind.IMAGE:
        files.path_of(key).unlink()
        kept = files.facts(files.path_of(key, files.PICTURE))
        return facts | kept | {"tokens_estimate": TOKENS_PER_IMAGE}
    text = files.path_of(key, files.TEXT).read_text(encoding="utf-8")
    tokens = math.ceil(weigh(text) / BYTES_PER_TOKEN)
    return facts | files.facts(files.path_of(key)) | {"tokens_estimate": tokens}
