"""The demo's requests to join: one that its organization vouches for, one that waits for its word. All invented."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from portal.events import record
from portal.people.models import Organization, User

from .models import JoinRequest

# Name, address, whether the coordinator has vouched, how many hours ago.
_REQUESTS = (
    ("Beatrice Lombardo", "beatrice@abitare.example", True, 49),
    ("Tarik Benali", "tarik@abitare.example", False, 5),
)


def load() -> None:
    organization = Organization.objects.get(name="Associazione Vicini di Casa")
    organization.about = "Accompagniamo a una visita, facciamo la spesa, aiutiamo con i compiti."
    organization.contact = "Martedì e giovedì dalle 16 alle 19, alla Casa dei Tigli"
    organization.accepts_volunteers = True
    organization.save()
    Organization.objects.filter(name="Parrocchia di San Rocco").update(accepts_volunteers=True)

    coordinator, caseworker = (
        User.objects.get(username=f"demo.{key}") for key in ("coordinator", "caseworker")
    )
    volunteer = organization.members.get(person__username="demo.volunteer")
    volunteer.vouch(by=coordinator)
    volunteer.mark_checked(by=caseworker)

    for number, (name, email, vouched, hours) in enumerate(_REQUESTS, start=1):
        at = timezone.now() - timedelta(hours=hours)
        asked = JoinRequest.objects.create(
            client_id=UUID(int=number, version=4),
            name=name,
            email=email,
            wish=JoinRequest.Wish.VOLUNTEER,
            organization=organization,
            state=JoinRequest.State.WAITING,
            created_at=at,
            confirmed_at=at,
        )
        record("portal.join_request.waiting", asked, at=at)
        record("portal.join_request.for_organization", asked, at=at)
        if vouched:
            asked.vouch(by=coordinator, yes=True)
