"""A socket outlives nothing: not the session, not a role, not a household. Five seconds are promised."""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import dataclass

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from portal.live.watch import HELD_BACK, RIGHTS_CHANGED, SIGNED_OUT
from portal.testing.factories import HouseholdFactory, OrganizationFactory, UserFactory
from tests.harness.races import size
from tests.portal.live.sockets import (
    PING,
    TEXT,
    Browser,
    Server,
    about,
    end_of,
    frame,
    hear,
    say,
    slow,
    sockets_kept_for,
    write_about,
)
from tests.portal.proof.browsers import forget, prove_now, step_up_now

PROMISED = 5.0  # seconds
ROLE = "portal.caseworker"


@dataclass
class Watcher:
    """Somebody with a household, an organization and a role, whose socket is open."""

    person: object
    browser: Browser
    household: object
    organization: object

    @classmethod
    def of(cls, portal: Server) -> Watcher:
        person = UserFactory(password="correct horse battery", roles=[ROLE])
        household, organization = HouseholdFactory(), OrganizationFactory()
        household.add(person, by=None)
        organization.add(person, by=None)
        person.refresh_from_db()
        return cls(person, portal.browser_of(person), household, organization)


def sign_out_in_another_tab(her: Watcher) -> None:
    answer = her.browser.client.post("/account/logout/")
    assert answer.status_code == 302


def change_the_password(her: Watcher) -> None:
    words = {
        "password1": "a longer horse 42",
        "password2": "a longer horse 42",
    }
    step_up_now(her.browser.client)
    answer = her.browser.client.post("/account/password/change/", words)
    assert answer["Location"] == "/account/accesso/", answer.content


def session_of(her: Watcher):
    return Session.objects.filter(session_key=her.browser.client.session.session_key)


ENDINGS = {
    "signed out in another tab": (sign_out_in_another_tab, SIGNED_OUT),
    "the session deleted": (lambda her: session_of(her).delete(), SIGNED_OUT),
    "the session run out": (lambda her: session_of(her).update(expire_date=timezone.now()), SIGNED_OUT),
    "signed out everywhere": (lambda her: her.person.end_sessions(), SIGNED_OUT),
    "the password changed": (change_the_password, SIGNED_OUT),
    "the address changed": (
        lambda her: her.person.change_email(f"new.{her.person.pk}@abitare.example", by=None),
        SIGNED_OUT,
    ),
    "the account closed": (lambda her: her.person.close_account(by=None), SIGNED_OUT),
    "the account switched off": (
        lambda her: type(her.person).objects.filter(pk=her.person.pk).update(is_active=False),
        SIGNED_OUT,
    ),
    "the household left": (lambda her: her.household.remove(her.person, by=None), SIGNED_OUT),
    "a role taken": (lambda her: her.person.take_role(ROLE, by=None), RIGHTS_CHANGED),
    "a role given": (lambda her: her.person.give_role("portal.editor", by=None), RIGHTS_CHANGED),
    "the organization left": (lambda her: her.organization.remove(her.person, by=None), RIGHTS_CHANGED),
}


def test_it_closes_within_five_seconds_whatever_ends_and_for_nobody_else(portal, note, record_property):
    took = []
    for _ in range(size(1, 10)):
        bystander = UserFactory()
        theirs = portal.socket_of(bystander, about(bystander))
        watchers = {what: Watcher.of(portal) for what in ENDINGS}
        sockets = {
            what: portal.socket_of(her.person, about(bystander), browser=her.browser)
            for what, her in watchers.items()
        }
        ended = {}
        for what, (end, _) in ENDINGS.items():
            end(watchers[what])
            ended[what] = time.monotonic()
            time.sleep(0.1)  # so that they meet the watch at another moment of its round

        codes = {}
        for what, opened in sockets.items():
            codes[what] = end_of(opened, within=ended[what] + PROMISED - time.monotonic())
            took.append(time.monotonic() - ended[what])

        assert codes == {what: code for what, (_, code) in ENDINGS.items()}
        write_about(bystander)
        assert hear(theirs)["topic"] == about(bystander), "who has nothing to do with it stays"
    record_property("closed within, seconds", f"median {statistics.median(took):.2f}, most {max(took):.2f}")


def test_other_sessions_of_the_same_person_stay(portal, note, anna):
    phone, desk = portal.browser_of(anna), portal.browser_of(anna)
    on_the_phone = portal.socket_of(anna, about(anna), browser=phone)
    two_tabs = [portal.socket_of(anna, about(anna), browser=desk) for _ in range(2)]

    desk.client.post("/account/logout/")

    assert [end_of(tab) for tab in two_tabs] == [SIGNED_OUT, SIGNED_OUT]
    write_about(anna)
    assert hear(on_the_phone)["topic"] == about(anna)


def test_nothing_is_told_after_the_end(portal, note, anna, bruno):
    """Between the end of a session and the closing of its socket, whoever asks is asked for their pass."""
    hers = portal.socket_of(anna, about(bruno))
    anna.end_sessions()

    say(hers, {"subscribe": about(anna)})

    # No answer, neither yes nor no; at once, and not only when the watch comes round.
    started = time.monotonic()
    with pytest.raises(Exception, match=str(SIGNED_OUT)):
        hers.recv(timeout=PROMISED)
    assert time.monotonic() - started < 1.5


def test_who_comes_back_after_a_change_of_rights_comes_in_with_those_they_have(portal, note, anna):
    browser = portal.browser_of(anna)
    before = portal.socket_of(anna, browser=browser)
    anna.give_role(ROLE, by=None)
    assert end_of(before) == RIGHTS_CHANGED

    after = portal.socket_of(anna, about(anna), browser=browser)

    write_about(anna)
    assert hear(after)["topic"] == about(anna)


def test_who_gets_a_role_that_needs_a_second_factor_comes_back_only_with_it(portal, note, anna):
    browser = portal.browser_of(anna)
    forget(browser.client)  # signed in by a code
    before = portal.socket_of(anna, about(anna), browser=browser)
    anna.give_role("portal.administrator", by=None)
    assert end_of(before) == RIGHTS_CHANGED

    assert end_of(browser.socket()) == HELD_BACK

    # The step-up page with her factor would say so to the session.
    prove_now(browser.client, anna)
    after = portal.socket_of(anna, about(anna), browser=browser)
    write_about(anna)
    assert hear(after)["topic"] == about(anna)


def test_a_client_that_reads_nothing_holds_nobody_up(portal, note, anna, bruno):
    """Its answers pile up; those who have to go still go, and those who listen still hear."""
    deaf = portal.browser_of(bruno).bare_socket()
    deaf.sendall(frame(TEXT, json.dumps({"subscribe": about(anna)}).encode()))
    assert b'"event": 0' in deaf.recv(100)
    fill(deaf)
    hers, others = portal.socket_of(anna, about(anna)), portal.socket_of(UserFactory(), about(anna))

    write_about(anna)
    assert hear(others)["topic"] == about(anna)
    anna.end_sessions()

    assert end_of(hers, within=PROMISED) == SIGNED_OUT
    assert sockets_kept_for(bruno) == 0, "who takes nothing is given up, long before the connection is"
    deaf.close()


def test_questions_that_take_their_time_hold_no_closing_up(portal, note, anna):
    dawdlers = UserFactory.create_batch(8)
    slow.update({person.pk: 3.0 for person in dawdlers})
    hers = portal.socket_of(anna, about(anna))
    for person in dawdlers:
        say(portal.socket_of(person), {"subscribe": about(anna)})

    anna.end_sessions()

    assert end_of(hers, within=PROMISED) == SIGNED_OUT


def fill(deaf, most: int = 60_000_000) -> int:
    """Send pings without reading the answers, until the server takes no more; returns how many bytes it took."""
    deaf.settimeout(0.5)
    pings, sent = frame(PING, b"x" * 125) * 1000, 0
    try:
        while sent < most:
            sent += deaf.send(pings)
    except TimeoutError:
        pass
    return sent


def test_a_client_that_reads_nothing_is_not_listened_to(portal, note, bruno):
    """Every ping asks for an answer as long: without an end it would fill our memory."""
    deaf = portal.browser_of(bruno).bare_socket()

    assert fill(deaf) < 20_000_000, "what is above is in the buffers of the operating system"
    deaf.close()
