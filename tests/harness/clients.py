"""pytest: `client` is a browser that has been through both factors (portal/testing/clients.py)."""

import pytest

from portal.testing.clients import Browser


@pytest.fixture
def client() -> Browser:
    return Browser()
