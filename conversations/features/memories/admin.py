from django.contrib import admin

from chatstudio.base.admin_lists import AmongTheNewest
from conversations.models import Memory
from conversations.showing.content_room import ContentRoom, Reading, Words
from conversations.showing.finding_rows import FactsRoom


class BySwitch(AmongTheNewest):
    title, parameter_name, field = "switch", "on", "is_enabled"
    choices_shown = [("True", "Switched on"), ("False", "Switched off")]


@admin.register(Memory)
class MemoryAdmin(ContentRoom[Memory], FactsRoom[Memory]):
    """Facts for support. What somebody wants remembered is behind the door of their words."""

    words = ("text",)
    list_display = ("public_id", "owner", "is_enabled", "is_proposed", "created_at")
    list_filter = (BySwitch,)
    fields = ("public_id", "owner", "is_enabled", "is_proposed", "created_at", "updated_at")
    readonly_fields = ("is_proposed",)

    @admin.display(description="proposed by a model", boolean=True)
    def is_proposed(self, row: Memory) -> bool:
        return row.source_id is not None

    def owner_id_of(self, row: Memory) -> int:
        return row.owner_id

    def read(self, row: Memory, before: str) -> Reading:
        text = Memory.objects.values_list("text", flat=True).get(pk=row.pk)
        return Reading([Words("Memory", text)])
