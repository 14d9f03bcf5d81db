from django.core.management import call_command


def publish_and_expire() -> None:
    """What an editor has given a day and an hour goes live, or out of sight, when they have come."""
    call_command("publish_scheduled", verbosity=0)
