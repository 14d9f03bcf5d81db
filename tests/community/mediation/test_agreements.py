"""An agreement: versions that never change, the same one accepted by all, and later a question how it goes."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from community.mediation.agreements import FollowUp, Point, Version
from community.mediation.models import Case
from community.mediation.privacy import erase_parties
from community.mediation.words import Outcome, State
from community.mediation.workflow import NotPossible, Overtaken
from community.testing import anew, mediation_in
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db


def points(case, *texts):
    who = tuple(str(pk) for pk in case.parties.values_list("pk", flat=True))
    texts = texts or ("Dopo le 22 si abbassa la voce.",)
    return [
        Point(id=str(n), what={"it": text, "ar": "نص"}, who=who, by=date(2027, 1, 31))
        for n, text in enumerate(texts)
    ]


def again(case):
    return Case.objects.get(pk=case.pk)


def accept(version, *people):
    for person in people:
        version.accept(by=person, digest=version.digest)


def test_a_version_reads_as_it_was_written(case_in, marta):
    case = case_in("mediating")
    version = Version.table(case, by=marta, points=points(case), instead_of=0)

    read = Version.objects.get(pk=version.pk)
    assert read.points == points(case)
    assert [point.in_language("ar") for point in read.points] == ["نص"]
    assert [point.in_language("en") for point in read.points] == ["Dopo le 22 si abbassa la voce."]
    assert again(case).state == State.AGREEMENT


def test_with_the_last_yes_it_stands_and_two_follow_ups_are_set(case_in, amal, bruno):
    case = case_in("agreement")
    version = case.versions.get()
    accept(version, amal)
    accept(version, amal)
    assert again(case).state == State.AGREEMENT
    accept(version, bruno)

    assert again(case).state == State.FOLLOW_UP
    assert version.acceptances.count() == 2
    days = [(row.due_on - timezone.localdate()).days for row in case.follow_ups.all()]
    assert days == [30, 90]
    accept(version, bruno)


def test_an_old_version_is_accepted_by_nobody(case_in, amal, bruno, marta):
    case = case_in("agreement")
    old = case.versions.get()
    accept(old, amal)
    new = Version.table(again(case), by=marta, points=points(case, "Altro"), instead_of=1)

    for digest in (old.digest, new.digest):
        with pytest.raises(Overtaken):
            old.accept(by=bruno, digest=digest)
    with pytest.raises(Overtaken):
        new.accept(by=bruno, digest=old.digest)
    accept(new, bruno)
    assert again(case).state == State.AGREEMENT, "a yes to the old one is no yes to the new one"
    accept(new, amal)
    assert again(case).state == State.FOLLOW_UP


def test_who_edits_an_old_version_is_told_and_what_was_sent_twice_is_one(case_in, marta):
    case = case_in("agreement")
    second = Version.table(again(case), by=marta, points=points(case, "A"), instead_of=1)

    assert Version.table(again(case), by=marta, points=points(case, "A"), instead_of=1) == second
    with pytest.raises(Overtaken):
        Version.table(again(case), by=marta, points=points(case, "B"), instead_of=1)
    assert case.versions.count() == 2


def test_digests_of_the_same_points_differ_from_case_to_case(case_in, marta):
    one, other = case_in("mediating"), mediation_in("mediating", by=marta)
    assert (
        Version.table(one, by=marta, points=points(one), instead_of=0).digest
        != Version.table(other, by=marta, points=points(other), instead_of=0).digest
    )


@pytest.mark.parametrize("count", [0, 13])
def test_none_or_too_many_points_are_refused(case_in, marta, count):
    case = case_in("mediating")
    with pytest.raises(NotPossible):
        Version.table(case, by=marta, points=points(case, *map(str, range(count)))[:count], instead_of=0)


def test_a_point_names_nobody_who_is_not_in_it(case_in, marta):
    case = case_in("mediating")
    for who in (str(uuid.uuid4()), ""):
        with pytest.raises(NotPossible):
            Version.table(case, by=marta, points=[Point(id="1", what={"it": "x"}, who=(who,))], instead_of=0)


def test_only_the_mediator_writes_and_only_parties_accept(case_in, amal, bruno, marta, carla):
    case = case_in("agreement")
    version = case.versions.get()
    for person in (amal, carla):
        with pytest.raises(PermissionDenied):
            Version.table(again(case), by=person, points=points(case), instead_of=1)
    for person in (marta, carla):
        with pytest.raises(PermissionDenied):
            accept(version, person)


def test_it_may_be_taken_from_the_table_by_each(case_in, amal):
    case = case_in("agreement")
    case.back(by=amal)
    assert again(case).state == State.MEDIATING
    with pytest.raises(NotPossible):
        accept(case.versions.get(), amal)


def due(follow_up):
    FollowUp.objects.filter(pk=follow_up.pk).update(due_on=timezone.localdate() - timedelta(days=1))


def test_after_a_month_they_say_how_it_goes_and_may_come_back(case_in, amal, bruno, marta):
    case = case_in("follow_up")
    first, _second = case.follow_ups.all()
    assert not FollowUp.objects.due().exists()
    with pytest.raises(NotPossible):
        first.answer(by=amal, kept={"1": "yes"})
    due(first)
    assert FollowUp.objects.due().get() == first
    first.ask()
    assert not FollowUp.objects.due().exists()
    assert FollowUp.objects.open().get() == first

    for wrong in ({}, {"1": "maybe"}, {"1": "yes", "2": "no"}):
        with pytest.raises(NotPossible):
            first.answer(by=amal, kept=wrong)
    first.answer(by=amal, kept={"1": "no"}, note="Ieri di nuovo.")
    first.answer(by=amal, kept={"1": "partly"}, note="Una volta.")
    first.answer(by=bruno, kept={"1": "yes"})

    said = {answer.party.person: (answer.kept, answer.note) for answer in first.answers.all()}
    assert said == {amal: ({"1": "partly"}, "Una volta."), bruno: ({"1": "yes"}, "")}
    with pytest.raises(PermissionDenied):
        first.answer(by=marta, kept={"1": "yes"})
    with pytest.raises(NotPossible):
        first.answer(by=bruno, kept={"1": "no"})
    again(case).reopen(by=amal)
    assert again(case).state == State.MEDIATING
    version = Version.table(again(case), by=marta, points=points(case, "Nuovo"), instead_of=1)
    accept(version, amal, bruno)
    assert [row.months for row in case.follow_ups.filter(version=version)] == [1, 3]
    assert not case.follow_ups.filter(answered_at=None).exclude(version=version).exists()


def test_the_mediator_closes_it(case_in, marta, amal):
    case = case_in("follow_up")
    with pytest.raises(PermissionDenied):
        case.finish(by=amal, outcome=Outcome.AGREEMENT)
    with pytest.raises(NotPossible):
        case.finish(by=marta, outcome=Outcome.NONE)
    case.finish(by=marta, outcome=Outcome.PARTIAL)
    assert again(case).outcome == Outcome.PARTIAL


# -- what is left of a case that is closed -----------------------------------------------------------------------------


def read_by(case, *people):
    """Who reads which version: by the list and by the rule, which say the same."""
    seen = {}
    for person in map(anew, people):
        seen[person] = list(
            Version.objects.visible_to(person).filter(case=case).values_list("number", flat=True)
        )
        allowed = [
            row.number for row in case.versions.all() if person.has_perm("community.view_version", row)
        ]
        assert seen[person] == allowed
        may = person.has_perm("community.read_agreement_of_case", again(case))
        assert (
            bool(seen[person]) == may == Case.objects.with_agreement_for(person).filter(pk=case.pk).exists()
        )
    return seen


@pytest.mark.parametrize("leave", ["stops", "is erased"])
def test_whoever_leaves_after_an_agreement_takes_it_from_nobody(case_in, amal, bruno, marta, carla, leave):
    case = case_in("follow_up")
    if leave == "stops":
        case.parties.get(person=bruno).withdraw(by=bruno)
    else:
        erase_parties(bruno)

    case = again(case)
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.AGREEMENT)
    assert case.settled_at is not None
    assert read_by(case, amal, bruno, marta, carla) == {amal: [1], bruno: [], marta: [1], carla: []}


def settled_again(case, by, *people):
    """Another version that all have accepted, in the place of the newest."""
    newest = case.versions.first()
    version = Version.table(again(case), by=by, points=points(case, "Altro"), instead_of=newest.number)
    accept(version, *people)
    return version


def test_one_alone_gives_up_an_agreement_and_does_not_take_it_away(case_in, amal, bruno, marta):
    case = case_in("follow_up")
    again(case).reopen(by=bruno)
    assert case.versions.get().settled_at is not None
    Version.table(again(case), by=marta, points=points(case, "Una bozza"), instead_of=1)
    case.parties.get(person=bruno).withdraw(by=bruno)

    case = again(case)
    assert (case.outcome, case.settled_at) == (Outcome.WITHDRAWN, None)
    assert read_by(case, amal, bruno, marta) == {amal: [1], bruno: [], marta: [1]}


def test_talks_that_end_with_none_leave_what_all_had_accepted_to_read_and_no_draft(
    case_in, amal, bruno, marta
):
    case = case_in("follow_up")
    again(case).reopen(by=amal)
    settled_again(case, marta, amal, bruno)
    again(case).reopen(by=amal)
    Version.table(again(case), by=marta, points=points(case, "Una bozza"), instead_of=2)
    again(case).end(by=marta, outcome=Outcome.NONE)
    assert again(case).settled_at is None
    assert read_by(again(case), amal, bruno, marta) == {amal: [2], bruno: [2], marta: [2]}

    nothing = mediation_in("agreement", first=amal, other=bruno, by=marta)
    accept(nothing.versions.get(), amal)
    again(nothing).end(by=marta, outcome=Outcome.NONE)
    assert read_by(again(nothing), amal, bruno, marta) == {amal: [], bruno: [], marta: []}


def test_of_a_closed_case_nobody_is_shown_how_an_older_agreement_went(case_in, amal, bruno, marta):
    case = case_in("follow_up")
    old = case.follow_ups.first()
    due(old)
    old.ask()
    for person in (amal, bruno):
        old.answer(by=person, kept={"1": "no"})
    again(case).reopen(by=amal)
    settled_again(case, marta, amal, bruno)
    assert FollowUp.objects.visible_to(amal).filter(pk=old.pk).exists()
    again(case).finish(by=marta, outcome=Outcome.AGREEMENT)
    old.refresh_from_db()
    for person in (amal, marta):
        assert not FollowUp.objects.visible_to(person).filter(pk=old.pk).exists()
        assert not anew(person).has_perm("community.view_followup", FollowUp.objects.get(pk=old.pk))


@pytest.mark.parametrize("state", ["mediating", "agreement"])
def test_a_draft_is_no_agreement_on_some_points(case_in, amal, marta, state):
    case = case_in(state)
    if state == "agreement":
        accept(case.versions.get(), amal)
    with pytest.raises(NotPossible):
        again(case).end(by=marta, outcome=Outcome.PARTIAL)
    with pytest.raises(PermissionDenied):
        again(case).end(by=amal, outcome=Outcome.PARTIAL)
    assert again(case).state == state


def test_what_all_had_accepted_is_an_agreement_on_some_points(case_in, amal, bruno, marta):
    case = case_in("follow_up")
    settled_at = again(case).settled_at
    with pytest.raises(NotPossible):
        again(case).end(by=marta, outcome=Outcome.PARTIAL)  # that they finish
    again(case).reopen(by=bruno)
    Version.table(again(case), by=marta, points=points(case, "Una bozza"), instead_of=1)
    again(case).end(by=marta, outcome=Outcome.PARTIAL)

    case = again(case)
    assert (case.state, case.outcome, case.settled_at) == (State.CLOSED, Outcome.PARTIAL, settled_at)
    assert read_by(case, amal, bruno, marta) == {amal: [1], bruno: [1], marta: [1]}


def test_a_no_stays_a_no_where_whoever_said_it_has_left(case_in, amal, bruno, marta):
    case, dina, now = case_in("mediating"), UserFactory(), timezone.now()
    case.parties.create(person=dina, side="first", language="it", answer="yes", answered_at=now, pact_at=now)
    version = Version.table(again(case), by=marta, points=points(case, "Piano"), instead_of=0)
    accept(version, amal, bruno, dina)
    first = case.follow_ups.first()
    due(first)
    first.ask()
    first.answer(by=dina, kept={"0": "no"})
    first.answer(by=amal, kept={"0": "yes"})
    case.parties.get(person=dina).withdraw(by=dina)
    first.answer(by=bruno, kept={"0": "yes"})

    first.refresh_from_db()
    assert first.answered_at is not None
    assert first.is_kept is False
    assert again(case).kept_after_1_at is None
