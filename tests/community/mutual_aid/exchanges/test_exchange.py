"""The life of an exchange, from the question to the thanks."""

import uuid
from datetime import timedelta

import pytest
import rules
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from community.mutual_aid.exchanges import workflow
from community.mutual_aid.exchanges.models import ClientIdTaken, Exchange, FiguresDiffer, Post
from community.mutual_aid.exchanges.words import PostState, State
from community.testing import anew, exchange_in, post_by, take, two_neighbours
from portal.events import history_of
from portal.extensions import EventKind, find
from portal.testing.factories import (
    BuildingFactory,
    OrganizationFactory,
    UserFactory,
    tenant_of,
    volunteer_of,
)
from tests.community.mutual_aid.hours import balance_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return two_neighbours()


def facts(exchange) -> list[str]:
    return [event.kind.removeprefix("community.exchange.") for event in history_of(exchange)]


def steward_of(exchange):
    return UserFactory(roles=["portal.caseworker"])


# -- the table ---


def test_every_verb_is_a_method_has_a_fact_and_a_rule():
    for verb in workflow.VERBS:
        assert callable(getattr(Exchange, verb))
        assert find(EventKind, workflow.fact(verb))
        assert rules.perm_exists(f"community.{verb}_exchange")


def test_what_the_table_does_not_know_cannot_be_done():
    for state in State:
        for verb in workflow.VERBS:
            if (state, verb) in workflow.TRANSITIONS:
                assert workflow.transition(state, verb).verb == verb
            else:
                with pytest.raises(workflow.NotNow, match="“"):
                    workflow.transition(state, verb)


# -- the way that all goes well ---


def test_offered_asked_for_agreed_done_confirmed_and_thanked(pair):
    giver, receiver = pair
    exchange = exchange_in(State.SCHEDULED, author=giver, asker=receiver)
    take(exchange, "done", by=giver)
    take(exchange, "confirm", by=receiver)
    take(exchange, "thank", by=receiver, words="Grazie!")

    assert (exchange.giver, exchange.receiver, exchange.state) == (giver, receiver, State.THANKED)
    assert facts(exchange) == ["proposed", "accepted", "scheduled", "done", "confirmed", "thanked"]
    assert (balance_of(giver), balance_of(receiver)) == (60, -60)


def test_of_a_request_whoever_answers_gives(pair):
    author, asker = pair
    exchange = exchange_in(State.CONFIRMED, author=author, asker=asker, kind="request")

    assert (exchange.giver, exchange.receiver) == (asker, author)
    assert balance_of(asker) == 60


def test_a_day_that_was_asked_for_is_agreed_on_with_the_yes(pair):
    author, asker = pair
    start = timezone.now() + timedelta(days=2)
    exchange = Exchange.propose(post_by(author), by=asker, client_id=uuid.uuid4(), starts_at=start)
    exchange.accept(by=author)

    assert (exchange.state, exchange.starts_at) == (State.SCHEDULED, start)


def test_an_organization_gives_and_its_coordinator_deals_with_it(pair):
    _, receiver = pair
    union, lucia = OrganizationFactory(), UserFactory()
    union.areas.add(
        receiver.household_memberships.get().household.tenancies.get().dwelling.building.municipality
    )
    union.add(lucia, by=None, is_coordinator=True)
    exchange = exchange_in(State.CONFIRMED, author=anew(lucia), asker=receiver, on_behalf_of=union)

    assert exchange.giving_party == union
    assert (balance_of(union), balance_of(lucia), balance_of(receiver)) == (60, 0, -60)


def test_nobody_publishes_for_an_organization_that_they_do_not_coordinate(pair):
    union = OrganizationFactory()
    union.add(pair[0], by=None)

    with pytest.raises(PermissionDenied):
        post_by(anew(pair[0]), on_behalf_of=union)


# -- sent twice, and by others ---


def test_what_a_phone_sends_twice_is_one(pair):
    author, asker = pair
    post, client_id = post_by(author), uuid.uuid4()
    first, again = (Exchange.propose(post, by=asker, client_id=client_id) for _ in range(2))
    from_another_tab = Exchange.propose(post, by=asker, client_id=uuid.uuid4())

    assert first == again == from_another_tab
    with pytest.raises(ClientIdTaken):
        Exchange.propose(post, by=author, client_id=client_id)


def test_a_post_sent_twice_is_one_and_somebody_elses_client_id_is_refused(pair):
    client_id = uuid.uuid4()
    assert post_by(pair[0], client_id=client_id) == post_by(pair[0], client_id=client_id)
    with pytest.raises(ClientIdTaken):
        post_by(pair[1], client_id=client_id)


def test_confirmed_twice_the_hours_count_once(pair):
    giver, receiver = pair
    exchange = exchange_in(State.DONE, author=giver, asker=receiver)
    seen = exchange.version
    take(exchange, "confirm", by=receiver, seen=seen)
    take(exchange, "confirm", by=receiver, seen=seen)

    assert balance_of(giver) == 60
    assert facts(exchange).count("confirmed") == 1


def test_a_stranger_does_nothing(pair):
    exchange = exchange_in(State.DONE, author=pair[0], asker=pair[1])
    stranger = UserFactory()

    for verb in ("confirm", "done", "cancel", "dispute", "thank", "schedule", "settle"):
        assert not exchange.may(verb, stranger)
    with pytest.raises(PermissionDenied):
        take(exchange, "confirm", by=stranger)


def test_the_first_cannot_confirm_their_own_figure(pair):
    exchange = exchange_in(State.DONE, author=pair[0], asker=pair[1])

    with pytest.raises(PermissionDenied):
        take(exchange, "confirm", by=pair[0])


def test_the_second_of_two_who_act_at_once_reads_what_the_first_did(pair):
    author, asker = pair
    exchange = exchange_in(State.SCHEDULED, author=author, asker=asker)
    seen = exchange.version
    take(exchange, "done", by=author, seen=seen)

    with pytest.raises(workflow.Overtaken, match=author.display_name.split()[0]):
        take(exchange, "done", by=asker, seen=seen)
    assert exchange.state == State.DONE


# -- figures ---


def test_two_figures_are_not_booked(pair):
    giver, receiver = pair
    exchange = exchange_in(State.DONE, author=giver, asker=receiver)

    with pytest.raises(FiguresDiffer) as differ:
        take(exchange, "confirm", by=receiver, minutes=30)

    exchange.refresh_from_db()
    assert (differ.value.minutes, exchange.state, exchange.booked_minutes) == (60, State.DONE, None)
    assert balance_of(giver) == 0


def test_the_other_says_another_figure_and_the_first_confirms_it(client, pair):
    giver, receiver = pair
    exchange = exchange_in(State.DONE, author=giver, asker=receiver)
    client.force_login(receiver)
    page = exchange.get_absolute_url()
    shown = {form.step.verb: form for form in client.get(page).context["now"]()["forms"]}
    # Yes or no: no list of which one answer is right.
    assert [field.name for field in shown["confirm"].visible_fields()] == []
    assert [field.name for field in shown["done"].visible_fields()] == ["minutes"]

    client.post(f"{page}done/", {"seen": exchange.version, "minutes": "30"})

    exchange.refresh_from_db()
    assert (exchange.state, exchange.stated_side, exchange.stated_minutes) == (State.DONE, "receiver", 30)
    assert (balance_of(giver), facts(exchange)[-2:]) == (0, ["done", "done"])
    assert not exchange.may("confirm", receiver)
    assert (exchange.may("confirm", giver), exchange.may("dispute", giver)) == (True, True)
    client.force_login(giver)
    form = next(form for form in client.get(page).context["now"]()["forms"] if form.step.verb == "confirm")
    client.post(f"{page}confirm/", {name: form[name].value() for name in ("seen", "minutes")})

    exchange.refresh_from_db()
    assert (exchange.state, exchange.booked_minutes, balance_of(giver)) == (State.CONFIRMED, 30, 30)


def test_what_is_confirmed_is_what_was_read(client, pair):
    """The figure was put right while the other had the page open."""
    giver, receiver = pair
    exchange = exchange_in(State.DONE, author=giver, asker=receiver)
    told = {"seen": exchange.version, "minutes": "60"}
    take(exchange, "done", by=giver, minutes=90)
    client.force_login(receiver)
    page = exchange.get_absolute_url()

    answer = client.post(f"{page}confirm/", told)

    exchange.refresh_from_db()
    assert (answer.status_code, exchange.state) == (409, State.DONE)
    form = next(form for form in answer.context["now"]()["forms"] if form.step.verb == "confirm")
    client.post(f"{page}confirm/", {name: form[name].value() for name in ("seen", "minutes")})
    exchange.refresh_from_db()
    assert (exchange.state, exchange.booked_minutes) == (State.CONFIRMED, 90)


def test_whoever_gave_says_thank_you_too_once_and_takes_no_word_from_the_other(pair):
    giver, receiver = pair
    exchange = exchange_in(State.CONFIRMED, author=giver, asker=receiver)
    assert "thank_back" not in [step.verb for step in exchange.steps_for(receiver)]
    seen = exchange.version
    for _twice in range(2):
        take(exchange, "thank_back", by=giver, seen=seen)

    assert (exchange.state, facts(exchange).count("thanked_back")) == (State.CONFIRMED, 1)
    assert "thank_back" not in [step.verb for step in exchange.steps_for(giver)]
    with pytest.raises(PermissionDenied):
        take(exchange, "thank_back", by=giver)
    take(exchange, "thank", by=receiver, words="Grazie!")
    assert (exchange.state, exchange.thanks) == (State.THANKED, "Grazie!")


def test_the_first_puts_a_wrong_figure_right(pair):
    giver, receiver = pair
    exchange = exchange_in(State.DONE, author=giver, asker=receiver)
    take(exchange, "done", by=giver, minutes=90)
    take(exchange, "confirm", by=receiver, minutes=90)

    assert balance_of(giver) == 90


# -- staff ---


def test_help_for_children_waits_for_staff(pair):
    exchange = exchange_in(State.ACCEPTED, author=pair[0], asker=pair[1], category="children")

    assert exchange.state == State.TO_APPROVE
    assert not exchange.is_agreed
    take(exchange, "approve", by=steward_of(exchange))
    assert exchange.state == State.ACCEPTED


def test_not_where_staff_knows_who_gives_it():
    building, union = BuildingFactory(), OrganizationFactory()
    union.areas.add(building.municipality)
    nurse = volunteer_of(union, person=tenant_of(building))
    exchange = exchange_in(State.ACCEPTED, author=anew(nurse), asker=tenant_of(building), category="elders")

    assert exchange.state == State.ACCEPTED


def test_what_staff_does_not_agree_to_is_on_the_board_again(pair):
    exchange = exchange_in(State.ACCEPTED, author=pair[0], asker=pair[1], category="keys", kind="request")
    take(exchange, "refuse", by=steward_of(exchange), reason="Non la conosciamo ancora.")

    assert (exchange.state, exchange.reason) == (State.DECLINED, "Non la conosciamo ancora.")
    assert Post.objects.get().state == PostState.OPEN


def test_the_two_agree_to_nothing_in_the_place_of_staff(pair):
    exchange = exchange_in(State.ACCEPTED, author=pair[0], asker=pair[1], category="keys")

    for person in pair:
        assert not exchange.may("approve", person)
    author = pair[0]
    author.give_role("portal.caseworker", by=None)
    assert not exchange.may("approve", anew(author)), "nobody agrees to what they take part in"


@pytest.mark.parametrize(("minutes", "balance"), [(60, 60), (30, 30), (0, 0)])
def test_a_dispute_is_settled_before_anything_is_booked(pair, minutes, balance):
    exchange = exchange_in(State.DISPUTED, author=pair[0], asker=pair[1])
    take(exchange, "settle", by=steward_of(exchange), minutes=minutes)

    assert (exchange.state, exchange.booked_minutes) == (State.SETTLED, minutes)
    assert (balance_of(pair[0]), balance_of(pair[1])) == (balance, -balance)


@pytest.mark.parametrize(("minutes", "balance"), [(60, 60), (120, 120), (0, 0)])
def test_what_was_booked_is_taken_back_first(pair, minutes, balance):
    exchange = exchange_in(State.CONFIRMED, author=pair[0], asker=pair[1])
    take(exchange, "dispute", by=pair[1])
    take(exchange, "settle", by=steward_of(exchange), minutes=minutes)

    assert (balance_of(pair[0]), balance_of(pair[1])) == (balance, -balance)


def test_what_was_confirmed_long_ago_is_not_doubted_any_more(pair):
    exchange = exchange_in(State.CONFIRMED, author=pair[0], asker=pair[1])
    Exchange.objects.update(state_since=timezone.now() - workflow.DISPUTE_WITHIN - timedelta(hours=1))
    exchange.refresh_from_db()

    assert not exchange.may("dispute", pair[1])


# -- called off ---


def scheduled_in(hours: int, pair, **content) -> Exchange:
    start = timezone.now() + timedelta(hours=hours)
    author, asker = pair
    exchange = Exchange.propose(post_by(author, **content), by=asker, client_id=uuid.uuid4(), starts_at=start)
    exchange.accept(by=author)
    return exchange


def test_called_off_in_time_nobody_is_alarmed(pair):
    exchange = scheduled_in(48, pair, kind="request")
    take(exchange, "cancel", by=pair[1])

    assert (facts(exchange)[-1], exchange.was_late) == ("cancelled", False)
    assert not Post.objects.get().wants_stand_in


def test_called_off_late_a_request_looks_for_a_stand_in(pair):
    exchange = scheduled_in(3, pair, kind="request")
    take(exchange, "cancel", by=pair[1])

    post = Post.objects.get()
    assert (facts(exchange)[-1], exchange.was_late) == ("cancelled_late", True)
    assert (post.state, post.wants_stand_in) == (PostState.OPEN, True)
    assert history_of(post).last().kind == "community.post.stand_in_wanted"


def test_what_its_author_calls_off_rests(pair):
    exchange = scheduled_in(3, pair, kind="request")
    take(exchange, "cancel", by=pair[0])

    assert Post.objects.get().state == PostState.PAUSED


def test_whoever_calls_off_says_why(pair):
    exchange = scheduled_in(3, pair)
    with pytest.raises(workflow.ReasonMissing):
        take(exchange, "cancel", by=pair[0], reason="  ")


# -- every week ---


def _days_between(one, other) -> int:
    """At the same hour, whatever the clocks did meanwhile."""
    one, other = timezone.localtime(one), timezone.localtime(other)
    assert one.time() == other.time()
    return (other.date() - one.date()).days


def weekly(pair) -> Exchange:
    """Every week on the day that is tomorrow."""
    author, asker = pair
    tomorrow = timezone.localdate() + timedelta(days=1)
    exchange = Exchange.propose(
        post_by(author, when="weekly", weekdays=1 << tomorrow.weekday(), part_of_day="afternoon"),
        by=asker,
        client_id=uuid.uuid4(),
    )
    exchange.accept(by=author)
    return exchange


def test_of_what_comes_round_the_next_week_stands_once_one_is_confirmed(pair):
    exchange = weekly(pair)
    take(exchange, "done", by=pair[0])
    take(exchange, "confirm", by=pair[1])
    following = exchange.followed_by

    tomorrow = timezone.localdate() + timedelta(days=1)
    assert timezone.localtime(exchange.starts_at).weekday() == tomorrow.weekday()
    assert (following.state, _days_between(exchange.starts_at, following.starts_at)) == (State.SCHEDULED, 7)
    take(following, "done", by=pair[1])
    take(following, "confirm", by=pair[0])
    assert balance_of(pair[0]) == 120


def test_a_week_is_skipped(pair):
    exchange = weekly(pair)
    before = exchange.starts_at
    take(exchange, "skip", by=pair[1])

    assert _days_between(before, exchange.starts_at) == 7
    assert not exchange_in(State.SCHEDULED).may("skip", pair[1])


def test_what_was_stopped_does_not_come_round(pair):
    exchange = weekly(pair)
    take(exchange, "cancel", by=pair[1])

    assert Exchange.objects.count() == 1


# -- the board and what is asked ---


def test_a_request_leaves_the_board_with_the_yes_an_offer_for_any_time_stays(pair):
    exchange_in(State.ACCEPTED, author=pair[0], asker=pair[1], kind="request")
    exchange_in(State.ACCEPTED, author=pair[0], asker=pair[1])

    assert sorted(Post.objects.values_list("kind", "state")) == [("offer", "open"), ("request", "found")]


def test_what_is_gone_from_the_board_is_not_asked_for(pair):
    post = post_by(pair[0])
    post.pause(by=pair[0])

    with pytest.raises(workflow.NotNow):
        Exchange.propose(post, by=pair[1], client_id=uuid.uuid4())


def test_nobody_asks_for_their_own_or_for_what_is_not_meant_for_them(pair):
    post = post_by(pair[0])
    for person in (pair[0], tenant_of(BuildingFactory()), UserFactory()):
        with pytest.raises(PermissionDenied):
            Exchange.propose(post, by=person, client_id=uuid.uuid4())


def test_the_other_is_called_by_the_first_name_until_both_have_said_yes():
    building = BuildingFactory()
    samira, marco = (tenant_of(building, display_name=name) for name in ("Samira Haddad", "Marco Bellini"))
    exchange = exchange_in(State.PROPOSED, author=samira, asker=marco)

    assert exchange.shown_to(marco) == "Samira"
    exchange.accept(by=samira)
    assert exchange.shown_to(marco) == "Samira Haddad"


def test_the_first_time_between_two_is_known(pair):
    assert exchange_in(State.PROPOSED, author=pair[0], asker=pair[1]).is_first_contact()
    exchange_in(State.CONFIRMED, author=pair[1], asker=pair[0])
    assert not exchange_in(State.PROPOSED, author=pair[0], asker=pair[1]).is_first_contact()
