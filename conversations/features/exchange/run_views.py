"""An import as the page shows it."""

from dataclasses import dataclass

from chatstudio.base.words import group_digits
from conversations.features.exchange import background
from conversations.features.exchange.formats import FORMATS
from conversations.features.exchange.progress import left_of, rate_of
from conversations.features.exchange.runs import KINDS
from conversations.models import ImportRun

SECONDS_TO_JUDGE = 1.0
WORDS = {"imported": "new"}
"""Of the kinds that are called otherwise on the page."""


@dataclass(frozen=True, slots=True)
class RunView:
    run: ImportRun
    heading: str
    sentence: str
    is_running: bool
    is_resumable: bool
    percent: int
    pace: str
    formats: str
    report: list[dict[str, str]]
    left_out: int


def run_view(run: ImportRun) -> RunView:
    counts = {WORDS.get(kind, kind): getattr(run, kind) for kind in KINDS}
    total = sum(counts.values())
    worth_a_word = [one for one in run.report if one.get("reason") or one.get("kind") != "imported"]
    is_running = run.status in background.RUNNING
    return RunView(
        run=run,
        heading=_heading(run),
        sentence=", ".join(f"{group_digits(n)} {word}" for word, n in counts.items() if n)
        or "Nothing yet",
        is_running=is_running,
        is_resumable=background.is_resumable(run),
        percent=min(100, round(100 * run.bytes_done / run.bytes_total)) if run.bytes_total else 0,
        pace=_pace(run) if is_running else "",
        formats=", ".join(_label(name) for name in run.format.split(", ") if name),
        report=worth_a_word,
        left_out=max(0, total - len(run.report)) if len(run.report) >= run.REPORT_LENGTH else 0,
    )


def _pace(run: ImportRun) -> str:
    """Rate and time left, once there is something to tell them from."""
    took = (run.updated_at - run.began_at).total_seconds() if run.began_at else 0.0
    done = run.bytes_done / run.bytes_total if run.bytes_total else 0.0
    if took < SECONDS_TO_JUDGE or not 0.01 < done <= 1:
        return ""
    return f"{rate_of(run.bytes_done, took)}, about {left_of(done, took)} left"


def _label(name: str) -> str:
    return FORMATS[name].label if name in FORMATS else name


def _heading(run: ImportRun) -> str:
    if run.status == ImportRun.Status.UNREADABLE:
        return "Could not be read"
    if run.status == ImportRun.Status.INTERRUPTED:
        return "Interrupted"
    if run.status != ImportRun.Status.DONE:
        return "Looking through it…" if run.is_dry_run else "Importing…"
    if run.is_dry_run:
        return "This would happen; nothing has been imported yet"
    return "Imported, with exceptions" if run.failed else "Imported"
