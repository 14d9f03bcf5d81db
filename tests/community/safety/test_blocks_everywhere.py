"""A block holds wherever two people could meet: by the address of a thing as in its list."""

import pytest
from django.urls import reverse

from community.conversations.models import Conversation
from community.mutual_aid.exchanges.models import Exchange
from community.mutual_aid.exchanges.workflow import NotNow
from community.mutual_aid.gatherings.models import Gathering
from community.safety.barriers import unseen_by
from community.safety.models import Block, Mute
from community.testing import exchange_in, gathering_in, post_by, said, shift_in, two_neighbours
from portal.testing.factories import tenant_of

pytestmark = pytest.mark.django_db


def anew(person):
    return type(person).objects.get(pk=person.pk)


@pytest.fixture(params=["who blocked", "who was blocked"])
def pair(request):
    """(who looks, the other), from either side of a block."""
    one, other = two_neighbours()
    by, against = (one, other) if request.param == "who blocked" else (other, one)
    return one, other, lambda: Block.put_up(by=by, against=against)


def test_each_is_unseen_by_the_other(pair):
    one, other, block = pair
    block()

    assert unseen_by(anew(one)) == {other.pk}
    assert unseen_by(anew(other)) == {one.pk}


def test_a_post_is_missing_and_nobody_asks_for_it(client, pair):
    one, other, block = pair
    post = post_by(other)
    block()
    client.force_login(one)

    assert client.get(post.get_absolute_url()).status_code == 404
    assert client.post(reverse("community:ask", args=[post.pk]), {}).status_code == 404


def test_what_was_asked_before_is_not_agreed_on_any_more(pair):
    one, other, block = pair
    exchange = exchange_in("proposed", author=one, asker=other)
    block()

    with pytest.raises(NotNow):
        Exchange.objects.get(pk=exchange.pk).accept(by=anew(one))


def test_an_invitation_is_missing(client, pair):
    one, other, block = pair
    supper = gathering_in(4, building=post_by(one).building, organizer=other)
    block()
    client.force_login(one)

    assert client.get(supper.get_absolute_url()).status_code == 404
    assert not Gathering.objects.visible_to(anew(one)).exists()


def test_names_are_kept_from_each_other_where_both_are(client, pair):
    one, other, block = pair
    shift = shift_in(3, building=post_by(one).building)
    for person in (one, other):
        shift.sign_up(shift.plan.roles.get(), by=person)
    supper = gathering_in(4, building=shift.plan.building, organizer=one)
    supper.answer(by=other)
    client.force_login(one)
    pages = shift.get_absolute_url(), supper.get_absolute_url()
    assert all(str(other) in client.get(page).content.decode() for page in pages)

    block()

    assert not any(str(other) in client.get(page).content.decode() for page in pages)


def test_what_the_other_says_among_many_is_not_shown_nor_told(client, pair):
    one, other, block = pair
    shift = shift_in(3, building=post_by(one).building)
    for person in (one, other):
        shift.sign_up(shift.plan.roles.get(), by=person)
    said(shift, one, "Ci sono anch'io")
    block()
    said(shift, other, "So dove abiti")
    client.force_login(one)

    shown = client.get(Conversation.about(shift).get_absolute_url()).content.decode()

    assert "Ci sono anch" in shown
    assert "So dove abiti" not in shown
    assert one not in Conversation.about(shift).people_to_tell(2)
    assert "So dove abiti" not in client.get(reverse("community:conversations")).content.decode()


def test_two_alone_cannot_write_and_read_what_was_said(client, pair):
    one, other, block = pair
    exchange = exchange_in("accepted", author=one, asker=other)
    said(exchange, one, "A domani!")
    block()
    client.force_login(one)
    address = Conversation.about(exchange).get_absolute_url()

    shown = client.get(address)

    assert "A domani!" in shown.content.decode()
    assert 'name="text"' not in shown.content.decode()
    assert client.post(address, {"text": "Rispondi!"}).status_code == 409
    assert Conversation.about(exchange).messages.count() == 1


def test_whoever_is_muted_is_read_and_not_heard():
    one, other = two_neighbours()
    shift = shift_in(3, building=post_by(one).building)
    for person in (one, other, tenant_of(shift.plan.building)):
        if person != shift.plan.organizer:
            shift.places.create(role=shift.plan.roles.get(), number=shift.places.count() + 1, person=person)
    Mute.put_up(by=one, against=other)

    said(shift, other, "Buongiorno")

    told = Conversation.about(shift).people_to_tell(1)
    assert one not in told
    assert shift.plan.organizer in told
