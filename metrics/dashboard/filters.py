"""What a person asks the dashboard for, as it stands in the address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.conf import settings
from django.db.models import Min, Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from chatstudio.models import User
from metrics.dashboard.periods import DEFAULT, LABELS, Period, period_of
from metrics.models import ChatMetric, MetricRollup
from routing.strategies import STRATEGIES

NO_PROFILE = "(none)"
PEOPLE_SHOWN = 500


class FilterForm(forms.Form):
    """All optional: what is left out is not filtered."""

    period = forms.ChoiceField(
        choices=list(LABELS.items()),
        required=False,
        error_messages={
            "invalid_choice": "The period is one of: " + ", ".join(LABELS) + ".",
        },
    )
    person = forms.CharField(max_length=150, required=False)
    model = forms.CharField(max_length=255, required=False)
    routing = forms.CharField(max_length=32, required=False)
    prompt = forms.CharField(max_length=80, required=False)

    @property
    def sentence(self) -> str:
        return next((str(errors[0]) for errors in self.errors.values()), "")


@dataclass(frozen=True, slots=True)
class Asked:
    """`person` is None for everybody."""

    viewer: User
    person: User | None
    period: Period
    model: str = ""
    routing: str = ""
    prompt: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """What a ChatMetric has to be, apart from its time and its owner."""
        wanted = {"model_name": self.model, "strategy": self.routing}
        given = {name: value for name, value in wanted.items() if value}
        if self.prompt:
            given["prompt_profile_name"] = "" if self.prompt == NO_PROFILE else self.prompt
        return given

    def metrics(self) -> QuerySet[ChatMetric]:
        rows = ChatMetric.objects.filter(**self.fields)
        return rows.filter(owner=self.person) if self.person else rows

    def metrics_in_period(self) -> QuerySet[ChatMetric]:
        return within(self.metrics(), "created_at", self.period.start, self.period.end)

    def rollups(self) -> QuerySet[MetricRollup]:
        names = {"strategy": "routing_profile"}
        fields = {names.get(name, name): value for name, value in self.fields.items()}
        return scoped_rollups(self.person).filter(**fields)


def scoped_rollups(person: User | None) -> QuerySet[MetricRollup]:
    return MetricRollup.objects.filter(owner=person)


def within[T: QuerySet[Model]](
    rows: T, field: str, start: datetime | None, end: datetime | None
) -> T:
    if start:
        rows = rows.filter(**{f"{field}__gte": start})
    return rows.filter(**{f"{field}__lt": end}) if end else rows


def sees_everybody(viewer: User) -> bool:
    """Without accounts the one person sees their own."""
    return settings.AUTH_MODE == "accounts" and viewer.is_administrator


def person_asked_for(viewer: User, name: str) -> User | None:
    """404 for somebody whose metrics are none of the viewer's business."""
    if not sees_everybody(viewer):
        if name and name != viewer.username:
            raise Http404
        return viewer
    return get_object_or_404(User, username=name) if name else None


def read_filters(viewer: User, form: FilterForm) -> Asked:
    """What can be read of the form; what is wrong is left out, and said by the form itself."""
    form.is_valid()
    data = form.cleaned_data
    person = person_asked_for(viewer, data.get("person", ""))
    name = data.get("period") or DEFAULT
    first: datetime | None = None
    if name == "all":
        first = scoped_rollups(person).aggregate(first=Min("start"))["first"]
    period = period_of(name, timezone.now(), first)
    rest = {key: data.get(key, "") for key in ("model", "routing", "prompt")}
    return Asked(viewer, person, period, **rest)


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    is_selected: bool


def choices(asked: Asked) -> dict[str, list[Choice]]:
    """What there is to choose from: everything that was ever measured here, and what is chosen."""
    names = ("model_name", "routing_profile", "prompt_profile_name")
    # The triples are few, the rows many: the database tells them apart.
    found = list(scoped_rollups(asked.person).order_by().values_list(*names).distinct())
    models, routings, prompts = zip(*found, strict=True) if found else ((), (), ())
    return {
        "models": _options(models, asked.model, {}),
        "routings": _options(routings, asked.routing, routing_labels()),
        "prompts": _options([name or NO_PROFILE for name in prompts], asked.prompt, {}),
        "people": _people(asked),
    }


def _options(values: Iterable[str], chosen: str, labels: dict[str, str]) -> list[Choice]:
    there = sorted({*values, chosen} - {""}, key=str.casefold)
    return [Choice(value, labels.get(value, value), value == chosen) for value in there]


def _people(asked: Asked) -> list[Choice]:
    if not sees_everybody(asked.viewer):
        return []
    names = User.objects.order_by("username").values_list("username", flat=True)[:PEOPLE_SHOWN]
    return _options(list(names), asked.person.username if asked.person else "", {})


def routing_labels() -> dict[str, str]:
    return {name: strategy.label for name, strategy in STRATEGIES.items()}
