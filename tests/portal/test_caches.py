"""Redis between the processes is away, or does not answer: pages come, limits count, whoever left has left."""

import socket
import time

import pytest
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from portal import caches as ours
from portal.access import limited
from portal.testing.factories import CommonAreaFactory, tenant_of
from tests.harness import services

pytestmark = pytest.mark.django_db


@pytest.fixture
def through(settings):
    """`through(url)`: the caches of production, at that address."""

    def point_at(url):
        redis = {"LOCATION": url, "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}}
        settings.CACHES = {
            "default": {"BACKEND": "portal.caches.RedisOrMemoryCache", **redis},
            "pages": {"BACKEND": "portal.caches.RedisOrDrawnAnewCache", **redis},
            "sessions": {"BACKEND": "portal.caches.RedisOrNothingCache", **redis},
        }
        settings.SESSION_CACHE_ALIAS = "sessions"

    ours._away_until.clear()
    yield point_at
    caches["default"].own.clear()
    ours._away_until.clear()


@pytest.fixture
def away(through):
    """Where no Redis listens."""
    through("redis://127.0.0.1:1/0")


@pytest.fixture
def stalled(through):
    """Where one accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        through(f"redis://127.0.0.1:{server.getsockname()[1]}/0")
        yield


@pytest.mark.parametrize("path", ["/manutenzione/segnala/", "/luogo/{label}/", "/"])
def test_whoever_scans_a_label_reads_whom_to_call(away, client, path):
    area = CommonAreaFactory()

    answer = client.get(path.format(label=area.label), {"area": area.label}, follow=True)

    assert 'href="tel:112"' in answer.content.decode()


def test_whoever_is_signed_in_stays_so_and_can_leave(away, client):
    area = CommonAreaFactory()
    client.force_login(tenant_of(area.building))

    assert client.get("/manutenzione/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/manutenzione/").status_code == 302


def test_limits_go_on_counting(away):
    assert [limited(None, "test.what", "2/h", by="somebody") for _ in range(3)] == [False, False, True]


def test_a_redis_that_does_not_answer_is_waited_for_once(stalled, client):
    started = time.monotonic()

    assert client.get("/").status_code == 200
    for _ in range(20):
        limited(None, "test.what", "2/h", by="somebody")

    assert caches["default"].get("anything") is None
    assert time.monotonic() - started < ours.PATIENCE


def test_when_it_is_back_it_is_asked_again(through, monkeypatch):
    with services.redis() as url:
        through(url)
        ours._away_until[url] = time.monotonic() + 60
        caches["default"].set("word", "of this process")
        monkeypatch.setitem(ours._away_until, url, 0.0)
        assert caches["default"].get("word") is None
        caches["default"].set("word", "shared")
        assert caches["default"].get("word") == "shared"


def test_who_left_while_it_was_away_is_believed_for_minutes_at_most(through):
    with services.redis() as url:
        through(url)
        caches["sessions"].set("session", {"_auth_user_id": "1"}, 1_209_600)
        key = caches["sessions"].make_and_validate_key("session")
        left = caches["sessions"]._cache.get_client(key).ttl(key)
        assert 0 < left <= ours.SESSIONS_BELIEVED


def test_without_redis_no_process_remembers_a_session(away):
    caches["sessions"].set("session", {"_auth_user_id": "1"})

    assert caches["sessions"].get("session") is None


@pytest.mark.parametrize("alias", ["default", "sessions"])
def test_whoever_wants_it_emptied_knows_that_it_was_not(away, alias):
    with pytest.raises(RedisError):
        caches[alias].clear()


def test_everything_else_that_asks_redis_has_something_to_fall_back_on():
    asks = {name for name in vars(RedisCache) if not name.startswith("_")} - {"get_backend_timeout", "clear"}
    assert asks <= set(vars(ours.RedisOrMemoryCache))
