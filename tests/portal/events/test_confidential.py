"""What leaves nothing behind of a confidential fact: the copy of somebody's data, and forgetting whom it was of."""

import pytest

from portal.events import forget_who, record
from portal.events.models import Event
from portal.events.privacy import export_events
from portal.extensions import EventKind, EventSink
from portal.notifications.models import Notification
from portal.testing.factories import HouseholdFactory, UserFactory

pytestmark = pytest.mark.django_db

SECRET = "tests.note.whispered"


@pytest.fixture
def anna():
    return UserFactory(display_name="Anna")


def test_a_copy_does_not_say_what_a_confidential_fact_was_about(anna, declare, note_kind):
    declare(EventKind(key=SECRET, sentence="%(actor)s whispered", confidential=True))
    household = HouseholdFactory()
    for kind in (note_kind, SECRET):
        record(kind, household, by=anna)
    Event.objects.create(kind="gone.plugin.did", target=household, actor=anna)

    told = {row["kind"]: row["about"] for row in export_events(anna)}

    assert told == {note_kind: f"portal.household:{household.pk}", SECRET: None, "gone.plugin.did": None}


def test_with_whom_a_fact_was_of_goes_what_every_sink_made_of_it(anna, declare, note_kind):
    forgotten = []
    declare(EventSink(key="tests.sink", receive=lambda event: None, forget=forgotten.append))
    household, other = HouseholdFactory(), HouseholdFactory()
    fact = record(note_kind, household, by=anna, letter=1)
    kept = record(note_kind, other, by=anna, letter=1)
    for event in (fact, kept):
        for channel in ("inbox", "email", "push", "sms"):
            Notification.objects.create(event=event, person=anna, channel=channel)

    assert forget_who(household) == 1

    assert forgotten == [[fact.pk]]
    fact.refresh_from_db()
    assert (fact.actor, fact.data) == (None, {})
    assert set(Notification.objects.values_list("event", flat=True)) == {kept.pk}


def test_what_was_carried_by_forgotten_news_waits_again_for_its_time(anna, note_kind):
    household, other = HouseholdFactory(), HouseholdFactory()
    fact, kept = record(note_kind, household), record(note_kind, other)
    carrier = Notification.objects.create(event=fact, person=anna, channel="email")
    carried = Notification.objects.create(event=kept, person=anna, channel="email", carrier=carrier)

    forget_who(household)

    assert list(Notification.objects.held()) == [carried]
