"""A neighbour reads the same, whoever it was: nothing in any answer depends on who reported the fault."""

import re
import uuid

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from manutenzione.testing import contractor, operator, ticket_in
from manutenzione.tickets.models import Ticket, TicketChange
from manutenzione.tickets.search import find_tickets
from manutenzione.tickets.words import State
from portal.events.models import Event
from portal.extensions import NotificationKind, find
from portal.testing.factories import CommonAreaFactory, tenant_of
from portal.uploads.models import Photo, claim
from tests.portal.uploads.pictures import encoded, located_exif, picture, upload

pytestmark = pytest.mark.django_db

TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value|name="client_id" value)="[^"]+"')
UNTOLD = {"Date", "Content-Length", "Set-Cookie", "Content-Security-Policy"}


@pytest.fixture(autouse=True)
def stopped_clock():
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.fixture
def told():
    """A report with a photo and a story in which whoever reported it speaks twice."""
    area = CommonAreaFactory()
    samira = tenant_of(area.building, display_name="Samira Haddad", email="samira@abitare.example")
    ticket = ticket_in(State.RESOLVED, area=area, reporter=samira, text="Il portone cigola")
    draft = uuid.uuid4()
    content = encoded(picture((600, 400)), exif=located_exif())
    Photo.keep(upload(content, "samira-haddad.jpg"), owner=samira, draft=draft, limit=5)
    claim(draft, samira, ticket)
    ticket.reopen(by=samira, note="Cigola ancora")
    ticket.assign(contractor(display_name="Nuredin Hoxha"), by=operator())
    return Ticket.objects.get(pk=ticket.pk)


def _answers(client, person, ticket):
    """All that somebody gets to read about a report: pages with their headers, photos, the search, the news."""
    client.force_login(person)
    photo = ticket.photos.get()
    addresses = [
        ticket.get_absolute_url(),
        reverse("manutenzione:board"),
        reverse("manutenzione:report") + "?danger=no",
        reverse("portal:place", args=[ticket.area.label]),
        reverse("portal:casa"),
        reverse("portal:search") + "?q=cigola",
        reverse("portal:search") + "?q=Samira",
        photo.get_absolute_url(),
        photo.small_url,
    ]
    answers = []
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        headers = {name: value for name, value in answer.headers.items() if name not in UNTOLD}
        answers.append((address, headers, TOKEN.sub(b"", answer.content)))
    news = [
        (event.kind, find(NotificationKind, event.kind).title(event))
        for event in Event.objects.filter(object_id=str(ticket.pk)).order_by("id")
        if find(NotificationKind, event.kind)
    ]
    return [*answers, find_tickets(person, "cigola", 20), news]


def _was_somebody_else(ticket, other):
    """History as it would be, had the other one reported it."""
    samira = ticket.reporter
    Ticket.objects.filter(pk=ticket.pk).update(reporter=other)
    TicketChange.objects.filter(by=samira).update(by=other)
    Event.objects.filter(actor=samira).update(actor=other)
    Photo.objects.filter(owner=samira).update(owner=other)


@pytest.mark.parametrize("who", ["neighbour", "contractor"])
def test_nothing_that_others_read_depends_on_who_reported_it(client, told, who):
    person = told.assignee if who == "contractor" else tenant_of(told.building)
    bruno = tenant_of(told.building, display_name="Bruno Neri", email="bruno@abitare.example")
    before = _answers(client, person, told)

    _was_somebody_else(told, bruno)

    for then, now in zip(before, _answers(client, person, Ticket.objects.get(pk=told.pk)), strict=True):
        assert then == now
    assert not any(name in str(before[:6]) for name in ("Samira", "samira"))


def test_the_same_comparison_sees_a_name_where_there_is_one(client, told):
    """Operators do read who it was: so the comparison above can fail."""
    anna, bruno = operator(), tenant_of(told.building, display_name="Bruno Neri")
    before = _answers(client, anna, told)

    _was_somebody_else(told, bruno)

    assert _answers(client, anna, Ticket.objects.get(pk=told.pk)) != before
