from django.db import migrations


class Migration(migrations.Migration):
    """What the database itself demands of the journal: put by 0033, whose columns it speaks of by now."""

    dependencies = [
        ("portal", "0028_ledger"),
    ]

    operations = []
