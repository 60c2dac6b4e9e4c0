"""Each person's rows of the hours become rows of the days: a year is read in a tenth of the time.

They are made anew from the metrics, the newest day first, behind the back of the server that starts
next (`catching_up`); adding up the old ones here would take longer.
"""

from django.db import migrations, models


def forget_hours(apps, schema_editor) -> None:
    apps.get_model("metrics", "MetricRollup").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("metrics", "0003_figures_of_several_rounds")]

    operations = [
        migrations.RunPython(forget_hours, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="metricrollup", name="one_rollup_an_hour"),
        migrations.AddConstraint(
            model_name="metricrollup",
            constraint=models.UniqueConstraint(
                fields=(
                    *("owner", "start", "model_name", "routing_profile", "prompt_profile_name"),
                ),
                name="one_rollup_a_day_each",
            ),
        ),
    ]
