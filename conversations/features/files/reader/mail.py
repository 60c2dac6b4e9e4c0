"""Mails, mailboxes and web pages that were saved as mails (MHTML), by Python's own parser."""

import mailbox
import re
from collections.abc import Container, Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import TypeGuard

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
    body = list(_body(message))
    yield from map(_words_in, body)
    attached = list(_attached(message, {id(part) for part in body}))
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


def _body(message: EmailMessage, depth: int = 0) -> list[EmailMessage]:
    """The parts that a mail program shows one below the other; of several forms of the same the
    one as it was written, else the page."""
    kind = message.get_content_type()
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        if depth > DEEPEST:
            return []
        found = [_body(part, depth + 1) for part in message.iter_parts() if _is_whole(part)]
        if kind == "multipart/alternative":
            plain = (one for one in found if one and one[0].get_content_type() == "text/plain")
            return next(plain, next(filter(None, reversed(found)), []))
        if kind == "multipart/related":
            return next(filter(None, found), [])
        return [part for one in found for part in one]
    is_shown = kind in ("text/plain", "text/html") or message.get_content_maintype() == "multipart"
    is_file = depth and (message.is_attachment() or message.get_filename())
    return [message] if is_shown and not is_file else []


def _is_whole(part: object) -> TypeGuard[EmailMessage]:
    return isinstance(part, EmailMessage)


def _words_in(part: EmailMessage) -> str:
    text = _text_of(part)
    is_page = part.get_content_type() == "text/html" or HTML.match(text)
    return words_of(text) if is_page else text


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


def _attached(
    message: EmailMessage, shown: Container[int]
) -> Iterator[tuple[str, EmailMessage | None]]:
    """Names, and of a mail within a mail the mail. Other forms of what is shown are none."""
    kind = message.get_content_type()
    if kind == "message/rfc822" and message.is_multipart():
        inner = message.get_payload(0)
        name = message.get_filename() or kind
        if isinstance(inner, EmailMessage):
            yield _header(inner, "Subject") or name, inner
    elif message.is_multipart():
        for part in message.iter_parts():
            is_form = kind == "multipart/alternative" and part.get_content_maintype() == "text"
            if _is_whole(part) and not is_form:
                yield from _attached(part, shown)
    elif id(message) not in shown:
        yield message.get_filename() or _header(message, "Content-Type").partition(";")[0], None


def _join(pieces: Iterator[str] | list[str]) -> str:
    text = "\n\n".join(filter(None, (re.sub(r"\r\n?", "\n", piece).strip() for piece in pieces)))
    if len(text) > LONGEST_TEXT:
        raise Unreadable("too_long")
    return text
