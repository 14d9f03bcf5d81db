import pytest


@pytest.fixture(autouse=True)
def keys_folder(settings, tmp_path):
    """The folder of the keys, empty at the start of each test."""
    settings.PORTAL_KEYS = tmp_path / "keys"
    return settings.PORTAL_KEYS
