"""A case goes its way: who may do what, in which state, and what the database holds."""

import uuid
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from community.keys import AlreadySent
from community.mediation.agreements import Version
from community.mediation.models import Case, Tied, TwiceInIt
from community.mediation.rooms import Room
from community.mediation.words import OPEN, TALKING, Answer, MediatorState, Outcome, Side, State
from community.mediation.workflow import (
    OUTCOMES,
    TRANSITIONS,
    NotPossible,
    Overtaken,
    possible,
    target_of,
)
from community.testing import mediation_in, mediator, points_of, said_yes
from portal.events import history_of
from portal.testing.factories import BuildingFactory, OrganizationFactory, UserFactory, tenant_of

pytestmark = pytest.mark.django_db


def again(case):
    return Case.objects.get(pk=case.pk)


def facts_of(case):
    return [event.kind.rpartition(".")[2] for event in history_of(case, confidential=True)]


def with_two(case, amal, bruno, carla):
    """A case that is prepared, with a second mediator, once all have said yes to both."""
    second = case.propose_mediator(mediator(), by=carla)
    second.consent(by=amal, yes=True)
    said_yes(case, bruno)
    return again(case), second


def test_the_whole_way(case_in, amal, bruno, marta):
    case = case_in("follow_up")

    assert case.state == State.FOLLOW_UP
    assert facts_of(case) == [
        "asked", "taken_up", "mediator_proposed", "mediator_asked", "mediator_accepted", "invitation_worded",
        "invitation_agreed", "invited", "accepted", "agreed", "begun", "tabled", "version_accepted",
        "version_accepted", "settled",
    ]  # fmt: skip
    case.finish(by=marta, outcome=Outcome.AGREEMENT)
    assert (again(case).state, again(case).outcome) == (State.CLOSED, Outcome.AGREEMENT)
    assert history_of(case).count() == 0, "whoever shows a history has to ask for what is confidential"


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", sorted({verb for _state, verb in TRANSITIONS}))
def test_the_table_is_the_only_way(state, verb):
    if (state, verb) in TRANSITIONS:
        assert target_of(state, verb) == TRANSITIONS[state, verb]
        assert verb in possible(state)
    else:
        with pytest.raises(NotPossible):
            target_of(state, verb)


def test_whatever_is_open_can_be_stopped_by_whoever_is_in_it(amal):
    for state in OPEN:
        case = mediation_in(state, first=amal)
        case.parties.get(person=amal).withdraw(by=amal)
        outcome = Outcome.AGREEMENT if state == State.FOLLOW_UP else Outcome.WITHDRAWN
        assert (again(case).state, again(case).outcome) == (State.CLOSED, outcome)
        assert not again(case).rooms.exists() or not Room.objects.visible_to(amal).exists()


def test_asked_twice_it_is_one_case_and_other_words_are_not_lost(amal):
    client_id = uuid.uuid4()
    asked = {"by": amal, "client_id": client_id, "with_whom": "Bruno", "language": "ar"}
    case = Case.ask(told="Non si dorme.", **asked)

    assert Case.ask(told="Non si dorme.", **asked) == case
    with pytest.raises(AlreadySent):
        Case.ask(told="Altro.", **asked)
    assert Case.objects.count() == case.parties.count() == 1


def test_a_client_id_that_somebody_else_has_used_leads_to_no_case_of_theirs(amal, bruno):
    client_id = uuid.uuid4()
    mine, theirs = (
        Case.ask(by=person, client_id=client_id, told="X", with_whom="Y", language="it")
        for person in (amal, bruno)
    )
    assert mine.pk != theirs.pk
    assert mine.key != theirs.key


def test_nobody_is_in_it_twice_or_on_both_sides(case_in, amal, bruno, carla):
    case = case_in("intake")
    case.add_party(by=carla, person=bruno, side=Side.OTHER, language="it")
    for person, side in ((bruno, Side.OTHER), (bruno, Side.FIRST), (amal, Side.OTHER)):
        with pytest.raises(TwiceInIt):
            case.add_party(by=carla, person=person, side=side, language="it")
        with pytest.raises(IntegrityError), transaction.atomic():
            case.parties.create(person=person, side=side, language="it")


def test_a_mediator_with_a_tie_is_refused_and_the_tie_is_shown(case_in, amal, bruno, carla):
    case = case_in("intake")
    case.add_party(by=carla, person=bruno, side=Side.OTHER, language="it")
    colleague, before = mediator(), mediator()
    organization = OrganizationFactory()
    organization.add(colleague, by=None)
    organization.add(bruno, by=None)
    mediation_in("agreed", first=amal, by=before)

    for person, tie in ((colleague, "organization"), (before, "case")):
        with pytest.raises(Tied) as refused:
            case.propose_mediator(person, by=carla)
        assert [found.tie for found in refused.value.ties] == [tie]
    assert not case.mediators.exists()


def test_a_neighbour_or_somebody_of_the_household_does_not_mediate(case_in, carla):
    building = BuildingFactory()
    amal, neighbour = tenant_of(building), tenant_of(building)
    neighbour.give_role("community.mediator", by=None)
    relative = mediator()
    amal.household_memberships.get().household.members.create(person=relative)
    case = mediation_in("intake", first=amal, coordinator=carla)

    for person, ties in ((neighbour, ["building"]), (relative, ["household", "building"])):
        with pytest.raises(Tied) as refused:
            case.propose_mediator(person, by=carla)
        assert [found.tie for found in refused.value.ties] == ties


def test_a_party_that_is_tied_to_the_mediator_who_stands_is_refused(case_in, amal, marta, carla):
    case = case_in("intake")
    case.propose_mediator(marta, by=carla)
    friend = UserFactory()
    organization = OrganizationFactory()
    for person in (marta, friend):
        organization.add(person, by=None)

    with pytest.raises(Tied):
        case.add_party(by=carla, person=friend, side=Side.OTHER, language="it")


def test_somebody_who_does_not_mediate_is_not_proposed(case_in, carla):
    with pytest.raises(NotPossible):
        case_in("intake").propose_mediator(UserFactory(), by=carla)


def test_a_mediator_is_assigned_with_the_last_yes_and_not_before(case_in, amal, bruno, marta):
    case = case_in("inviting")
    row = case.mediators.get()
    assert row.state == MediatorState.PROPOSED
    assert not Case.objects.mediated_by(marta).exists()

    said_yes(case, bruno)

    row.refresh_from_db()
    assert row.state == MediatorState.ASSIGNED
    assert again(case).state == State.AGREED
    assert set(again(case).rooms.values_list("kind", flat=True)) == {"private", "joint", "notes"}
    assert again(case).rooms.count() == 4


def test_a_yes_before_the_other_side_is_known_is_not_everybodys(case_in, amal, bruno, marta, carla):
    case = case_in("intake")
    row = case.propose_mediator(marta, by=carla)
    row.consent(by=amal, yes=True)

    row.refresh_from_db()
    assert row.state == MediatorState.PROPOSED
    case.add_party(by=carla, person=bruno, side=Side.OTHER, language="it")
    assert not Case.objects.visible_to(marta).exists()


def test_once_the_invitation_is_out_nobody_is_added_or_taken_away(case_in, bruno, carla):
    case = case_in("inviting")
    for tried in (
        lambda: case.add_party(by=carla, person=UserFactory(), side=Side.OTHER, language="it"),
        lambda: case.remove_party(case.parties.get(person=bruno), by=carla),
        lambda: case.word_invitation(by=carla, text="Altro"),
    ):
        with pytest.raises(NotPossible):
            tried()


def test_whoever_was_named_by_mistake_never_learns_of_it(case_in, bruno, carla):
    case = case_in("intake")
    party = case.add_party(by=carla, person=bruno, side=Side.OTHER, language="it")
    case.remove_party(party, by=carla)

    assert case.parties.count() == 1


def test_with_a_no_to_the_mediator_somebody_else_is_looked_for(case_in, amal, marta, carla):
    case = case_in("intake")
    row = case.propose_mediator(marta, by=carla)
    row.consent(by=amal, yes=False)

    row.refresh_from_db()
    assert row.state == MediatorState.REFUSED
    assert history_of(case, confidential=True).last().actor is None
    other = case.propose_mediator(mediator(), by=carla)
    other.consent(by=amal, yes=True)
    with pytest.raises(NotPossible):
        case.propose_mediator(marta, by=carla)


def test_a_mediator_who_gives_it_back_is_out_and_the_next_one_waits_for_everybody(
    case_in, amal, bruno, marta, carla
):
    case = case_in("mediating")
    case.mediators.get().release(by=marta)
    assert not Room.objects.visible_to(marta).exists()

    row = again(case).propose_mediator(mediator(), by=carla)
    row.consent(by=amal, yes=True)
    assert not Case.objects.mediated_by(row.person).exists()
    row.consent(by=bruno, yes=True)
    assert Case.objects.mediated_by(row.person).get() == case


def test_the_invitation_goes_out_once_all_is_there(case_in, amal, bruno, marta, carla):
    case = case_in("intake")

    def refused():
        with pytest.raises(NotPossible):
            again(case).invite(by=carla)

    refused()
    case.add_party(by=carla, person=bruno, side=Side.OTHER, language="it")
    refused()
    case.word_invitation(by=carla, text="Vorrei parlarne.")
    refused()
    with pytest.raises(Overtaken):
        case.agree_to_invitation(by=amal, text="Altro")
    case.agree_to_invitation(by=amal, text="Vorrei parlarne.")
    refused()
    row = case.propose_mediator(marta, by=carla)
    refused()
    row.consent(by=amal, yes=True)
    case.word_invitation(by=carla, text="Vorrei parlarne, se va bene.")
    refused()
    case.agree_to_invitation(by=amal, text="Vorrei parlarne, se va bene.")
    assert not Case.objects.visible_to(bruno).exists(), "he knows of nothing before"

    again(case).invite(by=carla)

    assert Case.objects.visible_to(bruno).get() == case


def test_who_declines_is_out_and_nobody_is_asked_why(case_in, amal, bruno):
    case = case_in("inviting")
    case.parties.get(person=bruno).decline(by=bruno)

    assert (again(case).state, again(case).outcome) == (State.CLOSED, Outcome.DECLINED)
    assert not Case.objects.visible_to(bruno).exists()
    assert Case.objects.visible_to(amal).get() == case
    with pytest.raises(NotPossible):
        said_yes(case, bruno)


def test_where_two_were_invited_the_other_one_goes_on(case_in, amal, bruno, marta, carla):
    case, wife = case_in("intake"), UserFactory()
    case.add_party(by=carla, person=wife, side=Side.OTHER, language="it")
    case.add_party(by=carla, person=bruno, side=Side.OTHER, language="it")
    case.propose_mediator(marta, by=carla).consent(by=amal, yes=True)
    case.word_invitation(by=carla, text="Ciao")
    case.agree_to_invitation(by=amal, text="Ciao")
    again(case).invite(by=carla)
    said_yes(case, wife)
    assert again(case).state == State.INVITING

    case.parties.get(person=bruno).decline(by=bruno)

    assert again(case).state == State.AGREED
    assert again(case).rooms.count() == 4


@pytest.mark.parametrize("verb", ["take_up", "invite", "refuse", "refer"])
def test_nobody_else_coordinates(case_in, amal, bruno, marta, verb):
    case = case_in("requested" if verb == "take_up" else "intake")
    for person in (amal, bruno, marta, UserFactory(roles=["portal.administrator", "portal.caseworker"])):
        with pytest.raises(PermissionDenied):
            getattr(again(case), verb)(by=person)


def test_who_coordinates_does_not_coordinate_what_they_are_in(carla):
    case = mediation_in("requested", first=carla)

    with pytest.raises(PermissionDenied):
        case.take_up(by=carla)


@pytest.mark.parametrize(
    ("state", "verb"), [("inviting", "refer"), ("requested", "refuse"), ("talking", "stop")]
)
def test_it_ends_with_its_outcome(case_in, marta, carla, state, verb):
    case = case_in("mediating" if state == "talking" else state)
    getattr(case, verb)(by=marta if state == "talking" else carla)
    assert again(case).outcome == OUTCOMES[verb]
    assert again(case).closed_at is not None


def test_an_outcome_that_does_not_belong_to_the_verb_is_refused(case_in, marta):
    case = case_in("mediating")
    for outcome in (Outcome.AGREEMENT, Outcome.DECLINED):
        with pytest.raises(NotPossible):
            case.end(by=marta, outcome=outcome)
    assert again(case).state == State.MEDIATING


def test_the_database_holds_that_what_is_closed_has_an_outcome(case_in):
    case = case_in("mediating")
    for wrong in ({"state": State.CLOSED}, {"outcome": Outcome.NONE}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**wrong)


def test_rooms_are_open_in_the_states_of_talking_only(amal, bruno, marta):
    for state in OPEN:
        case = mediation_in(state, first=amal, other=bruno, by=mediator())
        assert Room.objects.visible_to(amal).filter(case=case).exists() == (state in TALKING)


def test_answers_are_ones_own(case_in, amal, bruno, marta):
    party = case_in("inviting").parties.get(person=bruno)
    for answer in (partial(party.accept, mediators=[]), party.decline, party.withdraw):
        with pytest.raises(PermissionDenied):
            answer(by=amal)
    party.refresh_from_db()
    assert party.answer == Answer.WAITING


def test_a_closed_case_gets_no_mediator(case_in, amal, bruno, marta, carla):
    case = case_in("inviting")
    row = case.mediators.get()
    case.parties.get(person=bruno).decline(by=bruno)
    with pytest.raises(NotPossible):
        row.consent(by=amal, yes=True)
    with pytest.raises(PermissionDenied):
        again(case).propose_mediator(mediator(), by=carla)

    assert not Case.objects.visible_to(marta).exists()


def test_without_whoever_asked_the_request_is_over(case_in, amal, carla):
    case = case_in("intake")
    case.add_party(by=carla, person=UserFactory(), side=Side.FIRST, language="it")
    case.parties.get(person=amal).withdraw(by=amal)
    assert again(case).outcome == Outcome.WITHDRAWN
    assert not case.parties.waiting().exists()


def test_the_words_were_agreed_to_for_those_who_were_named(case_in, amal, bruno, carla):
    case = case_in("intake")
    party = case.add_party(by=carla, person=bruno, side=Side.OTHER, language="it")
    case.word_invitation(by=carla, text="Ciao")
    case.agree_to_invitation(by=amal, text="Ciao")
    case.remove_party(party, by=carla)

    assert again(case).invitation_agreed_at is None


def test_a_yes_is_to_the_mediators_who_were_shown(case_in, amal, bruno, marta, carla):
    case = case_in("inviting")
    shown = list(case.mediators.values_list("pk", flat=True))
    case.mediators.get().release(by=carla)
    case.propose_mediator(mediator(), by=carla)
    with pytest.raises(Overtaken):
        case.parties.get(person=bruno).accept(by=bruno, mediators=shown)


def test_who_mediates_with_another_does_not_take_the_case_from_them(case_in, amal, bruno, marta, carla):
    case, second = with_two(case_in("inviting"), amal, bruno, carla)
    with pytest.raises(PermissionDenied):
        case.mediators.get(person=marta).release(by=second.person)
    second.release(by=second.person)
    case.mediators.get(person=marta).release(by=carla)


def test_an_agreement_that_names_somebody_who_left_is_taken_from_the_table(amal, bruno, marta, carla):
    case, wife = mediation_in("intake", first=amal, coordinator=carla), UserFactory()
    for person in (bruno, wife):
        case.add_party(by=carla, person=person, side=Side.OTHER, language="it")
    case.propose_mediator(marta, by=carla).consent(by=amal, yes=True)
    case.word_invitation(by=carla, text="Ciao")
    case.agree_to_invitation(by=amal, text="Ciao")
    again(case).invite(by=carla)
    for person in (bruno, wife):
        said_yes(case, person)
    again(case).begin(by=marta)
    Version.table(again(case), by=marta, points=points_of(case, ["Piano."]), instead_of=0)
    case.parties.get(person=wife).withdraw(by=wife)

    assert again(case).state == State.MEDIATING
    assert again(case).mediators.assigned().exists()


def test_a_closed_case_is_given_back_by_nobody(case_in, amal, marta, carla):
    case = case_in("mediating")
    case.end(by=marta, outcome=Outcome.NONE)
    row = case.mediators.get()

    for person in (marta, carla):
        with pytest.raises(NotPossible):
            row.release(by=person)

    row.refresh_from_db()
    assert row.state == MediatorState.ASSIGNED
    assert facts_of(case)[-1] == "closed"


def test_whoever_mediated_between_some_does_not_mediate_where_somebody_else_is_added(
    amal, bruno, marta, carla
):
    """Whatever comes first, the people or the mediator."""
    earlier = mediation_in("follow_up", first=amal, other=bruno, by=marta)
    earlier.finish(by=marta, outcome=Outcome.AGREEMENT)
    case, wife = mediation_in("intake", first=amal, coordinator=carla), UserFactory()
    case.add_party(by=carla, person=bruno, side=Side.OTHER, language="it")
    row = case.propose_mediator(marta, by=carla)

    with pytest.raises(Tied) as refused:
        case.add_party(by=carla, person=wife, side=Side.OTHER, language="it")
    assert {found.person for found in refused.value.ties} == {amal, bruno}

    row.release(by=carla)
    case.add_party(by=carla, person=wife, side=Side.OTHER, language="it")
    other = mediator()
    mediation_in("agreed", first=amal, other=bruno, by=other)
    with pytest.raises(Tied):
        case.propose_mediator(other, by=carla)


def test_of_two_mediators_one_goes_and_nobody_is_said_to_be_looked_for(case_in, amal, bruno, marta, carla):
    case, second = with_two(case_in("inviting"), amal, bruno, carla)
    with pytest.raises(PermissionDenied):
        case.propose_mediator(mediator(), by=carla)  # nobody is missing

    second.release(by=second.person)
    assert facts_of(case)[-2:] == ["mediator_released", "mediator_alone"]
    case.mediators.get(person=marta).release(by=carla)
    assert facts_of(case)[-2:] == ["mediator_released", "mediator_gone"]
