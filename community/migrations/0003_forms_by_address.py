from django.db import migrations


class Migration(migrations.Migration):
    """When something was published was asked only to tell what was sent twice; the form's address does that now."""

    dependencies = [
        ("community", "0002_hours_limits"),
    ]

    operations = [
        migrations.RemoveField(model_name="gathering", name="made_at"),
        migrations.RemoveField(model_name="shiftplan", name="made_at"),
    ]
