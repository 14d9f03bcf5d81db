"""Whom a fact is told to, in which words, and what a phone may show of it."""

import re
import uuid
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from portal.events.models import Event
from portal.extensions import EventKind, NotificationKind, Schedule, declared, find
from portal.notifications.models import Notification
from portal.testing.factories import BuildingFactory, DeskFactory, UserFactory, tenant_of
from risparmio.agreements.final import FinalStatement
from risparmio.agreements.models import SavingsAgreement, SavingsPlan
from risparmio.agreements.reminders import PaymentReminder, remind
from risparmio.agreements.words import Kind
from risparmio.agreements.words import State as AgreementState
from risparmio.book import bookings
from risparmio.book.accounts import open_bank
from risparmio.notifications import NOTIFICATIONS
from risparmio.payments.models import CashReceipt, Payout
from risparmio.payments.words import Purpose
from risparmio.testing import agreement_of, approver, caseworker, treasurer

pytestmark = pytest.mark.django_db

START = timezone.localdate().replace(day=1)
IBAN = "DE89370400440532013000"


def on(day, month=0):
    """That day of the month so many months after this one."""
    year, last = divmod(START.year * 12 + START.month - 1 + month, 12)
    return date(year, last + 1, day)


@pytest.fixture
def samira():
    return tenant_of(BuildingFactory(), display_name="Samira Hassan")


@pytest.fixture
def elena():
    return caseworker()


@pytest.fixture
def agreement(samira, elena):
    """50 euros a month on the 10th."""
    return agreement_of(samira, by=elena)


@pytest.fixture
def omar(agreement):
    """The other adult of the household."""
    person = UserFactory()
    agreement.household.add(person, by=None)
    return person


def paid(agreement, cents):
    bookings.transfer_in(open_bank(1), agreement.ledger, cents, key=uuid.uuid4(), about=agreement)


def told(kind=""):
    """Of the last fact: whom it reaches."""
    event = Event.objects.filter(kind__startswith=f"risparmio.{kind}").order_by("id").last()
    people = find(NotificationKind, event.kind).recipients(event)
    return {person.pk for person in people} - {event.actor_id}


def said():
    """What the portal has said of payments, in its order."""
    facts = Event.objects.filter(kind__startswith="risparmio.payment.").order_by("id")
    return [(fact.kind.rpartition(".")[2], fact.data["month"]) for fact in facts]


# -- before the day, and after it -------------------------------------------------------------------------------------


def test_three_days_before_the_day_all_adults_are_reminded_once(agreement, samira, omar):
    remind(on(6))
    assert said() == []

    for _run in range(2):
        remind(on(7))
    remind(on(10))

    assert said() == [("due", on(1).isoformat())]
    assert told("payment") == {samira.pk, omar.pk}


def test_not_of_a_month_that_is_covered_nor_in_a_pause(agreement, samira, elena):
    paid(agreement, 5_000)
    remind(on(8))
    assert said() == []

    pause = SavingsPlan.propose(
        agreement,
        by=samira,
        client_id=uuid.uuid4(),
        kind=Kind.PAUSE,
        since=on(1, 1),
        until=on(1, 1),
        cents=0,
        due_day=10,
        reason="Malattia",
    )
    pause.sign(by=elena)
    remind(on(8, 1))
    assert said() == []
    remind(on(8, 2))
    assert said() == [("due", on(1, 2).isoformat())]


def test_nor_without_a_plan_that_both_have_signed_nor_when_all_was_given_back(samira):
    agreement_of(samira, signed=False)
    ended = agreement_of()
    SavingsAgreement.objects.filter(pk=ended.pk).update(state=AgreementState.CLOSED, closed_on=START)
    remind(on(8))
    remind(on(20))
    assert said() == []


def test_ten_days_after_a_missed_day_there_is_a_kind_word_once(agreement, samira):
    remind(on(19))
    assert said() == []
    for day in (on(20), on(21), on(28)):
        remind(day)
    assert said() == [("missed", on(1).isoformat())]
    assert told("payment") == {samira.pk}


def test_a_part_of_it_is_no_reason_to_be_silent_and_all_of_it_is(agreement):
    paid(agreement, 4_999)
    remind(on(20))
    assert said() == [("missed", on(1).isoformat())]

    other = agreement_of()
    paid(other, 5_000)
    remind(on(20))
    assert len(said()) == 1


def test_never_two_kind_words_in_a_month_nor_of_what_is_long_past(agreement, samira, elena):
    """January is due on the 28th, and from February on the 5th: both words would fall into February."""
    agreement.plans.update(due_day=28)
    change = SavingsPlan.propose(
        agreement,
        by=samira,
        client_id=uuid.uuid4(),
        kind=Kind.CHANGE,
        since=on(1, 1),
        cents=5_000,
        due_day=5,
        reason="Stipendio",
    )
    change.sign(by=elena)

    remind(on(10, 1))
    remind(on(20, 1))
    assert [fact for fact in said() if fact[0] == "missed"] == [("missed", on(1).isoformat())]
    remind(on(28, 3))
    assert [month for kind, month in said() if kind == "missed"] == [on(1).isoformat(), on(1, 3).isoformat()]


def test_of_a_final_statement_only_the_side_that_has_yet_to_sign_is_told(agreement, samira, omar, elena):
    agreement.begin_exit(by=elena, on=timezone.localdate())
    drawn = FinalStatement.draw(agreement, by=elena, client_id=uuid.uuid4())
    assert told("final.drawn") == {samira.pk, omar.pk}

    paid(agreement, 5_000)  # whoever signs now signs a new one
    drawn = FinalStatement.draw(agreement, by=elena, client_id=uuid.uuid4())
    drawn.sign(by=samira)
    assert told("final.signed") == {elena.pk}
    drawn.sign(by=elena)
    assert told("final.signed") == set(), "both have"

    paid(agreement, 5_000)
    FinalStatement.draw(agreement, by=elena, client_id=uuid.uuid4()).sign(by=elena)
    assert told("final.signed") == {samira.pk, omar.pk}


def test_during_a_pause_nothing_is_said_of_what_was_before_it(agreement, samira, elena):
    agreement.plans.update(due_day=28)
    pause = SavingsPlan.propose(
        agreement,
        by=samira,
        client_id=uuid.uuid4(),
        kind=Kind.PAUSE,
        since=on(1, 1),
        until=on(1, 1),
        cents=0,
        due_day=28,
        reason="Malattia",
    )
    pause.sign(by=elena)
    remind(on(10, 1))
    assert said() == []


def test_that_it_is_said_once_is_kept_by_the_table(agreement):
    assert PaymentReminder.say(agreement, "due", on(1), on(7))
    assert not PaymentReminder.say(agreement, "due", on(1), on(8))
    assert PaymentReminder.say(agreement, "missed", on(1), on(20))
    assert not PaymentReminder.say(agreement, "missed", on(1, 1), on(28))
    assert len(said()) == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentReminder.objects.create(agreement=agreement, kind="due", month=on(1), said_in=on(1))


def test_as_many_questions_for_many_households_as_for_one(agreement):
    paid(agreement, 5_000)
    with CaptureQueriesContext(connection) as one:
        remind(on(8))
    for _one in range(4):
        paid(agreement_of(), 5_000)
    with CaptureQueriesContext(connection) as many:
        remind(on(8))
    assert len(one) == len(many)


def test_a_payment_that_is_quicker_than_the_reminder_stops_it(agreement):
    remind(on(7))
    paid(agreement, 5_000)
    assert told("payment") == set()


def test_the_portal_looks_by_itself():
    assert find(Schedule, "risparmio.payments.remind").every <= timedelta(days=1)


# -- money, plans, payouts --------------------------------------------------------------------------------------------


def test_all_adults_are_thanked_for_cash_and_told_when_it_was_a_mistake(agreement, samira, omar, elena):
    receipt = CashReceipt.take(agreement, by=elena, desk=DeskFactory(), cents=2_000, client_id=uuid.uuid4())
    assert told("cash.received") == {samira.pk, omar.pk}
    receipt.take_back(by=caseworker(), reason="Contato male")
    assert told("cash.taken_back") == {samira.pk, omar.pk}


def test_a_proposal_goes_to_the_other_side_and_the_answer_to_whoever_made_it(agreement, samira, omar, elena):
    caseworker()
    terms = {"kind": Kind.CHANGE, "since": on(1, 1), "cents": 3_000, "due_day": 27, "reason": "Meno lavoro"}
    ours = SavingsPlan.propose(agreement, by=samira, client_id=uuid.uuid4(), **terms)
    assert told("plan.proposed") == {elena.pk}, "who opened the agreement, and not everybody"
    ours.decline(by=elena)
    assert told("plan.declined") == {samira.pk}

    theirs = SavingsPlan.propose(agreement, by=elena, client_id=uuid.uuid4(), **terms)
    assert told("plan.proposed") == {samira.pk, omar.pk}
    theirs.sign(by=omar)
    assert told("plan.agreed") == {samira.pk, elena.pk}


def test_who_is_asked_for_a_talk_hears_of_it_in_their_own_words(agreement, samira, omar, elena):
    def title():
        event = Event.objects.filter(kind="risparmio.talk.wanted").latest("id")
        with override("en"):
            return find(NotificationKind, event.kind).title(event)

    agreement.want_talk(by=samira)
    assert told("talk.wanted") == {elena.pk}
    assert title() == "Somebody would like to talk about their savings"
    agreement.end_talk(by=elena)

    agreement.want_talk(by=caseworker())
    assert told("talk.wanted") == {samira.pk, omar.pk}, "and not the colleague who opened it"
    assert title() == "The agency would like to talk with you"


def test_where_whoever_opened_it_has_gone_all_caseworkers_hear_of_it(agreement, samira, elena):
    others = {caseworker().pk, caseworker().pk}
    elena.take_role("portal.caseworker", by=None)
    terms = {"kind": Kind.CHANGE, "since": on(1, 1), "cents": 3_000, "due_day": 27, "reason": "Meno lavoro"}
    SavingsPlan.propose(agreement, by=samira, client_id=uuid.uuid4(), **terms)
    assert told("plan.proposed") == others


def request(agreement, by, purpose=Purpose.DEPOSIT):
    return Payout.request(
        agreement,
        by=by,
        client_id=uuid.uuid4(),
        cents=3_000,
        purpose=purpose,
        payee="Samira Hassan",
        iban=IBAN,
    )


def test_a_payout_on_its_way(agreement, samira, omar):
    paid(agreement, 10_000)
    anna, bruno, lucia = approver(), approver(), treasurer()
    omar.give_role("risparmio.approver", by=None)
    omar.give_role("risparmio.treasurer", by=None)

    payout = request(agreement, samira)
    assert told("payout") == {anna.pk, bruno.pk, omar.pk}, "Omar as one of the household, and not as approver"
    payout.approve(by=anna)
    assert told("payout") == {samira.pk, omar.pk, lucia.pk}
    payout.order(by=lucia)
    payout.confirm(open_bank(1), by=lucia, key="out", day=timezone.localdate())
    assert told("payout") == {samira.pk, omar.pk}
    payout.come_back(open_bank(1), by=None, key="back", day=timezone.localdate())
    assert told("payout") == {samira.pk, omar.pk, lucia.pk}


def test_a_payout_that_the_bank_did_not_do(agreement, samira):
    paid(agreement, 10_000)
    anna, lucia, marta = approver(), treasurer(), treasurer()
    payout = request(agreement, samira)
    payout.approve(by=anna)
    payout.order(by=lucia)
    payout.give_up(by=marta, reason="La banca ha rifiutato il file")
    assert told("payout") == {samira.pk, lucia.pk}


def test_a_payout_that_is_not_approved(agreement, samira):
    paid(agreement, 10_000)
    request(agreement, samira).refuse(by=approver(), reason="Serve un preventivo")
    assert told("payout") == {samira.pk}


def test_of_arrears_the_second_approver_hears_when_it_is_their_turn(agreement, samira, elena):
    paid(agreement, 10_000)
    anna, bruno = approver(), approver()
    payout = request(agreement, elena, Purpose.ARREARS)
    assert told("payout") == {anna.pk, bruno.pk, samira.pk}
    payout.sign(by=samira)
    assert told("payout") == {anna.pk, bruno.pk}
    payout.approve(by=anna)
    assert told("payout") == {bruno.pk}


def test_a_signature_on_paper_is_told_to_the_household_and_to_whoever_may_say_yes_now(
    agreement, samira, elena
):
    paid(agreement, 10_000)
    anna, lucia = approver(), treasurer()
    payout = request(agreement, elena, Purpose.ARREARS)
    payout.sign(by=lucia, on_paper=True)
    assert told("payout.signed_on_paper") == {samira.pk, anna.pk}


def test_whoever_has_left_is_told_nothing_any_more(agreement, samira, omar):
    paid(agreement, 10_000)
    request(agreement, omar)
    agreement.household.remove(samira, by=None)
    assert samira.pk not in told("payout")


# -- what a phone shows -----------------------------------------------------------------------------------------------


def test_no_title_says_an_amount_or_whose_it_is(agreement, samira):
    paid(agreement, 12_345)
    event = Event.objects.filter(kind="risparmio.agreement.opened").get()
    for language in ("en", "it", "ar"):
        with override(language):
            for kind in NOTIFICATIONS:
                title = kind.title(event)
                assert not re.search(r"[0-9€]|Samira", title), kind.key
    assert all(find(EventKind, kind.key).confidential for kind in NOTIFICATIONS)


def test_in_the_inbox_it_leads_to_how_to_pay(client, agreement, samira, django_capture_on_commit_callbacks):
    day = timezone.localdate()
    with django_capture_on_commit_callbacks(execute=True):
        PaymentReminder.say(agreement, "due", day.replace(day=1), day)
    client.force_login(samira)

    soup = BeautifulSoup(client.get("/en/notifiche/").content, "html.parser").main

    assert "The day to pay is near" in soup.get_text(" ")
    assert {"risparmio.payment.due"} <= {row.event.kind for row in Notification.objects.filter(person=samira)}


def test_every_address_is_one_without_the_prefix_of_a_language(agreement):
    event = Event.objects.filter(kind="risparmio.agreement.opened").get()
    with override("ar"):
        for kind in NOTIFICATIONS:
            assert kind.url(event).startswith(f"/risparmio/{agreement.pk}/"), kind.key


def test_people_choose_in_three_lines_and_only_those_whom_it_concerns(agreement, samira):
    ours = [kind for kind in declared(NotificationKind) if kind.key.startswith("risparmio.")]
    lines = {kind.group: kind for kind in ours}
    assert sorted(lines) == ["risparmio.payouts", "risparmio.reminders", "risparmio.savings"]
    neighbour = tenant_of(BuildingFactory())

    def shown(person):
        return {key.partition(".")[2] for key, kind in lines.items() if kind.concerns(person)}

    assert shown(samira) == {"payouts", "reminders", "savings"}
    assert shown(neighbour) == set()
    assert shown(approver()) == {"payouts"}
    assert shown(treasurer()) == {"payouts", "savings"}
    assert shown(caseworker()) == {"savings"}
