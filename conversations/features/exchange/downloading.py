"""An export as a file, sent as it is made."""

from collections.abc import AsyncIterator, Iterable, Iterator

from django.http import StreamingHttpResponse

from chatstudio.models import User
from conversations.answering.seam import in_thread
from conversations.features.exchange.contract import Format
from conversations.features.exchange.exporting import export_conversations
from conversations.features.exchange.formats import FORMATS
from conversations.features.prompt_profiles.section import exported_profiles
from conversations.lookup import conversations_of

ZIP = "application/zip"
PROFILES_FILE = "chat-studio-prompt-profiles.jsonl"


async def conversations_file(
    person: User, chosen: Format, ids: Iterable[int] | None = None, *, is_empty: bool = False
) -> StreamingHttpResponse:
    """All conversations, or those of these ids. An empty file answers a HEAD."""
    keys = None if ids is None else list(ids)
    count, pieces = await in_thread(_begun, person, chosen, keys, is_empty)
    suffix = chosen.suffix(count)
    kind = ZIP if suffix == "zip" else chosen.content_type
    return _file(pieces, f"chat-studio-{chosen.name}.{suffix}", kind)


def _begun(
    person: User, chosen: Format, keys: list[int] | None, is_empty: bool
) -> tuple[int, Iterator[bytes]]:
    count = len(keys) if keys is not None else conversations_of(person).count()
    return count, iter(()) if is_empty else export_conversations(person, chosen, keys)


async def profiles_file(person: User, *, is_empty: bool = False) -> StreamingHttpResponse:
    """One's own prompt profiles with their versions, and nothing else."""
    pieces = iter(()) if is_empty else await in_thread(exported_profiles, person)
    return _file(pieces, PROFILES_FILE, FORMATS["own"].content_type)


def _file(pieces: Iterator[bytes], name: str, kind: str) -> StreamingHttpResponse:
    disposition = f'attachment; filename="{name}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return StreamingHttpResponse(_in_thread(pieces), content_type=kind, headers=headers)


async def _in_thread(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """One conversation after the other, whose rows are read beside the event loop."""
    while (piece := await in_thread(next, pieces, None)) is not None:
        yield piece
