"""What the dashboard consists of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from chatstudio.base.words import group_digits
from metrics.dashboard import charts, lists, words
from metrics.dashboard.figures import (
    Figures,
    Names,
    by_dimension,
    by_step,
    by_triple,
    figures_before,
    together,
)
from metrics.dashboard.filters import (
    Asked,
    FilterForm,
    choices,
    routing_labels,
    sees_everybody,
)
from metrics.dashboard.periods import LABELS
from metrics.rollups import are_behind

OUTCOMES = {
    "good": ("Complete", ("complete", "awaiting_approval")),
    "quiet": ("Stopped or interrupted", ("stopped", "interrupted")),
    "bad": ("Failed", ("failed",)),
}
TOKENS = {"good": ("Written", ("output_tokens",)), "quiet": ("Read", ("input_tokens",))}
GROUPS = (
    ("model_name", "model", "Model", "Unknown model"),
    ("routing_profile", "routing profile", "Routing profile", "Unknown"),
    ("prompt_profile_name", "prompt profile", "Prompt profile", "No profile"),
)
VALUES = (
    ("time_to_first_token", "Time to first token by {by}"),
    ("tokens_per_second", "Tokens per second by {by}"),
)


@dataclass(frozen=True, slots=True)
class Tile:
    name: str
    value: str
    change: str
    before: str


@dataclass(frozen=True, slots=True)
class Load:
    model_name: str
    loads: str
    average: str
    gpu_share: str


@dataclass(frozen=True, slots=True)
class Cause:
    name: str
    count: str
    width: float


def context(asked: Asked, form: FilterForm) -> dict[str, object]:
    triples = by_triple(asked, asked.period.start, asked.period.end)
    total = together(triples.values())
    steps = by_step(asked) if total.answers else []
    thumbs = lists.thumbs(asked)
    return {
        "asked": asked,
        "error": form.sentence,
        "periods": [(name, label, name == asked.period.name) for name, label in LABELS.items()],
        "choices": choices(asked),
        "is_filtered": bool(asked.fields),
        "everybody": asked.person is None,
        "sees_everybody": sees_everybody(asked.viewer),
        "is_counting": not asked.period.is_hourly and are_behind(),
        "is_empty": not total.answers and not thumbs,
        "tiles": tiles(total, figures_before(asked), thumbs),
        "answers_chart": charts.over_time("Answers", steps, OUTCOMES),
        "tokens_chart": charts.over_time("Tokens", steps, TOKENS),
        "range_charts": range_charts(triples),
        "causes": causes(total),
        "failed": lists.answers(lists.failed_metrics(asked), asked) if total.failed else [],
        "slowest": lists.answers(lists.slowest_metrics(asked), asked) if total.answers else [],
        "thumbs": thumbs,
        "loads": loads(by_dimension(triples, "model_name")),
        "csv_url": f"{reverse('metrics_csv')}?{urlencode(query_of(asked))}",
    }


def query_of(asked: Asked) -> dict[str, str]:
    person = asked.person.username if asked.person and sees_everybody(asked.viewer) else ""
    given = {
        "period": asked.period.name,
        "person": person,
        "model": asked.model,
        "routing": asked.routing,
        "prompt": asked.prompt,
    }
    return {name: value for name, value in given.items() if value}


def tiles(now: Figures, before: Figures | None, thumbs: list[lists.Thumbs]) -> list[Tile]:
    up, down = sum(one.up for one in thumbs), sum(one.down for one in thumbs)
    liked = words.share(up / (up + down)) if up + down else "–"
    found = [
        _tile("Answers", words.count, now, before, lambda f: f.answers),
        _tile("Failed", words.share, now, before, lambda f: f.failed_share, compared=False),
        _tile(
            "Time to first token",
            words.duration,
            now,
            before,
            lambda f: f.percentile("time_to_first_token", 0.5),
        ),
        _tile("Speed", words.speed, now, before, lambda f: f.percentile("tokens_per_second", 0.5)),
        _tile("Tokens written", words.count, now, before, lambda f: f.output_tokens),
        _tile("Tokens read", words.count, now, before, lambda f: f.input_tokens),
        Tile(
            "Thumbs up",
            liked,
            "",
            f"{group_digits(up)} up, {group_digits(down)} down" if up + down else "",
        ),
    ]
    if now.tool_calls or (before and before.tool_calls):
        found.append(_tile("Tool calls", words.count, now, before, lambda f: f.tool_calls))
    return found


def _tile(
    name: str,
    say: Callable[[float | None], str],
    now: Figures,
    before: Figures | None,
    read: Callable[[Figures], float | None],
    compared: bool = True,
) -> Tile:
    value = read(now)
    earlier = read(before) if before and before.answers else None
    change = words.change(value, earlier) if compared else ""
    return Tile(name, say(value), change, f"before: {say(earlier)}" if earlier is not None else "")


def range_charts(triples: Mapping[Names, Figures]) -> list[dict[str, object]]:
    """A pair for each dimension: how long until the first token, and how fast."""
    labels = {"routing_profile": routing_labels()}
    found: list[dict[str, object]] = []
    for dimension, by, head, empty in GROUPS:
        groups = by_dimension(triples, dimension)
        pair = [
            charts.by_group(
                title.format(by=by), head, groups, value, labels.get(dimension, {}), empty
            )
            for value, title in VALUES
        ]
        found.append({"by": by, "charts": pair})
    return found


def causes(total: Figures) -> list[Cause]:
    """Drawn as shares of all answers: a single failure among thousands is a narrow bar."""
    answers = max(total.answers, *total.errors.values(), 1)
    return [
        Cause(words.cause(code), words.count(count), round(max(count / answers * 100, 0.5), 2))
        for code, count in total.errors.most_common()
    ]


def loads(models: Mapping[str, Figures]) -> list[Load]:
    return [
        Load(
            name or "Unknown model",
            words.count(figures.loads),
            words.duration(figures.load_average_ms),
            words.share(figures.gpu_share),
        )
        for name, figures in models.items()
        if figures.loads or figures.gpu_shares
    ]
