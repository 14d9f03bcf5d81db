"""What an app declares about how long it keeps a row is what happens to the row."""

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import ProtectedError
from django.utils import timezone
from wagtail.models import ModelLogEntry

from portal.access.models import ConfidentialRead
from portal.desk.appointments.counters import AppointmentTopic, Counter
from portal.desk.appointments.models import Appointment, WaitingPlace
from portal.desk.appointments.slots import quarter_of
from portal.desk.models import Thread
from portal.events.models import Event
from portal.extensions import PersonalData, Schedule, declared, find
from portal.housing.models import Tenancy
from portal.notifications.models import Notification
from portal.notifications.push.models import PushSubscription
from portal.pages.contributions.models import Contribution
from portal.people.delegations.models import DelegateCode, Delegation
from portal.people.invitations.models import LIFE, Invitation
from portal.people.joining.models import JoinRequest
from portal.people.models import HouseholdMember, OrganizationMember, RoleGrant, User
from portal.people.papers.models import SignInSheet
from portal.privacy import schedules
from portal.privacy.models import DataExport, ErasureRequest
from portal.privacy.schedules import NotAllExpired, expire_personal_data
from portal.proof.models import Device
from portal.testing.factories import (
    DeskFactory,
    DwellingFactory,
    HouseholdFactory,
    OrganizationFactory,
    TenancyFactory,
    UserFactory,
)
from portal.uploads.models import Photo, VoiceNote

from . import served_savings

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=20 * 365)
DAY = timedelta(days=1)


def day(moment):
    return moment and timezone.localdate(moment)


def role(ended):
    return RoleGrant.objects.create(
        person=UserFactory(), role="portal.editor", given_at=LONG_AGO, taken_at=ended
    )


def member(ended, **fields):
    whole = {"household": HouseholdFactory(), "person": UserFactory(), **fields}
    return HouseholdMember.objects.create(since=day(LONG_AGO), until=day(ended), **whole)


def organization_member(ended, **fields):
    whole = {"organization": OrganizationFactory(), "person": UserFactory(), **fields}
    return OrganizationMember.objects.create(since=day(LONG_AGO), until=day(ended), **whole)


def tenancy(ended, **fields):
    return TenancyFactory(starts_on=day(LONG_AGO), left_on=day(ended), **fields)


def photo(ended):
    return attachment(Photo, ended, width=1, height=1)


def voice_note(ended):
    return attachment(VoiceNote, ended, seconds=1)


def attachment(kind, ended, **facts):
    """Sent then with a form that nobody finished; without an end, attached to something."""
    dwelling = None if ended else DwellingFactory()
    return kind.objects.create(
        owner=UserFactory(),
        draft=uuid4(),
        created_at=ended or LONG_AGO,
        content_type=dwelling and ContentType.objects.get_for_model(dwelling),
        object_id=str(dwelling.pk) if dwelling else "",
        position=0,
        bytes=1,
        sha256="0" * 64,
        **facts,
    )


def notification(ended):
    person = UserFactory()
    event = Event.objects.create(kind="portal.role.given", target=person)
    return Notification.objects.create(
        event=event, person=person, channel="inbox", created_at=ended or timezone.now()
    )


def read(ended):
    """Its time counts from the reading."""
    person = UserFactory()
    return ConfidentialRead.objects.create(
        at=ended or timezone.now(),
        reader=UserFactory(),
        about=person,
        content_type=ContentType.objects.get_for_model(person),
        object_id=str(person.pk),
        reason="support",
    )


def copy(ended):
    """Asked for then; it counts from that."""
    state = DataExport.State.READY if ended else DataExport.State.WAITING
    return DataExport.objects.create(person=UserFactory(), asked_at=ended or timezone.now(), state=state)


def erasure(ended):
    """That came to its end then; without one, it waits however old it is."""
    state = ErasureRequest.State.DONE if ended else ErasureRequest.State.ASKED
    return ErasureRequest.objects.create(
        person=UserFactory(), asked_at=LONG_AGO, due_at=LONG_AGO, ended_at=ended, state=state
    )


def thread(ended):
    """Without a letter since then; without an end, with one that waits for an answer."""
    thread = Thread.objects.create(person=UserFactory(), state_since=ended or LONG_AGO)
    if ended is None:
        _letter_in(thread, LONG_AGO, state="waiting")
    return thread


def letter(ended):
    """Sent then and answered; without an end, it has waited for an answer ever since."""
    thread = Thread.objects.create(person=UserFactory(), state_since=ended or LONG_AGO)
    return _letter_in(thread, ended or LONG_AGO, state="answered" if ended else "waiting")


def _letter_in(thread, sent_at, state):
    Thread.objects.filter(pk=thread.pk).update(state=state)
    return thread.letters.create(client_id=uuid4(), from_agency=False, text="Aspetto", sent_at=sent_at)


def appointment(ended):
    """That was then; without an end, it is still to come."""
    desk = DeskFactory()
    quarter = quarter_of(ended or timezone.now() + DAY)
    topic, _made = AppointmentTopic.objects.get_or_create(slug="isee", defaults={"name": "ISEE"})
    return Appointment.objects.create(
        client_id=uuid4(),
        desk=desk,
        topic=topic,
        counter=Counter.objects.create(desk=desk, name="1"),
        quarter=quarter,
        quarters=2,
        name="Giulia",
    )


def place_on_the_list(ended):
    """That ended then; without one, they wait still."""
    topic, _made = AppointmentTopic.objects.get_or_create(slug="isee", defaults={"name": "ISEE"})
    return WaitingPlace.objects.create(
        client_id=uuid4(),
        desk=DeskFactory(),
        topic=topic,
        name="Carmen",
        joined_at=LONG_AGO,
        until=LONG_AGO.date(),
        ended_at=ended,
        state="left" if ended else "waiting",
    )


def join_request(ended):
    """Declined then; without an end, it waits for a decision."""
    return JoinRequest.objects.create(
        client_id=uuid4(),
        name="Teresa",
        email=f"{uuid4().hex}@abitare.example",
        wish="neighbour",
        state="declined" if ended else "waiting",
        created_at=LONG_AGO,
        confirmed_at=ended or timezone.now(),
        decided_at=ended,
    )


def contribution(ended):
    return Contribution.objects.create(
        organization=OrganizationFactory(),
        kind="news",
        title="Festa",
        text="In cortile.",
        client_id=uuid4(),
        proposed_at=LONG_AGO,
        state="declined" if ended else "waiting",
        decided_at=ended,
    )


def paper(ended):
    now = timezone.now()
    return SignInSheet.objects.create(
        person=UserFactory(), printed_at=LONG_AGO, valid_until=ended or now + DAY, revoked_at=None
    )


def invitation(ended):
    """A letter that was taken back then, or still lets somebody in."""
    made_on = (ended or timezone.now()) - DAY
    return Invitation.objects.create(
        person=UserFactory(),
        digest=uuid4().hex,
        client_id=uuid4(),
        issued_at=made_on,
        expires_at=made_on + LIFE,
        revoked_at=ended,
    )


def delegation(ended):
    """Ended then; without an end, it goes on, however long ago it began."""
    return Delegation.objects.create(
        client_id=uuid4(),
        principal=UserFactory(),
        delegate=UserFactory(),
        scope="manutenzione.reports",
        valid_from=LONG_AGO,
        valid_until=timezone.now() + DAY,
        offered_at=LONG_AGO,
        accepted_at=LONG_AGO,
        ended_at=ended,
        ending="ended" if ended else "",
    )


def delegates_code(ended):
    code = f"{DelegateCode.objects.count():08}"
    return DelegateCode.objects.create(
        person=UserFactory(), code=code, expires_at=ended or timezone.now() + DAY
    )


def device(ended):
    """Last used then."""
    return Device.objects.create(
        person=UserFactory(), mark=uuid4().hex, first_seen=LONG_AGO, last_seen=ended or timezone.now()
    )


def told_device(ended):
    """Added then, and signed out meanwhile; without an end, it is signed in still, however long ago it was added."""
    person, sessions = UserFactory(), SessionStore()
    sessions.create()
    row = PushSubscription.subscribe(
        person, sessions.session_key, endpoint=f"https://push.example/{uuid4().hex}", p256dh="x", auth="x"
    )
    if ended:
        sessions.delete()
    PushSubscription.objects.filter(pk=row.pk).update(created_at=ended or LONG_AGO)
    return row


# Each makes a row that has served until a moment, or still does.
MADE_BY = {
    "portal.Thread": thread,
    "portal.Letter": letter,
    "portal.Appointment": appointment,
    "portal.WaitingPlace": place_on_the_list,
    "portal.JoinRequest": join_request,
    "portal.Contribution": contribution,
    "portal.RoleGrant": role,
    "portal.HouseholdMember": member,
    "portal.OrganizationMember": organization_member,
    "portal.Tenancy": tenancy,
    "portal.Photo": photo,
    "portal.VoiceNote": voice_note,
    "portal.Notification": notification,
    "portal.ConfidentialRead": read,
    "portal.DataExport": copy,
    "portal.ErasureRequest": erasure,
    "portal.Delegation": delegation,
    "portal.DelegateCode": delegates_code,
    "portal.Device": device,
    "portal.PushSubscription": told_device,
    "portal.SignInSheet": paper,
    "portal.Invitation": invitation,
    **served_savings.MADE_BY,
}


def expire():
    """As it comes round."""
    find(Schedule, "portal.privacy.expire").run()


@pytest.mark.parametrize("key", MADE_BY)
def test_a_row_goes_when_its_time_is_over_and_not_before(key):
    retention, make = find(PersonalData, key).retention, MADE_BY[key]
    now = timezone.now()
    old, younger, current = make(now - retention - 2 * DAY), make(now - retention + 2 * DAY), make(None)

    expire()
    expire()

    left = type(old).objects.filter(pk__in=[old.pk, younger.pk, current.pk])
    assert set(left) == {younger, current}


# Tried by themselves: a name that goes, and a file whose row stays (tests/risparmio/test_privacy.py).
BY_THEMSELVES = {"portal.Household", "risparmio.YearArchive"}


def test_no_kind_of_the_portal_and_of_savings_goes_untried():
    keeping = {data.key for data in declared(PersonalData) if data.retention is not None}

    ours = ("portal.", "risparmio.")
    assert {key for key in keeping if key.startswith(ours)} == {*MADE_BY, *BY_THEMSELVES}


def test_it_comes_round_once_a_day_for_all_of_them():
    assert find(Schedule, "portal.privacy.expire").every == DAY
    assert find(Schedule, "portal.privacy.expire").run == expire_personal_data


@pytest.mark.parametrize("data", declared(PersonalData), ids=lambda data: data.key)
def test_a_declaration_is_told_how_many_went(data):
    if data.expire:
        assert data.expire(timezone.now() - data.retention) == 0


def test_a_household_keeps_its_name_as_long_as_a_membership_or_a_contract_is_kept():
    gone = timezone.now() - timedelta(days=3 * 365)
    nobody, left, contract, new = (HouseholdFactory(name=f"Famiglia {n}") for n in ("A", "B", "C", "D"))
    for household in (nobody, left, contract):
        type(household).objects.filter(pk=household.pk).update(created_at=LONG_AGO)
    member(gone, household=nobody)
    member(timezone.now() - DAY, household=left)
    member(gone, household=contract)
    tenancy(gone, household=contract)

    expire()
    expire()

    for household in (nobody, left, contract, new):
        household.refresh_from_db()
    assert [h.name for h in (nobody, left, contract, new)] == ["—", "Famiglia B", "Famiglia C", "Famiglia D"]


@pytest.mark.parametrize(
    "make",
    [
        lambda ended: member(ended, person=UserFactory(display_name="Hala Mansour")),
        lambda ended: organization_member(ended, person=UserFactory(display_name="Hala Mansour")),
        lambda ended: tenancy(ended, household=HouseholdFactory(name="Famiglia Mansour")),
    ],
    ids=["household", "organization", "tenancy"],
)
def test_the_log_of_the_registers_forgets_what_the_row_was_called(make):
    for row in (make(LONG_AGO), make(timezone.now() - DAY)):
        ModelLogEntry.objects.log_action(row, "wagtail.edit")

    expire()

    assert ModelLogEntry.objects.filter(label__contains="Mansour").count() == 1
    assert ModelLogEntry.objects.count() == 2


def test_a_contract_that_another_apps_rows_stand_on_stays_with_its_name(monkeypatch):
    needed, other = tenancy(LONG_AGO), tenancy(LONG_AGO)
    ModelLogEntry.objects.log_action(needed, "wagtail.edit")
    delete = Tenancy.delete

    def refuse(row):
        if row.pk == needed.pk:
            raise ProtectedError("payments stand on it", {row})
        return delete(row)

    monkeypatch.setattr(Tenancy, "delete", refuse)
    expire()

    assert set(Tenancy.objects.all()) == {needed}
    assert ModelLogEntry.objects.get().label == str(needed)
    assert not Tenancy.objects.filter(pk=other.pk).exists()


def test_one_app_that_fails_holds_no_other_up_and_the_schedule_says_so(monkeypatch, caplog):
    asked = []

    def half_done(before):
        UserFactory(username="left behind")
        UserFactory(username="left behind")

    def data(key, expire):
        return PersonalData(
            key=key, export=list, erase=lambda user: 0, retention=DAY, expire=expire, reason="A reason."
        )

    broken = data("broken.Diary", half_done)
    sound = data("sound.Diary", lambda before: asked.append(before) or User.objects.count())
    monkeypatch.setattr(schedules, "declared", lambda kind: (broken, sound))

    with caplog.at_level(logging.ERROR), pytest.raises(NotAllExpired, match=r"^broken\.Diary$"):
        expire()

    assert abs(asked[0] - (timezone.now() - DAY)) < timedelta(seconds=10)
    assert "broken.Diary" in caplog.text
    assert not User.objects.filter(username="left behind").exists()
