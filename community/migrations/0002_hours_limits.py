from django.db import migrations

# [rule] ten hours received, twenty given. The pot gives no more than it has.
LIMITS = {"person": (-600, 1200), "organization": (-600, 1200), "pot": (0, None)}


def fill(apps, schema_editor):
    HoursLimits = apps.get_model("community", "HoursLimits")
    for kind, (lowest, highest) in LIMITS.items():
        HoursLimits.objects.get_or_create(kind=kind, defaults={"lowest": lowest, "highest": highest})


class Migration(migrations.Migration):
    """How far accounts may go, until an administrator says otherwise."""

    dependencies = [
        ("community", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
