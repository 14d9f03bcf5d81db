"""The board of a building and the operators' work list."""

import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from manutenzione.testing import contractor, operator, ticket_in
from manutenzione.tickets.models import Ticket
from manutenzione.tickets.words import State
from portal.testing.factories import BuildingFactory, CommonAreaFactory, UserFactory, tenant_of
from portal.uploads.models import Photo, claim
from tests.manutenzione.tickets.test_report_view import _photo

pytestmark = pytest.mark.django_db

BOARD, WORK = "/manutenzione/", "/manutenzione/lavoro/"


def _moved_out(area):
    """Who has reported a fault and lives there no more."""
    tenant = ticket_in(area=area).reporter
    tenant.household_memberships.get().household.tenancies.update(left_on=timezone.localdate())
    return tenant


def _numbers(answer):
    return {ticket.number for ticket in answer.context["page"]}


# -- the board --------------------------------------------------------------------------------------------------------


def test_the_board_shows_my_building_and_no_other(client):
    area = CommonAreaFactory()
    here, _elsewhere = ticket_in(area=area), ticket_in()
    client.force_login(tenant_of(area.building))

    answer = client.get(BOARD)

    assert _numbers(answer) == {here.number}
    assert f'data-live="manutenzione.board:{area.building_id}"' in answer.content.decode()


def test_the_board_tells_open_finished_and_mine_apart(client):
    area = CommonAreaFactory()
    tenant = tenant_of(area.building)
    mine, closed, open_ = (
        ticket_in(area=area, reporter=tenant),
        ticket_in(State.CLOSED, area=area),
        ticket_in(area=area),
    )
    resolved = ticket_in(State.RESOLVED, area=area)
    client.force_login(tenant)

    assert _numbers(client.get(BOARD)) == {mine.number, open_.number, resolved.number}
    assert _numbers(client.get(f"{BOARD}?show=finished")) == {closed.number}
    assert _numbers(client.get(f"{BOARD}?show=mine")) == {mine.number}


def test_the_board_names_nobody(client):
    area = CommonAreaFactory()
    ticket_in(area=area, reporter=tenant_of(area.building, display_name="Samira Haddad"))
    client.force_login(tenant_of(area.building))

    assert "Samira Haddad" not in client.get(BOARD).content.decode()


def test_somebody_who_lives_nowhere_here_sees_an_empty_board(client):
    ticket_in()
    client.force_login(UserFactory())

    assert _numbers(client.get(BOARD)) == set()


def test_a_contractor_finds_what_was_given_to_them(client):
    ticket, electrician = ticket_in(State.TRIAGED), contractor()
    ticket_in(State.TRIAGED)
    ticket.assign(electrician, by=None)
    client.force_login(electrician)

    answer = client.get(BOARD)

    assert [given.number for given in answer.context["given"]] == [ticket.number]
    assert _numbers(answer) == set()


def _live(client, path):
    """What of a page follows which topic."""
    page = BeautifulSoup(client.get(path).content, "html.parser")
    return {part["id"]: part["data-live"] for part in page.select("main [data-live]")}


def test_what_is_given_to_me_follows_by_itself(client):
    electrician = contractor()
    mine = f"manutenzione.mine:{electrician.pk}"
    client.force_login(electrician)

    assert _live(client, BOARD) == {"given": mine, "board": mine}
    assert _live(client, "/casa/oggi/")["my-repairs"] == mine


def test_who_lives_here_and_repairs_follows_both_lists(client):
    area = CommonAreaFactory()
    person = tenant_of(area.building)
    board, mine = f"manutenzione.board:{area.building_id}", f"manutenzione.mine:{person.pk}"
    client.force_login(person)

    assert _live(client, BOARD) == {"board": board}
    casa = _live(client, "/casa/")
    assert (casa["my-reports"], casa["open-here"]) == (mine, board)

    person.give_role("manutenzione.contractor", by=None)
    assert _live(client, BOARD) == {"given": mine, "board": board}


def test_an_operators_repairs_have_a_place_to_appear_in(desk):
    def card():
        page = BeautifulSoup(desk.get("/casa/oggi/").content, "html.parser")
        return page.select_one("#my-repairs")

    assert card().has_attr("hidden")
    ticket_in(State.TRIAGED).assign(desk.anna, by=None)
    assert not card().has_attr("hidden")
    assert _live(desk, "/casa/oggi/")["my-work"] == "manutenzione.triage:all"


def _menu(client):
    """What the menus of a page offer, and what their badges count."""
    navigation = client.get("/casa/").context["navigation"]
    return {link.item.key: link.count for link in navigation.all}


@pytest.mark.parametrize(
    ("who", "board", "button"),
    [
        (lambda area: tenant_of(area.building), True, True),
        (lambda area: operator(), True, True),
        (lambda area: UserFactory(roles=["portal.caseworker"]), True, True),
        (lambda area: contractor(), True, False),
        (_moved_out, True, False),
        (lambda area: UserFactory(), False, False),
        (lambda area: UserFactory(roles=["portal.editor"]), False, False),
        (lambda area: UserFactory(roles=["portal.auditor"]), False, False),
    ],
    ids=["tenant", "operator", "caseworker", "contractor", "moved out", "volunteer", "editor", "auditor"],
)
def test_the_menu_and_the_button_are_for_those_who_can_use_them(client, who, board, button):
    client.force_login(who(CommonAreaFactory()))

    assert ("manutenzione.board" in _menu(client)) is board
    page = client.get(BOARD).content.decode()
    assert (reverse("manutenzione:report") in page.partition("<main")[2].partition("</main>")[0]) is button


def test_a_contractor_without_a_home_here_sees_repairs_and_no_lists_that_stay_empty(client):
    client.force_login(contractor())

    page = client.get(f"/en{BOARD}").content.decode()

    assert "Nothing waits for you." in page
    assert 'class="tabs"' not in page


def test_the_badge_counts_for_those_who_can_answer(client):
    ticket_in()
    client.force_login(operator())
    assert _menu(client)["manutenzione.triage"] == 1

    client.force_login(UserFactory(roles=["portal.auditor"]))
    assert _menu(client)["manutenzione.triage"] is None


# -- my home --------------------------------------------------------------------------------------------------------


def test_what_is_the_reporters_turn_stands_first_at_home(client):
    area = CommonAreaFactory()
    tenant = tenant_of(area.building)
    repaired = ticket_in(State.RESOLVED, area=area, reporter=tenant)
    newer = [ticket_in(area=area, reporter=tenant) for _ in range(3)]
    client.force_login(tenant)

    card = client.get("/en/casa/").content.decode()

    assert "Your turn: is it repaired?" in card
    assert card.index(f"/en/manutenzione/{repaired.number}/") < card.index(
        f"/en/manutenzione/{newer[-1].number}/"
    )


def test_the_card_at_home_counts_what_is_open_in_the_building(client):
    area = CommonAreaFactory()
    ticket_in()
    ticket_in(State.CLOSED, area=area)
    client.force_login(tenant_of(area.building))
    assert "0 open reports in your building" in client.get("/en/casa/").content.decode()

    ticket_in(area=area)
    ticket_in(State.ON_HOLD, area=area)

    assert "2 open reports in your building" in client.get("/en/casa/").content.decode()


# -- the work list ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who",
    [lambda t: t.reporter, lambda t: contractor(), lambda t: UserFactory(roles=["portal.caseworker"])],
    ids=["tenant", "contractor", "caseworker"],
)
def test_the_work_list_is_missing_for_everybody_else(client, who):
    client.force_login(who(ticket_in()))

    assert client.get(WORK).status_code == 404


@pytest.fixture
def desk(client):
    anna = operator()
    client.force_login(anna)
    client.anna = anna
    return client


def test_the_work_list_shows_what_is_open_the_most_pressing_first(desk):
    soon, urgent, danger = (ticket_in(urgency=urgency) for urgency in ("P2", "P1", "P0"))
    ticket_in(State.CLOSED)

    answer = desk.get(WORK)

    assert [ticket.number for ticket in answer.context["page"]] == [danger.number, urgent.number, soon.number]


def test_each_filter(desk):
    building = BuildingFactory()
    here = ticket_in(area=CommonAreaFactory(building=building))
    lift = ticket_in(category="lift", urgency="P1")
    waiting, closed = ticket_in(State.ON_HOLD), ticket_in(State.CLOSED)
    given = ticket_in(State.TRIAGED)
    given.assign(desk.anna, by=None)
    nobodys = ticket_in(State.TRIAGED)
    late = ticket_in()
    Ticket.objects.filter(pk=late.pk).update(due_done=timezone.now() - timedelta(days=1))

    assert _numbers(desk.get(f"{WORK}?building={building.pk}")) == {here.number}
    assert _numbers(desk.get(f"{WORK}?category=lift")) == {lift.number}
    assert _numbers(desk.get(f"{WORK}?urgency=P1")) == {lift.number}
    assert _numbers(desk.get(f"{WORK}?state=on_hold")) == {waiting.number}
    assert _numbers(desk.get(f"{WORK}?state=closed")) == {closed.number}
    assert _numbers(desk.get(f"{WORK}?mine=on")) == {given.number}
    assert _numbers(desk.get(f"{WORK}?unassigned=on")) == {nobodys.number}
    assert _numbers(desk.get(f"{WORK}?overdue=on")) == {late.number}
    assert len(_numbers(desk.get(f"{WORK}?state=all"))) == 7
    assert _numbers(desk.get(f"{WORK}?building={building.pk}&category=lift")) == set()


def test_where_nothing_is_left_by_the_filter_one_way_leads_back(desk):
    def ways(query):
        page = BeautifulSoup(desk.get(f"/en{WORK}{query}").content, "html.parser")
        return [a["href"] for a in page.select(".empty a")]

    assert ways("?urgency=P0") == ["?"]
    assert ways("") == []


def test_each_line_tells_how_old_it_is(desk):
    old, closed = ticket_in(), ticket_in(State.CLOSED)
    Ticket.objects.update(created_at=timezone.now() - timedelta(days=9, minutes=1))

    lines = {t.number: desk.get(f"/en{WORK}?state={t.state}").content.decode() for t in (old, closed)}

    assert "1\xa0week, 2\xa0days" in lines[old.number]
    assert "1\xa0week" not in lines[closed.number]  # what is done grows no older


@pytest.mark.parametrize(
    "query", ["state=volcano", "building=4711", "building='", "page=99", "page=x", "urgency=P9"]
)
def test_a_filter_that_makes_no_sense_is_left_out(desk, query):
    ticket = ticket_in()

    answer = desk.get(f"{WORK}?{query}")

    assert answer.status_code == 200
    assert _numbers(answer) == {ticket.number}


def test_the_counts(desk):
    ticket_in()
    late = ticket_in()
    Ticket.objects.filter(pk=late.pk).update(due_first_answer=timezone.now() - timedelta(hours=1))
    ticket_in(State.ON_HOLD)
    ticket_in(State.CLOSED)
    given = ticket_in(State.TRIAGED)
    given.assign(desk.anna, by=None)
    ticket_in(State.TRIAGED)

    page = BeautifulSoup(desk.get(f"/en{WORK}").content, "html.parser")
    assert [a.get_text(" ", strip=True) for a in page.select("nav.filters a")] == [
        "all open 5",
        "to answer 2",
        "to be given 1",
        "late 1",
        "given to me 1",
        "waiting 1",
    ]
    assert [a["href"] for a in page.select("nav.filters a[aria-current]")] == ["?"]
    page = BeautifulSoup(desk.get(f"/en{WORK}?mine=on").content, "html.parser")
    assert [a["href"] for a in page.select("nav.filters a[aria-current]")] == ["?mine=on"]


def test_twenty_five_on_a_page_and_the_filter_goes_along(desk):
    area = CommonAreaFactory()
    tenant = tenant_of(area.building)
    for _number in range(30):
        ticket_in(area=area, reporter=tenant)

    first = desk.get(f"{WORK}?category=lighting")
    second = desk.get(f"{WORK}?category=lighting&page=2")

    assert len(_numbers(first)) == 25
    assert len(_numbers(second)) == 5
    assert "?category=lighting&amp;page=2" in first.content.decode()


# -- what a line says, and the day ------------------------------------------------------------------------------------


def test_each_line_begins_with_the_words_of_the_report_and_says_how_many_photos_it_has(desk):
    ticket = ticket_in(text="Odore di bruciato vicino al quadro. " * 10)
    bare = ticket_in(text="Senza foto")
    for shade in (10, 200):
        photo = Photo.keep(_photo(shade), owner=ticket.reporter, draft=uuid.uuid4(), limit=5)
        claim(photo.draft, ticket.reporter, ticket)

    page = desk.get(f"/en{WORK}")

    assert {t.number: t.photo_count for t in page.context["page"]} == {ticket.number: 2, bare.number: 0}
    text = page.content.decode()
    assert "Odore di bruciato vicino al quadro. Odore" in text
    assert ticket.text[:120] not in text
    assert text.count("2 photos") == 1
    assert "0 photos" not in text


@pytest.mark.parametrize(
    ("category", "place", "said"),
    [
        ("lift", "Ascensore, scala A", "<strong>Ascensore, scala A</strong>"),
        ("lift", "Atrio", "<strong>Ascensore</strong> · Atrio"),
        ("lighting", "Ascensore, scala A", "<strong>Luce</strong> · Ascensore, scala A"),
    ],
)
def test_what_the_place_says_already_is_not_said_twice(desk, category, place, said):
    ticket_in(category=category, area=CommonAreaFactory(name=place, building=BuildingFactory()))

    assert said in desk.get(WORK).content.decode()


def _day(client):
    """The reports that the day's cards lead to, one list for each card."""
    page = BeautifulSoup(client.get("/en/casa/oggi/").content, "html.parser")
    return {
        card.h2.get_text(strip=True): [int(a["href"].split("/")[-2]) for a in card.select("a.list__link")]
        for card in page.select("main section.card")
    }


def test_the_day_names_no_report_twice_and_none_that_waits_among_the_most_pressing(desk):
    mine = ticket_in(State.TRIAGED, urgency="P1")
    mine.assign(desk.anna, by=None)
    somebodys = ticket_in(State.TRIAGED)
    somebodys.assign(contractor(), by=None)
    new, _waiting = ticket_in(), ticket_in(State.ON_HOLD, urgency="P1")

    assert _day(desk) == {
        "Faults": [somebodys.number, new.number],
        "Repairs given to me": [mine.number],
    }


def test_the_days_figures_lead_to_what_they_count(desk):
    ticket_in()
    for _number in range(2):
        ticket_in(State.TRIAGED)

    page = BeautifulSoup(desk.get("/en/casa/oggi/").content, "html.parser")
    figures = {a.get_text(" ", strip=True): a["href"] for a in page.select(".counts a")}

    assert list(figures) == ["1 To answer", "0 Late", "2 To be given", "0 Given to me"]
    assert len(_numbers(desk.get(figures["2 To be given"]))) == 2


# -- queries ----------------------------------------------------------------------------------------------------------


def _many(area, tenant, amount, state):
    start = Ticket.objects.count()
    Ticket.objects.bulk_create(
        Ticket(
            number=start + number + 1,
            client_id=f"00000000-0000-4000-8000-{start + number:012}",
            building=area.building,
            area=area,
            category="lighting",
            urgency="P2",
            text="Spenta",
            state=state,
            reporter=tenant,
            due_done=timezone.now() + timedelta(days=number % 7 - 3),
        )
        for number in range(amount)
    )


@pytest.mark.parametrize(
    ("path", "state"),
    [
        (BOARD, State.SUBMITTED),
        (f"{BOARD}?show=finished", State.CLOSED),
        (WORK, State.SUBMITTED),
        (f"{WORK}?overdue=on", State.SUBMITTED),
    ],
)
def test_as_many_queries_with_ten_tickets_as_with_a_thousand(
    client, path, state, django_assert_max_num_queries
):
    area = CommonAreaFactory()
    person = tenant_of(area.building)
    if path.startswith(WORK):
        person = operator()
    client.force_login(person)
    _many(area, tenant_of(area.building), 10, state)
    # Also, what is remembered for the process (content types, sites) is not counted.
    assert _numbers(client.get(path)), "two empty lists are always equal"

    with django_assert_max_num_queries(15) as few:
        client.get(path)
    _many(area, tenant_of(area.building), 990, state)
    with django_assert_max_num_queries(15) as many:
        client.get(path)

    assert len(few) == len(many)


def test_the_tickets_page_asks_little_however_long_its_story(client, django_assert_max_num_queries):
    ticket, anna, electrician = ticket_in(State.TRIAGED), operator(), contractor()
    client.force_login(anna)
    address = reverse("manutenzione:ticket", args=[ticket.number])
    client.get(address)

    with django_assert_max_num_queries(15) as short:
        client.get(address)
    for _time in range(10):
        ticket.assign(electrician, by=anna)
        ticket.hold(by=electrician, note="Manca il pezzo")
        ticket.resume(by=electrician)
    with django_assert_max_num_queries(15) as long:
        client.get(address)

    assert len(short) == len(long)
