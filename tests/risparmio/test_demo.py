"""What the demo shows of savings: forty agreements over three years, two accounts right to the cent, one difference."""

from collections import Counter
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.db.models import F, Sum
from django.utils import timezone
from stdnum import iban as ibans

from portal.ledger import LedgerAccount, verify
from portal.people.models import User
from risparmio.agreements.final import FinalStatement
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.picture import Picture
from risparmio.agreements.plans import PlanSignature, SavingsPlan
from risparmio.agreements.schedule import Standing, first_of
from risparmio.agreements.words import Asked, Kind, Side
from risparmio.agreements.words import State as AgreementState
from risparmio.bank.formats.reading import read
from risparmio.bank.formats.statement import Balance, Line, Statement
from risparmio.bank.known import found_for, known_now
from risparmio.bank.matching import Reason
from risparmio.bank.models import BankLine
from risparmio.bank.models import Statement as Read
from risparmio.bank.reconciling import days, differences
from risparmio.bank.words import Meaning
from risparmio.book.accounts import book_of_money, till_of
from risparmio.book.models import BankAccount
from risparmio.demo.clock import at, happening, next_working, working_before
from risparmio.demo.diary import Diary
from risparmio.demo.files import camt, mt940
from risparmio.demo.ibans import iban
from risparmio.goals.models import Split
from risparmio.payments.models import CashReceipt, Payout
from risparmio.payments.tills import CashCount, CashTrip
from risparmio.payments.transfers import TransferOrder
from risparmio.payments.words import Purpose, State

EVER = date(2000, 1, 1)


@pytest.fixture(autouse=True)
def keys_folder():
    """The demo's own keys, which lie beside its database."""


def today():
    return timezone.localdate()


def person(key):
    return User.objects.get(username=f"demo.{key}")


def savings_of(key):
    return SavingsAgreement.objects.of_adult(person(key)).with_household().get()


# -- the whole -------------------------------------------------------------------------------------------------------


def test_forty_agreements_over_three_years(demo_db):
    agreements = SavingsAgreement.objects.all()
    states = Counter(agreements.values_list("state", flat=True))
    assert states == {AgreementState.OPEN: 26, AgreementState.LEAVING: 1, AgreementState.CLOSED: 13}
    assert list(agreements.order_by("number").values_list("number", flat=True)) == list(range(1, 41))
    first = book_of_money().entries.order_by("number").first()
    assert timedelta(days=1000) < timezone.now() - first.at < timedelta(days=1096)


def test_all_who_live_under_a_service_agreement_save_and_nobody_else(demo_db):
    tenancies = apps.get_model("portal", "Tenancy").objects.filter(kind="service_agreement")
    assert set(SavingsAgreement.objects.values_list("tenancy", flat=True)) == set(
        tenancies.values_list("pk", flat=True)
    )
    gone = SavingsAgreement.objects.filter(tenancy__left_on__isnull=False)
    assert set(gone.values_list("state", flat=True)) == {AgreementState.CLOSED}


def test_no_two_households_live_in_one_home_at_a_time(demo_db):
    tenancies = apps.get_model("portal", "Tenancy").objects.select_related("dwelling")
    for one in tenancies:
        there = tenancies.exclude(pk=one.pk).filter(dwelling=one.dwelling)
        assert one.dwelling.is_shared or not there.during(one.starts_on, one.left_on).exists(), str(one)


def test_the_journal_is_whole_and_tells_the_past_in_its_order(demo_db):
    book = book_of_money()
    assert list(verify(book)) == []
    assert sum(book.replay().values()) == 0
    entries = list(book.entries.order_by("number").values_list("at", "day"))
    assert [moment for moment, _day in entries] == sorted(moment for moment, _day in entries)
    assert entries[-1][0] <= timezone.now()
    # Not all on the day on which the demo was loaded.
    assert len({day for _moment, day in entries}) > 300


def test_no_household_owes_and_whoever_has_moved_on_has_everything_back(demo_db):
    households = LedgerAccount.objects.filter(book=book_of_money(), code__startswith="household-")
    assert households.count() == 40
    assert all(account.balance() <= 0 for account in households)
    closed = SavingsAgreement.objects.filter(state=AgreementState.CLOSED).select_related("ledger")
    assert {one.held for one in closed} == {0}
    assert all(one.paid_in() > 0 and one.closed_on <= today() for one in closed)


def test_what_it_took_along_was_signed_by_both_sides(demo_db):
    closed = SavingsAgreement.objects.filter(state=AgreementState.CLOSED).select_related("ledger")
    for agreement in closed:
        statement = agreement.final_statements.get()
        assert statement.is_signed
        assert not statement.is_outdated
        assert statement.left_cents == agreement.payouts.get(purpose=Purpose.EXIT).cents
        assert not Picture.of(agreement, today()).still_due
    waits = FinalStatement.objects.get(agreement__state=AgreementState.LEAVING)
    assert [one.side for one in waits.signatures.all()] == [Side.AGENCY]


def test_the_agency_has_added_its_part_to_the_cent(demo_db):
    for agreement in SavingsAgreement.objects.select_related("ledger"):
        assert agreement.matched() == agreement.paid_in() * agreement.match_percent // 100, str(agreement)
    assert LedgerAccount.objects.get(book=book_of_money(), code="agency").balance() < 0


def test_the_book_is_closed_up_to_three_months_ago(demo_db):
    until = book_of_money().closed_until()
    assert (until + timedelta(days=1)).day == 1
    months_open = (today().year - until.year) * 12 + today().month - until.month
    assert months_open == 3
    assert book_of_money().closings.count() >= 30


# -- the banks -------------------------------------------------------------------------------------------------------


def test_two_accounts_right_to_the_cent_but_for_one_difference(demo_db):
    new, old = BankAccount.objects.order_by("-is_paid_into")
    assert differences(old, EVER, today()) == []
    (difference,) = differences(new, EVER, today())
    # What the bank has taken, and will say in its next file.
    assert (difference.day, difference.difference) == (today() - timedelta(days=1), -200)
    for account in (new, old):
        told = [row for row in days(account, EVER, today()) if row.told is not None]
        assert len(told) >= 12
        assert account.ledger.balance() == account.lines.aggregate(total=Sum("cents"))["total"] > 0


def test_three_lines_that_nobody_has_explained_each_with_another_suggestion(demo_db):
    known = known_now()
    found = [found_for(line, known) for line in BankLine.objects.unknown()]
    assert {match and match.reason for match in found} == {None, Reason.NAME, Reason.NAME_AND_AMOUNT}
    assert len(found) == 3
    unknown = BankLine.objects.unknown().aggregate(total=Sum("cents"))["total"]
    assert LedgerAccount.objects.get(book=book_of_money(), code="suspense").balance() == -unknown


def test_each_way_in_which_a_bank_explains_itself(demo_db):
    lines = Counter(BankLine.objects.values_list("meaning", "why"))
    for meaning, why in (
        (Meaning.SAVING, Reason.REFERENCE),
        (Meaning.SAVING, Reason.KNOWN_ACCOUNT),
        (Meaning.SAVING, Reason.NAME_AND_AMOUNT),
        (Meaning.CASH, Reason.CASH),
        (Meaning.PAYOUT, Reason.ORDER),
        (Meaning.RETURN, Reason.RETURNED),
        (Meaning.AGENCY, Reason.BY_HAND),
        (Meaning.CHARGES, Reason.BY_HAND),
    ):
        assert lines[meaning.value, why.value] >= 1, meaning
    assert lines[Meaning.SAVING.value, Reason.REFERENCE.value] > 200
    assert (
        BankLine.objects.filter(counterparty="PARROCCHIA DI SAN ROCCO", meaning=Meaning.SAVING).count() >= 5
    )


# -- cash ------------------------------------------------------------------------------------------------------------


def test_receipts_count_in_each_year_without_gaps_and_one_was_taken_back(demo_db):
    assert CashReceipt.objects.count() > 50
    for year in set(CashReceipt.objects.values_list("year", flat=True)):
        numbers = CashReceipt.objects.filter(year=year).order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, len(numbers) + 1))
    assert CashReceipt.objects.exclude(voided_at=None).count() == 1


def test_cash_in_a_till_waits_to_be_counted_and_some_is_on_its_way(demo_db):
    last = CashCount.objects.order_by("-counted_at").first()
    since = CashReceipt.objects.filter(received_at__gt=last.counted_at)
    assert till_of(last.desk_id).balance() == since.aggregate(total=Sum("cents"))["total"] == 8_000
    trip = CashTrip.objects.get(arrived_on=None)
    assert LedgerAccount.objects.get(book=book_of_money(), code="transit").balance() == trip.cents
    assert [count.difference for count in CashCount.objects.exclude(entry=None)] == [-100]


# -- payouts ---------------------------------------------------------------------------------------------------------


def test_payouts_have_ended_in_every_way(demo_db):
    assert set(Payout.objects.values_list("state", flat=True)) == set(State.values)
    paid = Payout.objects.filter(state=State.PAID)
    assert paid.filter(purpose=Purpose.EXIT).count() == 13
    arrears = paid.get(purpose=Purpose.ARREARS)
    assert arrears.signed_by.display_name == "Salvatore Arena"
    assert len({arrears.requested_by, arrears.approved_by, arrears.seconded_by}) == 3
    ordered = Payout.objects.filter(state__in=(State.ORDERED, State.PAID, State.RETURNED))
    assert not ordered.filter(transfer=None).exists()
    assert all(
        order.execution_day > timezone.localdate(order.made_at) for order in TransferOrder.objects.all()
    )


def test_one_payout_waits_for_each_who_has_to_do_with_it(demo_db):
    asked = Payout.objects.get(state=State.REQUESTED)
    assert person("approver").has_perm("risparmio.approve_payout", asked)
    assert SavingsAgreement.objects.of_adult(asked.requested_by).get() == asked.agreement

    approved = Payout.objects.get(state=State.APPROVED)
    assert person("treasurer").has_perm("risparmio.order_payout", approved)
    assert approved.requested_by == person("caseworker")

    ordered = Payout.objects.get(state=State.ORDERED)
    assert LedgerAccount.objects.get(book=book_of_money(), code="payable").balance() == -ordered.cents
    assert ordered.line is None


# -- what the personas see -------------------------------------------------------------------------------------------


def test_samira_is_doing_well_with_a_month_missed_and_a_pause_behind_her(demo_db):
    agreement = savings_of("tenant")
    picture = Picture.of(agreement, today())
    assert picture.still_due == 0
    assert 5_000 <= agreement.promised_now() <= 10_000
    assert 0 < picture.held < agreement.goal_cents
    pause = agreement.plans.get(kind=Kind.PAUSE)
    assert (pause.state, pause.proposed_by) == (Asked.AGREED, person("tenant"))
    assert pause.until < first_of(today())
    assert [row.standing for row in picture.months if row.month == first_of(pause.since)] == [Standing.PAUSED]
    months_paid = {first_of(day) for day in agreement.lines.values_list("day", flat=True)}
    missed = [row.month for row in picture.months if row.promised and row.month <= pause.since]
    assert len(set(missed) - months_paid) == 1
    assert CashReceipt.objects.visible_to(person("tenant")).count() == 1


def test_samira_has_goals_of_her_own_for_what_she_did_not_promise(demo_db):
    split = Split.of(savings_of("tenant"))
    assert split.set_aside == 5_500
    assert split.free > 0


def test_marco_is_late_and_a_smaller_amount_is_proposed(demo_db):
    agreement = savings_of("tenant2")
    picture = Picture.of(agreement, today())
    late = [row for row in picture.months if row.standing == Standing.LATE]
    assert len(late) == 2
    assert picture.still_due == sum(row.promised for row in late)
    proposed = agreement.plans.waiting().get()
    assert proposed.cents < late[0].promised
    assert set(proposed.signatures.values_list("side", flat=True)) == {Side.AGENCY}


def test_ionela_has_asked_for_a_part_which_is_on_its_way(demo_db):
    payout = savings_of("tenant3").payouts.open().get()
    assert (payout.state, payout.requested_by) == (State.ORDERED, person("tenant3"))


def test_everybody_sees_their_own_and_whoever_works_with_it_all(demo_db):
    for key in ("caseworker", "treasurer", "approver", "auditor"):
        assert SavingsAgreement.objects.visible_to(person(key)).count() == 40, key
    for key in ("tenant", "tenant2", "tenant3"):
        assert SavingsAgreement.objects.visible_to(person(key)).count() == 1, key
    for key in ("neighbour", "volunteer", "mediator", "maintenance", "contractor", "editor", "admin"):
        assert not SavingsAgreement.objects.visible_to(person(key)).exists(), key
    assert Read.objects.visible_to(person("treasurer")).count() > 30
    assert not Read.objects.visible_to(person("caseworker")).exists()


def test_plans_were_signed_by_both_sides_some_of_them_on_paper(demo_db):
    agreed = SavingsPlan.objects.filter(state=Asked.AGREED)
    assert agreed.filter(kind=Kind.FIRST).count() == 40
    assert agreed.filter(kind=Kind.CHANGE).count() >= 3
    for plan in agreed.prefetch_related("signatures"):
        assert {one.side for one in plan.signatures.all()} == set(Side.values)
        # Whoever signs for the agency does not write down what the household has signed.
        assert len({one.person_id for one in plan.signatures.all()}) == 2
    assert PlanSignature.objects.filter(on_paper=True).count() >= 5


def test_three_years_of_facts_are_news_to_nobody_and_the_last_days_are(demo_db):
    facts = apps.get_model("portal", "Event").objects.filter(kind__startswith="risparmio.")
    old = facts.filter(at__lt=timezone.now() - timedelta(days=4))
    assert old.count() > 500
    assert not old.exclude(dispatched_at=F("at")).exists()
    assert facts.earliest("at").at < timezone.now() - timedelta(days=1000)
    assert {"risparmio.payout.requested", "risparmio.statement.read", "risparmio.cash.received"} <= set(
        facts.filter(at__gt=timezone.now() - timedelta(days=2)).values_list("kind", flat=True)
    )


# -- how it is told --------------------------------------------------------------------------------------------------


def test_nobody_has_these_accounts_and_their_check_digits_are_right(demo_db):
    used = {
        *BankAccount.objects.values_list("iban", flat=True),
        *Payout.objects.values_list("iban", flat=True),
    }
    used |= set(BankLine.objects.exclude(counterparty_iban="").values_list("counterparty_iban", flat=True))
    assert len(used) > 30
    for one in used:
        assert ibans.is_valid(one), one
        assert one[5:10] in ("09990", "09991"), one


def test_the_check_letter_is_that_of_italian_accounts():
    # The example that is printed everywhere.
    assert iban(123_456, "05428", "11101") == "IT60X0542811101000000123456"
    assert ibans.is_valid(iban(999_999_999_999, "09991"))


@pytest.mark.parametrize("write", [camt, mt940])
def test_a_statement_that_is_written_is_read_as_it_was(write):
    account = iban(7)
    lines = (
        Line(
            day=date(2025, 3, 4),
            value_day=date(2025, 3, 4),
            cents=5_000,
            reference="RF18539007547034",
            counterparty="ANNA RIVA",
            counterparty_iban=iban(8),
            text="Risparmio 03/2025",
            bank_reference="0010001",
            code="PMNT/RCDT/ESCT",
        ),
        Line(
            day=date(2025, 3, 20),
            value_day=date(2025, 3, 20),
            cents=-1_234,
            end_to_end="ABITARE-7",
            counterparty="ANNA RIVA",
            counterparty_iban=iban(8),
            text="per il frigorifero",
            bank_reference="0010002",
            code="PMNT/ICDT/ESCT",
        ),
    )
    statement = Statement(
        account=account,
        identification="2025/1",
        opening=Balance(day=date(2025, 2, 28), cents=10_000),
        closing=Balance(day=date(2025, 3, 31), cents=13_766),
        lines=lines,
    )
    (told,) = read(write(statement), account=account)
    assert (told.account, told.opening, told.closing) == (account, statement.opening, statement.closing)
    for mine, theirs in zip(lines, told.lines, strict=True):
        for name in (
            "day",
            "cents",
            "reference",
            "end_to_end",
            "counterparty",
            "counterparty_iban",
            "bank_reference",
        ):
            assert getattr(theirs, name) == getattr(mine, name), name
        assert mine.text in theirs.text


def test_what_goes_back_says_so():
    line = Line(
        day=date(2025, 3, 4), cents=5_000, text="CONTO ESTINTO", bank_reference="1", code="PMNT/ICDT/RRTN"
    )
    back = Line(**{**vars(line), "returned": True})
    balances = {
        "opening": Balance(day=date(2025, 3, 1), cents=0),
        "closing": Balance(day=date(2025, 3, 31), cents=5_000),
    }
    content = camt(Statement(account=iban(7), identification="1", lines=(back,), **balances))
    assert ElementTree.fromstring(content)
    assert read(content, account=iban(7))[0].lines[0].returned


def test_the_clock_of_the_past_stops_at_its_end():
    then = at(date(2024, 2, 29), 9, 30)
    before = timezone.now()
    with happening(then):
        assert timezone.now() == then
        assert timezone.localdate() == date(2024, 2, 29)
    assert timezone.now() >= before
    with pytest.raises(ZeroDivisionError), happening(then):
        raise ZeroDivisionError
    assert timezone.now() >= before


def test_what_follows_from_a_day_comes_after_it_and_before_the_next():
    diary, told = Diary(), []

    def first():
        told.append(timezone.localdate().day)
        diary.on(at(date(2024, 1, 2), 9), lambda: told.append("follows"))

    diary.on(at(date(2024, 1, 3), 9), lambda: told.append(timezone.localdate().day))
    diary.on(at(date(2024, 1, 1), 9), first)
    diary.tell()
    assert told == [1, "follows", 3]


def test_banks_work_from_monday_to_friday():
    friday, sunday, monday = date(2024, 3, 1), date(2024, 3, 3), date(2024, 3, 4)
    assert next_working(friday) == monday
    assert {working_before(day) for day in (monday, sunday, date(2024, 3, 2))} == {friday}
