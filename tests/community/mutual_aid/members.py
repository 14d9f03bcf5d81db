"""Who belongs to an organization."""

from datetime import date

from portal.testing.factories import UserFactory


def member_of(organization, *, is_coordinator=False, since=date(2020, 1, 1), **fields):
    person = UserFactory(**fields)
    organization.members.create(person=person, is_coordinator=is_coordinator, since=since)
    return person
