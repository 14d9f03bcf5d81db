"""What the copies of people's data, the news they had, and the pages about data tell of a case: to nobody outside."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from community.mediation.destroying import destroy
from community.mediation.diary import Diary, Entry
from community.mediation.glass import BrokenGlass
from community.mediation.models import Case
from community.mediation.notifications import NOTIFICATIONS
from community.mediation.privacy import (
    erase_mediated,
    export_carrying,
    export_glasses,
    export_helped,
    export_mediated,
)
from community.mediation.words import MediatorState, Outcome
from community.testing import mediation_in
from portal.events.models import Event
from portal.extensions import PersonalData, declared
from portal.notifications.models import Notification
from portal.privacy.retention import due_now
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return UserFactory(roles=["portal.administrator"])


def all_of(person) -> str:
    """The copy of somebody's data, in one text."""
    return json.dumps({data.key: list(data.export(person)) for data in declared(PersonalData)}, default=str)


def browser_of(person):
    client = Browser()
    client.force_login(person)
    return client


def test_whoever_asks_to_open_a_case_learns_from_their_copy_nothing_of_it(case_in, admin):
    case, before = case_in("mediating"), all_of(admin)

    BrokenGlass.ask(case, by=admin, reason="life", words="Pericolo.")

    assert all_of(admin) == before


def test_once_somebody_has_agreed_it_stands_in_the_copies_of_both(case_in, admin, carla):
    glass = BrokenGlass.ask(case_in("mediating"), by=admin, reason="life", words="Pericolo.")
    glass.agree(by=carla)

    assert [row["reason"] for person in (admin, carla) for row in export_glasses(person)] == ["life", "life"]


def test_no_copy_names_a_case(case_in, admin, amal, bruno, marta, carla):
    case = case_in("follow_up")
    BrokenGlass.ask(case, by=admin, reason="life", words="Pericolo.").agree(by=carla)

    for person in (admin, amal, bruno, marta, carla):
        assert str(case.pk) not in all_of(person)


def test_whoever_helped_to_ask_reads_in_their_copy_the_day_and_not_what_became_of_it(amal):
    helper = UserFactory(roles=["portal.caseworker"])
    case = mediation_in("mediating", first=amal)
    Case.objects.filter(pk=case.pk).update(helped_by=helper)
    day = timezone.localdate(case.asked_at).isoformat()
    before = all_of(helper)
    assert list(export_helped(helper)) == [{"asked_on": day}]

    case.parties.get(person=amal).withdraw(by=amal)

    assert all_of(helper) == before


def test_a_mediator_who_gave_a_case_back_learns_no_more_from_their_copy(case_in, amal, marta):
    case = case_in("mediating")
    word = case.rooms.get(party__person=amal).say(by=amal, client_id=case.pk, text="Parola.")
    word.ask_to_carry(by=marta)
    case.mediators.get(person=marta).release(by=marta)
    before = all_of(marta)

    word.carrying.yes, word.carrying.answered_at = True, timezone.now()
    word.carrying.save()

    assert all_of(marta) == before
    assert [set(row) for row in export_carrying(marta)] == [{"asked_at"}]


@pytest.mark.parametrize("state", [MediatorState.REFUSED, MediatorState.RELEASED])
def test_whoever_was_proposed_does_not_learn_how_that_ended(case_in, marta, state):
    case_in("inviting").mediators.filter(person=marta).update(state=state)

    assert [row["state"] for row in export_mediated(marta)] == [None]


def test_whoever_is_erased_gives_back_what_they_mediate_and_nobody_reads_that_they_did(case_in, marta, carla):
    case = case_in("mediating")
    marta.take_role("community.mediator", by=None)
    assert not [data.key for data in declared(PersonalData) if data.against and list(data.against(marta))]

    erase_mediated(marta)

    assert list(Case.objects.needing_mediator_from(carla)) == [case]
    assert not case.mediators.exclude(person=None).exists()


# -- what is left of a case that is destroyed -----------------------------------------------------------------------


@pytest.fixture
def closed(case_in, amal, bruno, marta, carla, admin, django_capture_on_commit_callbacks):
    """With all the news that people had of it."""
    with django_capture_on_commit_callbacks(execute=True):
        case = case_in("follow_up")
        case.rooms.get(party__person=amal).say(by=amal, client_id=case.pk, text="Parola.")
        BrokenGlass.ask(case, by=admin, reason="life", words="Pericolo.").agree(by=carla)
        case.finish(by=marta, outcome=Outcome.AGREEMENT)
    for row in Notification.objects.filter(channel="inbox"):
        for channel in ("email", "push", "sms"):
            Notification.objects.get_or_create(event=row.event, person=row.person, channel=channel)
    return case


def test_nobody_has_news_any_more_of_a_case_that_is_destroyed(closed, amal):
    rows = list(Notification.objects.filter(event__object_id=closed.pk))
    assert {row.channel for row in rows} == {"inbox", "email", "push", "sms"}
    mine = next(row for row in rows if row.person == amal and row.channel == "inbox")

    destroy(closed)

    assert not Notification.objects.filter(event__object_id=closed.pk).exists()
    client = browser_of(amal)
    assert client.get(reverse("portal:notification", args=[mine.pk])).status_code == 404
    assert client.get(reverse("portal:notifications")).status_code == 200


def test_a_fact_that_names_nothing_any_more_is_told_to_nobody_and_leads_to_what_is_missing(closed, amal):
    """Whichever kind it is: it may wait for the dispatcher while its case is destroyed."""
    destroy(closed)
    client = browser_of(amal)
    for kind in NOTIFICATIONS:
        event = Event.objects.create(kind=kind.key, target=Case.objects.get())
        assert list(kind.recipients(event)) == [], kind.key
        assert kind.tells is None or not kind.tells(event, amal), kind.key
        row = Notification.objects.create(event=event, person=amal, channel="inbox")
        assert client.get(reverse("portal:notification", args=[row.pk])).status_code == 302, kind.key
        if kind.key.rpartition(".")[2] in ("said", "meeting_near", "carrying_asked", "glass_asked"):
            assert kind.url(event).endswith(f"{closed.pk}/"), kind.key


# -- the page about what is kept ------------------------------------------------------------------------------------


def test_how_much_is_due_of_what_is_confidential_is_told_to_nobody(closed, amal, admin):
    long_ago = timezone.now() - timedelta(days=1000)
    Case.objects.filter(pk=closed.pk).update(closed_at=long_ago)
    Diary.of(amal).write(client_id=closed.pk, happened_at=long_ago, kind="noise", note="Rumore.")
    Entry.objects.update(written_at=long_ago)

    dues = {due.data.key: due for due in due_now()}
    client = browser_of(admin)
    page = client.post("/en/persone/conservazione/").content.decode()

    for key in ("community.Case", "community.Diary"):
        assert (dues[key].rows, dues[key].is_untold) == (None, True)
    assert page.count("how much is confidential") == 2
    assert Case.objects.get().destroyed_at is None
