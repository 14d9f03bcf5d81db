"""A guide that is missing: begun from a template, read by somebody else, found by everybody, put into English, judged."""

import re

import pytest
from playwright.sync_api import expect

from tests.harness.browsing import keep_open, was_kept_open

pytestmark = pytest.mark.browser

TITLE, SUMMARY = "Se perdi le chiavi di casa", "Chi chiamare, di giorno e di notte, e quanto costa."
STEP = "Chiama lo sportello al mattino"
COMMENT = "Manca quanto costa una chiave nuova: scrivilo."
COST = "8 euro la chiave; il portone lo paghiamo noi"
ENGLISH = {TITLE: "If you lose your keys", SUMMARY: "Whom to call, by day and by night, and what it costs."}
HINT = "✎"


def _write_over_the_hints(page) -> None:
    """Whatever the template has put there, field by field, as somebody does who reads each hint."""
    for field in page.locator("#page-edit-form :is(input[type=text], textarea):visible").all():
        if HINT in field.input_value():
            field.fill(_words_for(field.get_attribute("name")))
    while (texts := page.locator("#page-edit-form [contenteditable=true]", has_text=HINT)).count():
        texts.first.click()
        page.keyboard.press("Control+a")
        page.keyboard.type("Lo diciamo con parole corte.")
    page.wait_for_function("hint => !document.querySelector('#page-edit-form').innerText.includes(hint)", arg=HINT)


def _words_for(name: str) -> str:
    if name == "title":
        return TITLE
    if name == "search_description":
        return SUMMARY
    if name.startswith("steps-0") and name.endswith("title"):
        return STEP
    return "02 0000 0101" if name.endswith("number") else "Parole nostre"


def _press(page, name: str) -> None:
    """A button of the bar below the editor, some of which stand behind the first."""
    button = page.locator(f"#page-edit-form footer [name={name}]").first
    if not button.is_visible():
        page.locator("#page-edit-form footer [data-drop-down-toggle], #page-edit-form footer .w-dropdown__toggle").first.click()
    button.click()


def test_from_the_template_to_the_reader(fresh_server, browser_context_for, page_at, axe, screenshot):
    reader = browser_context_for(None).new_page()
    section = "/in-casa/"
