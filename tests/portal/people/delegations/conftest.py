"""Whom the tests of delegations are about, and the one thing that can be granted in them."""

import pytest

from portal.extensions import DelegationScope
from portal.testing.factories import UserFactory

SCOPE = "portal.tests"


@pytest.fixture(autouse=True)
def scope(declare):
    declare(DelegationScope(key=SCOPE, label="try things", hint="and nothing else", url_name="portal:casa"))


@pytest.fixture
def rosa():
    return UserFactory(display_name="Rosa Quispe", email=None)


@pytest.fixture
def teresa():
    return UserFactory(display_name="Teresa Galli", phone="+390200000777")
