"""Samira asks her caseworker something in Arabic, on a small phone; the answer comes to the page that she left open."""

import pytest
from playwright.sync_api import expect

from tests.browser.pictures import photo
from tests.harness.browsing import keep_open, was_kept_open

pytestmark = pytest.mark.browser

QUESTION = "وصلتني رسالة من البلدية ولا أفهمها. هل أستطيع أن آتي يوم الأربعاء؟"
ANSWER = "Buongiorno Samira, venga mercoledì alle dieci con la lettera."
BELL = ".site-header__tools a[href$='/notifiche/'] .count__number"


def test_from_the_phone_to_the_desk_and_back(fresh_server, browser_context_for, page_at, axe, screenshot):
    day = page_at("/casa/oggi/", persona="caseworker", viewport="desktop")
    keep_open(day)
    phone = browser_context_for("tenant", language="ar").new_page()
    phone.goto("/ar/casa/")
    phone.locator("#my-letters a.button").click()

    # What she has typed survives a reload; she adds the photo of the letter and sends both.
    phone.locator("textarea[name=text]").fill(QUESTION)
    phone.wait_for_function(
        "() => Object.keys(localStorage).some((key) => key.includes('portal.desk.write'))"
    )
    phone.reload()
    expect(phone.locator("textarea[name=text]")).to_have_value(QUESTION)
    phone.locator("input[name=photos]").set_input_files([photo("lettera.jpg")])
    assert axe(phone) == []
    screenshot(phone, "letters-1-write-phone-ar")
    phone.locator("main form button[type=submit]").last.click()
    expect(phone.locator("#letters .timeline__item")).to_have_count(1)
    expect(phone.locator("#letters .photos__item")).to_have_count(1)
    expect(phone.locator("textarea[name=text]")).to_have_value("")
    keep_open(phone)

    # Elena's day shows that a letter waits, without a reload. She answers.
    line = day.locator("#waiting-letters a", has_text="Samira Haddad")
    expect(line).to_be_visible()
    assert was_kept_open(day)
    line.click()
    expect(day.locator("#thread-letters")).to_contain_text(QUESTION)
    expect(day.locator("#thread-letters .photos__item")).to_have_count(1)
    assert axe(day) == []
    screenshot(day, "letters-2-thread-desktop-it")
    day.locator("textarea[name=text]").fill(ANSWER)
    day.locator("form[data-draft] button[type=submit]").click()
    expect(day.locator("#thread-letters .timeline__item")).to_have_count(2)

    # The answer stands on the page that she left open, and the bell rings.
    expect(phone.locator("#letters")).to_contain_text(ANSWER)
    expect(phone.locator(BELL)).to_be_visible()
    assert was_kept_open(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe(phone) == []
    screenshot(phone, "letters-3-answered-phone-ar")


def test_a_letter_goes_without_javascript(fresh_server, browser_context_for):
    phone = browser_context_for("tenant3", javascript=False).new_page()
    phone.goto("/scrivi/")
    phone.locator("main form[enctype] button[type=submit]").click()
    expect(phone.locator(".form-errors")).to_be_visible()
    phone.locator("textarea[name=text]").fill("Buongiorno, quando posso venire?")
    phone.locator("main form[enctype] button[type=submit]").click()
    expect(phone.locator("#letters")).to_contain_text("quando posso venire?")
