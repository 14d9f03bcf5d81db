"""A phone sends a form again while the first is on its way."""

import uuid

from portal.people.invitations.registration import Adult, Entry, register
from portal.people.models import Household, User


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
