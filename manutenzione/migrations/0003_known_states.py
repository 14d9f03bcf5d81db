from django.db import migrations, models

STATES = ["submitted", "triaged", "on_hold", "resolved", "closed", "rejected", "cancelled"]
URGENCIES = ["P0", "P1", "P2", "P3", "P4"]


class Migration(migrations.Migration):
    """The database itself refuses a state that the workflow does not know: nothing could lead out of it."""

    dependencies = [("manutenzione", "0002_response_targets")]

    operations = [
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(state__in=STATES), name="ticket_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(urgency__in=URGENCIES), name="ticket_urgency_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticketchange",
            constraint=models.CheckConstraint(
                condition=models.Q(to_state__in=STATES), name="ticket_change_state_is_known"
            ),
        ),
    ]
