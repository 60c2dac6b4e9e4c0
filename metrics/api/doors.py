"""Doors to the figures: what the dashboard shows, and the answers behind it."""

from typing import Literal, cast

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.paging import PageQuery, page_of
from chatstudio.base.api.schemas import READS, Body
from chatstudio.base.api.scopes import READ
from chatstudio.models import User
from metrics.api.metric_shapes import BEHIND, metrics_shape, row_shape
from metrics.api.shapes import MetricRows, Metrics
from metrics.dashboard.filters import Asked, FilterForm, read_filters, sees_everybody
from metrics.dashboard.periods import DEFAULT

router = Router()

FIELDS = {"routing": "profile", "prompt": "prompt_profile"}
"""What the form calls otherwise."""

type Name = Literal["24h", "7d", "30d", "90d", "all"]


class MetricFilters(Body):
    """What is left out is not filtered. `prompt_profile` may be (none)."""

    model: str = Field("", max_length=255)
    profile: str = Field("", max_length=32)
    prompt_profile: str = Field("", max_length=80)


class PeopleFilters(MetricFilters):
    """`everybody` and `person`, a user name, are for administrators of a studio with accounts."""

    everybody: bool = False
    person: str = Field("", max_length=150)


class MetricsQuery(PeopleFilters):
    period: Name = cast(Name, DEFAULT)


class MetricRowsQuery(PeopleFilters, PageQuery):
    period: Name = "all"


@router.get("", auth=READ, response={200: Metrics, **READS})
def metrics(request: HttpRequest, wanted: Query[MetricsQuery]) -> dict[str, object]:
    """Totals, series and groups of a period, compared with the one before: yours, or everybody's.

    The period is that of days or hours of the studio's time zone; today and this hour are in it.
    """
    return metrics_shape(_read_filters(cast(User, request.user), wanted, wanted.period))


@router.get("/rows", auth=READ, summary="Answers one by one", response={200: MetricRows, **READS})
def rows(request: HttpRequest, wanted: Query[MetricRowsQuery]) -> dict[str, object]:
    """What each of your answers took, the newest first; or each of everybody's."""
    found = _read_filters(cast(User, request.user), wanted, wanted.period)
    measured = found.metrics_in_period().select_related("owner", BEHIND)
    page, following = page_of(measured, "created_at", wanted.cursor, wanted.limit)
    return {"rows": [row_shape(row, found) for row in page], "next_cursor": following}


def _read_filters(viewer: User, wanted: PeopleFilters, period: str) -> Asked:
    """As the dashboard's form reads it."""
    person = _person_of(viewer, wanted)
    given = {"period": period, "person": person, "model": wanted.model}
    form = FilterForm(given | {"routing": wanted.profile, "prompt": wanted.prompt_profile})
    found = read_filters(viewer, form)
    if form.errors:
        wrong = {FIELDS.get(name, name): [*map(str, e)] for name, e in form.errors.items()}
        raise ApiError(422, form.sentence, fields=wrong)
    return found


def _person_of(viewer: User, wanted: PeopleFilters) -> str:
    """A user name; empty for everybody."""
    if wanted.everybody and not sees_everybody(viewer):
        raise ApiError(403, "Only administrators of a studio with accounts see everybody's.")
    return wanted.person or ("" if wanted.everybody else viewer.username)
