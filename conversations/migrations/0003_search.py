from django.db import migrations

from conversations.features.search import index


def create_tables(apps, schema_editor):
    index.create_tables()


def drop_tables(apps, schema_editor):
    index.drop_tables()


class Migration(migrations.Migration):
    """The tables of the search index. Its triggers are put up, and it is filled, when all
    migrations are done: see conversations/apps.py."""

    dependencies = [("conversations", "0002_memories_and_summaries")]

    operations = [migrations.RunPython(create_tables, drop_tables)]
