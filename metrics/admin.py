"""The metrics' list, quick at a million rows."""

from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from typing import cast

from asgiref.sync import sync_to_async
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone

from chatstudio.base.admin_lists import AmongTheNewest, QuickList, ReadOnly
from chatstudio.base.spreadsheet import csv_line
from chatstudio.models import User
from conversations.lookup import prompt_profiles_of
from conversations.models import Status
from metrics.models import ChatMetric, MetricRollup
from routing.errors import all_errors
from routing.strategies import STRATEGIES

type Names = list[tuple[str, str]]
type Values = tuple[object, ...]

ROWS_AT_ONCE = 2000
# All there are, whatever is added; the generation leads to what somebody wrote.
NAMES = [field.name for field in ChatMetric._meta.concrete_fields]
FIELDS = [name for name in NAMES if name not in ("id", "generation")]
PERIODS = {"1": "24 hours", "7": "7 days", "30": "30 days", "90": "90 days"}
MOST_CHOICES = 100


def as_choices(names: Iterable[str]) -> Names:
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

    def lookups(self, request: HttpRequest, model_admin: object) -> Names:
        return list(PERIODS.items())

    def queryset[M: Model](self, request: HttpRequest, queryset: QuerySet[M]) -> QuerySet[M]:
        days = self.value()
        if days not in PERIODS:
            return queryset
        return queryset.filter(created_at__gte=timezone.now() - timedelta(days=int(days)))


class ByModel(admin.SimpleListFilter):
    """By its index, so of all times. The names stand in everybody's rollups, which are few."""

    title, parameter_name = "model", "model"

    def lookups(self, request: HttpRequest, model_admin: object) -> Names:
        rows = MetricRollup.objects.filter(owner__isnull=True).order_by()
        return as_choices(rows.values_list("model_name", flat=True).distinct())

    def queryset[M: Model](self, request: HttpRequest, queryset: QuerySet[M]) -> QuerySet[M]:
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(model_name=self.value())


class ByPromptProfile(AmongTheNewest):
    """Those for everybody and one's own: how others name theirs is not told here."""

    title, parameter_name, field = "prompt profile", "prompt", "prompt_profile_name"

    def lookups(self, request: HttpRequest, model_admin: object) -> Names:
        return as_choices(
            prompt_profiles_of(cast(User, request.user)).values_list("name", flat=True)
        )


class ByErrorCode(AmongTheNewest):
    title, parameter_name, field = "error code", "error", "error_code"
    choices_shown = [(code, code) for code in sorted(all_errors())]


AMONG_THE_NEWEST = {
    one.parameter_name for one in (ByStatus, ByStrategy, ByPromptProfile, ByErrorCode)
}


@admin.register(ChatMetric)
class ChatMetricAdmin(ReadOnly[ChatMetric], QuickList[ChatMetric]):
    list_display = (
        "created_at",
        "owner",
        "model_name",
        "strategy",
        "status",
        "error_code",
        "output_tokens",
        "time_to_first_token_ms",
        "duration_ms",
        "tokens_per_second",
    )
    list_filter = (ByAge, ByStatus, ByStrategy, ByModel, ByPromptProfile, ByErrorCode)
    list_select_related = ("owner",)
    fields = tuple(FIELDS)
    search_fields = ("model_name",)
    search_help_text = "A model's name, or a person's, in full"
    sortable_by = ()
    actions = ("download_csv",)
    change_list_template = "admin/metrics/chatmetrics.html"

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Whichever the index in use has: that of the times, or for a few of the newest the rows'
        own order, which is the same but for moments."""
        is_few = AMONG_THE_NEWEST & request.GET.keys()
        return ("-id",) if is_few else ("-created_at", "-id")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ChatMetric], search_term: str
    ) -> tuple[QuerySet[ChatMetric], bool]:
        """By one index or the other; a search for both at once would read everything."""
        wanted = search_term.strip()
        if not wanted:
            return queryset, False
        people = list(get_user_model().objects.filter(username=wanted).values_list("id", flat=True))
        if people:
            return queryset.filter(owner_id__in=people), False
        return queryset.filter(model_name=wanted), False

    @admin.action(description="Download the selected metrics as CSV")
    def download_csv(
        self, request: HttpRequest, queryset: QuerySet[ChatMetric]
    ) -> StreamingHttpResponse:
        lines = csv_lines(queryset, FIELDS)
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="metrics.csv"'
        return response


async def csv_lines(queryset: QuerySet[ChatMetric], names: list[str]) -> AsyncIterator[str]:
    """However many they are, in short queries: a slow reader holds neither memory nor a cursor."""
    columns = ["id", *("owner__username" if name == "owner" else name for name in names)]
    rows = queryset.order_by("-id").values_list(*columns)
    yield csv_line(names)
    while batch := await sync_to_async(_batch)(rows):
        yield "".join(csv_line(values) for _, *values in batch)
        rows = rows.filter(id__lt=batch[-1][0])


def _batch(rows: QuerySet[ChatMetric, Values]) -> list[Values]:
    return list(rows[:ROWS_AT_ONCE])
