"""Who may see a thing, and do what with it, for every kind of person there is."""

import pytest
from django.contrib.auth.models import AnonymousUser

from community.mutual_aid.neighbourhood import Audience
from community.mutual_aid.things.models import Thing
from community.mutual_aid.things.reservations import Reservation
from community.mutual_aid.things.words import LoanState, ThingState
from community.safety.models import Block
from community.testing import coordinator_of, loan_of, thing_of
from portal.testing.factories import (
    BuildingFactory,
    MunicipalityFactory,
    OrganizationFactory,
    UserFactory,
    tenant_of,
)

pytestmark = pytest.mark.django_db


def _blocked(drill):
    person = tenant_of(drill.building)
    Block.put_up(by=person, against=drill.owner)
    return person


def _blocked_by(drill):
    person = tenant_of(drill.building)
    Block.put_up(by=drill.owner, against=person)
    return person


def _inactive(person):
    person.is_active = False
    person.save()
    return person


def _who_has_it(drill):
    person = UserFactory()
    loan_of(drill, person, state=LoanState.PICKED_UP)
    return person


PEOPLE = {
    # who: (the person, may see it, may reserve it, may change it, may write it off)
    "visitor": (lambda d: AnonymousUser(), False, False, False, False),
    "keeper": (lambda d: d.owner, True, True, True, False),
    "neighbour in the building": (lambda d: tenant_of(d.building), True, True, False, False),
    "tenant of another building": (lambda d: tenant_of(BuildingFactory()), False, False, False, False),
    "who has it and has moved out": (_who_has_it, True, False, False, False),
    "who has blocked the keeper": (_blocked, False, False, False, False),
    "whom the keeper has blocked": (_blocked_by, False, False, False, False),
    "who belongs nowhere": (lambda d: UserFactory(), False, False, False, False),
    "coordinator of the area": (lambda d: coordinator_of(d.municipality), True, False, False, True),
    "coordinator of elsewhere": (
        lambda d: coordinator_of(MunicipalityFactory(name="Rho")),
        False,
        False,
        False,
        False,
    ),
    "caseworker": (lambda d: UserFactory(roles=["portal.caseworker"]), True, False, False, True),
    "auditor": (lambda d: UserFactory(roles=["portal.auditor"]), False, False, False, False),
    "mediator": (lambda d: UserFactory(roles=["community.mediator"]), False, False, False, False),
    "administrator": (lambda d: UserFactory(roles=["portal.administrator"]), False, False, False, False),
    "keeper of the installation": (lambda d: UserFactory(is_superuser=True), False, False, False, False),
    "neighbour whose account is closed": (
        lambda d: _inactive(tenant_of(d.building)),
        False,
        False,
        False,
        False,
    ),
}


@pytest.mark.parametrize("who", PEOPLE)
def test_the_list_and_the_rules_agree(drill, keeper, who):
    find, sees, reserves, changes, writes_off = PEOPLE[who]
    person = find(drill)
    thing_of(tenant_of(BuildingFactory()))  # of another building: it must not get mixed in
    if person.pk:
        person = type(person).objects.get(pk=person.pk)
    drill = Thing.objects.get(pk=drill.pk)

    assert Thing.objects.visible_to(person).filter(pk=drill.pk).exists() is sees
    for right, may in (
        ("view_thing", sees),
        ("reserve_thing", reserves),
        ("change_thing", changes),
        ("write_off_thing", writes_off),
    ):
        assert person.has_perm(f"community.{right}", drill) is may, right


@pytest.mark.parametrize("hidden", ["hide", "write_off"])
def test_what_is_gone_is_seen_by_those_who_keep_it_alone(drill, keeper, neighbour, hidden):
    if hidden == "hide":
        drill.hide(by=None)
    else:
        Thing.objects.filter(pk=drill.pk).update(state=ThingState.WRITTEN_OFF)
    drill = Thing.objects.get(pk=drill.pk)
    for person, sees in ((keeper, True), (neighbour, False)):
        assert person.has_perm("community.view_thing", drill) is sees
        assert Thing.objects.visible_to(person).filter(pk=drill.pk).exists() is sees


def test_it_is_for_the_area_or_an_organization_where_it_says_so(building, keeper):
    elsewhere_in_town = tenant_of(BuildingFactory(municipality=building.municipality))
    member, parish = UserFactory(), OrganizationFactory()
    parish.add(member, by=None)
    of_area = thing_of(keeper, audience=Audience.AREA)
    of_parish = thing_of(keeper, audience=Audience.ORGANIZATION, organization=parish)

    for person, seen in (
        (elsewhere_in_town, {of_area}),
        (member, {of_parish}),
        (keeper, {of_area, of_parish}),
    ):
        assert set(Thing.objects.visible_to(person)) == seen
        assert {t for t in (of_area, of_parish) if person.has_perm("community.view_thing", t)} == seen


VERBS = {
    "accept": {"keeper"},
    "decline": {"keeper"},
    "cancel": {"keeper", "borrower"},
    "pick_up": {"keeper", "borrower"},
    "give_back": {"keeper", "borrower"},
    "lose": {"keeper", "borrower"},
    "renew": {"borrower"},
    "view": {"keeper", "borrower"},
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_loan_is_of_those_two(drill, keeper, borrower, neighbour, verb):
    loan = loan_of(drill, borrower)
    people = {
        "keeper": keeper,
        "borrower": borrower,
        "neighbour": neighbour,
        "coordinator": coordinator_of(drill.municipality),
        "caseworker": UserFactory(roles=["portal.caseworker"]),
    }
    may = {who for who, person in people.items() if person.has_perm(f"community.{verb}_reservation", loan)}
    assert may == VERBS[verb]
    if verb == "view":
        seen = {who for who, person in people.items() if Reservation.objects.visible_to(person).exists()}
        assert seen == VERBS[verb]


@pytest.mark.parametrize("trouble", ["none", "late", "missing", "in_repair"])
def test_what_is_wrong_opens_nobodys_conversation(drill, borrower, trouble):
    if trouble == "late":
        loan_of(drill, borrower, first=-3, last=-1, state=LoanState.PICKED_UP)
    elif trouble != "none":
        Thing.objects.update(state=trouble)
    assert Thing.objects.in_trouble().exists() is Thing.objects.get().is_in_trouble is (trouble != "none")

    for person in (UserFactory(roles=["portal.caseworker"]), coordinator_of(drill.municipality)):
        assert not person.has_perm("community.discuss_thing", Thing.objects.get())
        assert not Thing.objects.discussed_by(person).exists()
