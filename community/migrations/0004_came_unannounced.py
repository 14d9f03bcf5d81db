from django.db import migrations, models
from django.db.models import Q

TO_CONFIRM = Q(state="attended", is_vouched=False)


class Migration(migrations.Migration):
    """Who is in something only because they were there; and what waits for a witness, which every home page asks."""

    dependencies = [
        ("community", "0003_forms_by_address"),
    ]

    operations = [
        migrations.AddField("answer", "came_unannounced", models.BooleanField(default=False, editable=False)),
        migrations.AddField(
            "shiftplace", "came_unannounced", models.BooleanField(default=False, editable=False)
        ),
        migrations.AddIndex(
            "answer", models.Index(fields=["gathering"], condition=TO_CONFIRM, name="answer_to_confirm")
        ),
        migrations.AddIndex(
            "shiftplace",
            models.Index(fields=["shift"], condition=TO_CONFIRM, name="shift_place_to_confirm"),
        ),
    ]
