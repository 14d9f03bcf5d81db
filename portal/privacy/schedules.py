"""What the exemptions promise: what has served is deleted."""

from django.core.management import call_command


def delete_ended_sessions() -> None:
    call_command("clearsessions")


def delete_old_task_results() -> None:
    call_command("prune_db_task_results", verbosity=0)
