from django.contrib.auth import get_user_model


def load() -> None:
    """The demo's treasurer and approver."""
    people = get_user_model().objects
    people.get(username="demo.treasurer").give_role("risparmio.treasurer", by=None)
    people.get(username="demo.approver").give_role("risparmio.approver", by=None)
