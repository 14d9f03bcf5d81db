"""Two who coordinate do the same at once: it is done once, and the other reads why not."""

from community.mediation.models import Case, Mediator, Party, TwiceInIt
from community.mediation.workflow import NotPossible, Overtaken
from community.testing import mediation_coordinator, mediation_in, mediator
from portal.testing.factories import UserFactory


def outcome_of(verb):
    try:
        verb()
    except NotPossible as refused:
        return type(refused)
    return None


def test_one_person_is_added_once_and_the_other_is_told(races):
    first, second = mediation_coordinator(), mediation_coordinator()
    for _ in range(races.rounds // 10 or 1):
        case, person = mediation_in("intake", coordinator=first), UserFactory()

        def add(by, side, case=case, person=person):
            return outcome_of(
                lambda: Case.objects.get(pk=case.pk).add_party(by=by, person=person, side=side, language="it")
            )

        outcomes = races.together(lambda: add(first, "other"), lambda: add(second, "first"))  # noqa: B023
        assert sorted(map(str, outcomes)) == sorted(map(str, [None, TwiceInIt]))
        assert Party.objects.filter(case=case, person=person).count() == 1


def test_one_mediator_is_proposed_once_and_the_other_is_told(races):
    first, second = mediation_coordinator(), mediation_coordinator()
    for _ in range(races.rounds // 10 or 1):
        case, person = mediation_in("intake", coordinator=first), mediator()

        def propose(by, case=case, person=person):
            return outcome_of(lambda: Case.objects.get(pk=case.pk).propose_mediator(person, by=by))

        outcomes = races.together(lambda: propose(first), lambda: propose(second))  # noqa: B023
        assert sorted(map(str, outcomes)) == sorted(map(str, [None, NotPossible]))
        assert Mediator.objects.filter(case=case, person=person).count() == 1


def test_notes_of_two_are_never_covered(races):
    first, second = mediation_coordinator(), mediation_coordinator()
    for _ in range(races.rounds // 10 or 1):
        case = mediation_in("intake", coordinator=first)

        def note(by, text, case=case):
            return outcome_of(lambda: Case.objects.get(pk=case.pk).note_intake(by=by, text=text, seen=""))

        outcomes = races.together(lambda: note(first, "Uno"), lambda: note(second, "Due"))  # noqa: B023
        assert sorted(map(str, outcomes)) == sorted(map(str, [None, Overtaken]))
        assert Case.objects.get(pk=case.pk).intake == ("Uno" if outcomes[0] is None else "Due")
