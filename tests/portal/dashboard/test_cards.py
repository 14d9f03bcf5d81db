"""My home and my day: cards of all apps for whom they concern, in their order, and never less because one fails."""

import logging
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from portal.desk.models import Desk
from portal.extensions import DashboardCard, Role, declared, registry
from portal.pages.models import SectionPage
from portal.testing.factories import BuildingFactory, HouseholdFactory, TenancyFactory, UserFactory, tenant_of
from tests.portal.pages.tree import home, write

pytestmark = pytest.mark.django_db

HOME, DAY = "/casa/", "/casa/oggi/"


def seen(client, path: str) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser").main


def titles(client, path: str) -> list[str]:
    return [card.text.strip() for card in seen(client, path).select(".grid > .card > h2")]


@pytest.fixture
def alone(declare):
    """No card but those that the test declares: `alone("First", order=1)`."""
    registry._declared[DashboardCard].clear()

    def card(title: str, *, key: str = "", context=None, **fields):
        declare(
            DashboardCard(
                key=f"tests.{key or title}",
                template="portal/components/empty.html",
                context=context or (lambda request: {"icon_name": "house", "title": title}),
                **fields,
            )
        )

    return card


def told(client, path: str) -> list[str]:
    return [title.text for title in seen(client, path).select(".empty__title")]


@pytest.fixture
def elena(client):
    person = UserFactory(roles=["portal.caseworker"])
    client.force_login(person)
    return person


# -- my home ------------------------------------------------------------------------------------------------------


def test_a_tenant_sees_the_home_how_far_along_the_way_it_is_and_whom_to_call(client):
    building = BuildingFactory(
        name="Casa dei Tigli", address="via dei Tigli 12", gas_emergency_phone="800 000 777"
    )
    tenant = tenant_of(building, display_name="Samira")
    today = timezone.localdate()
    tenant.household_memberships.get().household.tenancies.update(
        starts_on=today - timedelta(days=230), ends_on=today + timedelta(days=318)
    )
    client.force_login(tenant)

    page = seen(client, HOME)

    assert "Samira" in page.h1.text
    assert "via dei Tigli 12, Pero" in page.select_one(".card--home").text
    assert page.select_one(".card--home svg.ring[aria-label]").text == "8/18"
    assert page.select_one('a.call[href="tel:800000777"]')


def test_whoever_has_no_home_here_is_shown_the_ways_into_the_portal(client):
    write(SectionPage, home(), "Voglio dare una mano", show_in_menus=True)
    client.force_login(UserFactory())

    page = seen(client, HOME)

    assert page.select_one(".empty")
    assert [door.text.strip() for door in page.select(".door__title")] == ["Voglio dare una mano"]


def test_a_home_never_shows_another_household(client):
    building = BuildingFactory()
    TenancyFactory(dwelling__building=building, household=HouseholdFactory(name="Famiglia Vicina"))
    client.force_login(tenant_of(building))

    assert "Famiglia Vicina" not in seen(client, HOME).text


# -- a household without a home -----------------------------------------------------------------------------------


@pytest.fixture
def anna():
    """Registered with her son, and no home is written down for them yet."""
    household = HouseholdFactory(name="Famiglia Riva")
    anna = UserFactory(display_name="Anna Riva")
    household.add(anna, by=None)
    household.add(UserFactory(display_name="Luca Riva"), by=None, is_adult=False)
    gone = UserFactory(display_name="Piero Riva")
    household.add(gone, by=None)
    household.remove(gone, by=None)
    anna.household = household
    return anna


def household_card(client):
    return next(
        (card for card in seen(client, HOME).select(".card") if "Famiglia Riva" in card.h2.text), None
    )


def test_who_has_a_household_and_no_home_reads_with_whom_they_are_and_whom_to_ask(client, anna):
    Desk.objects.create(name="Sportello", phone="02 0000 0301", address="Via dei Tigli 2")
    client.force_login(anna)

    card = household_card(client)

    assert "Luca Riva" in card.text
    assert "Anna Riva" not in card.text
    assert "Piero Riva" not in card.text, "who has left is not of the household"
    assert card.select_one('a[href="tel:0200000301"]')
    assert "Via dei Tigli 2" in card.text
    assert card.h3
    assert seen(client, HOME).select_one(f'a[href="{reverse("portal:write")}"]'), (
        "and writes to the caseworker"
    )


def test_whose_home_is_ready_soon_reads_where_and_from_when(client, anna):
    in_a_week = timezone.localdate() + timedelta(days=7)
    tenancy = TenancyFactory(household=anna.household, starts_on=in_a_week)
    client.force_login(anna)

    card = household_card(client)

    assert str(tenancy.dwelling.building) in card.text
    assert str(in_a_week.year) in card.text


def test_the_card_gives_way_to_that_of_the_home(client, anna):
    TenancyFactory(household=anna.household, starts_on=timezone.localdate() - timedelta(days=9))
    client.force_login(anna)

    assert household_card(client) is None


def test_whoever_has_moved_out_reads_that_and_is_promised_no_home(client, anna):
    today = timezone.localdate()
    TenancyFactory(
        household=anna.household, starts_on=today - timedelta(days=9), left_on=today - timedelta(days=1)
    )
    client.force_login(anna)

    card = household_card(client)

    assert "Hai lasciato la casa" in card.text
    assert "Quando ne avrai una" not in card.text


def test_who_belongs_to_no_household_has_no_such_card(client, anna):
    client.force_login(UserFactory())

    assert household_card(client) is None


def test_visitors_are_led_to_sign_in(client):
    for path in (HOME, DAY):
        answer = client.get(path)
        assert (answer.status_code, answer.url) == (302, f"{reverse('account_login')}?next={path}")


# -- my day -------------------------------------------------------------------------------------------------------


def test_the_day_is_missing_for_who_holds_no_role(client):
    client.force_login(tenant_of(BuildingFactory()))

    assert client.get(DAY).status_code == 404


@pytest.mark.parametrize("role", [role.key for role in declared(Role)])
def test_every_role_has_a_day_if_only_to_say_that_nothing_waits(client, role):
    client.force_login(UserFactory(roles=[role]))

    assert titles(client, DAY) or told(client, DAY)


def test_a_caseworker_sees_whose_agreement_ends_soon_the_nearest_first(client, elena):
    today = timezone.localdate()
    for name, days in (("Lontana", 91), ("Seconda", 60), ("Scaduta", -3), ("Prima", 10)):
        TenancyFactory(
            household__name=name, starts_on=today - timedelta(days=400), ends_on=today + timedelta(days=days)
        )
    TenancyFactory(
        household__name="Partita", starts_on=today - timedelta(days=400), ends_on=today, left_on=today
    )

    rows = seen(client, DAY).select(".card__list li")

    assert [row.a.text for row in rows] == ["Scaduta", "Prima", "Seconda"]
    assert [bool(row.select_one(".badge")) for row in rows] == [True, False, False]
    assert client.get(rows[0].a["href"]).status_code == 200


def test_the_ends_of_agreements_are_shown_to_nobody_else(client):
    today = timezone.localdate()
    TenancyFactory(household__name="Famiglia Vicina", ends_on=today)
    keeps = [role.key for role in declared(Role) if "portal.change_tenancy" in role.permissions]
    assert "portal.caseworker" in keeps

    for role in declared(Role):
        client.force_login(UserFactory(roles=[role.key]))
        assert ("Famiglia Vicina" in seen(client, DAY).text) == (role.key in keeps), role.key


# -- cards of any app ---------------------------------------------------------------------------------------------


def test_cards_stand_in_their_order_and_only_in_their_place(client, elena, alone):
    alone("Terza", order=30)
    alone("Prima", order=10)
    alone("Di giorno", place="day")
    alone("Seconda b", key="b", order=20)
    alone("Seconda a", key="a", order=20)

    assert told(client, HOME) == ["Prima", "Seconda a", "Seconda b", "Terza"]
    assert told(client, DAY) == ["Di giorno"]


def test_a_card_that_does_not_concern_somebody_leaves_no_trace(client, elena, alone):
    alone("Mai", context=lambda request: None)
    hers = {"icon_name": "house", "title": "Solo lei"}
    alone("Solo lei", context=lambda request: hers if request.user == elena else None)
    assert told(client, HOME) == ["Solo lei"]

    client.force_login(UserFactory())
    assert "Solo lei" not in told(client, HOME)


def test_where_no_card_concerns_somebody_the_page_says_what_comes_next(client, elena, alone):
    alone("Mai", context=lambda request: None)
    alone("Mai", place="day", key="day", context=lambda request: None)

    assert len(told(client, HOME)) == len(told(client, DAY)) == 1


@pytest.fixture
def broken(alone):
    def fail(request):
        raise RuntimeError("no figures today")

    alone("Prima", order=10)
    alone("Rotta", order=20, context=fail)
    alone("Ultima", order=30)


def test_a_card_that_fails_says_so_in_its_place_and_the_others_stay(client, elena, broken, caplog):
    client.raise_request_exception = False

    page = seen(client, HOME)

    shown = [card.get("class")[0] for card in page.select(".grid > *")]
    assert shown == ["empty", "card", "empty"]
    assert "no figures today" not in page.text
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "tests.Rotta" in record.getMessage()
    assert "no figures today" in str(record.exc_info[1])


def test_tests_and_error_trackers_hear_of_it(client, elena, broken):
    with pytest.raises(RuntimeError, match="no figures today"):
        client.get(HOME)


def test_what_a_card_says_is_escaped(client, elena, alone):
    alone("<script>alert(1)</script>", key="attack")

    assert told(client, HOME) == ["<script>alert(1)</script>"]


# -- the rest -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [HOME, DAY])
def test_private_pages_are_never_kept_by_a_cache(client, elena, path):
    assert "no-store" in client.get(path)["Cache-Control"]


@pytest.mark.parametrize("path", [HOME, DAY])
def test_a_card_asks_the_database_at_most_three_times(client, elena, path, django_assert_max_num_queries):
    place = "home" if path == HOME else "day"
    cards = [card for card in declared(DashboardCard) if card.place == place]
    today = timezone.localdate()
    for _ in range(10):
        TenancyFactory(starts_on=today - timedelta(days=400), ends_on=today)
    client.get(path)

    with django_assert_max_num_queries(8 + 3 * len(cards)):
        client.get(path)
