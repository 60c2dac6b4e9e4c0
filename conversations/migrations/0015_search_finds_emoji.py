from django.db import migrations


class Migration(migrations.Migration):
    """After migrations of this app the search's index is made anew; it holds emoji from here on."""

    dependencies = [
        ("conversations", "0013_what_tools_ask"),
    ]

    operations: list[migrations.operations.base.Operation] = []
