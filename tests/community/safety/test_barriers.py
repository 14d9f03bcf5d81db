"""Keeping somebody at a distance: silent, in both directions, and undone by whoever put it up."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from community.safety.barriers import blocked_with, deaf_to, may_reach, unseen_by
from community.safety.models import Block, Mute
from community.safety.names import first_name
from portal.events.models import Event
from portal.notifications.models import Notification
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_block_hides_each_from_the_other():
    anna, berta, carla = UserFactory(), UserFactory(), UserFactory()
    Block.put_up(by=anna, against=berta)

    people = type(anna).objects
    assert set(people.filter(pk__in=blocked_with(anna))) == {berta}
    assert set(people.filter(pk__in=blocked_with(berta))) == {anna}
    assert not people.filter(pk__in=blocked_with(carla)).exists()
    assert not may_reach(anna, berta)
    assert not may_reach(berta, anna)
    assert may_reach(anna, carla)


def test_a_visitor_is_kept_from_nobody():
    assert list(blocked_with(AnonymousUser())) == []
    assert unseen_by(AnonymousUser()) == frozenset()


def test_to_mute_somebody_is_for_one_side_only():
    anna, berta = UserFactory(), UserFactory()
    Mute.put_up(by=anna, against=berta)

    assert deaf_to(berta) == {anna.pk}
    assert deaf_to(anna) == set()
    assert may_reach(anna, berta)


def test_twice_is_once_and_nobody_blocks_themselves():
    anna, berta = UserFactory(), UserFactory()
    assert Block.put_up(by=anna, against=berta) == Block.put_up(by=anna, against=berta)
    with pytest.raises(ValidationError):
        Block.put_up(by=anna, against=anna)
    with pytest.raises(IntegrityError), transaction.atomic():
        Block.objects.create(person=anna, other=anna)
    with pytest.raises(IntegrityError), transaction.atomic():
        Block.objects.create(person=anna, other=berta)


def test_a_neighbour_is_blocked_from_what_they_wrote_and_hears_nothing(client, post, author, neighbour):
    before = Event.objects.not_confidential().count()
    client.force_login(neighbour)
    address = reverse("community:safety_put_up", args=["blocca", "manutenzione.ticket", post.pk])
    assert author.display_name.split()[0] in client.get(address).content.decode()

    client.post(address)
    client.post(address)

    assert Block.objects.get().other == author
    kept_away = client.get(reverse("community:safety")).content.decode()
    assert "Aldo" in kept_away
    assert "Bianchi" not in kept_away  # neighbours know each other by their first names
    # What is ahead of the two ends by it (community.mutual_aid.exchanges.parting); no history and no inbox says it.
    assert Event.objects.not_confidential().count() == before
    assert Event.objects.filter(kind="community.block.made").count() == 1
    assert not Notification.objects.filter(person=author).exists()
    client.force_login(author)
    assert neighbour.display_name not in client.get(reverse("community:safety")).content.decode()


def test_only_whoever_put_it_up_takes_it_down(client, author, neighbour):
    block = Block.put_up(by=neighbour, against=author)
    address = reverse("community:safety_take_down", args=["blocca", block.pk])

    client.force_login(author)
    assert client.post(address).status_code == 404
    client.force_login(neighbour)
    client.post(address)

    assert not Block.objects.exists()


@pytest.mark.parametrize("what", ["blocca", "silenzia"])
def test_nobody_is_found_by_a_number(client, neighbour, what):
    """What somebody does not see, what does not exist, and one's own answer alike."""
    client.force_login(neighbour)
    for model, key in (
        ("portal.user", neighbour.pk),
        ("manutenzione.ticket", 10**30),
        ("x.y", 1),
        ("x", "y"),
    ):
        assert client.get(reverse("community:safety_put_up", args=[what, model, key])).status_code == 404


def test_one_cannot_block_oneself_by_an_own_thing(client, post, author):
    client.force_login(author)
    address = reverse("community:safety_put_up", args=["blocca", "manutenzione.ticket", post.pk])
    assert client.post(address).status_code == 404


@pytest.mark.parametrize(
    ("whole", "said"),
    [
        ("Samira Haddad", "Samira"),
        ("Don Luigi Rossi", "Don Luigi"),
        ("Dott.ssa Elena Bassi", "Dott.ssa Elena"),
        ("Sig. Marco", "Sig. Marco"),
        ("Don", "Don"),
        (None, "Somebody"),
    ],
)
def test_a_title_is_no_first_name(whole, said):
    with override("en"):
        assert first_name(whole) == said
