"""Two desks, or two devices, at the same moment."""

import uuid

from portal.people.papers.models import CODES, PrintedAlready, SignInSheet
from portal.testing.factories import UserFactory


def test_two_desks_at_once_print_one_that_is_good(races):
    person, desk = UserFactory(email=None), UserFactory(roles=["portal.caseworker"])
    for _round in range(races.rounds):
        order = uuid.uuid4()
        outcomes = races.together(
            lambda order=order: SignInSheet.print_for(person, by=desk, client_id=order),
            lambda order=order: SignInSheet.print_for(person, by=desk, client_id=order),
        )
        assert sum(isinstance(outcome, PrintedAlready) for outcome in outcomes) == 1
        assert SignInSheet.objects.filter(person=person, revoked_at=None).count() == 1


def test_a_code_typed_on_two_devices_at_once_opens_one(races):
    person = UserFactory(email=None)
    for _round in range(min(races.rounds, CODES)):
        sheet, codes = SignInSheet.print_for(person, by=None, client_id=uuid.uuid4())

        def opened(code=codes[0], pk=sheet.pk):
            return SignInSheet.objects.get(pk=pk).open_with(code)

        assert sorted(races.together(opened, opened)) == [False, True]
