"""How to pay now: whatever the payer wants, on the screen and on paper."""

import pytest

from portal.access.models import ConfidentialRead
from portal.testing.factories import BuildingFactory, UserFactory, tenant_of
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.words import State
from risparmio.book.models import BankAccount
from risparmio.reference import grouped
from risparmio.testing import agreement_of, approver, caseworker, treasurer

from .pages import enter, say_why, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def samira():
    return tenant_of(BuildingFactory(), display_name="Samira")


@pytest.fixture
def agreement(samira):
    return agreement_of(samira)


@pytest.fixture
def bank():
    return BankAccount.objects.create(
        name="Conto", holder="Agenzia dell'abitare", iban="IT60X0542811101000000123456", is_paid_into=True
    )


def test_what_comes_next_stands_there_and_the_payer_chooses(samira, agreement, bank):
    home = enter(samira)
    page = home.get(f"/en/risparmio/{agreement.pk}/versa/")
    assert page.status_code == 200
    assert (page.context["cents"], "€50.00" in words(page)) == (5_000, True)
    assert grouped(agreement.reference) in words(page)

    chosen = home.get(f"/en/risparmio/{agreement.pk}/versa/?importo=12,5")
    assert (chosen.context["cents"], chosen.context["square"] != page.context["square"]) == (1_250, True)
    assert f"/en/risparmio/{agreement.pk}/versa/foglio/?importo=12%2C5" in chosen.content.decode()


@pytest.mark.parametrize("typed", ["-5", "0", "NaN", "12,5,0", "1e18", "9" * 30])
def test_what_is_no_amount_is_said_beside_it_and_stays(samira, agreement, bank, typed):
    page = enter(samira).get(f"/en/risparmio/{agreement.pk}/versa/", {"importo": typed})
    assert page.status_code == 422
    assert page.context["form"].errors["importo"]
    assert (f'value="{typed}"' in page.content.decode(), page.context["cents"]) == (True, 5_000)


def test_no_name_stands_on_the_sheet_for_whoever_pays(samira, agreement, bank):
    page = enter(samira).get(f"/en/risparmio/{agreement.pk}/versa/foglio/")
    sheet = page.content.decode().partition('<article class="voucher">')[2].partition("</article>")[0]
    assert "IT60 X054 2811 1010 0000 0123 456" in sheet
    assert ("<svg" in sheet, agreement.household.name in sheet, "Samira" in sheet) == (True, False, False)


def test_without_an_account_or_with_a_wrong_one_the_page_still_helps(samira, agreement):
    home, address = enter(samira), f"/en/risparmio/{agreement.pk}/versa/"
    assert "ask at the desk" in words(home.get(address))
    BankAccount.objects.create(name="Conto", holder="Agenzia", iban="IT00", is_paid_into=True)
    page = home.get(address)
    assert (page.status_code, page.context["square"]) == (200, "")


@pytest.mark.parametrize("page", ["versa/", "versa/foglio/", "ricevute/", "prelievi/", "prelievo/"])
def test_whose_it_is_not_finds_nothing_and_a_phone_proves_whose_it_is(samira, agreement, bank, page):
    address = f"/risparmio/{agreement.pk}/{page}"
    for stranger in (UserFactory(), tenant_of(BuildingFactory())):
        assert enter(stranger).get(address).status_code == 404
        assert enter(stranger, fresh=False).get(address).status_code == 404
        assert enter(stranger).get(f"/risparmio/999999/{page}").status_code == 404
    asked = enter(samira, fresh=False).get(address)
    assert (asked.status_code, asked["Location"].partition("?")[0]) == (302, "/account/conferma/")
    assert enter(samira).get(address).status_code == 200


@pytest.mark.parametrize(
    "of", [treasurer, approver, caseworker, lambda: UserFactory(roles=["portal.auditor"])]
)
def test_staff_say_why_they_look_and_the_household_can_read_it(samira, agreement, bank, of):
    person = of()
    desk, address = enter(person), f"/en/risparmio/{agreement.pk}/versa/"
    asked = desk.get(address)
    assert "portal/access/why.html" in [one.name for one in asked.templates]
    assert say_why(desk, address).context["cents"] == 5_000
    assert list(ConfidentialRead.objects.values_list("about", "reason")) == [(samira.pk, "contract")]
    assert desk.get(f"/en/risparmio/{agreement.pk}/ricevute/").status_code == 200, "once for all its pages"
    assert ConfidentialRead.objects.count() == 1


def test_what_has_ended_asks_for_nothing_more(samira, agreement, bank):
    SavingsAgreement.objects.update(state=State.CLOSED, closed_on=agreement.ends_on)
    page = enter(samira).get(f"/en/risparmio/{agreement.pk}/versa/")
    assert ("has ended" in words(page), "IT60" in words(page)) == (True, False)
