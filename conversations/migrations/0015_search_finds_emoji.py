from django.db import migrations


class Migration(migrations.Migration):
    """After migrations of this app the search's index is made anew; it holds emoji from here on."""

    dependencies = [
        ("conversations", "0014_how_models_use_tools"),
    ]

    operations: list[migrations.operations.base.Operation] = []
