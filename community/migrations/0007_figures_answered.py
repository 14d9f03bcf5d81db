from django.db import migrations, models
from django.db.models import Q


def say_who_said_it(apps, schema_editor):
    """Until now only the first of the two said it, or both said the same."""
    exchanges = apps.get_model("community", "Exchange").objects
    exchanges.filter(giver_minutes__isnull=False).update(stated_side="giver")
    exchanges.filter(giver_minutes=None, receiver_minutes__isnull=False).update(stated_side="receiver")


class Migration(migrations.Migration):
    dependencies = [("community", "0006_called_off_because")]

    operations = [
        migrations.AddField(
            model_name="exchange",
            name="stated_side",
            field=models.CharField(blank=True, default="", editable=False, max_length=8),
            preserve_default=False,
        ),
        migrations.RunPython(say_who_said_it, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="exchange",
            constraint=models.CheckConstraint(
                condition=~Q(state="done")
                | Q(stated_side="giver", giver_minutes__isnull=False)
                | Q(stated_side="receiver", receiver_minutes__isnull=False),
                name="exchange_done_says_how_long",
            ),
        ),
    ]
