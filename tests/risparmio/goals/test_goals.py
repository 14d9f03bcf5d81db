"""A household splits, for itself, what it has put aside beyond its plan: no money moves, nothing is taken."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.events.models import Event
from portal.ledger import LedgerPosting
from portal.testing.factories import BuildingFactory, UserFactory, tenant_of
from risparmio.agreements.models import NotPossible, SavingsAgreement
from risparmio.agreements.words import State as AgreementState
from risparmio.book import bookings
from risparmio.book.accounts import open_bank
from risparmio.goals.models import MoreThanFree, NameTaken, SavingsGoal, Split, beyond_promise
from risparmio.goals.words import MOST_GOALS, Picture, State
from risparmio.sent import OtherBody
from risparmio.testing import agreement_of, approver, caseworker, treasurer

pytestmark = pytest.mark.django_db

START = timezone.localdate().replace(day=1)
AFTER_THE_DAY = START.replace(day=10)


@pytest.fixture
def samira():
    return tenant_of(BuildingFactory(), display_name="Samira")


@pytest.fixture
def agreement(samira):
    """50 euros a month on the 10th."""
    return agreement_of(samira)


def paid(agreement, cents, key=None):
    key = key or uuid.uuid4().hex
    bookings.transfer_in(open_bank(1), agreement.ledger, cents, key=f"in-{key}", about=agreement)


def paid_out(agreement, cents):
    bookings.order_payout(agreement.ledger, cents, key=f"out-{uuid.uuid4().hex}", about=agreement)


def begin(agreement, by, name="Bicicletta", **told):
    terms = {"client_id": uuid.uuid4(), "picture": Picture.BICYCLE, "target": 20_000} | told
    return SavingsGoal.begin(agreement, by=by, name=name, **terms)


def test_beyond_the_promise_is_what_was_paid_and_not_due_yet(agreement):
    before, after = START + timedelta(days=8), AFTER_THE_DAY
    paid(agreement, 8_000)

    assert (beyond_promise(agreement, before), beyond_promise(agreement, after)) == (8_000, 3_000)


def test_it_is_never_more_than_there_is_nor_less_than_nothing(agreement):
    paid(agreement, 8_000)
    paid_out(agreement, 7_000)
    assert beyond_promise(agreement, AFTER_THE_DAY) == 1_000, "30 would be beyond, 10 are there"

    later = agreement_of()
    paid(later, 2_000)
    assert beyond_promise(later, AFTER_THE_DAY) == 0


def test_what_the_agency_added_is_not_split(agreement):
    paid(agreement, 5_000)
    bookings.agency_funds(open_bank(1), 5_000, key="funds", about=agreement)
    bookings.agency_matches(agreement.ledger, 5_000, key="match", about=agreement)

    assert beyond_promise(agreement, AFTER_THE_DAY) == 0


def test_it_is_split_without_touching_the_book(agreement, samira):
    paid(agreement, 15_000)
    bicycle, school = begin(agreement, samira), begin(agreement, samira, "Scuola")
    postings = LedgerPosting.objects.count()

    bicycle.set_to(6_000, seen=0, by=samira, today=AFTER_THE_DAY)
    school.set_to(4_000, seen=0, by=samira, today=AFTER_THE_DAY)

    assert Split.of(agreement, AFTER_THE_DAY) == Split(beyond=10_000, set_aside=10_000)
    with pytest.raises(MoreThanFree) as most:
        bicycle.set_to(6_001, seen=6_000, by=samira, today=AFTER_THE_DAY)
    assert most.value.most == 6_000
    school.set_to(0, seen=4_000, by=samira, today=AFTER_THE_DAY)
    bicycle.set_to(10_000, seen=6_000, by=samira, today=AFTER_THE_DAY)
    assert [goal.set_aside for goal in agreement.own_goals.all()] == [10_000, 0]
    assert (LedgerPosting.objects.count(), agreement.held) == (postings, 15_000)


def test_when_less_is_free_nothing_is_taken_and_any_goal_can_do_with_less(agreement, samira):
    paid(agreement, 15_000)
    bicycle, school = begin(agreement, samira), begin(agreement, samira, "Scuola")
    for goal in (bicycle, school):
        goal.set_to(5_000, seen=0, by=samira, today=AFTER_THE_DAY)
    paid_out(agreement, 11_000)

    assert Split.of(agreement, AFTER_THE_DAY).too_much == 6_000
    assert [goal.set_aside for goal in agreement.own_goals.all()] == [5_000, 5_000]
    with pytest.raises(MoreThanFree):
        bicycle.set_to(5_001, seen=5_000, by=samira, today=AFTER_THE_DAY)
    bicycle.set_to(3_000, seen=5_000, by=samira, today=AFTER_THE_DAY)
    school.set_to(1_000, seen=5_000, by=samira, today=AFTER_THE_DAY)
    assert Split.of(agreement, AFTER_THE_DAY) == Split(beyond=4_000, set_aside=4_000)


def test_whoever_is_quicker_is_not_overwritten_and_twice_is_once(agreement, samira):
    paid(agreement, 15_000)
    goal = begin(agreement, samira)
    omar = UserFactory()
    agreement.household.add(omar, by=None)
    goal.set_to(1_000, seen=0, by=omar, today=AFTER_THE_DAY)

    with pytest.raises(NotPossible):
        goal.set_to(2_000, seen=0, by=samira, today=AFTER_THE_DAY)
    goal.set_to(1_000, seen=0, by=samira, today=AFTER_THE_DAY)

    assert SavingsGoal.objects.get().set_aside == 1_000
    assert Event.objects.filter(kind="risparmio.goal.set").count() == 1


def test_sent_twice_it_is_one_and_with_other_words_it_is_refused(agreement, samira):
    key = uuid.uuid4()
    goal = begin(agreement, samira, client_id=key)

    assert begin(agreement, samira, client_id=key) == goal
    with pytest.raises(OtherBody):
        begin(agreement, samira, client_id=key, target=30_000)
    assert agreement.own_goals.count() == 1


def test_two_goals_of_a_household_have_two_names(agreement, samira):
    begin(agreement, samira)
    with pytest.raises(NameTaken):
        begin(agreement, samira, "BICICLETTA")
    school = begin(agreement, samira, "Scuola")
    with pytest.raises(NameTaken):
        school.change(by=samira, name="bicicletta", picture=Picture.SCHOOL, target=None)
    school.change(by=samira, name="Scuola", picture=Picture.CHILD, target=None)
    assert (school.picture, school.target) == ("child", None)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavingsGoal.objects.filter(pk=school.pk).update(name="bicicletta")
    neighbours = agreement_of()
    assert begin(neighbours, neighbours.household.members.get().person)


@pytest.mark.parametrize(("verb", "state"), [("finish", State.DONE), ("remove", State.REMOVED)])
def test_what_has_ended_is_free_again_and_its_name_too(agreement, samira, verb, state):
    paid(agreement, 15_000)
    goal = begin(agreement, samira)
    goal.set_to(4_000, seen=0, by=samira, today=AFTER_THE_DAY)

    for _time in range(2):
        getattr(goal, verb)(by=samira)

    assert (goal.state, goal.set_aside, goal.ended_at is None) == (state, 0, False)
    assert Split.of(agreement, AFTER_THE_DAY).free == 10_000
    with pytest.raises(NotPossible):
        goal.set_to(1, seen=0, by=samira)
    with pytest.raises(NotPossible):
        getattr(goal, {"finish": "remove", "remove": "finish"}[verb])(by=samira)
    assert begin(agreement, samira).is_open


def test_nobody_has_more_goals_than_fit_on_a_page(agreement, samira):
    for number in range(MOST_GOALS):
        begin(agreement, samira, f"Meta {number}")
    with pytest.raises(NotPossible):
        begin(agreement, samira)


def test_of_an_agreement_that_has_ended_nothing_is_split(agreement, samira):
    goal = begin(agreement, samira)
    SavingsAgreement.objects.update(state=AgreementState.CLOSED, closed_on=START)
    for verb in (lambda: begin(agreement, samira, "Scuola"), lambda: goal.set_to(0, seen=0, by=samira)):
        with pytest.raises(NotPossible):
            verb()


def test_only_the_adults_of_the_household_split_and_see_goals(agreement, samira):
    goal = begin(agreement, samira)
    omar, child = UserFactory(), UserFactory()
    agreement.household.add(omar, by=None)
    agreement.household.add(child, by=None, is_adult=False)
    auditor, neighbour = UserFactory(roles=["portal.auditor"]), tenant_of(BuildingFactory())
    for person in (treasurer(), approver(), caseworker(), auditor, neighbour, child):
        assert not SavingsGoal.objects.visible_to(person).exists()
        assert not person.has_perm("risparmio.view_savingsgoal", goal)
        for verb in (
            lambda who: begin(agreement, who, "Scuola"),
            lambda who: goal.change(by=who, name="Auto", picture=Picture.CAR, target=None),
            lambda who: goal.set_to(0, seen=0, by=who),
            lambda who: goal.finish(by=who),
            lambda who: goal.remove(by=who),
        ):
            with pytest.raises(PermissionDenied):
                verb(person)
    assert SavingsGoal.objects.visible_to(omar).get() == goal
    goal.change(by=omar, name="Auto", picture=Picture.CAR, target=None)
    agreement.household.remove(omar, by=None)
    assert not SavingsGoal.objects.visible_to(omar).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"set_aside": -1},
        {"target": 0},
        {"target": 5_000_001},
        {"name": ""},
        {"state": State.DONE},
        {"ended_at": timezone.now()},
    ],
)
def test_no_goal_is_anything_else(agreement, samira, wrong):
    goal = begin(agreement, samira)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavingsGoal.objects.filter(pk=goal.pk).update(**wrong)


def test_no_fact_of_it_says_an_amount_or_a_name(agreement, samira):
    paid(agreement, 15_000)
    goal = begin(agreement, samira)
    goal.set_to(1_234, seen=0, by=samira, today=AFTER_THE_DAY)
    goal.finish(by=samira)

    facts = Event.objects.filter(kind__startswith="risparmio.goal.").order_by("id")
    assert [(fact.kind, fact.data) for fact in facts] == [
        ("risparmio.goal.begun", {}),
        ("risparmio.goal.set", {}),
        ("risparmio.goal.finished", {}),
    ]
