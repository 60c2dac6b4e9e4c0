from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from chatstudio.base.admin_lists import AmongTheNewest, QuickList, ReadOnly
from conversations.features.data.registering import remove
from conversations.models import DataSource
from conversations.showing.finding_rows import ByIdOrPerson


class ByKind(AmongTheNewest):
    title = parameter_name = field = "kind"
    choices_shown = [(str(value), str(label)) for value, label in DataSource.Kind.choices]


class ByStatus(AmongTheNewest):
    title = parameter_name = field = "status"
    choices_shown = [(str(value), str(label)) for value, label in DataSource.Status.choices]


@admin.register(DataSource)
class DataSourceAdmin(ByIdOrPerson[DataSource], ReadOnly[DataSource], QuickList[DataSource]):
    """Facts, and a way to make room. A file's name, what is in it and what was wrong with it are
    its owner's."""

    list_display = ("public_id", "owner", "kind", "status", "size", "rows", "created_at")
    list_filter = (ByKind, ByStatus)
    actions = None  # removing many at once would ask with their names
    fields = ("public_id", "owner", "kind", "status", "size", "rows", "created_at", "touched_at")
    readonly_fields = ("size",)

    @admin.display(description="size")
    def size(self, row: DataSource) -> str:
        return filesizeformat(row.size_bytes)

    def get_queryset(self, request: HttpRequest) -> QuerySet[DataSource]:
        return super().get_queryset(request).defer("name", "tables", "error")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> DataSource | None:
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            row.name = f"Data source {row.public_id}"  # for headings; nothing here is saved
        return row

    def has_delete_permission(self, request: HttpRequest, obj: DataSource | None = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def delete_model(self, request: HttpRequest, obj: DataSource) -> None:
        """As its owner's page does it: the files go too."""
        remove(obj)
