"""The orientation on a phone: computed in the page as the server computes it, and nothing of it left behind."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import expect

from portal.pages.orientation.engine import Situation, stand
from portal.pages.orientation.figures import SAVINGS, SHIPPED, STRENGTHS, WORKS, read

pytestmark = pytest.mark.browser

ADDRESS = "/orientamento/"
NEXT, RESULT = "main button[name=go][value=next]", "main button[name=go][value=result]"


def situations(number: int) -> list[Situation]:
    chance = random.Random(31)  # noqa: S311 — the same ones each time
    figures = read(str(SHIPPED))
    edges = [0, figures.grey_from, figures.grey_from + 1, figures.grey_to, figures.grey_to + 1]
    return [
        Situation(
            isee=chance.choice([None, None, *edges, chance.randrange(6_000_000)]),
            income=chance.choice(["", *map(str, range(len(figures.income_steps) + 1))]),
            people=chance.choice([None, 1, 2, 5, 6, 20]),
            work=chance.choice(["", *WORKS]),
            savings=chance.choice(["", *SAVINGS]),
            strengths=frozenset(chance.sample(STRENGTHS, chance.randrange(len(STRENGTHS) + 1))),
        )
        for _ in range(number)
    ]


def test_the_page_weighs_as_the_server_does(page_at):
    page = page_at(ADDRESS)
    figures = read(str(SHIPPED))
    asked = situations(400)
    told = [
        {
            "isee": one.isee,
            "income": one.income,
            "people": one.people or 0,
            "work": one.work,
            "savings": one.savings,
            "strengths": sorted(one.strengths),
        }
        for one in asked
    ]
    weighed = page.evaluate(
        """async (told) => {
            const { stand } = await import(document.querySelector("script[src*='orientation']").src);
            const figures = JSON.parse(document.getElementById("orientation-figures").textContent);
            return told.map((one) => stand(one, figures));
        }""",
        told,
    )
    expected = [
        {
            side: [getattr(standing, side).low, getattr(standing, side).high]
            for side in ("resources", "potential")
        }
        for standing in (stand(one, figures) for one in asked)
    ]
    assert weighed == expected
    assert len({str(one) for one in weighed}) > 10, "these situations differ too little to prove anything"


def test_the_matrix_moves_while_one_ticks_and_the_phone_goes_back_step_by_step(page_at):
    page = page_at(ADDRESS)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("main [name=home][value=lease]").check()
    page.locator(NEXT).click()
    page.locator("main [name=isee]").fill("18.000")
    page.locator("main [name=savings][value=no]").check()
    page.locator(NEXT).click()
    step = page.locator("main [name=step]")
    expect(step).to_have_value("work")
    mine = page.locator(".standing__cell--mine")
    expect(mine).to_have_count(6)
    asked.clear()
    page.locator("main [name=work][value=permanent]").check()
    page.locator("main [name=strengths][value=language]").check()
    expect(mine).to_have_count(1)
    assert asked == [], "what one ticks stays in the page"
    page.go_back()
    expect(step).to_have_value("money")
    expect(page.locator("main [name=isee]")).to_have_value("18.000")
    page.locator(RESULT).click()
    expect(page.locator("main [data-print]")).to_be_visible()
    left = page.evaluate("[location.search, Object.keys(localStorage), Object.keys(sessionStorage)]")
    assert left[0] == ""
    assert not [key for keys in left[1:] for key in keys if "orient" in key]
    assert "18" not in str(page.evaluate("history.state"))
    assert page.context.cookies() == []


def test_a_wrong_sum_is_said_beside_it_without_leaving_the_page(page_at):
    page = page_at(ADDRESS, language="ar")
    page.locator(NEXT).click()
    page.locator("main [name=isee]").fill("tanto")
    page.locator(NEXT).click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("main [name=isee]")).to_have_value("tanto")
