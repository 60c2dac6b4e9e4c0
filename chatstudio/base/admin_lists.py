"""Lists of the administration that stay quick at a million rows: nothing counts a whole table."""

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from chatstudio.base.words import group_digits

if TYPE_CHECKING:
    Rows = admin.ModelAdmin
    RowsPaginator = Paginator[Model]
else:
    RowsPaginator = Paginator

    class Rows(admin.ModelAdmin):
        """Takes the type of its rows, as Django's own does in its stubs alone."""

        def __class_getitem__(cls, rows):
            return cls


class AtLeast(int):
    """A count that was given up: there are more."""

    def __str__(self) -> str:
        return f"more than {group_digits(int(self))}"

    __format__ = object.__format__


class BoundedPaginator(RowsPaginator):
    """Counts so many rows and no further. What lies behind them is found by filter or search."""

    MOST = 10_000

    @cached_property
    def count(self) -> int:
        counted: int = self.object_list[: self.MOST + 1].count()  # type: ignore[attr-defined]
        return AtLeast(self.MOST) if counted > self.MOST else counted


class AmongTheNewest(admin.SimpleListFilter):
    """Fixed choices for a column without an index: looked for among the newest rows alone, as a
    rare value would be looked for in all of them otherwise."""

    NEWEST = 100_000
    field = ""
    choices_shown: ClassVar[list[tuple[str, str]]] = []

    def __init_subclass__(cls) -> None:
        cls.title = f"{cls.title} (of the newest {group_digits(cls.NEWEST)})"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return self.choices_shown

    def queryset[M: Model](self, request: HttpRequest, queryset: QuerySet[M]) -> QuerySet[M]:
        if self.value() not in dict(self.lookup_choices):  # what nobody offered says nothing
            return queryset
        newest = (
            queryset.model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
        )
        first = (newest or 0) - self.NEWEST
        return queryset.filter(**{self.field: self.value()}, pk__gt=first).order_by("-pk")


class NamedFilters[M: Model](Rows[M]):
    """Every room of the administration. Django's lists can be filtered by any column that an
    address names, so that a text which no list shows could be guessed letter by letter. Here they
    can be by what stands in `list_filter`; what an address says wrongly is refused."""

    ROW_ID = re.compile(r"[0-9]{1,18}")
    ORDER = re.compile(r"-?[0-9]{1,2}(\.-?[0-9]{1,2}){0,9}|")
    SEARCH_LENGTH = 200

    def lookup_allowed(
        self, lookup: str, value: object, request: HttpRequest | None = None
    ) -> bool:
        for one in self.list_filter:
            if isinstance(one, str) and lookup in (f"{one}__exact", f"{one}__isnull"):
                return "\0" not in str(value)
            if lookup == getattr(one, "parameter_name", None):
                return True
        return False

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        return to_field == self.opts.pk.name

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        order = request.GET.get("o", "")
        if not self.ORDER.fullmatch(order) or (order and not self.get_sortable_by(request)):
            raise BadRequest("This list has no such order.")
        if len(request.GET.get("q", "")) > self.SEARCH_LENGTH:
            raise BadRequest("Search for fewer words.")
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(self.ROW_ID.fullmatch(one) for one in chosen):
            raise BadRequest("These are no rows.")
        return super().changelist_view(request, extra_context)


class QuickList[M: Model](NamedFilters[M]):
    """For a table that may have a million rows. Filters have fixed choices or an index; a facet or
    a date hierarchy would count everything."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 50
    ordering: ClassVar[tuple[str, ...]] = ("-id",)


class ReadOnly[M: Model](NamedFilters[M]):
    """To look at: these rows are written by the program alone."""

    def has_add_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False
