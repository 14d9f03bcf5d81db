"""A phone sends a form again while the first is on its way; two people do what does not go together."""

import uuid

from portal.people.invitations.models import Invitation
from portal.people.invitations.registration import Adult, Entry, register
from portal.people.models import Household, User
from portal.testing.factories import UserFactory

from .letters import letter_for, newcomer


def test_sent_twice_at_once_it_is_one_household(races):
    for turn in range(races.rounds):
        name, email = f"Famiglia {turn}", f"nadia{turn}@abitare.example"
        entry = Entry(name=name, adults=[Adult(name="Nadia", language="it", email=email)])
        client_id = uuid.uuid4()

        def send(entry=entry, client_id=client_id):
            return register([entry], by=None, client_id=client_id)

        first, second = races.together(send, send)
        assert first == second
        assert Household.objects.filter(name=name).count() == 1
        assert User.objects.filter(email=email).count() == 1


def test_a_role_given_at_the_same_moment_leaves_no_letter(races):
    elena = UserFactory(roles=["portal.caseworker"])
    for _ in range(races.rounds):
        paolo = newcomer(display_name="Paolo Neri")
        races.together(
            lambda: letter_for(paolo, by=elena),  # noqa: B023 — ended before the next round
            lambda: type(paolo).objects.get(pk=paolo.pk).give_role("portal.auditor", by=None),  # noqa: B023
        )
        assert not Invitation.objects.open().filter(person=paolo).exists()
