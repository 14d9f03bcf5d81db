"""What an organization's mutual aid adds up to: by month, without anybody's hours in it."""

import uuid
from datetime import date, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.utils import timezone

from community.mutual_aid.organizations.exports import shifts
from community.mutual_aid.organizations.hours import by_month
from community.mutual_aid.periods import months, quarters
from community.mutual_aid.time_bank.accounts import credit_exchange, group_credit, take_back
from community.mutual_aid.time_bank.models import HoursAccount
from community.testing import shift_plan
from portal.testing.factories import UserFactory, tenant_of
from tests.community.mutual_aid.members import member_of

pytestmark = pytest.mark.django_db

JUNE = timezone.make_aware(datetime(2026, 6, 10, 9))


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(datetime(2026, 9, 20, 12), tick=False):
        yield


def gave(person, minutes, at=JUNE, to=None):
    key = f"test:{uuid.uuid4()}"
    credit_exchange(person, to or UserFactory(), minutes, key, person, at=at)
    return key


def june(organization):
    return next(month for month in by_month(organization, months(12)) if month.period.code == "2026-06")


def test_periods_are_over_and_follow_each_other():
    last, year = quarters(4)[-1], months(12)

    assert (last.first, last.after) == (date(2026, 4, 1), date(2026, 7, 1))
    assert (year[0].code, year[-1].code, len(year)) == ("2025-09", "2026-08", 12)
    assert all(one.after == other.first for one, other in zip(year, year[1:], strict=False))


def test_what_fewer_than_five_gave_is_not_told(client, union, lucia):
    members = [member_of(union) for _number in range(5)]
    for member in members[:4]:
        gave(member, 60)
    assert (june(union).exchange, june(union).by_members) == (None, 0)
    # Each kind on its own: five who gave something of any kind tell nothing of what four gave.
    group_credit(members, 30, "test:shared", HoursAccount.bank(), at=JUNE)
    assert (june(union).exchange, june(union).shared, june(union).by_members) == (None, 150, 150)

    client.force_login(lucia)
    page = client.get(f"/en/aiuto/enti/{union.pk}/ore/").content.decode()
    table = b"".join(client.get(f"/en/aiuto/enti/{union.pk}/tabelle/ore/").streaming_content).decode()
    assert "fewer than five people" in page
    assert "4 hours" not in page
    assert "2026-06;its members, in exchanges with neighbours;;fewer than five people" in table

    gave(members[4], 60, at=JUNE + timedelta(days=1))
    assert june(union).exchange == 300


def test_who_joins_or_leaves_later_changes_no_month(union):
    members = [member_of(union) for _number in range(6)]
    for member in members:
        gave(member, 60)
    gave(member_of(union, since=date(2026, 7, 1)), 90)
    assert june(union).exchange == 360

    union.members.filter(person=members[0]).update(until=date(2026, 8, 1))
    assert june(union).exchange == 360


def test_what_was_taken_back_and_what_members_received_is_not_given(union):
    members = [member_of(union) for _number in range(5)]
    for member in members:
        gave(member, 60)
    gave(UserFactory(), 90, to=members[0])
    with time_machine.travel(JUNE + timedelta(days=2), tick=False):
        take_back(gave(members[0], 120))

    assert june(union).exchange == 300


def test_what_is_corrected_later_counts_in_the_month_of_the_correction(union):
    members = [member_of(union) for _number in range(5)]
    key = [gave(member, 60) for member in members][0]
    with time_machine.travel(datetime(2026, 8, 10, 12), tick=False):
        take_back(key)  # by somebody who is no member any more
        union.members.filter(person=members[0]).update(until=date(2026, 7, 1))
    for member in members[1:]:
        gave(member, 30, at=timezone.make_aware(datetime(2026, 8, 11, 9)))
    gave(member_of(union), 30, at=timezone.make_aware(datetime(2026, 8, 11, 9)))

    august = next(month for month in by_month(union, months(12)) if month.period.code == "2026-08")
    assert (june(union).exchange, august.exchange) == (300, 90)


def test_in_a_month_of_corrections_alone_nothing_is_told(union):
    keys = [gave(member_of(union), 60) for _number in range(5)]
    with time_machine.travel(datetime(2026, 8, 10, 12), tick=False):
        take_back(keys[0])

    assert by_month(union, months(1))[0].exchange is None


def test_whoever_took_all_back_in_the_month_is_none_of_the_five(union):
    for _number in range(4):
        gave(member_of(union), 60)
    with time_machine.travel(JUNE + timedelta(days=2), tick=False):
        take_back(gave(member_of(union), 60))

    assert june(union).exchange is None


def test_what_was_given_and_received_in_its_name(union, house):
    gave(union, 120)
    gave(tenant_of(house), 90, to=union)

    assert (june(union).given, june(union).received) == (120, 90)


def test_shifts_held_are_those_in_which_somebody_was_seen(union, house):
    plan = shift_plan(building=house, host=union)
    seen, empty, own_word = plan.shifts.order_by("day")[1:4]
    seen.places.create(
        role=plan.roles.get(), number=1, person=tenant_of(house), state="attended", is_vouched=True
    )
    empty.places.create(role=plan.roles.get(), number=1, person=tenant_of(house), state="missed")
    own_word.places.create(role=plan.roles.get(), number=1, person=tenant_of(house), state="attended")

    with time_machine.travel(datetime(2026, 10, 20, 12), tick=False):
        assert [month.shifts for month in by_month(union, months(2))] == [0, 1]
        table = b"".join(shifts(union, months(2)).streaming_content).decode()
    assert seen.day.isoformat() in table
    assert own_word.day.isoformat() not in table


def test_what_was_nothing_is_said_and_that_shifts_may_bring_no_hours(client, union, lucia, house):
    plan = shift_plan(building=house, host=union, credits_hours=False)
    plan.shifts.order_by("day")[1].places.create(
        role=plan.roles.get(), number=1, person=tenant_of(house), state="attended", is_vouched=True
    )
    with time_machine.travel(datetime(2026, 10, 20, 12), tick=False):
        client.force_login(lucia)
        page = BeautifulSoup(client.get(f"/en/aiuto/enti/{union.pk}/ore/").content, "html.parser")

    cells = [cell.get_text(strip=True) for cell in page.select("tbody tr")[0].select("td")]
    assert cells == ["0 hours", "0 hours", "0 hours", "0 hours", "1"]
    assert "Some shifts bring no hours" in page.main.get_text()
    type(plan).objects.update(credits_hours=True)
    with time_machine.travel(datetime(2026, 10, 20, 12), tick=False):
        noted_later = client.get(f"/en/aiuto/enti/{union.pk}/ore/").content.decode()
    assert "Some shifts bring no hours" not in noted_later, (
        "the hours stand in the month in which they were noted"
    )


def test_many_bookings_cost_as_many_queries_as_few(union, django_assert_num_queries):
    for _round in range(2):
        with django_assert_num_queries(3):
            by_month(union, months(12))
        for _number in range(12):
            gave(member_of(union), 30)
