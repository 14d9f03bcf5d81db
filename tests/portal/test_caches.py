"""Redis between the processes is away: pages come, limits count, whoever is signed in stays so."""

import pytest
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache

from portal.access import limited
from portal.caches import RedisOrMemoryCache
from portal.testing.factories import CommonAreaFactory, tenant_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def away(settings):
    """An address where no Redis listens."""
    settings.CACHES = {
        "default": {"BACKEND": "portal.caches.RedisOrMemoryCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    yield
    caches["default"].own.clear()


@pytest.mark.parametrize("path", ["/manutenzione/segnala/", "/luogo/{label}/", "/"])
def test_whoever_scans_a_label_reads_whom_to_call(away, client, path):
    area = CommonAreaFactory()

    answer = client.get(path.format(label=area.label), {"area": area.label}, follow=True)

    assert answer.status_code == 200


def test_whoever_is_signed_in_stays_so_and_can_leave(away, client):
    area = CommonAreaFactory()
    client.force_login(tenant_of(area.building))

    assert client.get("/manutenzione/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/manutenzione/").status_code == 302


def test_limits_go_on_counting(away):
    assert [limited(None, "test.what", "2/h", by="somebody") for _ in range(3)] == [False, False, True]


def test_everything_that_asks_redis_has_something_to_fall_back_on():
    asks = {name for name in vars(RedisCache) if not name.startswith("_")} - {"get_backend_timeout"}
    assert asks <= set(vars(RedisOrMemoryCache))
