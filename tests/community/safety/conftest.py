import pytest

from manutenzione.testing import ticket_in
from manutenzione.tickets.models import Ticket
from portal.testing.factories import BuildingFactory, CommonAreaFactory, tenant_of


@pytest.fixture
def building():
    return BuildingFactory()


@pytest.fixture
def author(building):
    return tenant_of(building, display_name="Aldo Bianchi")


@pytest.fixture
def neighbour(building):
    return tenant_of(building)


@pytest.fixture
def post(monkeypatch, author, building):
    """Something that can be reported, stands in an area, and can be hidden."""
    monkeypatch.setattr(Ticket, "reportable_author", property(lambda ticket: ticket.reporter), raising=False)
    monkeypatch.setattr(Ticket, "reportable_text", property(lambda ticket: ticket.text), raising=False)
    monkeypatch.setattr(
        Ticket, "municipality", property(lambda ticket: ticket.building.municipality), raising=False
    )
    monkeypatch.setattr(
        Ticket,
        "hide",
        lambda ticket, *, by: Ticket.objects.filter(pk=ticket.pk).update(text=""),
        raising=False,
    )
    monkeypatch.setattr(
        Ticket,
        "restore",
        lambda ticket, *, by: Ticket.objects.filter(pk=ticket.pk).update(text="Di nuovo"),
        raising=False,
    )
    return ticket_in(reporter=author, area=CommonAreaFactory(building=building), text="Dammi dei soldi")
