"""A form that comes back: what is wrong is said in a summary that has the focus, and beside each field."""

import re

import pytest
from playwright.sync_api import expect

from tests.harness.browsing import address

pytestmark = pytest.mark.browser

LANGUAGES = ("it", "ar")
ADDRESS = "nobody@abitare.example"


def _new(visits) -> str:
    """The report that nobody has seen to yet."""
    return next(visit["path"] for visit in visits["manutenzione:receipt"]).removesuffix("ricevuta/")


def _given(visits) -> str:
    """The one that was given to the contractor."""
    return next(visit["path"] for visit in visits["manutenzione:ticket"] if visit["persona"] == "contractor")


def _new_goal(visits) -> str:
    """The form for something else that a household saves for."""
    return next(visit["path"] for visit in visits["risparmio:goal_new"])


# Who makes the mistake, where, in which form, and what is left empty.
MISTAKES = {
    "the report": ("tenant", "/manutenzione/segnala/?danger=no", ".report-form", []),
    "the report of a danger": (
        "tenant",
        "/manutenzione/segnala/?danger=gas&called=yes",
        ".report-form",
        ["select[name=area]"],
    ),
    "putting on hold without a reason": ("maintenance", _given, "#step-hold form", []),
    "giving it to nobody": ("maintenance", _given, "#step-assign form", ["select[name=person]"]),
    "rejecting without a reason": ("maintenance", _new, "#step-reject form", []),
    "no name": ("volunteer", "/account/", "main form:has([name=display_name])", ["[name=display_name]"]),
    "a goal without a name": ("tenant", _new_goal, "main form", []),
    "signing in": (None, "/account/login/", "main form:has([name=password])", []),
    "asking for a code": (None, "/account/login/code/", "main form", []),
    "asking for a new password": (None, "/account/password/reset/", "main form", []),
    "choosing a password": ("editor", "/account/password/set/", "main form", []),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_what_is_wrong_is_said_twice(visits, browser_context_for, faults, name):
    persona, path, selector, emptied = MISTAKES[name]
    path = path if isinstance(path, str) else path(visits)
    page = browser_context_for(persona).new_page()
    found = []
    for language in LANGUAGES:
        page.goto(address(path, language))
        _send_empty(page, selector, emptied)
        _is_told(page)
        found += [f"{language}: {line}" for line in faults(page, language)]
    assert not found, "\n".join(found)


def test_a_wrong_code_is_told_too(browser_context_for, faults):
    page = browser_context_for(None).new_page()
    found = []
    for language in LANGUAGES:
        page.goto(address("/account/login/code/", language))
        page.locator("main input[name=login]").fill(ADDRESS)
        page.locator("main form button[type=submit]").click()
        expect(page).to_have_url(re.compile("/account/login/code/confirm/"))
        found += [f"{language}: {line}" for line in faults(page, language)]
        page.locator("main input[name=code]").fill("1111-1111")
        page.locator("main form button[type=submit]").click()
        _is_told(page)
        found += [f"{language}, a wrong code: {line}" for line in faults(page, language)]
    assert not found, "\n".join(found)


def test_a_password_is_changed_by_whoever_knows_it(browser_context_for, faults):
    page = browser_context_for("approver").new_page()
    found = []
    page.goto("/account/password/set/")
    for field in page.locator("main input[type=password]").all():
        field.fill("quattro tigli in fila")
    page.locator("main form button[type=submit]").click()
    expect(page).not_to_have_url(re.compile("/password/set/"))
    for language in LANGUAGES:
        page.goto(address("/account/password/change/", language))
        _send_empty(page, "main form", [])
        _is_told(page)
        found += [f"{language}: {line}" for line in faults(page, language)]
    assert not found, "\n".join(found)


def _send_empty(page, selector: str, emptied: list[str]) -> None:
    form = page.locator(selector)
    form.evaluate("(form) => form.closest('details')?.setAttribute('open', '')")
    for field in emptied:
        if field.startswith("select"):
            form.locator(field).select_option("")
        else:
            form.locator(field).fill("")
    form.locator("button[type=submit]").click()


def _is_told(page) -> None:
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(summary).to_have_attribute("role", "alert")
    wrong = page.locator("main [aria-invalid=true]")
    expect(wrong.first).to_be_visible()
    links = summary.locator("a")
    assert links.count()
    for link in links.all():
        place = page.locator(link.get_attribute("href"))
        expect(place).to_have_count(1)
        link.click()
        expect(place).to_be_focused()
        expect(place).to_be_in_viewport()
    for field in wrong.all():
        # A choice of several is described as a whole.
        described = field.evaluate(
            "(field) => (field.getAttribute('aria-describedby') ??"
            " field.closest('fieldset')?.getAttribute('aria-describedby') ?? '')"
        )
        texts = [page.locator(f"[id='{one}']").inner_text() for one in described.split()]
        assert any(texts), "a field that is wrong does not say why"
