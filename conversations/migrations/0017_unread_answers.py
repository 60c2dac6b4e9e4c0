from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0016_depth_of_messages"),
    ]

    operations = [
        # Nullable and without a default: a column more, where SQLite would else copy the table.
        migrations.AddField(
            model_name="conversation",
            name="unread_since",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
