"""What somebody is told of a mistake stays while the page is brought up to date around it."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def _report(page, text: str) -> None:
    page.goto(page.url.partition("/casa/")[0] + "/manutenzione/segnala/?danger=no")
    page.locator("select[name=area]").select_option(index=1)
    page.locator("label:has(input[name=category][value=greenery])").click()
    page.locator("textarea[name=text]").fill(text)
    page.locator("input[name=urgency][value=P3]").check()
    page.locator("form.report-form button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/ricevuta/"))
    page.locator("main a.button--primary").click()


def test_the_error_of_a_step_stays_on_a_report_that_changed_a_moment_ago(server, page_at):
    """The page of a report that has just changed is fetched once more; the error must not go with the old page."""
    phone = page_at("/casa/", persona="tenant")
    _report(phone, "Un ramo pende sul sentiero.")
    phone.add_init_script(
        "document.addEventListener('live:swapped', ({ target }) => (document.body.dataset.swapped = target.id))"
    )
    step = phone.locator("#step-cancel")
    if not step.evaluate("step => step.open"):
        step.locator("summary").click()

    step.locator("button[type=submit]").click()

    expect(phone.locator("body[data-swapped]")).to_be_attached()
    expect(step.locator("[data-error-summary]")).to_be_visible()
    expect(step.locator("[data-error-summary]")).to_be_focused()
    expect(step.locator("textarea[name=note]")).to_have_attribute("aria-invalid", "true")
    step.locator("textarea[name=note]").fill("È già stato tolto")
    step.locator("button[type=submit]").click()
    expect(phone.locator("#ticket .ticket-state--cancelled")).to_be_visible()
