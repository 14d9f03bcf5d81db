"""How many queries a page makes: never more than the budget, never more than is written down, whatever it lists.

`PORTAL_FREEZE=1 pytest tests/access/test_budgets.py` writes the figures of today into query_budgets.txt.
"""

import os
import uuid
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.extensions import DashboardCard, SearchSource, declared

from .pages import address, pages

FROZEN = Path(__file__).with_name("query_budgets.txt")
PAGE, HOME, CARD, SOURCE = 15, 8, 3, 4
# Pages that list tickets, with those who see them there.
LISTS_OF_TICKETS = [
    ("portal:casa", "tenant"),
    ("portal:casa", "maintenance"),
    ("portal:day", "maintenance"),
    ("portal:day", "auditor"),
    ("manutenzione:board", "tenant"),
    ("manutenzione:board", "maintenance"),
    ("manutenzione:triage", "maintenance"),
    ("manutenzione:triage", "auditor"),
]
# Pages that list people's letters.
LISTS_OF_THREADS = [("portal:day", "caseworker"), ("portal:letterbox", "caseworker")]
LISTS_OF_LETTERS = [("portal:write", "tenant"), ("portal:casa", "tenant"), ("portal:thread", "caseworker")]


def queries(world, persona, path) -> int:
    """What the page costs whoever has been here before: what is read once and then remembered is not the page's."""
    world.ask_again(persona, "get", path)
    return asked(world, persona, path)


def asked(world, persona, path) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = world.ask_again(persona, "get", path)
    assert answer.status_code == 200, f"{path} is no page for {persona}"
    return len(
        [
            query
            for query in captured
            if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN"))
        ]
    )


def limit(name: str) -> int:
    if name in ("portal:casa", "portal:day"):
        place = "home" if name == "portal:casa" else "day"
        return HOME + CARD * len([card for card in declared(DashboardCard) if card.place == place])
    return PAGE


def measured(world) -> dict[str, int]:
    """The most that any persona's page of that name costs."""
    found: dict[str, int] = {}
    known = {} if os.environ.get("PORTAL_FREEZE") else frozen()
    for name, persona, path in pages(world, all_personas=True):
        count = asked(world, persona, path)
        if count > known.get(name, -1):
            # Some of it is read once and then remembered, and forgotten after a minute: not twice running.
            count = min(queries(world, persona, path), queries(world, persona, path))
        found[name] = max(found.get(name, 0), count)
    return found


def frozen() -> dict[str, int]:
    lines = (line.split() for line in FROZEN.read_text().splitlines() if line and not line.startswith("#"))
    return {name: int(count) for name, count in lines}


def test_no_page_makes_more_queries_than_it_may(world):
    counts = measured(world)

    assert {name: count for name, count in counts.items() if count > limit(name)} == {}
    if os.environ.get("PORTAL_FREEZE"):
        lines = [f"{name:45} {count}\n" for name, count in sorted(counts.items())]
        FROZEN.write_text(
            "# The most queries that a page makes for any persona of the demo.\n" + "".join(lines)
        )
    more = {
        name: f"{count}, was {frozen().get(name)}"
        for name, count in counts.items()
        if count > frozen().get(name, -1)
    }
    assert more == {}, "more queries than query_budgets.txt says"


@pytest.mark.parametrize("persona", [None, "tenant", "maintenance"])
def test_a_search_costs_no_more_than_a_page_and_what_its_sources_may(world, persona):
    found = queries(world, persona, f"{address('portal:search', [])}?q=luce")

    assert found <= PAGE + SOURCE * (len(declared(SearchSource)) - 1)


@pytest.mark.parametrize(("name", "persona"), LISTS_OF_TICKETS)
def test_a_long_list_costs_no_more_queries_than_a_short_one(world, name, persona):
    path = address(name, [])
    before = queries(world, persona, path)
    Ticket = apps.get_model("manutenzione", "Ticket")
    with transaction.atomic():
        area = world.tenants_home.common_areas.first()
        Ticket.objects.bulk_create(
            Ticket(
                number=500_000 + number,
                client_id=uuid.uuid4(),
                building=world.tenants_home,
                area=area,
                category="lighting",
                urgency="P2",
                text="La luce non si accende.",
                reporter=world.users["tenant"],
                assignee=world.users["maintenance"],
            )
            for number in range(1000)
        )
        after = queries(world, persona, path)
        transaction.set_rollback(True)

    assert after == before


@pytest.mark.parametrize(("name", "persona"), LISTS_OF_THREADS + LISTS_OF_LETTERS)
def test_many_letters_cost_no_more_queries_than_few(world, name, persona):
    path = address(name, [world.tenants_thread.pk] if name == "portal:thread" else [])
    Thread, Letter = apps.get_model("portal", "Thread"), apps.get_model("portal", "Letter")
    with transaction.atomic():
        world.ask_again(persona, "get", path)
        # What is read once and noted down so is read now: of one's own, and for the agency.
        Letter.objects.update(read_at=world.tenants_thread.created_at)
        _many_letters(Letter, world, 2)
        before = queries(world, persona, path)
        _many_letters(Letter, world, 300)
        people = get_user_model().objects.bulk_create(
            get_user_model()(username=f"writes-{number}", display_name=f"Persona {number}")
            for number in range(1000)
        )
        Thread.objects.bulk_create(
            Thread(person=person, state="waiting", caseworker=world.users["caseworker"]) for person in people
        )
        after = queries(world, persona, path)
        transaction.set_rollback(True)

    assert after == before


def _many_letters(Letter, world, how_many):
    Letter.objects.bulk_create(
        Letter(
            thread=world.tenants_thread,
            client_id=uuid.uuid4(),
            author=world.users["caseworker" if number % 2 else "tenant"],
            from_agency=bool(number % 2),
            text="Ci vediamo mercoledì.",
            read_at=world.tenants_thread.created_at,
        )
        for number in range(how_many)
    )
