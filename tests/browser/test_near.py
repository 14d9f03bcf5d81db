"""The nearest first: reckoned on the phone, told to nobody; and by a place that is typed, where a phone may not say."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

DIRECTORY = "/risorse/"
# Near the demo's places, with digits that would be found again wherever they were sent.
HERE = {"latitude": 45.512347, "longitude": 9.087659}
DISTANCES = "main .entries > li .entry__facts > strong"


def kilometres(page) -> list[float]:
    """What each entry says first: "a 1,5 km"."""
    texts = page.locator(DISTANCES).all_text_contents()
    return [float(re.search(r"a ([\d,]+) km", text)[1].replace(",", ".")) for text in texts]


def asked_of(page) -> list[str]:
    """Addresses and bodies of all that leaves the browser from now on."""
    sent: list[str] = []
    page.context.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    return sent


def test_a_phone_that_may_say_where_it_is_puts_the_nearest_first_and_tells_nobody(page_at, axe):
    page = page_at(DIRECTORY, geolocation=HERE, permissions=["geolocation"])
    sent = asked_of(page)
    before = page.locator("main .entries > li .entry__link").all_text_contents()

    page.locator("[data-near]").click()

    expect(page.locator("[data-near-said]")).to_have_text(
        "I più vicini vengono prima. Dove sei resta sul tuo telefono."
    )
    distances = kilometres(page)
    assert len(distances) > 5
    assert distances == sorted(distances)
    assert distances[0] < 3, "one of the demo's places is near"
    after = page.locator("main .entries > li .entry__link")
    assert after.all_text_contents() != before
    assert axe(page) == []
    page.wait_for_load_state("networkidle")
    assert sent == [], "nothing is asked of anybody"

    first = after.first
    leads_to = first.get_attribute("href")
    first.click()
    page.wait_for_url(f"**{leads_to}")
    told = " ".join([*sent, page.url, str(page.context.cookies())])
    told += str(page.evaluate("[{...localStorage}, {...sessionStorage}, document.referrer, history.state]"))
    assert "45.51" not in told
    assert "9.08" not in told


def test_a_phone_that_may_not_say_it_is_told_what_to_do_instead(page_at):
    page = page_at(DIRECTORY, permissions=[])
    before = page.locator("main .entries > li").all_text_contents()

    page.locator("[data-near]").click()

    said = page.get_by_role("status").filter(has_text="Il telefono non dice dove si trova.")
    expect(said).to_be_visible()
    assert page.locator("main .entries > li").all_text_contents() == before


def test_without_javascript_a_place_that_is_typed_puts_the_nearest_first(page_at):
    page = page_at(DIRECTORY, javascript=False)
    expect(page.locator("[data-near]")).to_be_hidden()

    page.locator("main details:has([name=near]) > summary").click()
    page.locator("main [name=near]").fill("Rho")
    page.locator("main .filters__form button[type=submit]").click()

    expect(page.locator("#found + p")).to_contain_text("Rho")
    distances = kilometres(page)
    assert len(distances) > 5
    assert distances == sorted(distances)
