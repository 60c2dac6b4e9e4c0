from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CONVERSATIONS_AT_ONCE = 500
COUNT = """
WITH RECURSIVE tree(id, depth) AS (
    SELECT id, 0 FROM conversations_message
    WHERE parent_id IS NULL AND conversation_id BETWEEN %s AND %s
    UNION ALL
    SELECT m.id, tree.depth + 1 FROM tree JOIN conversations_message m ON m.parent_id = tree.id
)
UPDATE conversations_message SET depth = tree.depth FROM tree
WHERE conversations_message.id = tree.id AND tree.depth > 0
"""


def count_depths(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """From the roots of some conversations at a time, by the database itself."""
    keys = apps.get_model("conversations", "Conversation").objects.order_by("id")
    last = 0
    while some := [*keys.filter(id__gt=last).values_list("id", flat=True)[:CONVERSATIONS_AT_ONCE]]:
        last = some[-1]
        with editor.connection.cursor() as cursor:
            cursor.execute(COUNT, [some[0], last])


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0015_search_finds_emoji"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="depth",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["conversation"],
                condition=models.Q(parent__isnull=True),
                name="message_root",
            ),
        ),
        migrations.AddIndex(
            model_name="toolcall",
            index=models.Index(
                condition=models.Q(("decision", "always")),
                fields=["generation", "name"],
                name="tool_call_always",
            ),
        ),
        migrations.RunPython(count_depths, migrations.RunPython.noop),
    ]
