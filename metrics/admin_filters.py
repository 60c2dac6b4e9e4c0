"""Filters of the metrics' list, quick at a million rows."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from chatstudio.base.admin_lists import AmongTheNewest
from chatstudio.models import User
from conversations.lookup import prompt_profiles_of
from conversations.models import Status
from metrics.models import MetricRollup
from routing.errors import all_errors
from routing.strategies import STRATEGIES

if TYPE_CHECKING:
    Names = list[tuple[str, str]]

PERIODS = {"1": "24 hours", "7": "7 days", "30": "30 days", "90": "90 days"}
MOST_CHOICES = 100


def as_choices(names: Iterable[str]) -> "Names":
    there = sorted({*names} - {""}, key=str.casefold)
    return [(name, name) for name in there[:MOST_CHOICES]]


class ByStatus(AmongTheNewest):
    title = parameter_name = field = "status"
    choices_shown = [(str(value), str(label)) for value, label in Status.choices]


class ByStrategy(AmongTheNewest):
    title, parameter_name, field = "routing profile", "strategy", "strategy"
    choices_shown = [(name, strategy.label) for name, strategy in STRATEGIES.items()]


class ByAge(admin.SimpleListFilter):
    title, parameter_name = "age", "days"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return list(PERIODS.items())

    def queryset[M: Model](self, request: HttpRequest, queryset: QuerySet[M]) -> QuerySet[M]:
        days = self.value()
        if days not in PERIODS:
            return queryset
        return queryset.filter(created_at__gte=timezone.now() - timedelta(days=int(days)))


class ByModel(admin.SimpleListFilter):
    """By its index, so of all times. The names stand in everybody's rollups, which are few."""

    title, parameter_name = "model", "model"

    def lookups(self, request: HttpRequest, model_admin: object) -> "Names":
        rows = MetricRollup.objects.filter(owner__isnull=True).order_by()
        return as_choices(rows.values_list("model_name", flat=True).distinct())

    def queryset[M: Model](self, request: HttpRequest, queryset: QuerySet[M]) -> QuerySet[M]:
        return queryset.filter(model_name=self.value()) if self.value() else queryset


class ByPromptProfile(AmongTheNewest):
    """Those for everybody and one's own: how others name theirs is not told here."""

    title, parameter_name, field = "prompt profile", "prompt", "prompt_profile_name"

    def lookups(self, request: HttpRequest, model_admin: object) -> "Names":
        return as_choices(
            prompt_profiles_of(cast(User, request.user)).values_list("name", flat=True)
        )


class ByErrorCode(AmongTheNewest):
    title, parameter_name, field = "error code", "error", "error_code"
    choices_shown = [(code, code) for code in sorted(all_errors())]


AMONG_THE_NEWEST = {
    one.parameter_name for one in (ByStatus, ByStrategy, ByPromptProfile, ByErrorCode)
}
