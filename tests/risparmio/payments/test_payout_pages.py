"""A payout on its pages: asked for, signed, approved by another, told to the bank by hand."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from portal.access.models import ConfidentialRead
from portal.testing.factories import BuildingFactory, UserFactory, tenant_of
from risparmio.agreements.final import FinalStatement
from risparmio.book import bookings
from risparmio.book.accounts import open_bank
from risparmio.payments.models import Payout
from risparmio.payments.words import Purpose, State
from risparmio.reference import grouped
from risparmio.testing import agreement_of, approver, caseworker, treasurer

from .pages import client_id_in, enter, say_why, words

pytestmark = pytest.mark.django_db

IBAN = "IT60X0542811101000000123456"
GIVEN = {
    "purpose": "furniture",
    "cents": "200.00",
    "payee": "Samira Hassan",
    "iban": IBAN,
    "note": "Un letto",
}


def auditor():
    return UserFactory(roles=["portal.auditor"], display_name="Ugo")


def household_with(cents=30_000, **fields):
    tenant = tenant_of(BuildingFactory(), **fields)
    agreement = agreement_of(tenant)
    bookings.transfer_in(open_bank(1), agreement.ledger, cents, key=f"in-{agreement.pk}", about=agreement)
    return tenant, agreement


@pytest.fixture
def home():
    return household_with(display_name="Samira")


@pytest.fixture
def samira(home):
    return home[0]


@pytest.fixture
def saved(home):
    return home[1]


@pytest.fixture
def elena():
    return caseworker(display_name="Elena")


@pytest.fixture
def lucia():
    return treasurer(display_name="Lucia")


@pytest.fixture
def paola():
    return approver(display_name="Paola")


def ask(agreement, by, cents=20_000, **told):
    terms = {"client_id": uuid.uuid4(), "purpose": Purpose.FURNITURE, "payee": "Samira Hassan", "iban": IBAN}
    return Payout.request(agreement, by=by, cents=cents, **terms | told)


def do(person, payout, verb, **sent):
    """Open the payout's page, take a step."""
    browser = enter(person)
    browser.get(f"/en/risparmio/prelievi/{payout.pk}/")
    answer = browser.post(f"/en/risparmio/prelievi/{payout.pk}/{verb}/", sent)
    if "portal/access/why.html" in [one.name for one in answer.templates]:
        answer = browser.post(f"/en/risparmio/prelievi/{payout.pk}/{verb}/", sent | {"why": "contract"})
    return answer


def test_a_household_asks_and_sent_twice_it_is_one(saved, samira):
    browser, address = enter(samira), f"/en/risparmio/{saved.pk}/prelievo/"
    sent = GIVEN | {"client_id": client_id_in(browser.get(address))}
    answers = [browser.post(address, sent) for _time in range(2)]

    payout = Payout.objects.get()
    assert [one["Location"] for one in answers] == [f"/en/risparmio/prelievi/{payout.pk}/"] * 2
    assert (payout.cents, payout.iban, payout.note, payout.requested_by) == (20_000, IBAN, "Un letto", samira)
    other = browser.post(address, sent | {"cents": "100.00"})
    assert (other.status_code, payout.get_absolute_url() in other.content.decode()) == (409, True)
    waits = browser.post(address, sent | {"client_id": uuid.uuid4()})
    assert (waits.status_code, "Another payout is on its way" in words(waits)) == (409, True)
    assert Payout.objects.count() == 1
    assert 'name="client_id"' not in browser.get(address).content.decode(), (
        "the page leads to the one that waits"
    )


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"cents": "300.01"}, "cents"),
        ({"cents": "0"}, "cents"),
        ({"cents": "1e18"}, "cents"),
        ({"payee": "سميرة حسن"}, "payee"),
        ({"payee": ""}, "payee"),
        ({"iban": "IT60X0542811101000000123457"}, "iban"),
        ({"purpose": "exit"}, "purpose"),
        ({"purpose": "holiday"}, "purpose"),
        ({"note": "x" * 301}, "note"),
        ({"client_id": ""}, "client_id"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_no_bank_could_pay_is_said_beside_it(saved, samira, told, field):
    sent = GIVEN | {"client_id": uuid.uuid4()} | told
    page = enter(samira).post(f"/en/risparmio/{saved.pk}/prelievo/", sent)
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert not Payout.objects.exists()


def test_all_of_it_for_whoever_moves_on(saved, samira, elena):
    saved.begin_exit(by=elena, on=timezone.localdate())
    final = FinalStatement.draw(saved, by=elena, client_id=uuid.uuid4())
    browser, address = enter(samira), f"/en/risparmio/{saved.pk}/prelievo/"
    assert 'value="300.00"' in browser.get(address).content.decode()
    sent = GIVEN | {"client_id": uuid.uuid4(), "purpose": "exit"}
    assert list(browser.post(address, sent).context["form"].errors) == ["cents"]
    page = browser.post(address, sent | {"cents": "300"})
    assert (page.status_code, "signs the final statement" in words(page)) == (409, True)
    final.sign(by=samira)
    assert browser.post(address, sent | {"cents": "300"}).status_code == 302


def test_whoever_moves_on_finds_their_own_account_written_there_already(saved, samira, elena, lucia, paola):
    for payee, iban in (("HASSAN SAMIRA", IBAN), ("Mobili Rossi", "FR1420041010050500013M02606")):
        payout = ask(saved, samira, 1_000, payee=payee, iban=iban)
        payout.approve(by=paola)
        payout.order(by=lucia)
        payout.confirm(open_bank(1), by=lucia, key=f"line-{payout.pk}", day=None)
    address = f"/en/risparmio/{saved.pk}/prelievo/"
    assert "HASSAN SAMIRA" not in enter(samira).get(address).content.decode(), "who stays pays somebody else"
    saved.begin_exit(by=elena, on=timezone.localdate())
    said = enter(samira).get(address).context["form"].initial
    told = {name: said.get(name) for name in ("purpose", "cents", "payee", "iban")}
    assert told == {"purpose": "exit", "cents": 28_000, "payee": "HASSAN SAMIRA", "iban": grouped(IBAN)}


def test_who_asks(saved, samira, elena, lucia, paola):
    address = f"/risparmio/{saved.pk}/prelievo/"
    sent = GIVEN | {"client_id": uuid.uuid4()}
    for person in (tenant_of(BuildingFactory()), lucia, paola, auditor()):
        assert enter(person).get(address).status_code == 404
        assert enter(person).post(address, sent).status_code == 404
    desk = enter(elena)
    assert "why" in desk.post(address, sent).context["form"].fields, "first why, and nothing typed is lost"
    assert desk.post(address, sent | {"why": "asked"}).status_code == 302
    assert Payout.objects.get().requested_by == elena


def test_each_sees_what_they_may_do(saved, samira, elena, lucia, paola):
    payout = ask(saved, samira)
    address = f"/en/risparmio/prelievi/{payout.pk}/"

    def offered(person):
        page = enter(person).get(address)
        if "steps" not in page.context:
            page = say_why(enter(person), address)
        return [verb for verb, _form in page.context["steps"]]

    people = {"samira": samira, "elena": elena, "lucia": lucia, "paola": paola, "auditor": auditor()}
    assert {name: offered(person) for name, person in people.items()} == {
        "samira": ["withdraw"],
        "elena": [],
        "lucia": [],
        "paola": ["approve", "refuse"],
        "auditor": [],
    }
    payout.approve(by=paola)
    assert {name: offered(person) for name, person in people.items()} == {
        "samira": ["withdraw"],
        "elena": [],
        "lucia": ["order"],
        "paola": [],
        "auditor": [],
    }
    for person in (UserFactory(), tenant_of(BuildingFactory())):
        assert enter(person).get(address).status_code == 404


def test_from_the_yes_to_the_statement(saved, samira, lucia, paola):
    payout = ask(saved, samira)
    assert do(paola, payout, "approve").status_code == 302
    assert list(ConfidentialRead.objects.values_list("reader", "about", "reason")) == [
        (paola.pk, samira.pk, "answer")
    ], "what waits for somebody is opened without a question, and noted"
    assert do(lucia, payout, "order").status_code == 422, "only once the bank has it"
    assert do(lucia, payout, "order", agreed="on").status_code == 302
    payout.refresh_from_db()
    assert (payout.state, saved.held) == (State.ORDERED, 10_000)
    payout.confirm(open_bank(1), by=lucia, key="line", day=None)

    page = enter(samira).get(f"/en/risparmio/prelievi/{payout.pk}/")
    assert [step["is_passed"] for step in page.context["way"]] == [True] * 4
    read = words(page)
    assert "Samira asked for a payout" in read
    assert "An approver approved the payout" in read
    assert "The treasurer told the bank to pay" in read
    assert ("Paola" in read, "Lucia" in read) == (False, False)
    assert "Paola approved the payout" in words(
        say_why(enter(auditor()), f"/en/risparmio/prelievi/{payout.pk}/")
    )


def test_two_approvers_at_once(saved, samira, paola):
    payout, second = ask(saved, samira), approver()
    late = enter(second)
    late.get(f"/en/risparmio/prelievi/{payout.pk}/")
    assert do(paola, payout, "approve").status_code == 302
    answer = late.post(f"/en/risparmio/prelievi/{payout.pk}/approve/")
    assert (answer.status_code, "decided on meanwhile" in words(answer)) == (409, True)
    assert Payout.objects.get().approved_by == paola


def test_a_refusal_is_explained_and_read(saved, samira, paola):
    payout = ask(saved, samira)
    wrong = do(paola, payout, "refuse", reason="no")
    assert (wrong.status_code, 'value="no"' in wrong.content.decode()) == (422, True)
    assert do(paola, payout, "refuse", reason="Manca la fattura").status_code == 302
    assert "Manca la fattura" in words(enter(samira).get(f"/en/risparmio/prelievi/{payout.pk}/"))


def test_less_than_it_says_cannot_be_ordered(saved, samira, lucia, paola):
    payout = ask(saved, samira, 30_000)
    payout.approve(by=paola)
    bookings.offset_arrears(saved.ledger, 1, key="other", about=saved)
    answer = do(lucia, payout, "order", agreed="on")
    assert (answer.status_code, "There is less by now" in words(answer)) == (409, True)
    assert Payout.objects.get().state == State.APPROVED


@pytest.mark.parametrize(
    "verb", ["approve", "refuse", "order", "withdraw", "sign", "paper", "confirm", "delete"]
)
def test_nobody_takes_a_step_that_is_not_theirs(saved, samira, verb):
    payout = ask(saved, samira)
    everything = ["portal.caseworker", "risparmio.treasurer", "risparmio.approver"]
    may = {"withdraw": [samira], "sign": [samira]}.get(verb, [])
    for role in everything:
        samira.give_role(role, by=None)  # in their own household's money it gives them nothing
    for person in (samira, auditor(), tenant_of(BuildingFactory()), UserFactory()):
        answer = enter(person).post(
            f"/risparmio/prelievi/{payout.pk}/{verb}/", {"agreed": "on", "reason": "Va bene così"}
        )
        assert (answer.status_code == 404) == (person not in may), (person, verb)
    assert Payout.objects.get().state in (State.REQUESTED, State.WITHDRAWN)


def test_the_address_of_a_step_leads_to_the_page(saved, samira):
    payout = ask(saved, samira)
    answer = enter(samira).get(f"/en/risparmio/prelievi/{payout.pk}/withdraw/")
    assert (answer.status_code, answer["Location"]) == (302, f"/en/risparmio/prelievi/{payout.pk}/")
    assert do(samira, payout, "withdraw").status_code == 302
    assert do(samira, payout, "withdraw").status_code == 409
    assert Payout.objects.get().state == State.WITHDRAWN


def test_what_goes_to_the_landlord_is_signed_on_the_screen(saved, samira, elena, paola):
    payout = ask(saved, elena, 12_000, purpose=Purpose.ARREARS, payee="Immobiliare Rossi")
    waits = enter(paola).get(f"/en/risparmio/prelievi/{payout.pk}/")
    assert "The household has not signed yet" in words(waits)
    page = enter(samira).get(f"/en/risparmio/prelievi/{payout.pk}/")
    assert "€120.00 of our savings are paid to Immobiliare Rossi" in words(page)
    assert do(samira, payout, "sign").status_code == 422, "read first, then tick, then sign"
    assert do(samira, payout, "sign", agreed="on").status_code == 302
    assert do(paola, payout, "approve").status_code == 302
    assert "A second person has to" in words(enter(paola).get(f"/en/risparmio/prelievi/{payout.pk}/"))
    assert do(approver(), payout, "approve").status_code == 302
    assert Payout.objects.get().state == State.APPROVED


def test_so_is_what_their_caseworker_asks_for(saved, samira, elena, paola):
    payout = ask(saved, elena, 12_000, purpose=Purpose.FIRST_RENT, payee="Immobiliare Rossi")
    assert do(paola, payout, "approve").status_code == 409
    page = words(enter(samira).get(f"/en/risparmio/prelievi/{payout.pk}/"))
    assert "€120.00 of our savings are paid to Immobiliare Rossi" in page
    assert "What it is for: the first rents." in page
    assert "landlord" not in page
    assert do(samira, payout, "sign", agreed="on").status_code == 302
    assert do(paola, payout, "approve").status_code == 302
    assert Payout.objects.get().state == State.APPROVED


def test_what_the_bank_did_not_do_is_written_down_by_another_than_who_told_it(saved, samira, lucia, paola):
    payout = ask(saved, samira)
    payout.approve(by=paola)
    payout.order(by=lucia)
    why = {"reason": "La banca ha rifiutato il file", "agreed": "on"}
    other = treasurer(display_name="Other")
    offered = {
        person: any(verb == "give_up" for verb, _form in _page_of(person, payout).context["steps"])
        for person in (lucia, paola, other, samira, auditor())
    }
    assert list(offered.values()) == [False, True, True, False, False]
    assert do(lucia, payout, "give_up", **why).status_code == 404
    assert do(other, payout, "give_up", reason=why["reason"]).status_code == 422
    assert do(other, payout, "give_up", **why).status_code == 302
    assert do(other, payout, "give_up", **why).status_code == 409
    page = words(enter(samira).get(f"/en/risparmio/prelievi/{payout.pk}/"))
    for said in ("The bank did not pay", "La banca ha rifiutato il file", "put aside as before"):
        assert said in page
    assert "Other" not in page
    assert (Payout.objects.get().state, saved.held) == (State.RETURNED, 30_000)


def _page_of(person, payout):
    address = f"/en/risparmio/prelievi/{payout.pk}/"
    browser = enter(person)
    page = browser.get(address)
    return page if page.context and "steps" in page.context else say_why(browser, address)


def test_taking_money_out_is_offered_to_whoever_may_ask(saved, samira, elena, lucia, paola):
    """To the others the page would be missing."""
    saved.begin_exit(by=elena, on=timezone.localdate())
    final = FinalStatement.draw(saved, by=elena, client_id=uuid.uuid4())
    link = f"/en/risparmio/{saved.pk}/prelievo/"
    readers = (samira, elena, lucia, paola, auditor())

    def offered(address):
        found = []
        for person in readers:
            browser = enter(person)
            page = browser.get(address)
            if link not in page.content.decode():
                page = browser.post(address, {"why": "contract"}, follow=True)
            assert page.status_code == 200
            found.append(link in page.content.decode())
        return found

    assert offered(f"/en/risparmio/{saved.pk}/") == [True, True, False, False, False]
    assert not any(offered(f"/en/risparmio/{saved.pk}/uscita/")), "first they sign what they take along"
    final.sign(by=samira)
    assert offered(f"/en/risparmio/{saved.pk}/uscita/") == [True, True, False, False, False]
    payout = ask(saved, samira, 30_000, purpose=Purpose.EXIT)
    assert not any(offered(f"/en/risparmio/{saved.pk}/")), "it leads to the payout"
    assert payout.get_absolute_url()


def test_or_on_paper_written_down_by_another(saved, elena, lucia):
    payout = ask(saved, elena, 12_000, purpose=Purpose.ARREARS)
    assert do(elena, payout, "paper", agreed="on").status_code == 404
    assert do(lucia, payout, "paper", agreed="on").status_code == 302
    signed = Payout.objects.get()
    assert (signed.signed_by, signed.signed_on_paper) == (lucia, True)


def test_the_approvers_queue(saved, samira, elena, lucia, paola):
    first = ask(saved, samira)
    tenant, agreement = household_with(50_000, display_name="Tarek")
    second = ask(agreement, elena, purpose=Purpose.ARREARS)
    both = approver(display_name="Both")
    both.give_role("portal.caseworker", by=None)
    _other, third_of = household_with()
    third = ask(third_of, both)
    tenant.give_role("risparmio.approver", by=None)

    def queue(person):
        page = enter(person).get("/en/risparmio/approvazioni/")
        return [(row["payout"], row["after"], row["why_not"][:20]) for row in page.context["rows"]]

    unsigned = "The household has no"
    assert queue(paola) == [(first, 10_000, ""), (second, 30_000, unsigned), (third, 10_000, unsigned)]
    assert queue(both)[2] == (third, 10_000, "You asked for it you")
    assert queue(tenant)[1] == (second, 30_000, "It is your own house")
    assert enter(auditor()).get("/en/risparmio/approvazioni/").context["decides"] is False
    for person in (samira, elena, lucia, UserFactory()):
        assert enter(person).get("/risparmio/approvazioni/").status_code == 404


def test_the_lists_of_a_household(saved, samira, paola):
    for number in range(3):
        ask(saved, samira, 100 + number).refuse(by=paola, reason="Manca la fattura")
    page = enter(samira).get(f"/en/risparmio/{saved.pk}/prelievi/")
    assert [one.cents for one in page.context["page"]] == [102, 101, 100]
    assert page.context["may_ask"]


def test_pages_ask_the_database_as_often_for_few_as_for_many(saved, samira, elena, paola):
    first = ask(saved, elena, 12_000, purpose=Purpose.ARREARS)
    browsers = {"paola": enter(paola), "samira": enter(samira)}
    addresses = [
        ("paola", "/en/risparmio/approvazioni/"),
        ("paola", f"/en/risparmio/prelievi/{first.pk}/"),
        ("samira", f"/en/risparmio/prelievi/{first.pk}/"),
        ("samira", f"/en/risparmio/{saved.pk}/prelievi/"),
        ("samira", f"/en/risparmio/{saved.pk}/prelievo/"),
        ("samira", f"/en/risparmio/{saved.pk}/versa/"),
        ("samira", f"/en/risparmio/{saved.pk}/ricevute/"),
    ]

    def asked():
        counts = {}
        for who, address in addresses:
            browsers[who].get(address)
            with CaptureQueriesContext(connection) as queries:
                assert browsers[who].get(address).status_code == 200
            counts[who, address] = len(queries)
        return counts

    few = asked()
    for number in range(5):
        _tenant, agreement = household_with()
        ask(agreement, elena, 100 + number)
        Payout.objects.filter(pk=first.pk).update(requested_at=first.requested_at - timedelta(days=number))
    assert asked() == few
    assert max(few.values()) <= 15, few


def test_an_exit_that_is_sent_again_after_it_was_paid_leads_to_itself(saved, samira, elena, lucia):
    saved.begin_exit(by=elena, on=timezone.localdate())
    statement = FinalStatement.draw(saved, by=elena, client_id=uuid.uuid4())
    for person in (elena, samira):
        statement.sign(by=person)
    browser, address = enter(samira), f"/en/risparmio/{saved.pk}/prelievo/"
    sent = GIVEN | {"purpose": "exit", "cents": "300.00", "client_id": client_id_in(browser.get(address))}
    first = browser.post(address, sent)
    payout = Payout.objects.get()
    # Who tells the bank may have done so before a phone has heard the answer.
    bookings.order_payout(saved.ledger, 30_000, key="gone", about=saved)
    again = browser.post(address, sent)
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert Payout.objects.get() == payout


def test_a_ready_reason_is_read_in_the_households_language(saved, samira, paola):
    samira.language = "ar"
    samira.save()
    payout, desk = ask(saved, samira), enter(paola)
    page = desk.get(f"/en/risparmio/prelievi/{payout.pk}/")
    assert "The household reads in: Arabic." in words(page)
    address = f"/en/risparmio/prelievi/{payout.pk}/refuse/"
    assert desk.post(address, {"why": "", "reason": ""}).status_code == 422

    assert desk.post(address, {"why": "paper", "reason": ""}).status_code == 302

    payout.refresh_from_db()
    assert (payout.state, payout.refusal_reason, payout.refusal) == (State.REFUSED, "paper", "")
    for language in ("it", "ar"):
        with override(language):
            said = str(payout.get_refusal_reason_display())
        prefix = "" if language == "it" else f"/{language}"
        assert said in words(enter(samira).get(f"{prefix}/risparmio/prelievi/{payout.pk}/"))


@pytest.mark.parametrize(
    ("payee", "told"), [("HASSAN SAMIRA", False), ("Mobili Rossi srl", True), ("Samira", False)]
)
def test_the_approver_reads_that_nobody_of_the_household_is_paid(saved, samira, paola, payee, told):
    payout, desk = ask(saved, samira, payee=payee), enter(paola)
    for address in ("/en/risparmio/approvazioni/", f"/en/risparmio/prelievi/{payout.pk}/"):
        assert ("not of this household" in words(desk.get(address))) is told
    assert "not of this household" not in words(enter(samira).get(f"/en/risparmio/prelievi/{payout.pk}/"))
