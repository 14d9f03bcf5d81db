"""Our own goals on the screen: the household's adults split, the agency sees sums, everybody else nothing."""

import uuid

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from portal.access.step_up import STEP_UP_BY, STEP_UP_UNTIL
from portal.testing.factories import BuildingFactory, UserFactory, tenant_of
from risparmio.book import bookings
from risparmio.book.accounts import open_bank
from risparmio.goals.models import SavingsGoal
from risparmio.goals.words import Picture
from risparmio.testing import agreement_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def samira():
    return tenant_of(BuildingFactory(), display_name="Samira")


@pytest.fixture
def agreement(samira):
    """500 euros beyond a plan that begins next year, so that nothing is due whatever the day is."""
    year = timezone.localdate().year + 1
    agreement = agreement_of(
        samira,
        starts_on=timezone.localdate().replace(year=year, month=1, day=1),
        ends_on=timezone.localdate().replace(year=year, month=12, day=1),
    )
    bookings.transfer_in(open_bank(1), agreement.ledger, 50_000, key="in", about=agreement)
    return agreement


@pytest.fixture
def goal(agreement, samira):
    return SavingsGoal.begin(
        agreement,
        by=samira,
        client_id=uuid.uuid4(),
        name="Bicicletta",
        picture=Picture.BICYCLE,
        target=20_000,
    )


def stepped_up(client, person):
    client.force_login(person)
    session = client.session
    session[STEP_UP_UNTIL], session[STEP_UP_BY] = int(timezone.now().timestamp()) + 3600, person.pk
    session.save()
    return client


def page(name, pk):
    with override("en"):
        return reverse(f"risparmio:{name}", args=[pk])


def soup_of(answer):
    return BeautifulSoup(answer.content, "html.parser")


def words(soup):
    return " ".join(soup.get_text(" ").split())


def test_a_goal_from_the_first_word_to_the_last(client, agreement, samira):
    stepped_up(client, samira)
    assert "You have no goal of your own yet" in words(soup_of(client.get(page("goals", agreement.pk))).main)
    new = {"client_id": uuid.uuid4(), "name": " La  bicicletta ", "picture": "bicycle", "target": "200"}
    for _time in range(2):
        answer = client.post(page("goal_new", agreement.pk), new)
        assert answer.status_code == 302
    goal = SavingsGoal.objects.get()
    assert (goal.name, goal.target, answer["Location"]) == ("La bicicletta", 20_000, page("goal", goal.pk))

    assert client.post(page("goal_amount", goal.pk), {"cents": "50.00", "seen": "0"}).status_code == 302

    said = soup_of(client.get(page("goals", agreement.pk))).main
    assert "Of this, €450.00 is still free." in words(said)
    assert "of €200.00 : €150.00 to go" in words(said)
    assert said.select_one("svg.ring")["aria-label"] == "The way to La bicicletta"
    assert words(said.select_one("svg.ring text")) == "25%"
    told = [words(row) for row in said.select(".chart__numbers tr")]
    assert told == ["La bicicletta €50.00", "Free €450.00"]

    assert "Have you reached" in words(soup_of(client.get(page("goal_finish", goal.pk))).main)
    client.post(page("goal_finish", goal.pk))
    said = words(soup_of(client.get(page("goals", agreement.pk))).main)
    assert "Goals that have ended La bicicletta reached" in said
    assert client.get(page("goal", goal.pk)).status_code == 302


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Write an amount."),
        ("-1", "Write the amount without plus or minus."),
        ("12,5,0", "This is no amount."),
        ("NaN", "This is no amount."),
        ("0.005", "There is nothing smaller than a cent"),
        ("1e18", "This is no amount."),
        ("9" * 400, "This amount is too large."),
        ("500.01", "At most €500.00 can be for it: more is not free."),
    ],
)
def test_amounts_that_are_none(client, goal, samira, typed, error):
    stepped_up(client, samira)
    answer = client.post(page("goal_amount", goal.pk), {"cents": typed, "seen": "0"})
    soup = soup_of(answer)

    assert answer.status_code == 422
    assert error in words(soup.select_one(".field--wrong"))
    assert error in words(soup.select_one(".form-errors"))
    assert soup.find("input", {"name": "cents"}).get("value", "") == typed
    assert SavingsGoal.objects.get().set_aside == 0


@pytest.mark.parametrize("typed", ["0", "0.00", "٠"])
def test_nothing_is_an_amount_here(client, goal, samira, typed):
    goal.set_to(5_000, seen=0, by=samira)
    stepped_up(client, samira)
    assert client.post(page("goal_amount", goal.pk), {"cents": typed, "seen": "5000"}).status_code == 302
    assert SavingsGoal.objects.get().set_aside == 0


def test_it_is_said_next_to_the_amount_what_it_takes_the_place_of(client, goal, samira):
    goal.set_to(5_000, seen=0, by=samira)
    soup = soup_of(stepped_up(client, samira).get(page("goal", goal.pk)))
    field = soup.find("input", {"name": "cents"})
    hint = " ".join(soup.find(id=name).get_text() for name in field["aria-describedby"].split())
    assert "takes the place of the €50.00 that are for it now. It can be €500.00 at most." in hint


def test_somebody_was_quicker(client, goal, samira):
    stepped_up(client, samira)
    goal.set_to(5_000, seen=0, by=samira)

    answer = client.post(page("goal_amount", goal.pk), {"cents": "70", "seen": "0"})

    assert answer.status_code == 409
    soup = soup_of(answer)
    assert "Somebody of your household has changed this meanwhile." in words(soup.main)
    assert "Now €50.00 is for it" in words(soup.main)
    assert soup.find("input", {"name": "cents"})["value"] == "70"
    again = {"cents": "70", "seen": soup.find("input", {"name": "seen"})["value"]}
    assert client.post(page("goal_amount", goal.pk), again).status_code == 302
    assert SavingsGoal.objects.get().set_aside == 7_000


def test_the_same_form_with_other_words_is_said_to_be_so(client, agreement, samira):
    stepped_up(client, samira)
    told = {"client_id": str(uuid.uuid4()), "name": "Scuola", "picture": "school", "target": ""}
    client.post(page("goal_new", agreement.pk), told)

    answer = client.post(page("goal_new", agreement.pk), told | {"target": "30"})

    assert answer.status_code == 409
    soup = soup_of(answer)
    assert "This goal was sent already, with other words." in words(soup.main)
    assert soup.find("input", {"name": "client_id"})["value"] != told["client_id"]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"name": ""}, "Give it a name."),
        ({"name": "bicicletta"}, "You have a goal with this name already."),
        ({"picture": "dragon"}, "Choose one of the pictures."),
        ({"target": "0"}, "Write an amount above zero."),
        ({"target": "60000"}, "Write €50,000.00 at most."),
    ],
)
def test_a_goal_that_is_none(client, agreement, goal, samira, wrong, error):
    stepped_up(client, samira)
    told = {"client_id": uuid.uuid4(), "name": "Scuola", "picture": "school", "target": "100"} | wrong
    answer = client.post(page("goal_new", agreement.pk), told)

    assert answer.status_code == 422
    assert error in words(soup_of(answer).select_one(".field--wrong"))
    assert SavingsGoal.objects.count() == 1


def test_a_goal_changes(client, goal, samira):
    stepped_up(client, samira)
    told = {"name": "Bici", "picture": "car", "target": ""}
    assert client.post(page("goal", goal.pk), told).status_code == 302
    goal.refresh_from_db()
    assert (goal.name, goal.picture, goal.target) == ("Bici", "car", None)


def test_when_something_was_paid_out_it_is_said_kindly(client, agreement, goal, samira):
    goal.set_to(50_000, seen=0, by=samira)
    bookings.order_payout(agreement.ledger, 10_000, key="out", about=agreement)
    stepped_up(client, samira)

    said = words(soup_of(client.get(page("goals", agreement.pk))).main)

    assert "Your goals hold €100.00 more than you can split today" in said
    assert "We have taken nothing from them." in said


@pytest.mark.parametrize(
    "role", ["portal.caseworker", "risparmio.treasurer", "risparmio.approver", "portal.auditor"]
)
def test_the_agency_sees_sums_and_no_goal(client, agreement, goal, samira, role):
    goal.set_to(5_000, seen=0, by=samira)
    stepped_up(client, UserFactory(roles=[role]))
    client.post(page("goals", agreement.pk), {"why": "support"})

    said = words(soup_of(client.get(page("goals", agreement.pk))).main)

    assert "Set aside for goals €50.00 Free €450.00 How many goals 1" in said
    assert "Bicicletta" not in said
    for name in ("goal", "goal_amount", "goal_finish", "goal_remove"):
        assert client.get(page(name, goal.pk)).status_code == 404
        assert client.post(page(name, goal.pk)).status_code == 404
    assert client.get(page("goal_new", agreement.pk)).status_code == 404


def test_to_others_it_is_missing_and_whoever_holds_the_phone_proves_who_they_are(
    client, agreement, goal, samira
):
    neighbour = tenant_of(BuildingFactory())
    pages = [page(name, agreement.pk) for name in ("goals", "goal_new")]
    pages += [page(name, goal.pk) for name in ("goal", "goal_finish", "goal_remove")]
    for address in pages:
        client.force_login(neighbour)
        assert client.get(address).status_code == 404
        client.force_login(samira)
        assert client.get(address).status_code == 302
    answer = client.post(page("goal_amount", goal.pk), {"cents": "5", "seen": "0"})
    assert (answer.status_code, SavingsGoal.objects.get().set_aside) == (403, 0)


def test_as_many_questions_for_many_goals_as_for_one(client, agreement, goal, samira):
    stepped_up(client, samira)
    client.get(page("goals", agreement.pk))
    with CaptureQueriesContext(connection) as one:
        client.get(page("goals", agreement.pk))
    for number in range(9):
        SavingsGoal.begin(
            agreement, by=samira, client_id=uuid.uuid4(), name=f"Meta {number}", picture="other", target=100
        )
    with CaptureQueriesContext(connection) as many:
        client.get(page("goals", agreement.pk))
    with CaptureQueriesContext(connection) as single:
        client.get(page("goal", goal.pk))
    assert len(one) == len(many) <= 15
    assert len(single) <= 15
