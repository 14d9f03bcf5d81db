"""Two phones, and eight, at once: one booking, one exchange, one clear answer for whoever comes second."""

import uuid
from functools import partial

from django.contrib.auth import get_user_model

from community.mutual_aid.exchanges.models import Exchange, Post
from community.mutual_aid.exchanges.words import PostState, State
from community.mutual_aid.exchanges.workflow import TransitionError
from community.testing import begin, exchange_in, post_by, two_neighbours
from portal.events import history_of
from tests.community.mutual_aid.hours import balance_of


def confirm(exchange: int, person: int, seen: int) -> str:
    exchange = Exchange.objects.get(pk=exchange)
    exchange.confirm(by=get_user_model().objects.get(pk=person), minutes=60, seen=seen)
    return exchange.state


def test_confirmed_from_eight_phones_at_once_it_is_booked_once(races):
    for _round in range(races.rounds // 10 or 1):
        giver, receiver = two_neighbours()
        exchange = exchange_in(State.DONE, author=giver, asker=receiver)
        again = partial(confirm, exchange.pk, receiver.pk, exchange.version)
        outcomes = races.together(*[again] * 8)

        assert outcomes == [State.CONFIRMED] * 8
        assert [event.kind for event in history_of(exchange)].count("community.exchange.confirmed") == 1
        assert (balance_of(giver), balance_of(receiver)) == (60, -60)


def done(exchange: int, person: int, seen: int) -> str:
    exchange = Exchange.objects.get(pk=exchange)
    exchange.done(by=get_user_model().objects.get(pk=person), minutes=60, seen=seen)
    return exchange.state


def test_both_say_that_it_is_done_at_once(races):
    giver, receiver = two_neighbours()
    exchange = exchange_in(State.SCHEDULED, author=giver, asker=receiver)
    begin(exchange)
    outcomes = races.together(
        *(partial(done, exchange.pk, person.pk, exchange.version) for person in (giver, receiver))
    )

    assert sum(isinstance(outcome, TransitionError) for outcome in outcomes) == 1
    exchange.refresh_from_db()
    assert (exchange.state, exchange.version) == (State.DONE, 3)


def undo(exchange: int, person: int, seen: int) -> str:
    exchange = Exchange.objects.get(pk=exchange)
    exchange.undo(by=get_user_model().objects.get(pk=person), seen=seen)
    return exchange.state


def test_confirmed_by_one_and_taken_back_by_the_other_at_once(races):
    for _round in range(races.rounds // 10 or 1):
        giver, receiver = two_neighbours()
        exchange = exchange_in(State.DONE, author=giver, asker=receiver)
        outcomes = races.together(
            partial(confirm, exchange.pk, receiver.pk, exchange.version),
            partial(undo, exchange.pk, giver.pk, exchange.version),
        )

        assert sum(isinstance(outcome, TransitionError) for outcome in outcomes) == 1
        exchange.refresh_from_db()
        hours = 60 if exchange.state == State.CONFIRMED else 0
        assert (balance_of(giver), exchange.booked_minutes or 0) == (hours, hours)


def ask(post: int, person: int, client_id) -> int:
    post = Post.objects.get(pk=post)
    return Exchange.propose(post, by=get_user_model().objects.get(pk=person), client_id=client_id).pk


def test_asked_from_two_phones_at_once_it_is_one(races):
    author, asker = two_neighbours()
    post, client_id = post_by(author), uuid.uuid4()
    outcomes = races.together(
        partial(ask, post.pk, asker.pk, client_id),
        partial(ask, post.pk, asker.pk, client_id),
        partial(ask, post.pk, asker.pk, uuid.uuid4()),
    )

    assert len(set(outcomes)) == 1
    assert Exchange.objects.get().pk == outcomes[0]


def accept_or_cancel(exchange: int, person: int, verb: str, seen: int) -> str:
    exchange = Exchange.objects.get(pk=exchange)
    by = get_user_model().objects.get(pk=person)
    getattr(exchange, verb)(by=by, seen=seen)
    return exchange.state


def test_a_yes_and_a_withdrawal_at_once(races):
    author, asker = two_neighbours()
    exchange = exchange_in(State.PROPOSED, author=author, asker=asker, kind="request")
    outcomes = races.together(
        partial(accept_or_cancel, exchange.pk, author.pk, "accept", exchange.version),
        partial(accept_or_cancel, exchange.pk, asker.pk, "withdraw", exchange.version),
    )

    assert sum(isinstance(outcome, TransitionError) for outcome in outcomes) == 1
    exchange.refresh_from_db()
    state = Post.objects.get().state
    assert (exchange.state, state) in {
        (State.ACCEPTED, PostState.FOUND),
        (State.WITHDRAWN, PostState.OPEN),
    }
