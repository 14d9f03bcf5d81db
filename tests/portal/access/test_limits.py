import threading

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache

from portal.access import client_address, client_network, forgive, limited


@pytest.fixture
def visitor(rf):
    def visitor(address="203.0.113.9", forwarded=None):
        request = rf.get(
            "/", REMOTE_ADDR=address, **({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})
        )
        request.user = AnonymousUser()
        return request

    return visitor


def test_so_many_and_no_more(visitor):
    assert [limited(visitor(), "test.offer", "3/h") for _ in range(5)] == [False, False, False, True, True]


def test_each_thing_each_client_and_each_key_counts_for_itself(visitor):
    limited(visitor(), "test.offer", "1/h")
    assert limited(visitor(), "test.offer", "1/h")
    assert not limited(visitor(), "test.request", "1/h")
    assert not limited(visitor("198.51.100.7"), "test.offer", "1/h")
    assert not limited(visitor(), "test.offer", "1/h", by="anything else")


def test_a_person_counts_as_themselves_wherever_they_are(visitor, django_user_model):
    person = django_user_model(pk=7)
    assert not limited(visitor(), "test.offer", "1/h", by=person)
    assert limited(visitor("198.51.100.7"), "test.offer", "1/h", by=person)
    here = visitor("192.0.2.1")
    here.user = person
    assert limited(here, "test.offer", "1/h")


@time_machine.travel("2026-11-23 09:00:00Z", tick=False)  # it takes seconds, in which an hour may turn
def test_whoever_tries_many_things_does_not_make_the_limit_forget(visitor):
    """A cache that is full throws entries out; the embedded one must hold what a client can write in a window."""
    for _ in range(3):
        limited(visitor(), "test.password", "3/h", by="victim")
    for number in range(5_000):
        limited(visitor(), "test.password", "3/h", by=f"invented {number}")
    assert limited(visitor(), "test.password", "3/h", by="victim")


def test_a_new_window_begins_afresh(visitor):
    with time_machine.travel("2026-11-23 09:59:59Z", tick=False) as clock:
        limited(visitor(), "test.offer", "1/h")
        assert limited(visitor(), "test.offer", "1/h")
        clock.shift(2)
        assert not limited(visitor(), "test.offer", "1/h")


def test_what_is_forgiven_was_not_used_up(visitor):
    for _ in range(10):
        assert not limited(visitor(), "test.offer", "1/h")
        forgive(visitor(), "test.offer", "1/h")


def test_attempts_at_the_same_moment_are_all_counted(visitor):
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(limited(visitor(), "test.race", "5/h")))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(False) == 5


def test_the_thousandth_attempt_costs_what_the_first_did(visitor, monkeypatch):
    calls = []
    for operation in ("add", "incr", "get", "set", "decr", "delete"):
        original = getattr(cache, operation)
        monkeypatch.setattr(
            cache,
            operation,
            lambda *a, _name=operation, _do=original, **k: (calls.append(_name), _do(*a, **k))[1],
        )
    limited(visitor(), "test.cost", "3/h")
    first = list(calls)
    for _ in range(1000):
        limited(visitor(), "test.cost", "3/h")
    calls.clear()
    limited(visitor(), "test.cost", "3/h")
    assert calls == first


@pytest.mark.parametrize("rate", ["", "3", "3/x", "/h", "-1/h", "h/3", "3/1.5h"])
def test_a_rate_that_cannot_be_read_is_an_error(visitor, rate):
    with pytest.raises(ValueError, match="is no rate"):
        limited(visitor(), "test.offer", rate)


# -- where a request comes from ------------------------------------------------------------------------------


def test_without_proxies_of_our_own_forwarded_for_is_ignored(visitor, settings):
    settings.PORTAL_TRUSTED_PROXIES = 0
    assert client_address(visitor("203.0.113.9", "192.0.2.1")) == "203.0.113.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "1.1.1.1, 192.0.2.1", "192.0.2.1"),
        (2, "1.1.1.1, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
        (2, "192.0.2.1", "203.0.113.9"),
        (1, "", "203.0.113.9"),
        (1, "nonsense", "unknown"),
        (1, "::ffff:192.0.2.1", "192.0.2.1"),
    ],
)
def test_so_many_entries_are_believed_as_proxies_stand_before_us(
    visitor, settings, proxies, forwarded, client
):
    settings.PORTAL_TRUSTED_PROXIES = proxies
    assert client_address(visitor("203.0.113.9", forwarded)) == client


def test_a_household_with_ipv6_is_one_client(visitor):
    assert client_address(visitor("2001:db8:1:2:3::4")) == client_address(visitor("2001:db8:1:2:ffff::1"))
    assert client_address(visitor("2001:db8:1:2::1")) != client_address(visitor("2001:db8:1:3::1"))


def test_and_its_network_is_the_48_that_a_customer_may_own(visitor):
    assert client_network(visitor("2001:db8:1:2::1")) == client_network(visitor("2001:db8:1::1"))
    assert client_network(visitor("2001:db8:1:2::1")) != client_network(visitor("2001:db8:2:2::1"))
    assert client_network(visitor("2001:db8:1::1")) != client_address(visitor("2001:db8:1::1"))


@pytest.mark.parametrize("address", ["203.0.113.9", "::ffff:203.0.113.9", "", "unix:"])
def test_of_what_is_no_ipv6_there_is_no_wider_network(visitor, address):
    assert client_network(visitor(address)) == client_address(visitor(address))
