"""A letter from the court, and nobody to ask: from the first page to a chair at the desk, without an account."""

import re

import pytest
from playwright.sync_api import expect

from tests.harness.browsing import keep_open, was_kept_open

pytestmark = pytest.mark.browser

NAME, ADDRESS = "Ilaria Fontana", "ilaria.fontana@abitare.example"
LETTER = "Ho la lettera del tribunale, con una data."
LINK = re.compile(r"(?<=http://)localhost:\d+/sportello/prenotazione/\S+")
NEXT = "main button[name=go][value=next]"


def _fits_the_phone(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def _answer(page, **told: str) -> None:
    """Answer a step of the orientation and go on; what is not told is left out."""
    for name, value in told.items():
        field = page.locator(f"main [name={name}]")
        if field.first.get_attribute("type") in ("radio", "checkbox"):
            page.locator(f"main [name={name}][value={value}]").check()
        else:
            field.fill(value)
    page.locator(NEXT).click()


def test_from_the_letter_to_the_desk(fresh_server, browser_context_for, page_at, axe, screenshot):
    phone = browser_context_for(None).new_page()

    # The word that stands on the letter, and then the guide of the first days.
    phone.goto("/")
    phone.locator("header a[href='/cerca/']").click()
    phone.locator("#q").fill("sfratto")
    phone.locator("#q").press("Enter")
    phone.locator("main").get_by_role("link", name="Ho ricevuto una lettera di sfratto").first.click()
    expect(phone.locator("h1")).to_have_text("Ho ricevuto una lettera di sfratto")
    phone.locator("[data-ticks] input[type=checkbox]").first.check()  # the letter itself: that one is there
    screenshot(phone, "help-1-guide-phone-it")
    _fits_the_phone(phone)

    # Who near here helps with an eviction, and is it open?
    phone.goto("/risorse/")
    phone.locator(".need", has_text="Sfratto").click()
    phone.wait_for_url(re.compile(r"[?&]need=eviction"))
    expect(phone.locator(".entries .entry").first).to_be_visible()
    every = phone.locator(".entries .entry").count()
    phone.locator("main details.panel summary").first.click()
    phone.locator("#id_municipality").select_option(label="Rho")
    phone.locator("main .filters__form button[type=submit]").click()
    phone.wait_for_url(re.compile(r"[?&]municipality=\d+&"))
    assert 0 < phone.locator(".entries .entry").count() <= every
    screenshot(phone, "help-2-directory-phone-it")
    _fits_the_phone(phone)
    phone.locator(".entries .entry__link").first.click()
    expect(phone.locator("main a[href^='tel:']").first).to_be_visible()

    # Which answer fits? Some questions, of which the desk will read only what is ticked.
    phone.goto("/orientamento/")
    _answer(phone, home="lease")
    _answer(phone, isee="14.500")
    _answer(phone, work="looking")
    phone.locator("main button[name=go][value=result]").click()
    expect(phone.locator(".fits__item").first).to_be_visible()
    screenshot(phone, "help-3-orientation-phone-it")
    _fits_the_phone(phone)
    phone.locator("main form[action$='/sportello/'] summary").click()
    phone.locator("main form[action$='/sportello/'] input[name=tell][value=home]").check()
    phone.locator("main form[action$='/sportello/'] button[type=submit]").click()
    told = phone.locator(".told-lines li")
    expect(told).to_have_count(1)
    assert "14.500" not in phone.locator(".told-lines").inner_text(), "it was not ticked"
    phone.locator("main form button.button--primary", has_text="Scegli").click()

    # On to a chair: the topic is chosen already, and what was ticked waits to be read again and added to.
    phone.locator("main label", has_text="Sportello di Pero").click()
    phone.locator("main button[value=time]").click()
    times = phone.locator("main fieldset:has(.times li:nth-child(2))").last.locator("input[name=quarter]")
    earlier = times.first.get_attribute("value")  # on the same day, for later
    times.last.check()
    screenshot(phone, "help-4-times-phone-it")
    _fits_the_phone(phone)
    phone.locator("main button[value=details].button--large").click()
    when = phone.locator("main time").first.get_attribute("datetime")
    assert when

    # The desk has that day open, and does not touch it from here on.
    desk = page_at("/sportello/oggi/", persona="caseworker", viewport="desktop")
    desk.locator("main").get_by_role("link", name="Sportello di Pero").first.click()
    expect(desk.locator("main [aria-current]", has_text="Sportello di Pero")).to_be_visible()
    desk.goto(f"{desk.url.split('?')[0]}?day={when[:10]}")
    keep_open(desk)
    line = desk.locator("#desk-day .day-line", has_text=NAME)
    expect(line).to_have_count(0)

    reason = phone.locator("#id_reason")
    assert "14.500" not in reason.input_value()
    carried = reason.input_value()
    assert carried, "what was ticked has come along"
    phone.locator("main button[value=check]").click()  # too early: nothing is filled in
    expect(phone.locator("[data-error-summary]")).to_be_visible()
    expect(reason).to_have_value(carried)
    phone.locator("#id_name").fill(NAME)
    phone.locator("#id_email").fill(ADDRESS)
    reason.fill(f"{carried}\n{LETTER}")
    phone.locator("main button[value=check]").click()
    assert axe(phone) == []
    screenshot(phone, "help-5-check-phone-it")
    expect(phone.locator("main")).to_contain_text(LETTER)
    phone.locator("main button[value=send]").click()
    expect(phone.locator(".receipt__number strong")).to_be_visible()
    screenshot(phone, "help-6-receipt-phone-it")

    expect(line).to_be_visible()
    assert was_kept_open(desk)
    screenshot(desk, "help-7-the-desks-day-desktop-it")
    paper = page_at("/sportello/oggi/", persona="caseworker", viewport="desktop")
    paper.goto(line.locator("a").get_attribute("href"))
    expect(paper.locator("main")).to_contain_text(LETTER)
    assert "14.500" not in paper.locator("main").inner_text()

    # The mail holds a link and neither place nor time. By it she moves the appointment, on another phone.
    other = browser_context_for(None).new_page()
    other.goto(_path(fresh_server.found_in_mail(LINK, ADDRESS)))
    other.locator("main a[href$='/sposta/']").click()
    before = line.locator(".day-line__time").inner_text()
    other.locator(f"main input[name=quarter][value='{earlier}']").check()
    other.locator("main form[method=post] button[type=submit]").click()
    expect(other.locator(".alert--success")).to_be_visible()
    expect(line.locator(".day-line__time")).not_to_have_text(before)

    # And at last the letter is taken back: she cancels, and the chair is free for somebody else.
    other.locator("main a[href$='/annulla/']").click()
    assert axe(other) == []
    screenshot(other, "help-8-cancel-phone-it")
    other.locator("main form[method=post] button[type=submit]").first.click()
    expect(line).to_have_count(0)
    assert was_kept_open(desk)


def _path(link: str) -> str:
    return "/" + link.partition("/")[2]
