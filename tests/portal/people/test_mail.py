import pytest

from portal.people.mail import deliver
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_message_goes_to_the_address_a_person_has_now(mailoutbox):
    person = UserFactory(email="old@abitare.example")
    person.change_email("new@abitare.example", by=None)
    deliver.call(person.pk, "Subject", "Text")
    assert [(m.to, m.subject, m.body) for m in mailoutbox] == [(["new@abitare.example"], "Subject", "Text")]


def test_nobody_gets_nothing(mailoutbox):
    closed = UserFactory()
    closed.close_account(by=None)
    for person in (None, 999_999, UserFactory(email=None).pk, closed.pk):
        deliver.call(person, "Subject", "Text")
    assert mailoutbox == []
