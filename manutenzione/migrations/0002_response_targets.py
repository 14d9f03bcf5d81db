from django.db import migrations

# urgency: first answer, its unit, done, its unit. P4 goes by plan and has no target.
_DEFAULTS = {
    "P0": (1, "hours", 2, "hours"),
    "P1": (4, "hours", 24, "hours"),
    "P2": (1, "working_days", 5, "working_days"),
    "P3": (3, "working_days", 30, "days"),
}


def add_defaults(apps, schema_editor):
    apps.get_model("manutenzione", "ResponseTarget").objects.bulk_create(
        apps.get_model("manutenzione", "ResponseTarget")(
            urgency=urgency, first_answer=first, first_answer_unit=first_unit, done=done, done_unit=done_unit
        )
        for urgency, (first, first_unit, done, done_unit) in _DEFAULTS.items()
    )


class Migration(migrations.Migration):
    """How soon the agency answers and repairs, until it decides otherwise in its registers."""

    dependencies = [("manutenzione", "0001_initial")]
    operations = [migrations.RunPython(add_defaults, migrations.RunPython.noop)]
