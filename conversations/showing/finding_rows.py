"""Lists of people's rows: found by their id or by whose they are, each by its index, and shown
without what people wrote."""

from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst

from chatstudio.base.admin_lists import QuickList, ReadOnly, Rows
from chatstudio.models import User
from conversations.models import Conversation, DataSource, Memory


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None


class ByIdOrPerson[M: Model](Rows[M]):
    sortable_by = ()
    list_select_related = ("owner",)
    search_fields = ("public_id",)
    search_help_text = "The id, as its address has it, or a person's name"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[M], search_term: str
    ) -> tuple[QuerySet[M], bool]:
        """By one index or the other."""
        if not search_term.strip():
            return queryset, False
        if key := as_uuid(search_term):
            return queryset.filter(public_id=key), False
        people = User.objects.filter(username=search_term.strip()).values_list("id", flat=True)
        return queryset.filter(owner_id__in=list(people)), False


class FactsRoom[M: Conversation | DataSource | Memory](ByIdOrPerson[M], ReadOnly[M], QuickList[M]):
    """For support. What people wrote is in `words`, which are not read; headings would show the
    first of them."""

    words: tuple[str, ...]

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        return super().get_queryset(request).defer(*self.words)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> M | None:
        row = super().get_object(request, object_id, from_field)
        if row is not None:  # nothing here is saved
            setattr(row, self.words[0], f"{capfirst(self.opts.verbose_name)} {row.public_id}")
        return row
