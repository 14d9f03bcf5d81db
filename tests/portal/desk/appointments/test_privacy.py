"""What an account may take along and erase: its own rows, and nobody's who shares its number or its address."""

import pytest
import time_machine

from portal.desk.appointments.models import Appointment, WaitingPlace
from portal.desk.appointments.privacy import (
    erase_appointments,
    erase_waiting,
    export_appointments,
    export_waiting,
)
from portal.testing.factories import UserFactory

from .town import MONDAY, at, book, desk_open, tomorrow, topic_of, wait

pytestmark = pytest.mark.django_db


@time_machine.travel(MONDAY, tick=False)
def test_whoever_shares_a_number_or_an_address_is_neither_told_nor_erased():
    desk, topic = desk_open(), topic_of()
    marco = UserFactory(email="casa@abitare.example", phone="+390200005001")
    own = book(desk, topic, at(tomorrow(), "09:00"), person=marco, by=marco, reason="ISEE")
    hers = {"email": "casa@abitare.example", "phone": "+390200005001", "reason": "Devo andare via"}
    booked, waits = book(desk, topic, at(tomorrow(), "10:00"), **hers), wait(desk, topic, **hers)

    assert [row["receipt"] for row in export_appointments(marco)] == [own.receipt]
    assert not list(export_waiting(marco))
    assert (erase_appointments(marco), erase_waiting(marco)) == (1, 0)
    assert Appointment.objects.get() == booked
    assert WaitingPlace.objects.get() == waits
