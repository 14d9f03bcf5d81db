from django.db import migrations

from portal.ledger.guards import ENTRIES, POSTINGS


def guard(apps, schema_editor):
    POSTINGS.put(schema_editor)
    ENTRIES.put(schema_editor)


def unguard(apps, schema_editor):
    ENTRIES.take_away(schema_editor)
    POSTINGS.take_away(schema_editor)


class Migration(migrations.Migration):
    """What the database itself demands of the journal."""

    dependencies = [
        ("portal", "0028_ledger"),
    ]

    operations = [
        migrations.RunPython(guard, unguard),
    ]
