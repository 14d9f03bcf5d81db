from functools import partial

from allauth.mfa.models import Authenticator

from portal.proof import changes
from portal.proof.means import Means
from portal.testing.factories import UserFactory

from .browsers import app_of
from .test_methods import passkey_of


def test_two_tabs_removing_the_two_last_factors_leave_one(races):
    for _round in range(races.rounds):
        person = UserFactory(roles=["risparmio.treasurer"])
        app_of(person)
        key, app = passkey_of(person), Authenticator.objects.get(user=person, type="totp")
        outcomes = races.together(*(partial(changes.remove_factor, factor) for factor in (key, app)))
        assert sum(isinstance(outcome, changes.LastFactor) for outcome in outcomes) == 1
        assert len(Means.of(person).factors) == 1


def test_a_number_of_the_app_counts_once_however_many_send_it_at_once(races):
    from portal.proof import totp
    from tests.portal.proof.browsers import shown_by

    for _round in range(races.rounds):
        person = UserFactory()
        secret = app_of(person)
        app = Authenticator.objects.get(user=person, type="totp")
        number = shown_by(secret)
        outcomes = races.together(*(partial(totp.accepts, app, number) for _one in range(3)))
        assert outcomes.count(True) == 1
