"""Where an answer tells of money, whoever holds the phone proves first who they are; and whoever may not see it is
never asked to: to them it is missing, as what does not exist."""

import pytest
from django.urls import reverse

from portal.testing.clients import Browser

from .pages import address
from .people import ANYONE
from .routes import ROUTES
from .savings import ROUTES as SAVINGS

# What tells of no money: one's way back to the page with the buttons, and what savings are.
LEADS_BACK = {
    "risparmio:exit_step",
    "risparmio:goal_amount",
    "risparmio:payout_step",
    "risparmio:plan_step",
    "risparmio:settle_line",
    "risparmio:take_back_receipt",
}


@pytest.fixture(scope="module")
def unproven(world):
    """A browser of each persona's whose sign-in lies long ago."""
    browsers = {}
    for persona in sorted(ANYONE):
        browsers[persona] = Browser()
        browsers[persona].force_login(world.users[persona])
    return browsers


def asks_for_proof(answer):
    return answer.status_code == 302 and answer.headers["Location"].startswith(reverse("portal:step_up"))


@pytest.mark.parametrize("name", sorted(set(SAVINGS) - LEADS_BACK - {"risparmio:mine"}))
def test_money_is_shown_after_a_fresh_sign_in_alone(world, unproven, name):
    wrong = []
    for thing in ROUTES[name].things:
        path = address(name, thing.arguments(world))
        for persona, browser in unproven.items():
            answer = browser.get(path)
            if not (asks_for_proof(answer) if persona in thing.seen_by else answer.status_code == 404):
                wrong.append(f"{persona}: {answer.status_code} for {thing.name}")
    assert wrong == []


@pytest.mark.parametrize("name", sorted(LEADS_BACK))
def test_a_step_is_taken_after_a_fresh_sign_in_alone(world, unproven, name):
    """Whatever is sent is refused, and to be sent again after it."""
    wrong = []
    for thing in ROUTES[name].things:
        path = address(name, thing.arguments(world))
        for persona, browser in unproven.items():
            sent, empty = browser.post(path, {"reason": "Non era suo."}), browser.post(path)
            asked = sent.status_code == 403 and asks_for_proof(empty)
            if not (asked if persona in thing.writers() else sent.status_code == 404):
                wrong.append(f"{persona}: {sent.status_code}, {empty.status_code} for {thing.name}")
    assert wrong == []


def test_one_s_own_savings_are_shown_after_a_fresh_sign_in_alone(unproven):
    asked = {persona for persona, browser in unproven.items() if asks_for_proof(browser.get("/risparmio/"))}
    assert asked == {"tenant", "tenant2", "tenant3"}
