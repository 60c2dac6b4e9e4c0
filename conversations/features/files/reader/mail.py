"""Mails, mailboxes and web pages that were saved as mails (MHTML), by Python's own parser."""

import mailbox
import re
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from conversations.features.files.reader.result import LONGEST_TEXT, Found, Unreadable
from conversations.features.files.reader.texts import HTML, bytes_of, decode_text
from conversations.features.files.reader.web import words_of

HEADERS = ("Subject", "From", "To", "Cc", "Date")
MOST_BYTES = 60 * 2**20
"""Most of it are attachments, which are named alone."""
MOST_PARTS = 1_000
DEEPEST = 10


def read(source: Path) -> Found:
    data = bytes_of(source, MOST_BYTES)
    if data.startswith(b"From "):
        return _read_mailbox(source)
    message = _parse(data)
    if _is_saved_page(message):
        return Found(_join([str(message["Subject"] or ""), *_page(message)]), kind="mhtml")
    return Found(_join(_told(message)))


def _parse(data: bytes) -> EmailMessage:
    message = BytesParser(policy=policy.default).parsebytes(data)
    if not isinstance(message, EmailMessage):
        raise Unreadable("broken")
    return message


def _read_mailbox(source: Path) -> Found:
    messages = [_parse(bytes(one)) for one in mailbox.mbox(source, create=False)]
    return Found("\f".join(_join(_told(one)) for one in messages), len(messages))


def _is_saved_page(message: EmailMessage) -> bool:
    """As browsers save it: the parts of a page, which nobody sent."""
    by = _header(message, "From").casefold()
    is_nobodys = not by and "To" not in message
    is_saved = "Snapshot-Content-Location" in message or "saved by" in by or is_nobodys
    return message.get_content_type() in ("multipart/related", "text/html") and is_saved


def _page(message: EmailMessage) -> Iterator[str]:
    """The page itself: the first of its parts, which others are in."""
    for part in _parts(message):
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            yield words_of(_text_of(part))
            return


def _told(message: EmailMessage, depth: int = 0) -> Iterator[str]:
    heads = ((name, _header(message, name)) for name in HEADERS)
    yield "\n".join(f"{name}: {value}" for name, value in heads if value)
    yield _body(message)
    attached = list(_attached(message))
    if names := [name for name, _ in attached]:
        yield f"Attachments, which are not in this text: {', '.join(names)}"
    for _, inner in attached:
        if inner is not None and depth < DEEPEST:
            yield "Attached message:"
            yield from _told(inner, depth + 1)


def _header(message: EmailMessage, name: str) -> str:
    raw = next(
        (str(value) for key, value in message.raw_items() if key.lower() == name.lower()), ""
    )
    try:
        if any("\udc80" <= char <= "\udcff" for char in raw):  # bytes that nobody encoded
            value = decode_text(raw.encode("utf-8", "surrogateescape"))[0]
        else:
            value = str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError, TypeError):  # the parser's own stumbling
        value = raw
    return " ".join(value.split())


def _body(message: EmailMessage) -> str:
    """As it was written; as a page where there is nothing else."""
    body = message.get_body(preferencelist=("plain", "html"))
    if not isinstance(body, EmailMessage):
        has_lost_parts = (
            message.get_content_maintype() == "multipart" and not message.is_multipart()
        )
        return _text_of(message) if has_lost_parts else ""
    text = _text_of(body)
    return words_of(text) if body.get_content_type() == "text/html" or HTML.match(text) else text


def _text_of(part: EmailMessage) -> str:
    """In the character set that it names, where that is one and fits."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    named = part.get_content_charset() or ""
    try:
        return data.decode(named or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return decode_text(data)[0]


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    for number, part in enumerate(message.walk()):
        if number > MOST_PARTS:
            return
        if isinstance(part, EmailMessage):
            yield part


def _attached(message: EmailMessage) -> Iterator[tuple[str, EmailMessage | None]]:
    """Names, and of a mail within a mail the mail."""
    if not message.is_multipart() and message.get_content_maintype() not in ("text", "multipart"):
        yield message.get_filename() or message.get_content_type(), None
    for part in message.iter_attachments():
        if not isinstance(part, EmailMessage):
            continue
        inner = part.get_payload(0) if part.get_content_type() == "message/rfc822" else None
        name = part.get_filename() or _header(part, "Content-Type").partition(";")[0]
        if isinstance(inner, EmailMessage):
            yield _header(inner, "Subject") or name, inner
        else:
            yield name, None


def _join(pieces: Iterator[str] | list[str]) -> str:
    text = "\n\n".join(filter(None, (re.sub(r"\r\n?", "\n", piece).strip() for piece in pieces)))
    if len(text) > LONGEST_TEXT:
        raise Unreadable("too_long")
    return text
