"""Hours change hands: half an hour is half an hour, the debt is to the bank, and nobody goes too far."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.mutual_aid.time_bank.accounts import (
    KeyTaken,
    LimitReached,
    NotEnough,
    credit_exchange,
    draw_from_pot,
    give_to_pot,
    group_credit,
    room_between,
    take_back,
)
from community.mutual_aid.time_bank.models import HoursAccount, HoursLimits, book_of_hours
from community.testing import credited
from portal.events.models import Event
from portal.ledger import LedgerEntry, verify

pytestmark = pytest.mark.django_db


def helps(giver, receiver, minutes, key=None, **more):
    return credit_exchange(giver, receiver, minutes, key or f"exchange:{uuid.uuid4()}", giver, **more)


def balances(*holders):
    return [HoursAccount.of(holder).balance for holder in holders]


def test_anna_helps_bruno_for_an_hour_and_a_half(anna, bruno):
    entry = helps(anna, bruno, 90)

    assert balances(anna, bruno) == [90, -90]
    assert (entry.kind, entry.book.unit) == ("community.exchange", "minutes")
    assert list(LedgerEntry.objects.about(anna)) == [entry]
    assert list(verify(book_of_hours())) == []


def test_the_journal_knows_no_names(anna, bruno):
    entry = helps(anna, bruno, 60)

    codes = [posting.account.code for posting in entry.postings.select_related("account")]
    assert all(code.startswith("person-") and len(code) == len("person-") + 32 for code in codes)


def test_confirmed_from_two_phones_it_is_booked_once(anna, bruno):
    assert helps(anna, bruno, 60, "exchange:1") == helps(anna, bruno, 60, "exchange:1")
    with pytest.raises(KeyTaken):
        helps(anna, bruno, 90, "exchange:1")

    assert balances(anna, bruno) == [60, -60]


def test_an_organization_gives_and_receives(anna, parish):
    helps(parish, anna, 120)

    assert balances(parish, anna) == [120, -120]


@pytest.mark.parametrize("minutes", [0, -60, 1, 45, 750, 60.0, True, 10**9])
def test_hours_go_in_half_hours(anna, bruno, minutes):
    with pytest.raises(ValueError):
        helps(anna, bruno, minutes)
    assert not LedgerEntry.objects.exists()


def test_nobody_helps_themselves(anna):
    with pytest.raises(ValueError):
        helps(anna, anna, 60)


def test_what_has_no_account(anna, house):
    with pytest.raises(TypeError):
        helps(anna, house, 60)


def test_ten_hours_may_be_received_and_not_half_an_hour_more(anna, bruno):
    helps(anna, bruno, 600)
    with pytest.raises(LimitReached) as reached:
        helps(anna, bruno, 30)

    assert reached.value.account.hours_account.holder == bruno
    assert (reached.value.would_be, reached.value.limit) == (-630, -600)


def test_twenty_hours_may_be_given(anna, bruno, parish):
    HoursLimits.objects.filter(kind="organization").update(lowest=-6000)
    helps(anna, parish, 720)
    helps(anna, parish, 480)
    with pytest.raises(LimitReached) as reached:
        helps(anna, parish, 30)

    assert reached.value.account.hours_account.holder == anna


def test_limits_of_the_register_hold_from_the_next_booking_on(anna, bruno):
    HoursLimits.objects.filter(kind="person").update(lowest=-60)
    helps(anna, bruno, 60)
    with pytest.raises(LimitReached):
        helps(anna, bruno, 30)

    HoursLimits.objects.filter(kind="person").update(lowest=-600)
    helps(anna, bruno, 30)
    assert balances(bruno) == [-90]


@pytest.mark.parametrize("limits", [(30, 60), (-60, -30), (-45, 60), (-60, 45)])
def test_limits_leave_zero_between_and_go_in_half_hours(limits):
    lowest, highest = limits
    with pytest.raises(IntegrityError), transaction.atomic():
        HoursLimits.objects.filter(kind="person").update(lowest=lowest, highest=highest)


def test_how_much_room_there_is(anna, bruno, parish):
    assert room_between(anna, bruno) == 600
    helps(anna, bruno, 570)
    assert room_between(anna, bruno) == 30
    assert room_between(bruno, anna) == 720
    helps(anna, bruno, 30)
    assert room_between(anna, bruno) == 0
    HoursLimits.objects.filter(kind="person").update(highest=630)
    assert room_between(anna, parish) == 30


def test_a_dispute_is_taken_back_whatever_the_limits(anna, bruno):
    helps(anna, bruno, 600, "exchange:1")
    HoursLimits.objects.filter(kind="person").update(lowest=0, highest=0)

    back = take_back("exchange:1")

    assert take_back("exchange:1") == back
    assert balances(anna, bruno) == [0, 0]


def test_a_gift_helps_somebody_who_cannot_give(anna, bruno):
    credited(anna, minutes=120)
    give_to_pot(anna, 90, key="gift:1")
    draw_from_pot(bruno, 60, key="pot:1", about=bruno)

    assert balances(anna, bruno) == [30, 60]
    assert HoursAccount.pot().balance == 30
    with pytest.raises(LimitReached) as reached:
        draw_from_pot(bruno, 60, key="pot:2", about=bruno)
    assert reached.value.account == HoursAccount.pot().ledger


def test_nobody_gives_what_they_have_not_got(anna):
    for credit in (None, 60):
        if credit:
            credited(anna, minutes=credit)
        with pytest.raises(NotEnough):
            give_to_pot(anna, 90, key="gift:1")
    assert not Event.objects.filter(kind="community.hours.given").exists()


def test_a_gift_that_is_sent_twice_is_given_once(anna):
    credited(anna, minutes=60)
    for _turn in range(2):
        give_to_pot(anna, 60, key="gift:1")

    assert balances(anna) == [0]
    assert Event.objects.filter(kind="community.hours.given").count() == 1


def test_who_shared_a_day_has_its_hours_and_the_bank_answers_for_them(anna, bruno, parish):
    group_credit([anna, bruno, parish, anna], 120, key="day:1", about=anna)

    assert balances(anna, bruno, parish) == [120, 120, 120]
    assert HoursAccount.bank().balance == -360


def test_of_a_group_all_are_credited_or_nobody(anna, bruno):
    HoursLimits.objects.filter(kind="person").update(highest=60)
    credited(anna, minutes=60)

    with pytest.raises(LimitReached) as reached:
        group_credit([anna, bruno], 30, key="day:1", about=anna)

    assert reached.value.account.hours_account.holder == anna
    assert balances(anna, bruno) == [60, 0]


def test_who_comes_near_a_limit_is_told_once(anna, bruno):
    def near():
        events = Event.objects.filter(kind="community.hours.near_limit")
        return [(event.target.holder, event.data["edge"]) for event in events]

    helps(anna, bruno, 450)
    assert near() == []
    for _turn in range(2):
        helps(anna, bruno, 30, "exchange:near")
    assert near() == [(bruno, "lowest")]
    helps(anna, bruno, 30)
    assert near() == [(bruno, "lowest")]
    HoursLimits.objects.filter(kind="person").update(highest=660)
    helps(anna, bruno, 30)
    assert near() == [(bruno, "lowest"), (anna, "highest")]


def test_what_is_past_is_told_in_its_order(anna, bruno):
    moment = timezone.now() - timedelta(days=30)

    assert helps(anna, bruno, 60, at=moment).at == moment
