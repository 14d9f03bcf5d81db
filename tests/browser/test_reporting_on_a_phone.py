"""The report of a fault on the smallest phone, in the reader's own language."""

import pytest
from playwright.sync_api import expect

from tests.browser.pictures import photo

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["it", "ar"])
def test_the_usual_way_on_stands_on_the_first_screen(page_at, language):
    phone = page_at("/manutenzione/segnala/", persona="tenant", language=language)
    phone.set_viewport_size({"width": 360, "height": 740})

    calm = phone.locator("main .choice--calm").bounding_box()
    dock = phone.locator(".dock").bounding_box()

    assert calm["y"] + calm["height"] <= dock["y"]


def test_the_button_for_photos_speaks_the_language_of_the_page(page_at):
    phone = page_at("/manutenzione/segnala/?danger=no", persona="tenant")
    button = phone.locator(".photos__add")
    expect(button).to_be_visible()
    assert phone.locator("input[type=file]").bounding_box()["width"] <= 1, (
        "the browser's own button is not seen"
    )

    with phone.expect_file_chooser() as choosing:
        button.click()
    choosing.value.set_files([photo("scale.jpg")])

    remove = phone.locator(".previews button")
    expect(remove).to_be_visible()
    assert remove.bounding_box()["height"] >= 44
    remove.click()
    expect(phone.locator(".previews")).to_have_count(0)


def test_without_scripts_the_browser_names_what_was_chosen(browser_context_for):
    phone = browser_context_for("tenant", javascript=False).new_page()
    phone.goto("/manutenzione/segnala/?danger=no")

    expect(phone.locator("input[type=file]")).to_be_visible()
    assert phone.locator("input[type=file]").bounding_box()["width"] > 200
    expect(phone.locator(".photos__add")).to_be_hidden()


def test_no_step_of_the_way_is_broken_into_letters(server, page_at):
    """“risolta, da confermare” stands below its dot in whole words."""
    number = server.rows("SELECT number FROM manutenzione_ticket WHERE state = 'resolved' ORDER BY id")[0][0]
    phone = page_at(f"/manutenzione/{number}/", persona="maintenance")
    phone.set_viewport_size({"width": 360, "height": 740})

    widths = phone.locator(".way__step").evaluate_all(
        "steps => steps.map((s) => [s.scrollWidth, s.clientWidth])"
    )
    assert all(needed <= there for needed, there in widths), widths
    longest = phone.locator(".way__step").evaluate_all(
        """steps => steps.map((step) => {
            const words = step.textContent.trim().split(/\\s+/);
            const range = document.createRange(), text = step.firstChild;
            return words.map((word) => {
                const start = text.data.indexOf(word);
                range.setStart(text, start);
                range.setEnd(text, start + word.length);
                return [word, range.getClientRects().length];
            });
        }).flat()"""
    )
    assert [word for word, lines in longest if lines > 1] == []
