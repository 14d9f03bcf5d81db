"""Every address × method × persona × own, foreign and missing thing (the table is routes.py)."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from .addresses import addresses
from .pages import VISITOR, address
from .people import ANYONE
from .routes import ROUTES, Route
from .shapes import Thing

EVERYBODY = (VISITOR, *sorted(ANYONE))
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+|("X-CSRFToken": ?")[^"]+')


def test_every_address_is_declared():
    served = set(addresses())

    assert served - set(ROUTES) == set(), "addresses that nobody declared in tests/access/routes.py"
    assert set(ROUTES) - served == set(), "declared addresses that do not exist"


CASES = [(name, method) for name, route in ROUTES.items() for method in route.methods]


@pytest.mark.parametrize(("name", "method"), CASES)
def test_who_gets_what(world, name, method):
    route = ROUTES[name]
    wrong = []
    for thing in route.things:
        path = address(name, thing.arguments(world))
        allowed = thing.seen_by if method == "get" else thing.writers()
        for persona in EVERYBODY:
            answer = world.ask(persona, method, path)
            wanted = wanted_status(route, method, persona, thing, persona in allowed)
            if answer.status_code != wanted or (is_sent_to_sign_in(route, persona) and not signs_in(answer)):
                wrong.append(
                    f"{persona or 'a visitor'}: {answer.status_code} instead of {wanted} for {thing.name}"
                )
    assert wrong == []


def wanted_status(route: Route, method: str, persona: str | None, thing: Thing, allowed: bool) -> int:
    expected = route.expected(method, thing)
    if persona is VISITOR:
        if route.visitor is not None:
            return route.visitor if method == "get" or route.post is None else route.post
        return 302
    # A method that is refused is refused to all alike, and tells nothing.
    return expected if allowed or expected == 405 else 404


def is_sent_to_sign_in(route, persona):
    return persona is VISITOR and route.visitor is None


def signs_in(answer):
    return answer.status_code == 302 and answer.headers["Location"].startswith("/account/login/?next=")


@pytest.mark.parametrize(("name", "method"), [case for case in CASES if ROUTES[case[0]].missing is not None])
def test_what_somebody_may_not_see_is_missing(world, name, method):
    """Foreign and missing give one answer: the same status, the same headers that matter, the same body."""
    route = ROUTES[name]
    missing = address(name, route.missing)
    if route.expected(method) == 405:
        return
    for persona in EVERYBODY:
        nothing = world.ask(persona, method, missing)
        if persona is VISITOR and route.visitor is None:
            assert nothing.status_code == 302
            assert signs_in(nothing)
            continue
        assert nothing.status_code == 404
        for thing in route.things:
            allowed = thing.seen_by if method == "get" else thing.writers()
            if persona in allowed or route.visitor is not None:
                continue
            path = address(name, thing.arguments(world))
            foreign = world.ask(persona, method, path)
            assert told(foreign, path) == told(nothing, missing), (
                f"{persona} can tell {thing.name} from nothing"
            )


def told(answer, path: str) -> tuple:
    """What an answer tells, but for the address that was asked for and the token of the form."""
    body = TOKEN.sub(rb"", answer.content).replace(path.encode(), b"")
    return answer.status_code, answer.headers.get("Content-Type"), answer.headers.get("Location", ""), body


FORMS = {name: route for name, route in ROUTES.items() if "post" in route.methods}


@pytest.mark.parametrize("name", [name for name, route in FORMS.items() if not route.changes_nothing])
def test_a_form_without_its_token_is_refused(world, name):
    route = ROUTES[name]
    thing = route.things[0]
    persona = next(iter(sorted(thing.writers())), None)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = world.client(persona).cookies

    answer = strict.post(address(name, thing.arguments(world)))

    assert answer.status_code in (403, 405), "a POST without a token did something"


@pytest.mark.parametrize("name", [name for name, route in FORMS.items() if route.changes_nothing])
def test_a_form_that_wants_no_token_changes_nothing(world, name):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = world.client("tenant").cookies

    with CaptureQueriesContext(connection) as asked:
        answer = strict.post(address(name, ROUTES[name].things[0].arguments(world)))

    assert answer.status_code == ROUTES[name].expected("post")
    reads = ("SELECT", "SAVEPOINT", "RELEASE")
    assert [query["sql"] for query in asked if not query["sql"].startswith(reads)] == []


SOME = (VISITOR, "tenant", "tenant3", "admin")


@pytest.mark.once  # refused before any table is asked for
@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_a_method_that_nobody_asks_for_tells_and_changes_nothing(world, method):
    """It is refused, or answered as a look would be; what is foreign is as missing as for a look."""
    wrong = []
    for name, route in ROUTES.items():
        for thing in route.things:
            path = address(name, thing.arguments(world))
            for persona in SOME:
                with CaptureQueriesContext(connection) as captured:
                    answer = world.ask_again(persona, method, path)
                looked = world.ask(persona, "get", path).status_code
                told_nothing = method == "options" and not (answer.streaming or answer.content)
                if answer.status_code not in (looked, 405) and not told_nothing:
                    wrong.append(f"{name} for {persona or 'a visitor'}: {answer.status_code}, not {looked}")
                written = [q["sql"] for q in captured if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
                if answer.status_code == 405 and written:
                    wrong.append(f"{name} for {persona or 'a visitor'} writes {written[0][:60]}")
    assert wrong == []
