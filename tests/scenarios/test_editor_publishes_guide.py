"""A guide that is missing: begun from a template, read by somebody else, found by everybody, judged by a reader."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TITLE, SUMMARY = "Se perdi le chiavi di casa", "Chi chiamare, di giorno e di notte, e quanto costa."
STEP = "Chiama lo sportello al mattino"
COMMENT = "Manca quanto costa una chiave nuova: scrivilo."
MISSING = "Chi chiamo di notte?"
COST = "8 euro la chiave; il portone lo paghiamo noi"
SECTION = "/vivere-in-agenzia/"
GUIDE = f"{SECTION}se-perdi-le-chiavi-di-casa/"
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
    # The editor of texts copies what is typed into its field a moment later.
    page.wait_for_function(
        "hint => ![...document.querySelectorAll('#page-edit-form [name*=-value]')].some(f => f.value.includes(hint))",
        arg=HINT,
    )


def _words_for(name: str) -> str:
    if name == "title":
        return TITLE
    if name == "search_description":
        return SUMMARY
    if name.startswith("steps-0") and name.endswith("title"):
        return STEP
    return "02 0000 0101" if name.endswith("number") else "Parole nostre"


def _hand_in(page) -> None:
    """The button stands behind the first of the bar below the editor."""
    bar = page.locator("#page-edit-form footer")
    bar.locator("[aria-expanded]").first.click()
    bar.locator("[name=action-submit]").click()


def _decide(page, verdict: str, comment: str = "") -> None:
    """What whoever reads presses: at once, or with words for the author."""
    bar = page.locator("#page-edit-form footer")
    button = bar.locator(f"[data-workflow-action-name={verdict}]").first
    if not button.is_visible():
        bar.locator("[aria-expanded]").first.click()
    button.click()
    if comment:
        page.locator(".modal textarea[name$=comment]").fill(comment)
        page.locator(".modal button[type=submit], .modal input[type=submit]").click()


def test_from_the_template_to_the_reader(fresh_server, browser_context_for, page_at, axe, screenshot):
    reader = browser_context_for(None).new_page()
    reader.goto(SECTION)
    guides = reader.locator("main")
    expect(guides).not_to_contain_text(TITLE)

    # Chiara begins from a template, and is told that she has not finished.
    editor = page_at("/casa/oggi/", persona="editor", viewport="desktop")
    section = fresh_server.rows("SELECT id FROM wagtailcore_page WHERE url_path LIKE %s", f"%{SECTION}")[0][0]
    editor.goto(f"/admin/pages/{section}/add_subpage/")
    editor.locator("main a[href*='?parent=']").click()
    screenshot(editor, "guide-1-templates-desktop-it")
    editor.locator("form:has([value='it/guide']) button[type=submit]").click()
    expect(editor.locator("[name=title]")).to_have_value(re.compile(HINT))
    address = editor.url
    _hand_in(editor)
    expect(editor.locator("#page-edit-form .error-message").first).to_be_visible()
    _write_over_the_hints(editor)
    screenshot(editor, "guide-2-written-desktop-it")
    _hand_in(editor)
    expect(editor.locator(".messages .success")).to_be_visible()
    assert reader.goto(GUIDE).status == 404, "nobody has read it yet"

    # Marta finds it on her day, misses something and says what.
    admin = page_at("/casa/oggi/", persona="admin", viewport="desktop")
    admin.locator("main a", has_text=TITLE).first.click()
    _decide(admin, "reject", COMMENT)
    expect(admin.locator(".messages .success")).to_be_visible()

    # It comes back with her words; Chiara mends it and hands it in again.
    editor.goto("/casa/oggi/")
    expect(editor.locator("main")).to_contain_text(COMMENT)
    screenshot(editor, "guide-3-came-back-desktop-it")
    editor.goto(address)
    editor.locator("[name=cost]").fill(COST)
    _hand_in(editor)
    expect(editor.locator(".messages .success")).to_be_visible()
    admin.goto(address)
    _decide(admin, "approve")
    expect(admin.locator(".messages .success")).to_be_visible()

    # It is out: in the list that was kept a moment ago, in the search, in the news of the site map.
    reader.goto(SECTION)
    reader.locator("main").get_by_role("link", name=TITLE).first.click()
    expect(reader.locator("h1")).to_have_text(TITLE)
    expect(reader.locator("main")).to_contain_text(COST)
    assert axe(reader) == []
    assert reader.evaluate("document.documentElement.scrollWidth") <= 360
    screenshot(reader, "guide-4-out-phone-it")
    assert GUIDE in reader.request.get("/sitemap.xml").text()

    # Whoever reads Arabic gets the Italian words and is told so.
    samira = browser_context_for("tenant", language="ar").new_page()
    assert samira.goto(f"/ar{GUIDE}").status == 200
    expect(samira.locator("main .alert--info").first).to_be_visible()
    expect(samira.locator("main article")).to_have_attribute("lang", "it")
    screenshot(samira, "guide-5-in-italian-phone-ar")

    # She did not find what she needed, and says so; Chiara reads it beside the page.
    samira.locator("main button[name=answer][value=no]").click()
    samira.locator("textarea[name=text]").fill(MISSING)
    samira.locator("main form button[type=submit]").last.click()
    expect(samira.locator("main")).not_to_contain_text(MISSING)  # the thanks
    editor.goto(address)
    expect(editor.locator("main")).to_contain_text(MISSING)
    screenshot(editor, "guide-6-judged-desktop-it")
