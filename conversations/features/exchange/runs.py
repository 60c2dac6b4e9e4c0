"""A whole file: entry by entry, with its progress and its report in a row.

The same for a command and for the page; who starts it decides what happens with each Outcome. An
interrupted run goes on at its `position`; whatever was done twice is found unchanged.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from django.db.models.functions import Now
from django.utils import timezone

from chatstudio.models import User
from conversations.features.exchange.importing import Outcome, import_conversation, import_record
from conversations.features.exchange.opening import Source
from conversations.features.exchange.staging import Staging
from conversations.features.exchange.values import (
    Entry,
    ForeignConversation,
    ForeignPiece,
    ForeignRecord,
    Unreadable,
)
from conversations.models import ImportRun

SAVE_SECONDS = 1.0
KINDS = ("imported", "updated", "unchanged", "skipped", "failed")

type Heard = Callable[[Outcome], None]


@dataclass(slots=True)
class Tally:
    """What became of a file so far. Only a bounded part of it is kept in words."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    report: list[dict[str, str]] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    position: int = 0
    error: str = ""

    @property
    def exit_code(self) -> int:
        return 2 if self.error else int(self.counts["failed"] > 0)

    def add(self, outcome: Outcome) -> None:
        self.counts[outcome.kind] += 1
        if outcome.reason or outcome.kind != "unchanged":
            facts = {"kind": outcome.kind, "title": outcome.title[:200], "where": outcome.where}
            if len(self.report) < ImportRun.REPORT_LENGTH:
                self.report.append(facts | {"reason": outcome.reason[:500]})


def run_import(
    owner: User,
    path: Path,
    run: ImportRun | None = None,
    *,
    dry_run: bool = False,
    heard: Heard = lambda outcome: None,
    looked: Callable[[Source, Tally], None] = lambda source, tally: None,
) -> Tally:
    """`heard` gets every outcome, `looked` is called after every entry. Without a row nothing is
    written about the run itself."""
    tally, source = _tally_of(run), Source(path)
    keeper = _Keeper(run, source, tally)
    staging = Staging(keeper.save_now_and_then)
    try:
        for number, entry in enumerate(source.entries()):
            if not dry_run:
                _stage(entry, staging, is_done=number < tally.position)
            if number < tally.position:
                keeper.save_now_and_then()
                continue
            _take(owner, entry, tally, dry_run, heard, staging)
            tally.position = number + 1
            keeper.save_now_and_then()
            looked(source, tally)
    except Unreadable as error:
        tally.error = str(error)
    except BaseException:
        keeper.end(ImportRun.Status.INTERRUPTED)
        raise
    finally:
        staging.close()
    keeper.end(ImportRun.Status.UNREADABLE if tally.error else ImportRun.Status.DONE)
    return tally


def _tally_of(run: ImportRun | None) -> Tally:
    """Where an earlier attempt ended."""
    if run is None:
        return Tally()
    counts = {kind: getattr(run, kind) for kind in KINDS}
    return Tally(counts, list(run.report), [run.format] if run.format else [], run.position)


def _stage(entry: Entry, staging: Staging, *, is_done: bool) -> None:
    """Also what an earlier attempt has seen: its conversation may not have come yet."""
    if isinstance(entry, ForeignPiece):
        staging.add(entry)
    elif is_done and isinstance(entry, ForeignConversation):
        staging.clear()


def _take(
    owner: User, entry: Entry, tally: Tally, dry_run: bool, heard: Heard, staging: Staging
) -> None:
    if isinstance(entry, ForeignPiece):
        return
    if isinstance(entry, ForeignConversation):
        if entry.format not in tally.formats:
            tally.formats.append(entry.format)
        outcome = import_conversation(owner, entry, dry_run=dry_run, staging=staging)
        staging.clear()
    elif isinstance(entry, ForeignRecord):
        outcome = import_record(owner, entry, dry_run=dry_run)
    else:
        kind = "skipped" if entry.passed_over else "failed"
        outcome = Outcome(kind, entry.title, entry.reason, entry.where)  # type: ignore[arg-type]
    tally.add(outcome)
    heard(outcome)
    if isinstance(entry, ForeignConversation):
        entry.messages.clear()  # it is held on to while the next one is read


class _Keeper:
    """Writes the row once a second, which is also the sign that somebody is at it."""

    def __init__(self, run: ImportRun | None, source: Source, tally: Tally) -> None:
        self.run, self.source, self.tally = run, source, tally
        self.saved_at = monotonic()
        if run is not None:
            running = ImportRun.Status.RUNNING
            self._save(status=running, bytes_total=source.bytes_total, began_at=Now())

    def save_now_and_then(self) -> None:
        if monotonic() - self.saved_at >= SAVE_SECONDS:
            self._save()

    def end(self, status: ImportRun.Status) -> None:
        finished = None if status == ImportRun.Status.INTERRUPTED else timezone.now()
        self._save(status=status, error=self.tally.error, finished_at=finished)

    def _save(self, **more: object) -> None:
        self.saved_at = monotonic()
        if self.run is None:
            return
        ImportRun.objects.filter(id=self.run.id).update(
            **self.tally.counts,
            report=self.tally.report,
            format=", ".join(self.tally.formats)[:64],
            position=self.tally.position,
            bytes_done=self.source.bytes_done,
            updated_at=Now(),
            **more,
        )
