"""An attachment as a chip shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chatstudio.base.encodings.names import CHOICES, can_be_another, label_of
from chatstudio.base.words import count_of, group_digits, size_in_words
from conversations.features.files.formats import LABELS
from conversations.models import Attachment

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
    encoding: str = ""
    encodings: Sequence[tuple[str, str]] = ()
    """To choose from, where it may be another."""
    notes: Sequence[str] = ()


def attachment_view(row: Attachment) -> AttachmentView:
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
        row.encoding,
        tuple(CHOICES.items()) if can_be_another(row.encoding) else (),
        tuple(row.notes),
    )


def facts_of(row: Attachment) -> str:
    """As in "PDF · 12 pages · 340 KB · about 1,240 tokens"."""
    facts = [LABELS.get(row.media_type, str(Attachment.Kind(row.kind).label))]
    if row.pages:
        facts.append(count_of(row.pages, "page"))
    if row.width and row.height:
        facts.append(f"{group_digits(row.width)} × {group_digits(row.height)}")
    if can_be_another(row.encoding):
        facts.append(label_of(row.encoding))
    facts.append(size_in_words(row.size))
    if not row.is_image:
        facts.append(f"about {count_of(row.tokens_estimate, 'token')}")
    return " · ".join(facts)
