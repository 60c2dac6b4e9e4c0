"""An attachment as a chip shows it."""

from dataclasses import dataclass
from uuid import UUID

from conversations.features.files.rows import attachments_of
from conversations.models import Attachment, Message

KINDS = {
    "application/pdf": "PDF",
    "text/html": "Web page",
    "application/vnd.oasis.opendocument": "Document",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel workbook",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "Slides",
}
WORTH_A_CHOICE = 300
"""Tokens from which it makes a difference whether all of a file is sent."""


@dataclass(frozen=True, slots=True)
class AttachmentView:
    public_id: UUID
    name: str
    facts: str
    is_image: bool
    mode: str
    width: int | None = None
    height: int | None = None
    has_choice: bool = False


def views_of(message: Message) -> tuple[AttachmentView, ...]:
    return tuple(view_of(row) for row in attachments_of(message))


def view_of(row: Attachment) -> AttachmentView:
    has_choice = not row.is_image and row.tokens_estimate >= WORTH_A_CHOICE
    return AttachmentView(
        row.public_id,
        row.name,
        facts_of(row),
        row.is_image,
        row.mode,
        row.width,
        row.height,
        has_choice,
    )


def facts_of(row: Attachment) -> str:
    """As in "PDF · 12 pages · 340 KB · about 1,240 tokens"."""
    facts = [KINDS.get(row.media_type, str(Attachment.Kind(row.kind).label))]
    if row.pages:
        facts.append(f"{row.pages:,} page{'' if row.pages == 1 else 's'}")
    if row.width and row.height:
        facts.append(f"{row.width:,} × {row.height:,}")
    facts.append(size_in_words(row.size))
    if not row.is_image:
        facts.append(
            f"about {row.tokens_estimate:,} token{'' if row.tokens_estimate == 1 else 's'}"
        )
    return " · ".join(facts)


def size_in_words(size: int) -> str:
    if size < 1000:
        return f"{size} byte{'' if size == 1 else 's'}"
    if size < 999_500:
        return f"{size / 1000:.0f} KB"
    return f"{size / 1_000_000:.1f} MB"
