"""Lists of the administration that stay quick at a million rows: nothing counts a whole table."""

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

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
        if not self.value():
            return queryset
        newest = (
            queryset.model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
        )
        first = (newest or 0) - self.NEWEST
        return queryset.filter(**{self.field: self.value()}, pk__gt=first).order_by("-pk")


class QuickList[M: Model](Rows[M]):
    """For a table that may have a million rows. Filters have fixed choices or an index; a facet or
    a date hierarchy would count everything."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 50
    ordering: ClassVar[tuple[str, ...]] = ("-id",)


class ReadOnly[M: Model](Rows[M]):
    """To look at: these rows are written by the program alone."""

    def has_add_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False
