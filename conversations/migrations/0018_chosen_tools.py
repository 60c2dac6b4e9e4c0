from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("conversations", "0017_unread_answers"),
    ]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="by_api",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="conversation",
            name="chosen_tools",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="promptprofile",
            name="chosen_tools",
            field=models.JSONField(blank=True, null=True),
        ),
    ]
