"""What somebody has typed and photographed on a phone that loses its page: nothing is lost, nothing stays behind."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from manutenzione.tickets.forms import TEXT_LIMIT

pytestmark = pytest.mark.browser

WORDS = "La luce tra il primo e il secondo piano è spenta."
TEXT = "textarea[name=text]"
PHOTOS = "input[type=file][name=photos]"
CHOSEN, KEPT = ".report-form .previews .photos__item", ".report-form .photos--kept .photos__item"


def _photo(name: str, shade: str, size=(640, 480)) -> dict:
    file = BytesIO()
    Image.new("RGB", size, shade).save(file, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": file.getvalue()}


def _form(server) -> str:
    """The form behind the label of the stairs where the tenant lives."""
    rows = server.rows(
        "SELECT a.label FROM portal_commonarea a JOIN portal_building b ON b.id = a.building_id "
        "WHERE b.name = 'Casa dei Tigli' AND a.kind = 'stairs' ORDER BY a.id"
    )
    return f"/manutenzione/segnala/?area={rows[0][0]}&danger=no"


@pytest.fixture
def phone(server, browser_context_for):
    """The tenant's phone, with the form open and nothing left from before."""
    page = browser_context_for("tenant").new_page()
    page.goto(_form(server))
    return page


def _choose(page, *photos: dict) -> None:
    """As a camera does it: one photo, and then another."""
    for photo in photos:
        there = page.locator(CHOSEN).count()
        page.locator(PHOTOS).set_input_files([photo])
        expect(page.locator(CHOSEN)).to_have_count(there + 1)


def _fill(page, text=WORDS) -> None:
    page.locator("label:has(input[name=category][value=lighting])").click()
    page.locator(TEXT).fill(text)
    page.locator("input[name=urgency][value=P2]").check()


def _send(page) -> None:
    page.locator("form.report-form button[type=submit]").click()


def _unfold(page, *verbs: str) -> None:
    for verb in verbs:
        if page.locator(f"#step-{verb}").get_attribute("open") is None:
            page.locator(f"#step-{verb} summary").click()


def _names(page) -> list[str]:
    return page.evaluate(f"[...document.querySelector('{PHOTOS}').files].map(file => file.name)")


def _left_behind(page) -> list[str]:
    """What this device still keeps of drafts."""
    return page.evaluate(
        """async () => {
            const words = Object.keys(localStorage).filter((key) => key.startsWith("draft:"));
            const base = await new Promise((done) => {
                const asked = indexedDB.open("drafts", 1);
                asked.onupgradeneeded = () => asked.result.createObjectStore("photos");
                asked.onsuccess = () => done(asked.result);
            });
            const keys = base.transaction("photos").objectStore("photos").getAllKeys();
            const photos = await new Promise((done) => { keys.onsuccess = () => done(keys.result); });
            base.close();
            return [...words, ...photos];
        }"""
    )


def test_a_camera_hands_over_one_photo_after_the_other(phone):
    _choose(phone, _photo("uno.jpg", "red"), _photo("due.jpg", "green"), _photo("tre.jpg", "blue"))
    assert _names(phone) == ["uno.jpg", "due.jpg", "tre.jpg"]

    phone.locator(CHOSEN).nth(1).get_by_role("button").click()

    expect(phone.locator(CHOSEN)).to_have_count(2)
    assert _names(phone) == ["uno.jpg", "tre.jpg"]
    _fill(phone, text="Due lampade sono spente.")
    _send(phone)
    expect(phone).to_have_url(re.compile(r"/ricevuta/"))
    phone.locator("main a.button--primary").click()
    expect(phone.locator("#ticket .photos__item")).to_have_count(2)


def test_the_same_photo_twice_is_there_once(phone):
    _choose(phone, _photo("uno.jpg", "red"))
    phone.evaluate(
        """(photos) => {
            const input = document.querySelector(photos), again = new DataTransfer();
            again.items.add(input.files[0]);
            input.files = again.files;
            input.dispatchEvent(new Event("change", { bubbles: true }));
        }""",
        PHOTOS,
    )
    _choose(phone, _photo("due.jpg", "green"))

    assert _names(phone) == ["uno.jpg", "due.jpg"]


def test_words_and_photos_outlive_a_reload(phone):
    """A cheap phone throws the page away while its camera is open."""
    _fill(phone)
    _choose(phone, _photo("uno.jpg", "red"), _photo("due.jpg", "green"))

    phone.reload()

    expect(phone.locator(TEXT)).to_have_value(WORDS)
    expect(phone.locator(CHOSEN)).to_have_count(2)
    assert _names(phone) == ["uno.jpg", "due.jpg"]
    expect(phone.locator(".report-form [data-draft-forget]")).to_be_visible()
    _send(phone)
    expect(phone).to_have_url(re.compile(r"/ricevuta/"))
    assert _left_behind(phone) == []


def test_what_the_server_has_accepted_shows_when_the_form_is_opened_again(server, phone):
    _choose(phone, _photo("uno.jpg", "red"))
    _fill(phone, text="")
    _send(phone)
    expect(phone.locator(KEPT)).to_have_count(1)
    phone.locator(TEXT).fill("La lampada sfarfalla.")

    phone.goto(_form(server))

    expect(phone.locator(TEXT)).to_have_value("La lampada sfarfalla.")
    expect(phone.locator(KEPT)).to_have_count(1)
    expect(phone.locator(CHOSEN)).to_have_count(0)
    _send(phone)
    expect(phone).to_have_url(re.compile(r"/ricevuta/"))
    phone.locator("main a.button--primary").click()
    expect(phone.locator("#ticket .photos__item")).to_have_count(1)


def test_a_body_that_is_refused_leaves_words_and_photos_on_the_phone(server, phone, tmp_path):
    film = tmp_path / "film.jpg"
    film.write_bytes(bytes(60 * 1024 * 1024))
    _fill(phone)
    _choose(phone, _photo("uno.jpg", "red"))
    phone.locator(PHOTOS).set_input_files(film)
    expect(phone.locator(CHOSEN)).to_have_count(2)
    expect(phone.locator(CHOSEN).last).to_contain_text("film.jpg")  # said before anything is sent
    _send(phone)
    expect(phone.locator("html[data-keeps-drafts]")).to_be_attached()

    phone.goto(_form(server))

    expect(phone.locator(TEXT)).to_have_value(WORDS)
    expect(phone.locator(CHOSEN)).to_have_count(1)
    assert _names(phone) == ["uno.jpg"], "and not what would be refused again"


def test_what_is_thrown_away_is_gone(phone):
    _fill(phone)
    _choose(phone, _photo("uno.jpg", "red"))
    phone.reload()
    phone.locator(TEXT).fill("Altre parole, ancora non tenute")

    phone.locator("[data-draft-forget]").click()

    expect(phone.locator(TEXT)).to_have_value("")
    expect(phone.locator(CHOSEN)).to_have_count(0)
    assert _left_behind(phone) == []


def test_who_signs_out_while_writing_leaves_nothing_on_the_phone(phone):
    _choose(phone, _photo("uno.jpg", "red"))
    phone.locator(TEXT).fill("Parole che non restano qui")
    with phone.expect_navigation():
        phone.evaluate("document.querySelector(\"form[action$='/account/logout/']\").requestSubmit()")

    assert _left_behind(phone) == []


def test_another_tab_writes_nothing_down_once_they_have_signed_out(server, phone):
    other = phone.context.new_page()
    other.goto(_form(server))
    other.locator(TEXT).fill(
        "Parole"
    )  # a page in which nobody has begun asks for itself again, and is the door
    with phone.expect_navigation():
        phone.evaluate("document.querySelector(\"form[action$='/account/logout/']\").requestSubmit()")
    expect(other.locator("body[data-live-state=ended]")).to_be_attached()

    other.locator(TEXT).fill("Parole che restano sullo schermo")
    _choose(other, _photo("uno.jpg", "red"))
    other.wait_for_timeout(1000)  # longer than a draft waits for the next letter
    assert _left_behind(other) == []
    expect(other.locator(TEXT)).to_have_value("Parole che restano sullo schermo")
    other.close(run_before_unload=True)
    assert _left_behind(phone) == []


def test_a_text_of_the_limits_length_is_counted_alike_by_phone_and_server(phone):
    _fill(phone, text=("riga\n" * TEXT_LIMIT)[:TEXT_LIMIT])
    _send(phone)
    expect(phone).to_have_url(re.compile(r"/ricevuta/"))


def test_the_note_of_a_step_outlives_a_reload_and_goes_with_the_step(fresh_server, page_at):
    number = fresh_server.rows("SELECT number FROM manutenzione_ticket WHERE state = 'triaged' ORDER BY id")[
        0
    ][0]
    desk = page_at(f"/manutenzione/{number}/", persona="maintenance", viewport="desktop")
    note = "#step-hold textarea[name=note]"
    _unfold(desk, "hold", "triage")
    desk.locator(note).fill("Aspettiamo il pezzo dal magazzino")
    desk.locator("#step-triage select[name=urgency]").select_option("P1")

    desk.reload()

    expect(desk.locator(note)).to_be_visible()
    expect(desk.locator(note)).to_have_value("Aspettiamo il pezzo dal magazzino")
    shown = desk.locator("#step-triage select[name=urgency]").evaluate(
        "s => s.querySelector('[selected]').value"
    )
    expect(desk.locator("#step-triage select[name=urgency]")).to_have_value(shown)
    desk.locator("#step-hold button[type=submit]").click()
    expect(desk.locator("#ticket .ticket-state--on_hold")).to_be_visible()
    assert [name for name in _left_behind(desk) if "hold" in name] == []


def test_a_note_that_leads_back_to_the_same_form_is_gone_once_it_is_saved(fresh_server, page_at):
    number = fresh_server.rows("SELECT number FROM manutenzione_ticket WHERE state = 'triaged' ORDER BY id")[
        0
    ][0]
    desk = page_at(f"/manutenzione/{number}/", persona="maintenance", viewport="desktop")
    note = "#step-triage textarea[name=note]"
    _unfold(desk, "triage")
    desk.locator(note).fill("Non è così urgente")

    desk.locator("#step-triage button[type=submit]").click()

    expect(desk.locator("#ticket-history")).to_contain_text("Non è così urgente")
    expect(desk.locator(note)).to_have_value("")
