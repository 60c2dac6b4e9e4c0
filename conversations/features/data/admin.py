from django.contrib import admin
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from chatstudio.base.admin_lists import AmongTheNewest
from conversations.features.data.registering import remove
from conversations.models import DataSource
from conversations.showing.finding_rows import FactsRoom


class ByKind(AmongTheNewest):
    title = parameter_name = field = "kind"
    choices_shown = [(str(value), str(label)) for value, label in DataSource.Kind.choices]


class ByStatus(AmongTheNewest):
    title = parameter_name = field = "status"
    choices_shown = [(str(value), str(label)) for value, label in DataSource.Status.choices]


@admin.register(DataSource)
class DataSourceAdmin(FactsRoom[DataSource]):
    """Facts, and a way to make room. A file's name, what is in it and what was wrong with it are
    its owner's."""

    words = ("name", "tables", "error")
    list_display = ("public_id", "owner", "kind", "status", "size", "rows", "created_at")
    list_filter = (ByKind, ByStatus)
    actions = None  # removing many at once would ask with their names
    fields = ("public_id", "owner", "kind", "status", "size", "rows", "created_at", "touched_at")
    readonly_fields = ("size",)

    @admin.display(description="size")
    def size(self, row: DataSource) -> str:
        return filesizeformat(row.size_bytes)

    def has_delete_permission(self, request: HttpRequest, obj: DataSource | None = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def delete_model(self, request: HttpRequest, obj: DataSource) -> None:
        """As its owner's page does it: the files go too."""
        remove(obj)
