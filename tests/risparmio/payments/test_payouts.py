"""A household gets back what is its own: two people for each payout, three where it goes to the landlord."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from portal.ledger import BadAmount, LimitReached, verify
from portal.testing.factories import BuildingFactory, UserFactory, tenant_of
from risparmio.agreements.final import FinalStatement
from risparmio.agreements.models import NotPossible, SavingsAgreement
from risparmio.book import bookings
from risparmio.book.accounts import book_of_money, open_bank
from risparmio.book.models import BankAccount
from risparmio.payments.epc import NotPayable
from risparmio.payments.models import Payout
from risparmio.payments.pain001 import NotTransferable
from risparmio.payments.words import Purpose, State
from risparmio.payments.workflow import TRANSITIONS, VERBS, target_of
from risparmio.sent import OtherBody
from risparmio.testing import agreement_of, approver, caseworker, treasurer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


IBAN = "IT60X0542811101000000123456"


@pytest.fixture
def samira():
    return tenant_of(BuildingFactory(), display_name="Samira")


@pytest.fixture
def bank():
    return open_bank(1)


@pytest.fixture
def saved(samira, bank):
    """An agreement with 300.00 in it."""
    agreement = agreement_of(samira)
    bookings.transfer_in(bank, agreement.ledger, 30_000, key="a", about=agreement)
    return agreement


@pytest.fixture
def lucia():
    return treasurer(display_name="Lucia")


@pytest.fixture
def paola():
    return approver(display_name="Paola")


def ask(agreement, by, cents=20_000, **told):
    terms = {
        "client_id": uuid.uuid4(),
        "purpose": Purpose.FURNITURE,
        "payee": "Samira Hassan",
        "iban": IBAN,
    } | told
    return Payout.request(agreement, by=by, cents=cents, **terms)


def balances():
    return {code: amount for code, amount in book_of_money().replay().items() if amount}


def test_asked_approved_ordered_and_seen_on_the_statement(saved, samira, lucia, paola, bank):
    """
    |           | household | payable | bank    |
    | saved     |   −300.00 |         | +300.00 |
    | ordered   |   −100.00 | −200.00 | +300.00 |
    | confirmed |   −100.00 |         | +100.00 |
    """
    household = saved.ledger.code
    payout = ask(saved, samira)
    payout.approve(by=paola)
    assert saved.held == 30_000, "nothing has moved yet"
    payout.order(by=lucia)
    assert balances() == {household: -10_000, "payable": -20_000, "bank-1": 30_000}

    payout.confirm(bank, by=lucia, key="line", day=None)

    assert balances() == {household: -10_000, "bank-1": 10_000}
    assert Payout.objects.get().state == State.PAID
    assert list(verify(book_of_money())) == []


def test_who_asked_never_approves(saved, samira):
    """Whatever roles they hold: not the rule, and not the database."""
    everything = UserFactory(roles=["portal.caseworker", "risparmio.treasurer", "risparmio.approver"])
    payout = ask(saved, everything)
    for verb in (payout.approve, payout.order):
        with pytest.raises(PermissionDenied):
            verb(by=everything)
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(
            approved_by=everything, approved_digest=payout.terms, state=State.APPROVED
        )
    with pytest.raises(IntegrityError, match="goes_out_approved"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(state=State.ORDERED)


def test_nor_does_anybody_of_the_household(saved, samira):
    samira.give_role("risparmio.approver", by=None)
    payout = ask(saved, caseworker())
    with pytest.raises(PermissionDenied):
        payout.approve(by=samira)


def test_who_else_may_not(saved, samira, lucia, paola):
    payout = ask(saved, samira)
    neighbour = tenant_of(BuildingFactory())
    for person in (neighbour, lucia, caseworker(), UserFactory(roles=["portal.auditor"])):
        with pytest.raises(PermissionDenied):
            payout.approve(by=person)
        with pytest.raises(PermissionDenied):
            payout.sign(by=person)
    for person in (neighbour, paola, lucia, UserFactory(roles=["portal.auditor"])):
        with pytest.raises(PermissionDenied):
            ask(saved, person)
    for person in (neighbour, paola, UserFactory(roles=["portal.auditor"])):
        with pytest.raises(PermissionDenied):
            payout.withdraw(by=person)
        with pytest.raises(PermissionDenied):
            payout.order(by=person)


def test_what_goes_to_the_landlord_is_signed_by_the_household_and_approved_twice(
    saved, samira, lucia, paola, bank
):
    second = approver()
    payout = ask(saved, caseworker(), purpose=Purpose.ARREARS, cents=12_000)
    with pytest.raises(NotPossible):
        payout.approve(by=paola)
    payout.sign(by=samira)
    payout.approve(by=paola)
    payout.approve(by=paola)
    assert payout.state == State.REQUESTED, "the same person twice is one"
    with pytest.raises(NotPossible):
        payout.order(by=lucia)

    payout.approve(by=second)
    payout.order(by=lucia)
    assert balances()["landlord"] == -12_000
    payout.confirm(bank, by=lucia, key="line", day=None)

    assert balances() == {saved.ledger.code: -18_000, "bank-1": 18_000}


@pytest.mark.parametrize("lacks", ["seconded_by", "signed_by", "signed_at"])
def test_the_database_asks_for_both_too(saved, samira, paola, lacks):
    payout = ask(saved, caseworker(), purpose=Purpose.ARREARS)
    whole = {
        "approved_by": paola,
        "seconded_by": approver(),
        "signed_by": samira,
        "signed_at": payout.requested_at,
        "approved_digest": payout.terms,
    }
    with pytest.raises(IntegrityError, match="signed_and_seconded"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(**whole | {lacks: None}, state=State.APPROVED)
    with pytest.raises(IntegrityError, match="third_person"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(**whole | {"seconded_by": paola}, state=State.APPROVED)
    Payout.objects.filter(pk=payout.pk).update(**whole, state=State.APPROVED)


def test_more_than_there_is_cannot_be_asked_for(saved, samira):
    with pytest.raises(NotPossible):
        ask(saved, samira, cents=30_001)
    assert ask(saved, samira, cents=30_000).pk


def test_one_waits_at_a_time_and_the_same_submission_is_the_same(saved, samira):
    key = uuid.uuid4()
    first = ask(saved, samira, client_id=key)
    assert ask(saved, samira, client_id=key) == first
    with pytest.raises(NotPossible):
        ask(saved, samira)
    first.withdraw(by=samira)
    assert ask(saved, samira) != first


def test_what_was_refused_says_why_and_goes_no_further(saved, samira, lucia, paola):
    payout = ask(saved, samira)
    payout.refuse(by=paola, reason="L'IBAN è di un'altra persona")
    assert Payout.objects.get().refusal == "L'IBAN è di un'altra persona"
    for verb in (
        lambda: payout.approve(by=approver()),
        lambda: payout.order(by=lucia),
        lambda: payout.withdraw(by=samira),
    ):
        with pytest.raises(NotPossible):
            verb()
    assert saved.held == 30_000


@pytest.mark.parametrize("reason", ["", "no", "niente", "   -   "])
def test_a_refusal_says_why(saved, samira, paola, reason):
    payout = ask(saved, samira)
    with pytest.raises(ValueError, match="few words"):
        payout.refuse(by=paola, reason=reason)
    assert Payout.objects.get().state == State.REQUESTED


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"cents": 0}, BadAmount),
        ({"cents": -5}, BadAmount),
        ({"cents": 1.5}, BadAmount),
        ({"cents": True}, BadAmount),
        ({"cents": 10**18}, NotPossible),
        ({"purpose": "holiday"}, ValueError),
        ({"payee": "سميرة حسن"}, NotTransferable),
        ({"payee": "  "}, NotTransferable),
        ({"payee": "a" * 71}, NotTransferable),
        ({"iban": "IT60X0542811101000000123457"}, NotPayable),
        ({"iban": "BR1500000000000010932840814P2"}, NotPayable),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_no_bank_could_pay_is_said_when_it_is_asked_for(saved, samira, told, error):
    with pytest.raises(error):
        ask(saved, samira, **told)
    assert not Payout.objects.exists()


def test_an_iban_is_kept_as_banks_write_it(saved, samira):
    payout = ask(saved, samira, iban=" it60 x054 2811 1010 0000 0123 456 ", payee=" Samira \n Hassan ")
    assert (payout.iban, payout.payee) == (IBAN, "Samira Hassan")


def test_another_body_under_the_same_number_is_refused(saved, samira):
    key = uuid.uuid4()
    ask(saved, samira, client_id=key)
    for told in ({"cents": 1}, {"note": "Per il letto"}, {"iban": "DE89370400440532013000"}):
        with pytest.raises(OtherBody):
            ask(saved, samira, client_id=key, **told)
    assert Payout.objects.get().cents == 20_000


def test_all_of_it_goes_back_to_whoever_moves_on_and_to_nobody_else(saved, samira):
    with pytest.raises(NotPossible):
        ask(saved, samira, 30_000, purpose=Purpose.EXIT)
    saved.begin_exit(by=caseworker(), on=timezone.localdate())
    elena = caseworker()
    with pytest.raises(NotPossible, match="final statement"):
        ask(saved, samira, 30_000, purpose=Purpose.EXIT)
    final = FinalStatement.draw(saved, by=elena, client_id=uuid.uuid4())
    final.sign(by=elena)
    with pytest.raises(NotPossible, match="final statement"):
        ask(saved, samira, 30_000, purpose=Purpose.EXIT)
    final.sign(by=samira)
    with pytest.raises(NotPossible, match="not a part"):
        ask(saved, samira, 29_999, purpose=Purpose.EXIT)
    assert ask(saved, samira, 30_000, purpose=Purpose.EXIT).cents == 30_000


def test_what_was_taken_out_meanwhile_cannot_be_ordered(saved, samira, lucia, paola):
    """30.00 of 300.00 went elsewhere after the request of 300.00: the household is never left owing."""
    payout = ask(saved, samira, 30_000)
    payout.approve(by=paola)
    bookings.offset_arrears(saved.ledger, 3_000, key="other", about=saved)
    with pytest.raises(LimitReached):
        payout.order(by=lucia)
    payout.refresh_from_db()
    assert (payout.state, payout.entry) == (State.APPROVED, None)
    assert saved.held == 27_000


def test_two_approvers_at_once(saved, samira, paola):
    payout, page_of_another = ask(saved, samira), Payout.objects.get()
    payout.approve(by=paola)
    with pytest.raises(NotPossible):
        page_of_another.approve(by=approver())
    with pytest.raises(NotPossible):
        page_of_another.refuse(by=approver(), reason="Manca la fattura")
    assert Payout.objects.get().approved_by == paola


def test_an_order_is_in_the_book_and_on_the_payout(saved, samira, lucia, paola, bank):
    payout = ask(saved, samira)
    payout.approve(by=paola)
    with pytest.raises(IntegrityError, match="booked_when_ordered"), transaction.atomic():
        Payout.objects.update(state=State.ORDERED)
    with pytest.raises(IntegrityError, match="what_was_approved"), transaction.atomic():
        Payout.objects.update(approved_digest="")
    payout.order(by=lucia)
    assert payout.entry.kind == bookings.ORDERED
    payout.confirm(bank, by=lucia, key="line", day=None)
    payout.come_back(bank, by=lucia, key="back", day=None)
    assert payout.entry.reversed_by.key == f"payout-back:{payout.pk}"
    assert balances() == {saved.ledger.code: -30_000, "bank-1": 30_000}


def test_a_signature_on_paper_is_written_down_by_somebody_who_neither_asked_nor_approves(
    saved, samira, lucia
):
    elena, all_roles = caseworker(), UserFactory(roles=["portal.caseworker", "risparmio.approver"])
    payout = ask(saved, elena, purpose=Purpose.ARREARS, cents=12_000)
    samira.give_role("risparmio.treasurer", by=None)
    for person in (elena, samira, approver(), UserFactory(roles=["portal.auditor"])):
        with pytest.raises(PermissionDenied):
            payout.sign(by=person, on_paper=True)
    with pytest.raises(IntegrityError, match="written_down_by_another"), transaction.atomic():
        Payout.objects.update(signed_by=elena, signed_at=payout.requested_at, signed_on_paper=True)

    payout.sign(by=all_roles, on_paper=True)

    assert (payout.signed_by, payout.signed_on_paper) == (all_roles, True)
    with pytest.raises(PermissionDenied):
        payout.approve(by=all_roles)
    with pytest.raises(IntegrityError, match="signer_does_not_approve"), transaction.atomic():
        Payout.objects.update(approved_by=all_roles)


def test_what_the_household_asks_for_itself_need_not_be_signed(saved, samira):
    payout = ask(saved, samira)
    with pytest.raises(NotPossible):
        payout.sign(by=samira)


def test_whatever_others_ask_for_the_household_signs_before_anybody_says_yes(saved, samira, lucia, paola):
    """Else arrears would be paid as "the first rents", and nobody had to sign."""
    payout = ask(saved, caseworker(), purpose=Purpose.FIRST_RENT)
    with pytest.raises(NotPossible, match="not signed"):
        payout.approve(by=paola)
    whole = {"approved_by": paola, "approved_digest": payout.terms, "state": State.APPROVED}
    with pytest.raises(IntegrityError, match="others_asked_for_is_signed"), transaction.atomic():
        Payout.objects.update(**whole)
    payout.sign(by=lucia, on_paper=True)
    payout.approve(by=paola)
    assert payout.state == State.APPROVED, "and one yes is enough"


def test_only_what_is_owed_goes_to_the_agency_or_to_a_landlord(saved, samira, paola):
    landlords = "DE89370400440532013000"
    BankAccount.objects.create(name="Conto", holder="Agenzia dell'abitare", iban=IBAN)
    with pytest.raises(NotPossible, match="account of the agency"):
        ask(saved, samira, purpose=Purpose.FIRST_RENT)
    refused = ask(saved, samira, purpose=Purpose.ARREARS, iban=landlords)
    refused.refuse(by=paola, reason="Il proprietario ha un altro conto")
    ask(saved, samira, purpose=Purpose.FIRST_RENT, iban=landlords).withdraw(by=samira)

    owed = ask(saved, samira, purpose=Purpose.ARREARS, iban=landlords)
    owed.sign(by=samira)
    for person in (paola, approver()):
        owed.approve(by=person)
    owed.order(by=treasurer())
    with pytest.raises(NotPossible, match="on its way"):
        ask(saved, samira, 1_000, purpose=Purpose.FIRST_RENT, iban=landlords)
    other = agreement_of()
    neighbour = other.adults[0]
    bookings.transfer_in(open_bank(1), other.ledger, 5_000, key="b", about=other)
    with pytest.raises(NotPossible, match="account of the agency or of a landlord"):
        ask(other, neighbour, 1_000, purpose=Purpose.FIRST_RENT, iban=landlords)
    with pytest.raises(IntegrityError, match="arrears_needs_a_signature"), transaction.atomic():
        Payout.objects.filter(pk=owed.pk).update(needs_signature=False)


def test_whoever_stays_does_not_get_all_of_it_back(saved, samira, lucia, paola):
    """However it came that they stay: neither a yes nor an order."""
    elena = caseworker()
    saved.begin_exit(by=elena, on=timezone.localdate())
    final = FinalStatement.draw(saved, by=elena, client_id=uuid.uuid4())
    final.sign(by=samira)
    payout = ask(saved, samira, 30_000, purpose=Purpose.EXIT)
    running = SavingsAgreement.objects.filter(pk=saved.pk)

    def stays():
        running.update(state="open", leaving_on=None)

    stays()
    with pytest.raises(NotPossible, match="stays"):
        payout.approve(by=paola)
    running.update(state="leaving", leaving_on=timezone.localdate())
    payout.approve(by=paola)
    stays()
    with pytest.raises(NotPossible, match="stays"):
        payout.order(by=lucia)
    assert saved.held == 30_000


def test_what_the_bank_never_did_is_the_households_as_before(saved, samira, lucia, paola):
    payout = ask(saved, samira)
    payout.approve(by=paola)
    with pytest.raises(NotPossible):
        payout.give_up(by=treasurer(), reason="La banca non lo ha fatto")
    payout.order(by=lucia)
    assert saved.held == 10_000
    neighbour = tenant_of(BuildingFactory())
    # Not who told the bank; nor the household, a caseworker, an auditor.
    for person in (lucia, samira, neighbour, caseworker(), UserFactory(roles=["portal.auditor"])):
        with pytest.raises(PermissionDenied):
            payout.give_up(by=person, reason="La banca non lo ha fatto")
    with pytest.raises(ValueError, match="few words"):
        payout.give_up(by=paola, reason="no")
    for person in (lucia, samira):
        with pytest.raises(IntegrityError, match="given_up_by_another"), transaction.atomic():
            Payout.objects.update(state=State.RETURNED, given_up_by=person, failure="La banca dorme")

    payout.give_up(by=paola, reason="La banca ha rifiutato il file")

    assert (payout.state, payout.failure, payout.given_up_by) == (
        State.RETURNED,
        "La banca ha rifiutato il file",
        paola,
    )
    assert balances() == {saved.ledger.code: -30_000, "bank-1": 30_000}
    with pytest.raises(NotPossible):
        payout.give_up(by=paola, reason="La banca ha rifiutato il file")
    assert ask(saved, samira).pk, "and the next one can be asked for"
    assert list(verify(book_of_money())) == []


def test_nor_does_who_asked_for_it_or_lives_there_give_it_up(saved, samira, lucia, paola):
    elena = UserFactory(roles=["portal.caseworker", "risparmio.approver"])
    samira.give_role("risparmio.approver", by=None)
    payout = ask(saved, elena)
    payout.sign(by=samira)
    payout.approve(by=paola)
    payout.order(by=lucia)
    for person in (elena, samira):
        with pytest.raises(PermissionDenied):
            payout.give_up(by=person, reason="La banca non lo ha fatto")
    payout.give_up(by=treasurer(), reason="La banca non lo ha fatto")
    assert payout.state == State.RETURNED


def test_between_two_approvals_nobody_changes_where_it_goes(saved, samira, paola):
    payout = ask(saved, caseworker(), purpose=Purpose.ARREARS)
    payout.sign(by=samira)
    payout.approve(by=paola)
    Payout.objects.update(iban="DE89370400440532013000")
    with pytest.raises(NotPossible):
        payout.approve(by=approver())
    assert Payout.objects.get().state == State.REQUESTED


def test_once_it_is_on_the_statement_the_agreement_may_end(saved, samira, lucia, paola, bank, monkeypatch):
    told = []
    monkeypatch.setattr(
        SavingsAgreement, "close_if_done", lambda self, *, by, at=None: told.append((self.pk, self.held, by))
    )
    payout = ask(saved, samira)
    payout.approve(by=paola)
    payout.order(by=lucia)
    assert told == []
    payout.confirm(bank, by=lucia, key="line", day=None)
    assert told == [(saved.pk, 10_000, lucia)]


def test_the_table_of_states_is_what_the_verbs_do():
    reached = {(source.value, verb): target.value for (source, verb), target in TRANSITIONS.items()}
    assert reached[("requested", "approve")] == "approved"
    assert set(VERBS) == {"approve", "refuse", "withdraw", "order", "give_up", "confirm", "come_back"}
    assert target_of("paid", "withdraw") is None


def test_a_landlord_reads_whose_arrears_it_is():
    samira = tenant_of(BuildingFactory(), display_name="Samira Hàssan")
    agreement = agreement_of(samira)
    payout = Payout(agreement=agreement, purpose=Purpose.ARREARS)
    assert payout.text.startswith("Arretrati Samira Hassan, ")
    assert payout.text.endswith(f", Risparmio {agreement.reference}")
    assert len(payout.text) <= 140
    payout.purpose = Purpose.FURNITURE
    assert payout.text == f"Risparmio {agreement.reference}"
