"""Breaking the glass: two people, a reason, an hour, and those who are in it are told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.mediation.glass import BrokenGlass
from community.mediation.models import Case
from community.mediation.notifications import NOTIFICATIONS
from community.mediation.workflow import NotPossible
from portal.events.models import Event
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(case_in):
    return case_in("mediating")


@pytest.fixture
def admin():
    return UserFactory(roles=["portal.administrator"])


def ask(case, by):
    return BrokenGlass.ask(case, by=by, reason="life", words="Ha scritto che vuole farla finita.")


def test_one_asks_another_agrees_and_the_first_one_reads_for_an_hour(case, admin, carla):
    glass = ask(case, admin)
    assert ask(case, admin) == glass
    assert not BrokenGlass.objects.open_to(admin).exists()
    with pytest.raises(NotPossible):
        glass.agree(by=admin)

    glass.agree(by=carla)
    glass.agree(by=carla)

    assert BrokenGlass.objects.open_to(admin).get() == glass
    assert not BrokenGlass.objects.open_to(carla).exists()
    BrokenGlass.objects.update(until=timezone.now())
    assert not BrokenGlass.objects.open_to(admin).exists()


def test_everybody_who_is_in_it_is_told_of_both(case, admin, carla, amal, bruno, marta):
    ask(case, admin).agree(by=carla)

    kinds = {kind.key: kind for kind in NOTIFICATIONS}
    for name in ("glass_asked", "glass_broken"):
        event = Event.objects.get(kind=f"community.mediation.{name}")
        assert set(kinds[event.kind].recipients(event)) == {amal, bruno, marta}


def test_whoever_has_stopped_is_told_as_well(case, admin, amal, bruno, marta):
    case.parties.get(person=bruno).withdraw(by=bruno)
    ask(Case.objects.get(pk=case.pk), admin)

    kind = next(kind for kind in NOTIFICATIONS if kind.key.endswith("glass_asked"))
    assert set(kind.recipients(Event.objects.get(kind=kind.key))) == {amal, bruno, marta}


def test_nobody_else_asks_or_agrees_and_nobody_who_is_in_it(case, admin, amal, marta):
    marta.give_role("portal.administrator", by=None)
    amal.give_role("community.mediation_coordinator", by=None)
    glass = ask(case, admin)
    for person in (UserFactory(roles=["portal.caseworker"]), UserFactory(), *map(anew, (amal, marta))):
        with pytest.raises(PermissionDenied):
            ask(Case.objects.get(pk=case.pk), person)
        with pytest.raises(PermissionDenied):
            glass.agree(by=person)


def anew(person):
    return type(person).objects.get(pk=person.pk)


def test_a_question_that_is_a_day_old_is_agreed_to_by_nobody(case, admin, carla):
    glass = ask(case, admin)
    BrokenGlass.objects.update(asked_at=timezone.now() - timedelta(hours=25))
    with pytest.raises(NotPossible):
        glass.agree(by=carla)
    assert ask(case, admin) != glass


def test_the_database_holds_that_it_takes_two(case, admin):
    glass = ask(case, admin)
    now = timezone.now()
    for wrong in ({"agreed_by": admin, "agreed_at": now, "until": now}, {"agreed_at": now}, {"until": now}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BrokenGlass.objects.filter(pk=glass.pk).update(**wrong)
