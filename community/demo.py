from django.contrib.auth import get_user_model

BESIDES_PERSONAS = ("Noemi Rossetti", "Safia Rahmani")


def load() -> None:
    """The demo's mediators: two personas, and two who mediate where no persona is."""
    people = get_user_model().objects
    people.get(username="demo.mediator").give_role("community.mediator", by=None)
    for name in BESIDES_PERSONAS:
        people.get(display_name=name).give_role("community.mediator", by=None)
    for role in ("community.mediator", "community.mediation_coordinator"):
        people.get(username="demo.mediator2").give_role(role, by=None)
