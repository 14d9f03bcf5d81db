"""How each account stood at the end of a day, as an accountant adds it up."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from portal.testing.factories import DeskFactory
from risparmio.auditing.trial_balance import trial_balance
from tests.risparmio.booked import cash, days_ago, saver, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def weeks(bank, agreement):
    """
    | 9 days ago  | bank +50.00        | household −50.00 |
    | 5 days ago  | bank +30.00        | suspense  −30.00 |
    | today       | till +20.00        | household −20.00 |
    """
    told(
        bank,
        (days_ago(9), 5_000, f"RISPARMIO {agreement.reference}"),
        (days_ago(5), 3_000, "NON SI SA"),
    )
    return cash(agreement, 2_000, DeskFactory(name="Sportello centro"))


def stood(day):
    return {str(group.title): (group.debit, group.credit) for group in trial_balance(day).groups}


def test_what_lies_somewhere_is_what_is_owed_on_any_day(weeks):
    with override("en"):
        assert stood(days_ago(10)) == {}
        assert stood(days_ago(9)) == {"At banks": (5_000, 0), "Savings of households": (0, 5_000)}
        assert stood(days_ago(0)) == {
            "At banks": (8_000, 0),
            "Cash at desks": (2_000, 0),
            "Savings of households": (0, 7_000),
            "Came in, nobody knows for whom": (0, 3_000),
        }
    balance = trial_balance(days_ago(0))
    assert (balance.lies, balance.owed, balance.is_balanced) == (10_000, 10_000, True)


def test_banks_and_desks_have_their_names_and_households_their_number(weeks, agreement):
    names = {
        line.code: (str(line.name.text), line.name.number)
        for _group, line in trial_balance(days_ago(0)).lines()
    }

    assert names[agreement.ledger.code] == (names[agreement.ledger.code][0], agreement.number)
    assert ("Conto risparmi", None) in names.values()
    assert ("Sportello centro", None) in names.values()


def test_the_page_shows_the_day_that_the_address_asks_for(weeks, signed_in, dora):
    page = signed_in(dora).get(f"/en/risparmio/libro/?al={days_ago(9)}").content.decode()

    assert "€50.00" in page
    assert "€30.00" not in page


@pytest.mark.parametrize("day", ["", "domani", "2999-01-01", "1066-01-01", "2026-02-30"])
def test_a_day_that_is_none_is_today(weeks, signed_in, dora, day):
    answer = signed_in(dora).get(f"/en/risparmio/libro/?al={day}")

    assert answer.status_code == 200
    assert "€100.00" in answer.content.decode()


def test_as_a_table_for_a_spreadsheet(weeks, signed_in, lucia, agreement):
    answer = signed_in(lucia).get(f"/en/risparmio/libro/bilancio.csv?al={days_ago(0)}")
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    assert rows[0] == "Kind;Account;Household's number;Code;Debit;Credit"
    assert f"Savings of households;Household;{agreement.number};{agreement.ledger.code};;70,00" in rows
    assert len(rows) == 5


PAGES = ("book", "book_csv", "entries", "close_period", "sample", "verify", "archive")
MAY = {
    "treasurer": {"book", "book_csv", "entries", "close_period"},
    "approver": {"book", "book_csv", "entries"},
    "auditor": {"book", "book_csv", "entries", "sample", "verify", "archive"},
    "caseworker": set(),
    "tenant": set(),
    "stranger": set(),
}


@pytest.mark.parametrize("who", MAY)
def test_who_opens_which_page(people, signed_in, who):
    client = signed_in(people[who])

    opened = {name for name in PAGES if client.get(reverse(f"risparmio:{name}")).status_code == 200}

    assert opened == MAY[who]


def test_whoever_may_not_is_told_that_it_is_missing_before_anything_is_asked(people, client):
    from portal.testing.clients import Browser
    from tests.portal.proof.browsers import sign_in_long_ago

    tired = Browser()
    sign_in_long_ago(tired, people["tenant"])
    assert tired.get(reverse("risparmio:book")).status_code == 404
    assert client.get(reverse("risparmio:book")).status_code == 302


def test_a_fresh_sign_in_comes_first(dora):
    from portal.testing.clients import Browser
    from tests.portal.proof.browsers import STEP_UP_UNTIL, forget

    client = Browser()
    client.force_login(dora)
    forget(client, STEP_UP_UNTIL)
    for name in ("book", "entries", "verify", "archive", "sample"):
        answer = client.get(reverse(f"risparmio:{name}"))
        assert answer.status_code == 302
        assert reverse("portal:step_up") in answer.url


def test_as_many_queries_for_many_households_as_for_few(
    weeks, signed_in, dora, bank, django_assert_max_num_queries
):
    client = signed_in(dora)
    client.get(reverse("risparmio:book"))
    with django_assert_max_num_queries(15) as few:
        client.get(reverse("risparmio:book"))
    others = [saver() for _each in range(8)]
    told(
        bank, *((days_ago(2), 1_000, f"RISPARMIO {one.reference}") for one in others), opening=8_000, number=2
    )

    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(reverse("risparmio:book"))
