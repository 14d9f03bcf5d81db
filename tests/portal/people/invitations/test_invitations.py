"""A letter lets one person in, once, within three days."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from portal.events.models import Event
from portal.extensions import EventKind, find
from portal.people.invitations.codes import ALPHABET, grouped, new_code, normalised
from portal.people.invitations.models import LIFE, AlreadyIn, Invitation, NotOpen
from portal.people.invitations.privacy import (
    RETENTION,
    erase_invitations,
    expire_invitations,
    export_invitations,
)
from portal.people.mail import deliver_to
from portal.people.models import ContactTaken
from portal.people.papers.models import SignInSheet
from portal.people.tokens import digest
from portal.testing.factories import DelegationFactory, UserFactory

from .letters import letter_for, newcomer

inside = pytest.mark.django_db  # the races have a database of their own


def facts():
    return list(Event.objects.filter(kind__startswith="portal.invitation.").values_list("kind", flat=True))


def accept(invitation, **fields):
    return invitation.accept(**{"name": "Nadia Salem", "language": "ar", **fields})


def test_a_code_is_140_bits_in_letters_that_nobody_takes_for_figures():
    code = new_code()
    assert len(code) == 28
    assert len(ALPHABET) == 32
    assert not set("ILOU") & set(code)
    assert len(grouped(code).split()) == 7


@pytest.mark.parametrize(
    "typed",
    [
        "7kq2 m0xa",
        "7KQ2-MOXA",
        " 7kq2\u00a0m0xa\n",
        "https://abitare.example/ar/benvenuto/#7KQ2M0XA",
        "7KQ2M0XA",
        "٧KQ٢M٠XA",
        "７ＫＱ２Ｍ０ＸＡ",
        "\u202b7KQ2 M0XA\u202c",
    ],
    ids=["small", "dashes", "blanks", "address", "drawn", "arabic figures", "wide", "turned round"],
)
def test_a_code_is_read_however_it_is_written(typed):
    assert normalised(typed) == "7KQ2M0XA"


@inside
def test_a_letter_keeps_a_digest_of_its_code_and_not_the_code():
    invitation, code = letter_for(newcomer())
    assert invitation.digest == digest(code)
    assert code not in str(Invitation.objects.filter(pk=invitation.pk).values().get())
    assert invitation.expires_at - invitation.issued_at == timedelta(hours=72) == LIFE
    assert Invitation.objects.carrying(grouped(code).lower()) == invitation


@inside
def test_a_new_letter_makes_the_old_one_worthless():
    person = newcomer()
    old, old_code = letter_for(person)
    new, new_code_ = letter_for(person)
    assert Invitation.objects.carrying(old_code) is None
    assert Invitation.objects.carrying(new_code_) == new
    assert facts() == ["portal.invitation.issued", "portal.invitation.revoked", "portal.invitation.issued"]
    old.refresh_from_db()
    assert old.revoked_at


@inside
def test_facts_about_letters_are_confidential():
    for verb in ("issued", "revoked", "accepted"):
        assert find(EventKind, f"portal.invitation.{verb}").confidential


@inside
def test_the_database_holds_one_open_letter_a_person():
    person = newcomer()
    letter_for(person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(
            person=person,
            digest="0" * 64,
            client_id=uuid.uuid4(),
            expires_at=timezone.now() + LIFE,
        )


@inside
def test_the_same_form_sent_twice_makes_one_letter():
    person, client_id = newcomer(), uuid.uuid4()
    made, code = Invitation.issue(person, by=None, client_id=client_id)
    again, nothing = Invitation.issue(person, by=None, client_id=client_id)
    assert (again, nothing) == (made, None)
    assert Invitation.objects.carrying(code) == made


@inside
def test_whoever_is_in_gets_no_letter():
    person = newcomer(last_login=timezone.now())
    with pytest.raises(AlreadyIn):
        letter_for(person)
    other = newcomer()
    accept(letter_for(other)[0])
    with pytest.raises(AlreadyIn):
        letter_for(other)


@inside
def test_accepting_says_who_one_is_and_what_one_has_read():
    person = newcomer(display_name="Nadia Salm", email="typo@abitare.example")
    invitation, _code = letter_for(person)
    accept(invitation, email="nadia@abitare.example")
    person.refresh_from_db()
    assert (person.display_name, person.language, person.email) == (
        "Nadia Salem",
        "ar",
        "nadia@abitare.example",
    )
    acceptance = person.notice_acceptances.get()
    assert acceptance.privacy_notice_version
    assert acceptance.accepted_at
    assert facts()[-1] == "portal.invitation.accepted"


@inside
def test_what_the_desk_noted_and_nobody_confirmed_opens_no_door():
    """A slip of the pen would let a stranger in."""
    person = newcomer(email="typo@abitare.example", phone="+390200000155")
    accept(letter_for(person)[0])
    person.refresh_from_db()
    assert (person.email, person.phone) == (None, None)


@inside
def test_what_a_stranger_left_who_came_in_by_a_wrong_address_opens_nothing():
    """They added an app of theirs, and let a friend act; they are told that the address opens nothing any more."""
    nadia = UserFactory(email="wrong@abitare.example")
    letter, _code = letter_for(nadia)
    nadia.last_login = timezone.now()
    nadia.save(update_fields=["last_login"])
    Authenticator.objects.create(user=nadia, type="totp", data={})
    SignInSheet.print_for(nadia, by=UserFactory(), client_id=uuid.uuid4())
    friends = DelegationFactory(principal=nadia, delegate=UserFactory())

    letter.accept(name="Nadia Salem", language="ar", email="nadia@abitare.example")

    assert not Authenticator.objects.filter(user=nadia).exists()
    assert not nadia.sign_in_sheets.live().exists()
    friends.refresh_from_db()
    assert not friends.is_open
    told = DBTaskResult.objects.get(task_path=deliver_to.module_path)
    assert told.args_kwargs["args"][0] == "wrong@abitare.example"


@inside
def test_an_address_that_nobody_came_in_by_is_told_nothing():
    nadia = UserFactory(email="noted@abitare.example")
    letter, _code = letter_for(nadia)
    letter.accept(name="Nadia Salem", language="ar", email="nadia@abitare.example")
    assert not DBTaskResult.objects.filter(task_path=deliver_to.module_path).exists()


@inside
def test_somebody_elses_address_changes_nothing():
    UserFactory(email="taken@abitare.example")
    person = newcomer()
    invitation, code = letter_for(person)
    with pytest.raises(ContactTaken):
        accept(invitation, email="taken@abitare.example")
    assert Invitation.objects.carrying(code) == invitation


def _too_old(invitation):
    past = timezone.now() - timedelta(hours=73)
    Invitation.objects.filter(pk=invitation.pk).update(issued_at=past, expires_at=past + LIFE)


def _used(invitation):
    accept(invitation)


def _taken_back(invitation):
    assert invitation.revoke(by=None)
    assert not invitation.revoke(by=None)


def _account_closed(invitation):
    invitation.person.close_account(by=None)


def _left_the_household(invitation):
    member = invitation.person.household_memberships.get()
    member.household.remove(invitation.person, by=None)


WORTHLESS = [_too_old, _used, _taken_back, _account_closed, _left_the_household]


@inside
@pytest.mark.parametrize("happens", WORTHLESS, ids=lambda f: f.__name__.strip("_"))
def test_it_lets_nobody_in_any_more(happens):
    invitation, code = letter_for(newcomer())
    happens(invitation)
    assert Invitation.objects.carrying(code) is None
    with pytest.raises(NotOpen):
        accept(invitation)


@inside
def test_export_erasure_and_retention():
    person, caseworker = newcomer(), UserFactory(roles=["portal.caseworker"])
    invitation, code = letter_for(person, by=caseworker)
    exported = list(export_invitations(person))
    assert len(exported) == 1
    assert code not in str(exported)
    assert invitation.digest not in str(exported)
    erase_invitations(caseworker)
    invitation.refresh_from_db()
    assert invitation.issued_by is None
    assert expire_invitations(timezone.now() - RETENTION) == 0
    assert expire_invitations(timezone.now() + LIFE + timedelta(hours=1)) == 1
    letter_for(person)
    erase_invitations(person)
    assert not person.invitations.exists()


def test_two_phones_accept_one_letter_and_one_gets_in(races):
    for turn in range(races.rounds):
        person = newcomer(display_name=f"Nadia {turn}")
        invitation, _code = letter_for(person)

        def come_in(name, invitation=invitation):
            return Invitation.objects.get(pk=invitation.pk).accept(name=name, language="it")

        outcomes = races.together(lambda: come_in("First"), lambda: come_in("Second"))
        assert sorted(isinstance(outcome, NotOpen) for outcome in outcomes) == [False, True]
        winner = next(outcome for outcome in outcomes if not isinstance(outcome, Exception))
        person.refresh_from_db()
        assert person.display_name == winner.display_name


def test_two_caseworkers_print_a_letter_and_one_of_them_is_good(races):
    for _turn in range(races.rounds):
        person = newcomer()
        outcomes = races.together(*[partial(letter_for, person)] * 2)
        good = [code for _made, code in outcomes if Invitation.objects.carrying(code)]
        assert len(good) == 1
