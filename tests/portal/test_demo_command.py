"""`make demo`: the demo lets anybody in, so it never stands beside people who are none of it."""

import io

import pytest
from django.core.management import CommandError, call_command

from portal.people.models import User
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db


def demo(*arguments):
    call_command("demo", *arguments, stdout=io.StringIO())


@pytest.mark.parametrize("arguments", [(), ("--reset",)])
def test_an_installation_with_people_is_left_as_it_is(settings, tmp_path, arguments):
    settings.PORTAL_DEMO = True
    settings.MEDIA_ROOT = tmp_path
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"theirs")
    somebody = UserFactory()

    with pytest.raises(CommandError, match="Nothing was changed"):
        demo(*arguments)

    assert list(User.objects.all()) == [somebody]
    assert photo.exists()


def test_who_was_registered_beside_the_demo_does_not_keep_it_from_starting(settings):
    settings.PORTAL_DEMO = True
    UserFactory(username="demo.tenant")
    UserFactory()

    demo()

    assert User.objects.count() == 2


def test_it_loads_only_where_the_environment_says_so(settings):
    settings.PORTAL_DEMO = False
    with pytest.raises(CommandError, match="PORTAL_DEMO=1"):
        demo()
