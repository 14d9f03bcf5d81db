"""An administrator keeps people and settings, and does not read what neighbours write: no way in a menu ends there."""

import pytest
from django.urls import reverse

from community.testing import exchange_in, gathering_in, post_by, shift_in, thing_of
from portal.extensions import NavigationItem, declared
from portal.testing.factories import BuildingFactory, UserFactory, tenant_of
from tests.portal.proof.browsers import step_up_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    admin = UserFactory(roles=["portal.administrator"])
    client.force_login(admin)
    step_up_now(client)  # as some of what they find asks for
    return admin


def test_all_that_stands_in_their_menus_opens(client, admin):
    items = [item for item in declared(NavigationItem) if item.key.startswith("community.")]
    shown = {item.key: item.url_name for item in items if item.visible(admin)}

    assert {key: client.get(reverse(name)).status_code for key, name in shown.items()} == dict.fromkeys(
        shown, 200
    )
    assert "community.figures" in shown
    assert not {"community.board", "community.exchange_care", "community.abuse_reports"} & set(shown)


def test_what_neighbours_write_is_missing_for_them(client, admin):
    building = BuildingFactory()
    neighbour = tenant_of(building)
    written = [
        post_by(neighbour),
        thing_of(neighbour),
        shift_in(3, building=building),
        gathering_in(building=building),
        exchange_in("disputed"),
    ]

    assert [client.get(row.get_absolute_url()).status_code for row in written] == [404] * 5
