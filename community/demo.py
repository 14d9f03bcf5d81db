from django.contrib.auth import get_user_model


def load() -> None:
    """The demo's mediators."""
    people = get_user_model().objects
    people.get(username="demo.mediator").give_role("community.mediator", by=None)
    for role in ("community.mediator", "community.mediation_coordinator"):
        people.get(username="demo.mediator2").give_role(role, by=None)
