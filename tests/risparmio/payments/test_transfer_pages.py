"""Approved payouts go to the bank in one file, from the treasurer's page."""

import hashlib
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.testing.factories import BuildingFactory, UserFactory, tenant_of
from risparmio.book import bookings
from risparmio.book.models import BankAccount
from risparmio.payments.bank_days import first_bank_day, is_bank_day
from risparmio.payments.menus import ITEMS
from risparmio.payments.models import Payout
from risparmio.payments.transfers import TransferOrder
from risparmio.payments.words import Purpose, State
from risparmio.testing import agreement_of, approver, caseworker, treasurer

from .pages import client_id_in, enter, words

pytestmark = pytest.mark.django_db

DAY = first_bank_day(timezone.localdate())


@pytest.fixture
def bank():
    return BankAccount.objects.create(name="Conto", holder="Agenzia", iban="IT60X0542811101000000123456")


@pytest.fixture
def lucia():
    return treasurer(display_name="Lucia")


def approved(bank, cents, tenant=None, *, by=None):
    tenant = tenant or tenant_of(BuildingFactory())
    agreement = agreement_of(tenant)
    bookings.transfer_in(bank.ledger, agreement.ledger, 50_000, key=f"in-{agreement.pk}", about=agreement)
    told = {"purpose": Purpose.FURNITURE, "payee": f"Payee {cents}", "iban": "DE89370400440532013000"}
    payout = Payout.request(agreement, by=tenant, cents=cents, client_id=uuid.uuid4(), **told)
    payout.approve(by=by or approver())
    return payout


def states():
    return list(Payout.objects.order_by("pk").values_list("state", flat=True))


def sent(bank, payouts, **told):
    return {
        "client_id": uuid.uuid4(),
        "payouts": [one.pk for one in payouts],
        "account": bank.pk,
        "execution_day": DAY.isoformat(),
        "sure": "1",  # asked once how many, and how much
    } | told


def test_the_treasurer_makes_a_file_and_takes_it_along(bank, lucia):
    payouts = [approved(bank, 100), approved(bank, 200), approved(bank, 300)]
    office = enter(lucia)
    page = office.get("/en/risparmio/bonifici/")
    assert [one.cents for one in page.context["waiting"]] == [100, 200, 300]
    told = sent(bank, payouts[:2], client_id=client_id_in(page))

    answers = [office.post("/en/risparmio/bonifici/", told) for _time in range(2)]

    order = TransferOrder.objects.get()
    assert [one["Location"] for one in answers] == [f"/en/risparmio/bonifici/{order.pk}/"] * 2
    assert states() == [State.ORDERED, State.ORDERED, State.APPROVED]
    assert office.get(f"/en/risparmio/bonifici/{order.pk}/").context["total"] == 300
    file = office.get(f"/en/risparmio/bonifici/{order.pk}/pain001.xml")
    assert (file["Content-Type"], hashlib.sha256(file.content).hexdigest()) == (
        "application/xml",
        order.digest,
    )
    assert f'filename="{order.message_id}.xml"' in file["Content-Disposition"]
    assert [(one.number, one.cents) for one in office.get("/en/risparmio/bonifici/").context["page"]] == [
        (2, 300)
    ]
    assert (
        office.post("/en/risparmio/bonifici/", sent(bank, payouts, client_id=told["client_id"])).status_code
        == 409
    )
    again = office.post("/en/risparmio/bonifici/", sent(bank, payouts[:1]))
    assert (again.status_code, "decided on meanwhile" in words(again)) == (409, True)
    assert states() == [State.ORDERED, State.ORDERED, State.APPROVED]


def test_before_it_is_made_one_reads_how_many_and_how_much(bank, lucia):
    payouts = [approved(bank, 100), approved(bank, 250)]
    office, told = enter(lucia), sent(bank, payouts)
    del told["sure"]

    page = office.post("/en/risparmio/bonifici/", told)

    assert (page.status_code, "2 transfers: altogether €3.50" in words(page)) == (200, True)
    assert states() == [State.APPROVED] * 2
    for payout in payouts:
        assert f'name="payouts" value="{payout.pk}"' in page.content.decode()
    assert client_id_in(page) == str(told["client_id"])


def _day_without_banks():
    days = (timezone.localdate() + timedelta(days=number) for number in range(8))
    return next(day for day in days if not is_bank_day(day))


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"payouts": []}, "payouts"),
        ({"payouts": ["x"]}, "payouts"),
        ({"payouts": [999_999]}, "payouts"),
        ({"account": ""}, "account"),
        ({"execution_day": ""}, "execution_day"),
        ({"execution_day": "2020-01-02"}, "execution_day"),
        ({"execution_day": "2999-01-02"}, "execution_day"),
        ({"execution_day": _day_without_banks().isoformat()}, "execution_day"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_beside_it(bank, lucia, told, field):
    payout = approved(bank, 100)
    page = enter(lucia).post("/en/risparmio/bonifici/", sent(bank, [payout]) | told)
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert states() == [State.APPROVED]


def test_one_that_is_not_covered_holds_all_back_and_is_named(bank, lucia):
    payouts = [approved(bank, 100), approved(bank, 50_000)]
    bookings.offset_arrears(payouts[1].agreement.ledger, 1, key="other", about=payouts[1].agreement)
    page = enter(lucia).post("/en/risparmio/bonifici/", sent(bank, payouts))
    assert (page.status_code, "Payee 50000" in str(page.context["form"].errors["payouts"])) == (422, True)
    assert states() == [State.APPROVED] * 2


def test_a_file_that_would_not_be_the_same_is_not_handed_out(bank, lucia):
    payout = approved(bank, 100)
    order = TransferOrder.make(bank, [payout], by=lucia, execution_day=DAY, client_id=uuid.uuid4())
    BankAccount.objects.update(holder="Mario Rossi")
    page = enter(lucia).get(f"/en/risparmio/bonifici/{order.pk}/pain001.xml")
    assert (page.status_code, page["Content-Type"].partition(";")[0]) == (409, "text/html")


def test_a_file_of_which_something_came_back_is_not_sent_once_more(bank, lucia):
    payouts = [approved(bank, 100), approved(bank, 200)]
    office = enter(lucia)
    office.post("/en/risparmio/bonifici/", sent(bank, payouts))
    page = f"/en/risparmio/bonifici/{TransferOrder.objects.get().pk}/"
    assert "Do not send this file" not in words(office.get(page))

    Payout.objects.get(pk=payouts[0].pk).give_up(by=approver(), reason="La banca ha rifiutato il bonifico")

    shown = words(office.get(page))
    assert "Do not send this file" in shown
    assert "Download it for the bank" not in shown


def test_nobody_sends_their_own_households_money(bank):
    tenant = tenant_of(BuildingFactory())
    tenant.give_role("risparmio.treasurer", by=None)
    own, others = approved(bank, 100, tenant), approved(bank, 200)
    office = enter(tenant)
    page = office.get("/en/risparmio/bonifici/")
    assert (page.context["waiting"], page.context["all_waiting"]) == ([others], 2)
    page = office.post("/en/risparmio/bonifici/", sent(bank, [own, others]))
    assert (page.status_code, "somebody else has to send" in words(page)) == (409, True)
    assert states() == [State.APPROVED] * 2


def test_nor_what_they_said_yes_to(bank):
    """Whoever holds both roles: it is not offered; sent all the same it holds the file back, and no page is lost."""
    both = UserFactory(roles=["risparmio.approver", "risparmio.treasurer"])
    own, others = approved(bank, 100, by=both), approved(bank, 200)
    second = approved(bank, 300)
    Payout.objects.filter(pk=second.pk).update(seconded_by=both)
    office = enter(both)
    page = office.get("/en/risparmio/bonifici/")
    assert (page.context["waiting"], page.context["all_waiting"]) == ([others], 3)
    page = office.post("/en/risparmio/bonifici/", sent(bank, [own, others]))
    assert (page.status_code, "You have asked for it or approved it" in words(page)) == (409, True)
    assert states() == [State.APPROVED] * 3


def test_who_sees_and_who_makes_files(bank, lucia):
    payout = approved(bank, 100)
    order = TransferOrder.make(bank, [payout], by=lucia, execution_day=DAY, client_id=uuid.uuid4())
    pages = [
        "/risparmio/bonifici/",
        f"/risparmio/bonifici/{order.pk}/",
        f"/risparmio/bonifici/{order.pk}/pain001.xml",
    ]
    auditor = UserFactory(roles=["portal.auditor"])
    seen = {
        person: [enter(person).get(page).status_code for page in pages]
        for person in (lucia, approver(), auditor, caseworker(), payout.requested_by, UserFactory())
    }
    assert list(seen.values()) == [
        [200, 200, 200],
        [200, 200, 200],
        [200, 200, 200],
        [404, 404, 404],
        [404, 404, 404],
        [404, 404, 404],
    ]
    for person in seen:
        if person != lucia:
            assert enter(person).post("/risparmio/bonifici/", sent(bank, [payout])).status_code == 404
    for person in (auditor, lucia):
        assert pages[2] in enter(person).get(pages[1]).content.decode()
    asked = enter(lucia, fresh=False).get(pages[2])
    assert (asked.status_code, asked["Location"].startswith("/account/conferma/")) == (302, True)


def test_what_has_a_page_stands_in_the_menu_of_whoever_may_open_it():
    people = [treasurer(), approver(), UserFactory(roles=["portal.auditor"]), caseworker(), UserFactory()]
    for item in ITEMS:
        for person in people:
            opens = enter(person).get(reverse(item.url_name)).status_code == 200
            assert bool(item.visible(person)) is opens, item.key


def test_pages_ask_the_database_as_often_for_few_as_for_many(bank, lucia):
    office = enter(lucia)

    def asked():
        payouts = [approved(bank, 100 + number) for number in range(len(states()) + 2)]
        order = TransferOrder.make(bank, payouts[:-1], by=lucia, execution_day=DAY, client_id=uuid.uuid4())
        counts = []
        for address in ("/en/risparmio/bonifici/", f"/en/risparmio/bonifici/{order.pk}/"):
            office.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert office.get(address).status_code == 200
            counts.append(len(queries))
        return counts

    few = asked()
    assert asked() == few
    assert max(few) <= 15, few
