"""A building with a number of tickets, and how many queries its tenant's pages make; run by `manage.py shell`."""

from __future__ import annotations

from uuid import uuid4

PATHS = ("/casa/", "/manutenzione/")


def build(tickets: int) -> None:
    """Fill an empty database and print one line for each page: its path and its number of queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import translation

    from manutenzione.tickets.models import Ticket
    from portal.events.dispatch import drain
    from portal.testing.factories import BuildingFactory, CommonAreaFactory, tenant_of

    translation.activate("it")
    building = BuildingFactory()
    places = [CommonAreaFactory(building=building) for _ in range(5)]
    tenant = tenant_of(building, username="demo.tenant", display_name="Samira", language="it")
    neighbours = [tenant_of(building) for _ in range(4)]
    for number in range(tickets):
        Ticket.report(
            by=[tenant, *neighbours][number % 5],
            client_id=uuid4(),
            area=places[number % len(places)],
            category="lighting",
            urgency="P3",
            text=f"The light of the stairs does not come on ({number}).",
        )
    drain()
    client = Client(SERVER_NAME="localhost")
    client.force_login(tenant)
    for path in PATHS:
        client.get(path)  # what a process looks up once
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        print(path, len(queries))
