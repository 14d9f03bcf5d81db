import pytest
import rules.permissions

from portal.testing.factories import MunicipalityFactory, UserFactory


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """The folder of the photos, empty at the start of each test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT / "private" / "photos"


@pytest.fixture
def stored(media):
    """stored() counts the files that lie in the storage."""
    return lambda: sum(path.is_file() for path in media.rglob("*"))


@pytest.fixture
def tenant():
    return UserFactory()


@pytest.fixture
def neighbour():
    return UserFactory()


@pytest.fixture
def stranger():
    return UserFactory()


@pytest.fixture
def target(monkeypatch, tenant, neighbour):
    """Something that photos can hang on, and that the tenant and the neighbour may see."""
    target = MunicipalityFactory()

    @rules.predicate
    def may_see(user, shown):
        return shown == target and user in (tenant, neighbour)

    monkeypatch.setitem(rules.permissions.permissions, "portal.view_municipality", may_see)
    return target
