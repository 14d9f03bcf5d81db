"""What the demo shows of mediation: twelve cases, two of them between personas, and no other persona in any."""

import pytest

from community.mediation.indicators import figures_of
from community.mediation.models import Case, Mediator, Party
from community.mediation.rooms import Room
from community.mediation.words import State
from community.mutual_aid.periods import quarters
from portal.people.models import User


@pytest.fixture(autouse=True)
def keys_folder():
    """The demo's own keys, which lie beside its database."""


def test_twelve_cases_in_every_state(demo_db):
    assert Case.objects.count() == 12
    assert set(Case.objects.values_list("state", flat=True)) == set(State.values)
    assert len(set(Case.objects.filter(state=State.CLOSED).values_list("outcome", flat=True))) >= 4


def test_two_of_them_are_the_personas_and_no_other_persona_is_in_any(demo_db):
    personas = User.objects.filter(username__startswith="demo.")
    parties = Party.objects.filter(person__in=personas)
    assert {party.person.username for party in parties} == {"demo.tenant", "demo.tenant2"}
    assert parties.values("case").distinct().count() == 2
    mediators = Mediator.objects.filter(person__in=personas)
    assert {row.person.username for row in mediators} == {"demo.mediator"}
    assert set(mediators.values_list("case")) == set(parties.values_list("case"))


def test_what_was_said_there_can_be_read_by_those_who_are_in_it(demo_db):
    tenant = User.objects.get(username="demo.tenant")
    rooms = Room.objects.visible_to(tenant)
    assert rooms.count() == 4  # one for all and one with the mediator, in two cases
    said = [word.text for room in rooms for word in room.words.all()]
    assert said
    assert all(said)


def test_nobody_who_coordinates_reads_what_is_being_talked_about(demo_db):
    coordinator = User.objects.get(username="demo.mediator2")
    assert {case.state for case in Case.objects.visible_to(coordinator)} == {
        "requested",
        "intake",
        "inviting",
    }
    assert not Room.objects.visible_to(coordinator).exists()


def test_the_last_quarter_has_something_to_tell(demo_db):
    figures = figures_of(quarters(1))[0]
    assert figures.asked >= 5
    assert figures.weeks_to_talk > 0
    assert figures.weeks_to_end > 0
