"""Cash over the counter, on pages: a receipt at once, a count at the day's end."""

import uuid
from io import BytesIO

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from portal.testing.factories import BuildingFactory, DeskFactory, UserFactory, tenant_of
from portal.ui.pdf import can_print_pdf
from risparmio.book import bookings
from risparmio.book.accounts import differences, open_bank, till_of
from risparmio.payments.models import CashReceipt
from risparmio.payments.tills import CashCount, CashTrip
from risparmio.testing import agreement_of, approver, caseworker, treasurer

from .pages import client_id_in, enter, words

pytestmark = pytest.mark.django_db


def auditor():
    return UserFactory(roles=["portal.auditor"])


@pytest.fixture
def samira():
    return tenant_of(BuildingFactory(), display_name="Samira")


@pytest.fixture
def agreement(samira):
    return agreement_of(samira)


@pytest.fixture
def desk():
    return DeskFactory()


@pytest.fixture
def elena():
    return caseworker(display_name="Elena")


@pytest.fixture
def lucia():
    return treasurer(display_name="Lucia")


def take(agreement, desk, cents=2_000, by=None):
    return CashReceipt.take(agreement, by=by or caseworker(), desk=desk, cents=cents, client_id=uuid.uuid4())


def test_cash_becomes_a_receipt_and_sent_twice_it_is_one(agreement, desk, elena):
    counter, address = enter(elena), f"/en/risparmio/{agreement.pk}/contanti/"
    sent = {"client_id": client_id_in(counter.get(address)), "desk": desk.pk, "cents": "20.00"}

    answers = [counter.post(address, sent) for _time in range(2)]

    receipt = CashReceipt.objects.get()
    assert [(one.status_code, one["Location"]) for one in answers] == [
        (302, f"/en/risparmio/ricevute/{receipt.pk}/")
    ] * 2
    assert (receipt.cents, receipt.received_by, agreement.held) == (2_000, elena, 2_000)
    other = counter.post(address, sent | {"cents": "200.00"})
    assert (other.status_code, agreement.held) == (409, 2_000)
    assert f"/en/risparmio/ricevute/{receipt.pk}/" in other.content.decode()
    assert client_id_in(other) != sent["client_id"], "what is sent from this page is a new one"
    assert 'value="200.00"' in other.content.decode()


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"cents": "0"}, "cents"),
        ({"cents": "-5"}, "cents"),
        ({"cents": "12,5,0"}, "cents"),
        ({"cents": "0.005"}, "cents"),
        ({"cents": "5000"}, "cents"),
        ({"desk": ""}, "desk"),
        ({"desk": "x"}, "desk"),
        ({"client_id": "x"}, "client_id"),
    ],
)
def test_what_is_wrong_is_said_beside_it(agreement, desk, elena, told, field):
    sent = {"client_id": uuid.uuid4(), "desk": desk.pk, "cents": "20.00"} | told
    page = enter(elena).post(f"/en/risparmio/{agreement.pk}/contanti/", sent)
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert agreement.held == 0


def test_who_takes_cash(agreement, desk, samira, elena, lucia):
    address = f"/risparmio/{agreement.pk}/contanti/"
    sent = {"client_id": uuid.uuid4(), "desk": desk.pk, "cents": "20"}
    elena_lives_there = tenant_of(BuildingFactory(), display_name="Both")
    elena_lives_there.give_role("portal.caseworker", by=None)
    own = agreement_of(elena_lives_there)
    for person in (samira, approver(), auditor(), UserFactory()):
        for answer in (enter(person).get(address), enter(person).post(address, sent)):
            assert answer.status_code == 404
    assert enter(elena_lives_there).post(f"/risparmio/{own.pk}/contanti/", sent).status_code == 404
    assert not CashReceipt.objects.exists()
    for person in (elena, lucia):
        assert enter(person).get(address).status_code == 200
    kept = enter(elena, fresh=False).post(address, sent)
    assert kept.status_code == 403, "what was typed is sent again after the proof"
    assert not CashReceipt.objects.exists()


def test_a_receipt_is_in_the_households_language_and_names_no_staff_to_it(agreement, desk, samira, elena):
    samira.language = "ar"
    samira.save()
    receipt = take(agreement, desk, by=elena)

    theirs = enter(samira).get(f"/en/risparmio/ricevute/{receipt.pk}/")
    assert (theirs.status_code, "Elena" in words(theirs)) == (200, False)
    assert "€20.00" in words(theirs)

    counter = enter(elena)
    counter.get(f"/en/risparmio/{agreement.pk}/contanti/")  # the household stands there: the reading is noted
    page = counter.get(f"/en/risparmio/ricevute/{receipt.pk}/")
    assert '<article class="voucher" lang="ar" dir="rtl">' in page.content.decode()
    assert "Elena took the cash" in words(page)


@pytest.mark.skipif(not can_print_pdf(), reason="pango is not here")
def test_the_pdf_says_the_same(agreement, desk, samira):
    from pypdf import PdfReader

    receipt = take(agreement, desk, 2_050)
    answer = enter(samira).get(f"/en/risparmio/ricevute/{receipt.pk}/ricevuta.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    text = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert (str(receipt) in text, "20.50" in text) == (True, True)


def test_a_mistake_is_taken_back_on_its_page_and_stands_on_it(agreement, desk, samira, elena, lucia):
    receipt = take(agreement, desk, by=elena)
    address = f"/en/risparmio/ricevute/{receipt.pk}/annulla/"
    for person in (samira, elena, approver(), auditor(), UserFactory()):
        assert enter(person).post(address, {"reason": "Contato male"}).status_code == 404
    office = enter(lucia)
    office.get(f"/en/risparmio/{agreement.pk}/contanti/")
    assert office.get(address).status_code == 302
    assert office.post(address, {"reason": "errore"}).status_code == 422
    assert agreement.held == 2_000

    page = office.post(address, {"reason": "Contato male"}, follow=True)

    assert (agreement.held, "Lucia took the receipt back" in words(page)) == (0, True)
    read = words(enter(samira).get(f"/en/risparmio/ricevute/{receipt.pk}/"))
    assert ("this receipt counts no more" in read, "Contato male" in read, "Lucia" in read) == (
        True,
        True,
        False,
    )


def test_after_a_count_it_is_moved_to_another_household_or_stands(agreement, desk, elena, lucia):
    receipt = take(agreement, desk, by=elena)
    office = enter(lucia)
    office.get(f"/en/risparmio/{agreement.pk}/contanti/")
    assert not office.get(f"/en/risparmio/ricevute/{receipt.pk}/").context["form"].fields["to"].required
    CashCount.take(desk, by=elena, counted=2_000, client_id=uuid.uuid4())
    address, told = f"/en/risparmio/ricevute/{receipt.pk}/annulla/", {"reason": "Era di altri"}
    for to in ("", "987654", agreement.number):
        assert office.post(address, told | {"to": to}).status_code in (409, 422)
    assert agreement.held == 2_000

    right = agreement_of()
    page = office.post(address, told | {"to": right.number}, follow=True)

    assert (agreement.held, right.held, till_of(desk.pk).balance()) == (0, 2_000, 2_000)
    assert f"Moved: receipt {right.receipts.get()} stands in its place" in words(page)


def test_the_same_sum_of_the_same_household_is_asked_for_once(agreement, desk, elena):
    """The way back of a browser shows the form once more, with a number of its own."""
    first, counter = take(agreement, desk), enter(elena)
    told = {"client_id": uuid.uuid4(), "desk": desk.pk, "cents": "20"}
    address = f"/en/risparmio/{agreement.pk}/contanti/"

    page = counter.post(address, told)

    assert (page.status_code, agreement.held) == (422, 2_000)
    assert f"receipt {first}. Is this another payment?" in words(page)
    assert counter.post(address, told | {"is_another": "on"}).status_code == 302
    assert counter.post(address, told | {"client_id": uuid.uuid4(), "cents": "21"}).status_code == 302
    assert agreement.held == 6_100


def test_staff_print_it_in_the_language_they_choose_and_it_names_the_agency(agreement, desk, elena):
    apps.get_model("portal", "AgencyDetails").objects.create(
        site=Site.objects.get(is_default_site=True), legal_name="Agenzia di Prova"
    )
    receipt, counter = take(agreement, desk, by=elena), enter(elena)
    counter.get(f"/en/risparmio/{agreement.pk}/contanti/")

    page = counter.get(f"/en/risparmio/ricevute/{receipt.pk}/?lingua=ar").content.decode()

    assert '<article class="voucher" lang="ar" dir="rtl">' in page
    assert "ricevuta.pdf?lingua=ar" in page or not can_print_pdf()
    assert "<bdi>Agenzia di Prova</bdi>" in page


def test_the_tills_of_all_desks(agreement, desk, elena, lucia):
    other = DeskFactory(name="Altro")
    take(agreement, desk, 2_000)
    CashCount.take(desk, by=elena, counted=1_900, note="Manca un euro", client_id=uuid.uuid4())
    take(agreement, desk, 500)
    take(agreement, desk, 700).take_back(by=lucia, reason="Contato male")
    CashTrip.begin(desk, by=lucia, cents=1_000, client_id=uuid.uuid4())

    for person in (lucia, elena, approver(), auditor()):
        page = enter(person).get("/en/risparmio/cassa/")
        rows = {
            row.desk: (row.holds, row.last_count and row.last_count.counted, row.receipts, row.received)
            for row in page.context["tills"]
        }
        assert rows == {desk: (1_400, 1_900, 1, 500), other: (0, None, 0, 0)}
        assert [trip.cents for trip in page.context["page"]] == [1_000]
        assert page.context["may_count"] == (person in (lucia, elena))
    for person in (tenant_of(BuildingFactory()), UserFactory()):
        assert enter(person).get("/risparmio/cassa/").status_code == 404


def test_a_count_on_its_page(agreement, desk, lucia):
    take(agreement, desk)
    office, address = enter(lucia), f"/en/risparmio/cassa/{desk.pk}/conta/"
    page = office.get(address)
    assert [one.cents for one in page.context["receipts"]] == [2_000]
    sent = {"client_id": client_id_in(page), "counted": "19"}
    refused = office.post(address, sent)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["note"])
    sent["note"] = "Manca un euro"
    for _time in range(2):
        assert office.post(address, sent)["Location"] == "/en/risparmio/cassa/"
    assert not office.get(address).context["receipts"]
    assert (CashCount.objects.get().difference, till_of(desk.pk).balance()) == (-100, 1_900)
    assert office.post(address, sent | {"counted": "18"}).status_code == 409
    empty = office.post(address, {"client_id": uuid.uuid4(), "counted": "0,00", "note": "Rubata la cassa"})
    assert (empty.status_code, till_of(desk.pk).balance()) == (302, 0)


def test_carried_on_its_page(agreement, desk, lucia):
    take(agreement, desk)
    office, address = enter(lucia), f"/en/risparmio/cassa/{desk.pk}/banca/"
    sent = {"client_id": client_id_in(office.get(address)), "cents": "20.01"}
    refused = office.post(address, sent)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["cents"])
    assert office.post(address, sent | {"cents": "15"}).status_code == 302
    assert office.post(address, sent | {"cents": "16"}).status_code == 409
    assert [trip.cents for trip in CashTrip.objects.all()] == [1_500]


@pytest.mark.parametrize("page", ["conta", "banca"])
def test_who_counts_and_carries(desk, samira, elena, lucia, page):
    address = f"/risparmio/cassa/{desk.pk}/{page}/"
    for person in (samira, approver(), auditor(), UserFactory()):
        assert enter(person).get(address).status_code == 404
        assert enter(person).post(address, {"counted": "1", "cents": "1"}).status_code == 404
    for person in (elena, lucia):
        assert enter(person).get(address).status_code == 200
        assert enter(person).get(f"/risparmio/cassa/99999/{page}/").status_code == 404


def test_pages_ask_the_database_as_often_for_few_as_for_many(agreement, desk, samira, lucia):
    receipt = take(agreement, desk)
    CashTrip.begin(desk, by=lucia, cents=100, client_id=uuid.uuid4())
    browsers = {samira: enter(samira), lucia: enter(lucia)}
    addresses = [
        (lucia, "/en/risparmio/cassa/"),
        (lucia, f"/en/risparmio/cassa/{desk.pk}/conta/"),
        (lucia, f"/en/risparmio/{agreement.pk}/contanti/"),
        (lucia, f"/en/risparmio/ricevute/{receipt.pk}/"),
        (samira, f"/en/risparmio/ricevute/{receipt.pk}/"),
        (samira, f"/en/risparmio/{agreement.pk}/ricevute/"),
    ]

    def asked():
        counts = []
        for who, address in addresses:
            browsers[who].get(f"/en/risparmio/{agreement.pk}/contanti/")
            browsers[who].get(address)
            with CaptureQueriesContext(connection) as queries:
                assert browsers[who].get(address).status_code == 200
            counts.append(len(queries))
        return counts

    few = asked()
    for _time in range(4):
        take(agreement, desk)
        take(agreement, DeskFactory())
        CashTrip.begin(desk, by=lucia, cents=100, client_id=uuid.uuid4())
    assert asked() == few
    assert max(few) <= 15, few


def test_wrong_cash_on_its_way_and_a_difference_are_put_right_on_their_pages():
    desk, lucia, elena = DeskFactory(), treasurer(), caseworker()
    agreement = agreement_of()
    bookings.agency_funds(open_bank(1), 1_000, key="funds", about=agreement)
    CashReceipt.take(agreement, by=elena, desk=desk, cents=2_000, client_id=uuid.uuid4())
    trip = CashTrip.begin(desk, by=elena, cents=2_000, client_id=uuid.uuid4())
    back = f"/en/risparmio/cassa/viaggi/{trip.pk}/annulla/"
    assert enter(elena).get(back).status_code == 404
    browser = enter(lucia)
    assert back in browser.get("/en/risparmio/cassa/").content.decode()
    assert browser.post(back, {"reason": "no"}).status_code == 422
    assert browser.post(back, {"reason": "Non sono partiti"}).status_code == 302
    CashCount.take(desk, by=elena, counted=1_900, note="Manca un euro", client_id=uuid.uuid4())
    assert "nobody has covered: €1.00" in words(browser.get("/en/risparmio/cassa/"))
    cover = "/en/risparmio/cassa/differenza/"
    assert enter(elena).get(cover).status_code == 404
    assert "€1.00 too little" in words(browser.get(cover))
    browser.post(cover, {"seen": "50000"})
    assert differences().balance() == 100, "what was read is booked, and nothing else"
    assert browser.post(cover, {"seen": "100"}).status_code == 302
    assert differences().balance() == 0
    assert browser.get(cover).status_code == 302
