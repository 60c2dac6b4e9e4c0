"""A profile's versions as the page shows them, each with what it changed."""

from dataclasses import dataclass, field
from datetime import datetime

from conversations.features.prompt_profiles.differences import FieldChange, changes
from conversations.models import PromptProfile, PromptProfileVersion

SHOWN = 10


@dataclass(frozen=True, slots=True)
class VersionView:
    number: int
    created_at: datetime
    who: str
    is_newest: bool
    restored_from: int | None
    changes: list[FieldChange] = field(default_factory=list)

    @property
    def summary(self) -> str:
        if self.restored_from:
            return f"Version {self.restored_from} again"
        return ", ".join(change.label for change in self.changes) or "The beginning"


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """The newest first. `older_before` is the number before which there are more, or None."""

    versions: list[VersionView]
    older_before: int | None = None
    is_first_page: bool = True


def number_of(text: str | None) -> int | None:
    """A version's number as an address or a form has it; None for what cannot be one."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def versions_page(profile: PromptProfile, before: int | None = None) -> VersionsPage:
    """One query, whatever their number: each is compared with the next older one, which for the
    last one shown is read along."""
    rows = profile.versions.select_related("created_by")
    found = list((rows.filter(number__lt=before) if before else rows)[: SHOWN + 1])
    views = [
        _view(row, found[at + 1] if at + 1 < len(found) else None, is_newest=not before and at == 0)
        for at, row in enumerate(found[:SHOWN])
    ]
    older = views[-1].number if len(found) > SHOWN else None
    return VersionsPage(views, older, is_first_page=before is None)


def _view(
    row: PromptProfileVersion, older: PromptProfileVersion | None, is_newest: bool
) -> VersionView:
    return VersionView(
        number=row.number,
        created_at=row.created_at,
        who=row.created_by.username if row.created_by else "",
        is_newest=is_newest,
        restored_from=row.restored_from,
        changes=changes(older.content, row.content) if older else [],
    )
