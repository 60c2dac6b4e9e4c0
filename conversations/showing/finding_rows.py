"""How a person's row is found in a long list: by its id or by whose it is, each by its index."""

from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from chatstudio.base.admin_lists import Rows
from chatstudio.models import User


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
