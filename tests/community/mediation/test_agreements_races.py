"""Two accept at once while a third writes, one leaves while another answers: one end, and a consistent one."""

from functools import partial

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from community.mediation.agreements import FollowUp, Version
from community.mediation.models import Case, Party
from community.mediation.privacy import erase_parties
from community.mediation.words import State
from community.mediation.workflow import NotPossible, Overtaken
from community.testing import mediation_in, points_of
from portal.events import history_of
from portal.testing.factories import UserFactory


def person(pk):
    return get_user_model().objects.get(pk=pk)


def accept(version, by):
    found = Version.objects.get(pk=version)
    found.accept(by=person(by), digest=found.digest)


def write(case, by, text="Altro"):
    case = Case.objects.get(pk=case)
    return Version.table(case, by=person(by), points=points_of(case, (text,)), instead_of=1).pk


def back(case, by):
    Case.objects.get(pk=case).back(by=person(by))


def withdraw(party):
    row = Party.objects.get(pk=party)
    row.withdraw(by=row.person)


def kinds_of(case):
    return [event.kind.rpartition(".")[2] for event in history_of(case, confidential=True)]


def consistent(case):
    """What is true of a case in whatever state: it is settled if and only if all who are in it accept the newest."""
    case = Case.objects.get(pk=case.pk)
    newest = case.versions.first()
    yes = set(newest.acceptances.values_list("party", flat=True))
    all_yes = set(case.parties.in_it().values_list("pk", flat=True)) <= yes
    assert (case.state == State.FOLLOW_UP) == all_yes
    assert (case.settled_at is not None) == all_yes
    assert case.follow_ups.count() == (2 if all_yes else 0)
    assert kinds_of(case).count("settled") == int(all_yes)
    return case, newest


def test_two_accept_at_once_and_it_is_settled_once(races):
    for _round in range(races.rounds // 10):
        case = mediation_in("agreement")
        version, people = case.versions.get(), list(case.parties.values_list("person", flat=True))
        outcomes = races.together(*[partial(accept, version.pk, pk) for pk in (*people, *people)])
        assert outcomes == [None] * 4
        case, _newest = consistent(case)
        assert case.state == State.FOLLOW_UP
        assert kinds_of(case).count("version_accepted") == 2


def test_two_accept_at_once_while_a_third_writes(races):
    for _round in range(races.rounds // 5):
        case = mediation_in("agreement")
        version, people = case.versions.get(), list(case.parties.values_list("person", flat=True))
        mediator = case.mediators.get().person_id
        *yes, written = races.together(
            *[partial(accept, version.pk, pk) for pk in people], partial(write, case.pk, mediator)
        )
        case, newest = consistent(case)
        if newest.number == 2:
            # What they have said yes to stands no more; who came late is told.
            assert written == newest.pk
            assert all(outcome is None or isinstance(outcome, Overtaken) for outcome in yes), yes
            assert any(isinstance(outcome, Overtaken) for outcome in yes)
            assert case.state == State.AGREEMENT
            assert not newest.acceptances.exists()
        else:
            assert yes == [None, None]
            assert isinstance(written, NotPossible), written
            assert case.state == State.FOLLOW_UP


def test_two_mediators_write_at_once_and_one_is_told(races):
    for _round in range(races.rounds // 10):
        case = mediation_in("agreement")
        mediator = case.mediators.get().person_id
        outcomes = races.together(
            *[partial(write, case.pk, mediator, text) for text in ("Uno", "Due", "Tre", "Uno")]
        )
        assert sum(isinstance(outcome, Overtaken) for outcome in outcomes) in (2, 3)
        assert case.versions.count() == 2
        consistent(case)


def test_accepted_by_the_last_and_taken_from_the_table_at_once(races):
    for _round in range(races.rounds // 10):
        case = mediation_in("agreement")
        version, (first, other) = case.versions.get(), list(case.parties.values_list("person", flat=True))
        accept(version.pk, first)
        outcomes = races.together(partial(accept, version.pk, other), partial(back, case.pk, first))
        assert sum(isinstance(outcome, NotPossible) for outcome in outcomes) == 1, outcomes
        case, _newest = consistent(case)
        assert case.state in (State.FOLLOW_UP, State.MEDIATING)


def answer(row, by):
    FollowUp.objects.get(pk=row).answer(by=person(by), kept={"1": "yes"})


def test_one_answers_while_the_other_leaves(races):
    for _round in range(races.rounds // 10):
        case = mediation_in("follow_up")
        row, (first, other) = case.follow_ups.first(), list(case.parties.all())
        row.ask()
        # Two on one side, of whom one leaves.
        third = case.parties.create(
            person=UserFactory(),
            side=other.side,
            language="it",
            answer="yes",
            answered_at=timezone.now(),
            pact_at=timezone.now(),
        )
        answer(row.pk, other.person_id)
        outcomes = races.together(partial(answer, row.pk, first.person_id), partial(withdraw, third.pk))
        assert outcomes == [None, None]
        row.refresh_from_db()
        assert row.answered_at is not None
        assert Case.objects.get(pk=case.pk).state == State.FOLLOW_UP


def test_one_answers_while_their_account_is_erased(races):
    for _round in range(races.rounds // 10):
        case = mediation_in("follow_up")
        row, first = case.follow_ups.first(), case.parties.first().person
        row.ask()
        answer(row.pk, first.pk)

        def again(row=row, first=first):
            FollowUp.objects.get(pk=row.pk).answer(by=first, kept={"1": "partly"})

        def erase(first=first):
            with transaction.atomic():  # as the portal does
                erase_parties(first)

        said, erased = races.together(again, erase)
        assert erased is None
        assert said is None or isinstance(said, PermissionDenied), said
        case = Case.objects.get(pk=case.pk)
        assert (case.state, case.outcome) == (State.CLOSED, "agreement")
        assert not row.answers.filter(party__person=first).exists()


def test_asked_and_brought_back_to_the_table_at_once(races):
    for _round in range(races.rounds // 10):
        case = mediation_in("follow_up")
        row, by = case.follow_ups.first(), case.parties.first().person
        races.together(row.ask, partial(Case.objects.get(pk=case.pk).reopen, by=by))
        kinds = kinds_of(case)
        assert "reopened" in kinds
        assert "follow_up_asked" not in kinds[kinds.index("reopened") :]


def test_one_who_leaves_accepts_nothing(races):
    for _round in range(races.rounds // 10):
        case = mediation_in("agreement")
        version, (first, other) = case.versions.get(), list(case.parties.all())
        accept(version.pk, first.person_id)
        yes, left = races.together(partial(accept, version.pk, other.person_id), partial(withdraw, other.pk))
        assert left is None
        assert yes is None or isinstance(yes, PermissionDenied), yes
        case = Case.objects.get(pk=case.pk)
        # A moment earlier they accept, and what all have accepted outlasts it.
        assert (case.state, case.outcome) == (State.CLOSED, "agreement" if yes is None else "withdrawn")
