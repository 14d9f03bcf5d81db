"""`manage.py check` says what is wrong with the keys before somebody tells something in confidence."""

import pytest

from portal.sealing import masters
from portal.sealing.checks import check_keys


def ids():
    return [message.id for message in check_keys(None)]


def test_where_keys_lie_apart_all_is_well():
    assert ids() == []


@pytest.mark.parametrize("setting", ["MEDIA_ROOT", "STATIC_ROOT"])
def test_keys_among_what_is_backed_up_or_served_are_an_error(settings, setting):
    settings.PORTAL_KEYS = f"{getattr(settings, setting)}/private/keys"
    settings.PORTAL_MASTER_KEYS = f"{getattr(settings, setting)}/master"

    assert ids() == ["portal.sealing.E002", "portal.sealing.E002"]


def test_where_nobody_makes_a_master_its_absence_is_an_error(settings):
    settings.PORTAL_MAKES_MASTER_KEY = False
    assert ids() == ["portal.sealing.E003"]

    masters.add()

    assert ids() == []


def test_a_link_into_what_is_backed_up_is_found_as_well(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "keys").mkdir(parents=True)
    (tmp_path / "elsewhere").symlink_to(settings.MEDIA_ROOT / "keys")
    settings.PORTAL_KEYS = tmp_path / "elsewhere"

    assert "portal.sealing.E002" in ids()
