"""A town with a desk, as the tests of appointments need it."""

import uuid
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.desk.appointments.counters import AppointmentTopic, Counter, CounterShift
from portal.desk.appointments.models import Appointment, WaitingPlace
from portal.desk.appointments.slots import quarter_of
from portal.desk.models import OpeningHours
from portal.testing.factories import DeskFactory, UserFactory

ROME = ZoneInfo("Europe/Rome")
# A Monday at seven in the morning; the desk opens at nine.
MONDAY = datetime(2027, 3, 1, 7, 0, tzinfo=ROME)


def desk_open(opens=time(9), closes=time(12, 30), *, days=range(7), counters=1, **fields):
    """A desk that is open at those times on those days, with so many counters."""
    desk = DeskFactory(**fields)
    for weekday in days:
        OpeningHours.objects.create(desk=desk, weekday=weekday, opens=opens, closes=closes)
    for number in range(counters):
        Counter.objects.create(desk=desk, name=f"Sportello {number + 1}", position=number)
    return desk


def speaks(counter, weekday, *languages, staff=None):
    return CounterShift.objects.create(counter=counter, weekday=weekday, languages=languages, staff=staff)


def topic_of(quarters=2, slug="isee", **fields):
    return AppointmentTopic.objects.create(slug=slug, name=slug.capitalize(), quarters=quarters, **fields)


def at(day, clock, fold=0):
    """The quarter-hour in which that time of a day in Rome lies: `at(MONDAY.date(), "09:15")`."""
    hour, minute = map(int, clock.split(":"))
    return quarter_of(datetime.combine(day, time(hour, minute, fold=fold), ROME))


def book(desk, topic, quarter, **told):
    told = {"name": "Giulia Ferri", "email": f"g{uuid.uuid4().hex[:6]}@abitare.example", **told}
    told.setdefault("client_id", uuid.uuid4())
    return Appointment.book(desk=desk, topic=topic, quarter=quarter, **told)


def wait(desk, topic, **told):
    told = {"name": "Carmen Soto", "email": f"c{uuid.uuid4().hex[:6]}@abitare.example", **told}
    return WaitingPlace.join(client_id=uuid.uuid4(), desk=desk, topic=topic, **told)


def keeper():
    return UserFactory(roles=["portal.caseworker"])


def tomorrow(day=MONDAY):
    return (day + timedelta(days=1)).date()
