"""The report of a fault on the smallest phone, in the reader's own language."""

import uuid

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


def test_who_chooses_place_and_picture_reads_what_is_open_there(server, page_at):
    label, category, number = server.rows(
        "SELECT a.label, t.category, t.number FROM manutenzione_ticket t JOIN portal_commonarea a ON a.id = t.area_id "
        "JOIN portal_building b ON b.id = t.building_id "
        "WHERE b.name = 'Casa dei Tigli' AND t.state = 'on_hold' ORDER BY t.id"
    )[0]
    phone = page_at("/manutenzione/segnala/?danger=no", persona="tenant")
    known = phone.locator("#known")
    link = known.locator(f"a[href='/manutenzione/{number}/']")
    phone.locator("select[name=area]").select_option(value=str(uuid.UUID(str(label))))
    expect(known).to_be_empty()

    phone.locator(f"label:has(input[name=category][value={category}])").click()
    expect(link).to_be_visible()

    phone.locator("select[name=area]").select_option(index=0)
    expect(link).to_be_hidden()
    expect(phone.locator("form.report-form button[type=submit]")).to_be_enabled()
