"""Two of the same at once."""

from portal.notifications.preferences import NotificationPreference, choose
from portal.testing.factories import UserFactory

PHONE = "+390200000901"


def test_two_forms_at_once_leave_one_choice(races, declared_kind):
    bruno = UserFactory(phone=PHONE)
    kind = declared_kind("tests.raced")
    for round_ in range(races.rounds // 5):
        on = bool(round_ % 2)
        outcomes = races.together(
            *[lambda on=on: choose(bruno, {(kind, "email"): on, (kind, "sms"): not on})] * 3
        )
        assert outcomes == [None] * 3
        assert NotificationPreference.objects.count() == (0 if on else 2)
