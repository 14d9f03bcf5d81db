"""Who sees a post and an exchange, and who may do what: for one and for many the same."""

import pytest
from django.contrib.auth.models import AnonymousUser

from community.mutual_aid.exchanges.models import Exchange, Post
from community.mutual_aid.exchanges.words import State
from community.safety.models import Steward
from community.testing import anew, exchange_in, post_by, two_neighbours
from portal.testing.factories import (
    BuildingFactory,
    MunicipalityFactory,
    OrganizationFactory,
    UserFactory,
    tenant_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody():
    """Of two buildings in a town, of another town, of an organization at work in both, and staff."""
    here, near = BuildingFactory(), BuildingFactory()
    far = BuildingFactory(municipality=MunicipalityFactory(name="Rho"))
    union = OrganizationFactory()
    union.areas.add(here.municipality, far.municipality)
    people = {
        "author": tenant_of(here),
        "neighbour": tenant_of(here),
        "near": tenant_of(near),
        "far": tenant_of(far),
        "member": UserFactory(),
        "coordinator": UserFactory(),
        "caseworker": UserFactory(roles=["portal.caseworker"]),
        "nobody": UserFactory(),
        "closed": tenant_of(here, is_active=False),
    }
    union.add(people["member"], by=None)
    union.add(people["coordinator"], by=None, is_coordinator=True)
    answers_for(union, here.municipality, far.municipality)
    found = {key: anew(person) for key, person in people.items()}
    return found | {"visitor": AnonymousUser()}


def answers_for(organization, *municipalities):
    """It answers for mutual aid there."""
    for municipality in municipalities:
        Steward.objects.create(municipality=municipality, organization=organization)


def who_may(people, permission, obj) -> set[str]:
    return {key for key, person in people.items() if person.has_perm(f"community.{permission}", obj)}


def who_sees(people, queryset) -> set[str]:
    return {key for key, person in people.items() if queryset.visible_to(person).exists()}


STEWARDS = {"coordinator", "caseworker"}


@pytest.mark.parametrize(
    ("meant", "seen_by", "answered_by"),
    [
        (0, {"author", "neighbour"} | STEWARDS, {"neighbour"}),
        (
            1,
            {"author", "neighbour", "near", "member"} | STEWARDS,
            {"neighbour", "near", "member", "coordinator"},
        ),
    ],
    ids=["the building", "the area"],
)
def test_a_post_is_for_whom_it_is_meant(everybody, meant, seen_by, answered_by):
    post = post_by(everybody["author"], meant=meant)

    assert who_may(everybody, "view_post", post) == who_sees(everybody, Post.objects) == seen_by
    assert who_may(everybody, "answer_post", post) == answered_by
    on_board = {key for key, person in everybody.items() if Post.objects.of_others(person).exists()}
    assert on_board == answered_by
    assert who_may(everybody, "change_post", post) == {"author"}
    assert who_may(everybody, "take_back_post", post) == {"author"} | STEWARDS


@pytest.mark.parametrize("verb", ["pause", "take_back"])
def test_what_is_off_the_board_only_its_author_and_staff_see(everybody, verb):
    post = post_by(everybody["author"])
    getattr(post, verb)(by=everybody["author"])

    assert who_may(everybody, "view_post", post) == who_sees(everybody, Post.objects) == {"author"} | STEWARDS


def test_whoever_takes_part_in_what_came_of_it_sees_the_post(everybody):
    exchange_in(State.ACCEPTED, author=everybody["author"], asker=everybody["neighbour"], kind="request")
    post = Post.objects.get()

    seen_by = {"author", "neighbour"} | STEWARDS
    assert who_may(everybody, "view_post", post) == who_sees(everybody, Post.objects) == seen_by


@pytest.mark.parametrize(
    ("state", "category", "seen_by"),
    [
        (State.PROPOSED, "homework", set()),
        (State.ACCEPTED, "homework", set()),
        (State.ACCEPTED, "children", STEWARDS),
        (State.DISPUTED, "homework", STEWARDS),
        (State.CONFIRMED, "homework", set()),
    ],
)
def test_an_exchange_is_the_twos_and_of_staff_while_it_waits_for_them(everybody, state, category, seen_by):
    exchange = exchange_in(state, author=everybody["author"], asker=everybody["neighbour"], category=category)

    expected = {"author", "neighbour"} | seen_by
    assert who_may(everybody, "view_exchange", exchange) == who_sees(everybody, Exchange.objects) == expected


def test_only_the_two_talk_about_it_and_only_while_there_is_something_to_say(everybody):
    exchange = exchange_in(State.PROPOSED, author=everybody["author"], asker=everybody["neighbour"])

    assert who_may(everybody, "discuss_exchange", exchange) == {"author", "neighbour"}
    exchange.decline(by=everybody["author"])
    assert who_may(everybody, "discuss_exchange", exchange) == {"author", "neighbour"}
    assert exchange.conversation_is_over


def test_who_says_yes_and_who_takes_the_question_back():
    author, asker = two_neighbours()
    exchange = exchange_in(State.PROPOSED, author=author, asker=asker, kind="request")

    assert [step.verb for step in exchange.steps_for(author)] == ["accept", "decline"]
    assert [step.verb for step in exchange.steps_for(asker)] == ["withdraw"]


def test_a_closed_account_is_on_no_board(everybody):
    post_by(everybody["author"])
    type(everybody["author"]).objects.filter(pk=everybody["author"].pk).update(is_active=False)

    assert not Post.objects.of_others(everybody["neighbour"]).exists()
