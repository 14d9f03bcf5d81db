"""A report, taken in once and with targets."""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError

from manutenzione.testing import contractor, operator, take, ticket_in
from manutenzione.tickets.calendar import later
from manutenzione.tickets.models import AlreadyReported, ClientIdTaken, ResponseTarget, Ticket
from manutenzione.tickets.words import State
from portal.testing.factories import BuildingFactory, CommonAreaFactory, tenant_of

ROME = ZoneInfo("Europe/Rome")


def _report(tenant, area, client_id=None, **told):
    words = {"category": "lighting", "urgency": "P2", "text": "Spenta."} | told
    return Ticket.report(by=tenant, client_id=client_id or uuid.uuid4(), area=area, **words)


@pytest.mark.django_db
def test_numbers_follow_each_other():
    area = CommonAreaFactory()
    tenant = tenant_of(area.building)

    assert [_report(tenant, area, text=f"Lampada {n}").number for n in range(3)] == [1, 2, 3]


@pytest.mark.django_db
def test_sent_twice_is_stored_once():
    area, client_id = CommonAreaFactory(), uuid.uuid4()
    tenant = tenant_of(area.building)

    first = _report(tenant, area, client_id)
    again = _report(tenant, area, client_id)

    assert first == again
    assert Ticket.objects.count() == 1
    assert first.changes.count() == 1


@pytest.mark.django_db
def test_sent_again_after_the_agency_put_its_urgency_right_it_is_still_the_same():
    area, client_id = CommonAreaFactory(), uuid.uuid4()
    tenant = tenant_of(area.building)
    first = _report(tenant, area, client_id)
    first.triage(by=None, urgency="P3", category="fabric")

    assert _report(tenant, area, client_id) == first


@pytest.mark.django_db
@pytest.mark.parametrize("other", ["words", "place"])
def test_another_fault_under_the_same_client_id_is_not_taken_for_the_first(other):
    area, client_id = CommonAreaFactory(), uuid.uuid4()
    tenant = tenant_of(area.building)
    first = _report(tenant, area, client_id)

    place, words = (area, "Il portone non si chiude.")
    if other == "place":
        place, words = CommonAreaFactory(building=area.building), first.text
    with pytest.raises(AlreadyReported) as refused:
        _report(tenant, place, client_id, text=words)

    assert refused.value.ticket == first
    assert Ticket.objects.get().text == "Spenta."


@pytest.mark.django_db
def test_the_same_words_from_a_new_page_are_the_same_report_for_an_hour():
    """“Back” after sending opens the page anew, under another client id, with what was typed before."""
    area = CommonAreaFactory()
    tenant = tenant_of(area.building)
    with time_machine.travel(datetime(2026, 11, 20, 10, tzinfo=ROME), tick=False) as clock:
        first = _report(tenant, area)
        clock.move_to(datetime(2026, 11, 20, 10, 59, tzinfo=ROME))
        assert _report(tenant, area) == first
        assert first.changes.count() == 1
        clock.move_to(datetime(2026, 11, 20, 11, 1, tzinfo=ROME))
        assert _report(tenant, area) != first


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other", ["words", "category", "place", "person", "danger", "after the first was taken back"]
)
def test_what_differs_is_another_report(other):
    area = CommonAreaFactory()
    tenant = tenant_of(area.building)
    first = _report(tenant, area)
    told = {"words": {"text": "Lampeggia."}, "category": {"category": "fabric"}, "danger": {"urgency": "P0"}}
    if other == "place":
        area = CommonAreaFactory(building=area.building)
    if other == "person":
        tenant = tenant_of(area.building)
    if other.startswith("after"):
        first.cancel(by=tenant, note="Per sbaglio")

    assert _report(tenant, area, **told.get(other, {})) != first


@pytest.mark.django_db
def test_a_fault_is_reported_by_who_lives_there():
    area = CommonAreaFactory()

    with pytest.raises(PermissionDenied):
        _report(tenant_of(BuildingFactory()), area)
    with pytest.raises(PermissionDenied):
        _report(contractor(), area)

    assert not Ticket.objects.exists()
    assert _report(operator(), area).number == 1


@pytest.mark.django_db
def test_what_the_database_refuses_is_not_tried_fifty_times(django_assert_max_num_queries):
    area = CommonAreaFactory()
    tenant = tenant_of(area.building)

    with django_assert_max_num_queries(20), pytest.raises(IntegrityError):
        _report(tenant, area, urgency="P9")


@pytest.mark.django_db
def test_the_client_id_of_somebody_else_is_refused():
    area, client_id = CommonAreaFactory(), uuid.uuid4()
    _report(tenant_of(area.building), area, client_id)

    with pytest.raises(ClientIdTaken):
        _report(tenant_of(area.building), area, client_id)


@pytest.mark.django_db
def test_a_place_belongs_to_its_building():
    ticket = ticket_in()
    ticket.building = BuildingFactory()

    with pytest.raises(ValidationError) as error:
        ticket.full_clean()
    assert "area" in error.value.message_dict


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("urgency", "answer", "done"),
    [
        # Reported on Friday 20 November 2026 at 10:00
        ("P0", "2026-11-20 11:00", "2026-11-20 12:00"),
        ("P1", "2026-11-20 14:00", "2026-11-21 10:00"),
        ("P2", "2026-11-23 10:00", "2026-11-27 10:00"),
        ("P3", "2026-11-25 10:00", "2026-12-20 10:00"),
    ],
)
def test_the_agencys_targets(urgency, answer, done):
    with time_machine.travel(datetime(2026, 11, 20, 10, tzinfo=ROME), tick=False):
        ticket = ticket_in(urgency=urgency)

    assert f"{ticket.due_first_answer.astimezone(ROME):%Y-%m-%d %H:%M}" == answer
    assert f"{ticket.due_done.astimezone(ROME):%Y-%m-%d %H:%M}" == done


@pytest.mark.django_db
def test_planned_work_has_no_target():
    ticket = ticket_in(urgency="P4")

    assert ticket.due_first_answer is None
    assert ticket.due_done is None


@pytest.mark.django_db
def test_the_narrowest_target_counts():
    building, elsewhere = BuildingFactory(), BuildingFactory()

    def target(**fields):
        return ResponseTarget.objects.create(urgency="P2", done=1, **fields)

    of_all = ResponseTarget.objects.get(urgency="P2")
    of_category, of_building = target(category="lift"), target(building=building)
    of_both = target(category="lift", building=building)
    target(category="lift", building=elsewhere)

    narrowest = ResponseTarget.objects.narrowest
    assert narrowest("P2", "lift", building.pk) == of_both
    assert narrowest("P2", "drains", building.pk) == of_building
    assert narrowest("P2", "lift", BuildingFactory().pk) == of_category
    assert narrowest("P2", "drains", elsewhere.pk) == of_all


@pytest.mark.django_db
def test_another_urgency_moves_the_target():
    ticket = ticket_in(urgency="P3")
    before = ticket.due_done

    ticket.triage(by=None, urgency="P1")

    assert ticket.due_done < before


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "verb"), [(State.RESOLVED, "reopen"), (State.REJECTED, "reconsider")])
def test_opened_again_the_time_for_the_repair_starts_again_and_stays_so(state, verb):
    with time_machine.travel(datetime(2026, 3, 2, 10, tzinfo=ROME), tick=False) as clock:
        ticket = ticket_in(state, urgency="P2")
        clock.move_to(datetime(2026, 11, 20, 10, tzinfo=ROME))
        take(ticket, verb)
        due = ticket.due_done
        clock.move_to(datetime(2026, 11, 20, 11, tzinfo=ROME))

        ticket.triage(by=None, category="fabric")

        assert ticket.due_done == due == datetime(2026, 11, 27, 10, tzinfo=ROME)
        assert not ticket.is_overdue


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-12-24 16:00", 1, "2026-12-28 16:00"),  # Christmas, Saint Stephen's, Sunday
        ("2026-04-03 09:00", 1, "2026-04-07 09:00"),  # Easter Monday 2026 is 6 April
        ("2027-03-26 09:00", 1, "2027-03-30 09:00"),  # ... and in 2027 it is 29 March
        ("2026-11-21 12:00", 1, "2026-11-23 12:00"),  # from a Saturday
        ("2026-10-23 10:00", 2, "2026-10-27 10:00"),  # over the end of summer time: the same hour of the day
    ],
)
def test_working_days(start, days, end):
    begins = datetime.strptime(start, "%Y-%m-%d %H:%M").replace(tzinfo=ROME)

    assert f"{later(begins, days, 'working_days').astimezone(ROME):%Y-%m-%d %H:%M}" == end
