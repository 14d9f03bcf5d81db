"""A broken stair light, from the tenant's phone to the repair and back: two browsers, nobody reloads a page."""

import re
from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TENANT, OPERATOR, CONTRACTOR = "Samira Haddad", "Roberto Sala", "Nuredin Hoxha"


def _photo(shade: str, name: str) -> dict:
    """A picture as a phone's camera would hand it over."""
    image = Image.new("RGB", (1600, 1200), shade)
    ImageDraw.Draw(image).ellipse((700, 200, 900, 420), fill="#55565c", outline="#111111", width=12)
    file = BytesIO()
    image.save(file, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": file.getvalue()}


def _label(server, building: str, kind: str) -> str:
    """What the QR code on that wall holds."""
    rows = server.rows(
        "SELECT a.label FROM portal_commonarea a JOIN portal_building b ON b.id = a.building_id "
        "WHERE b.name = %s AND a.kind = %s ORDER BY a.id",
        building,
        kind,
    )
    return str(rows[0][0])


def _report(phone, label: str, *, text: str, urgency: str = "P2") -> int:
    """Through all steps of the report; returns the number on the receipt."""
    phone.goto(f"/manutenzione/segnala/?area={label}")
    phone.locator("a[href*='danger=no']").click()
    phone.locator("label:has(input[name=category][value=lighting])").click()
    phone.locator("textarea[name=text]").fill(text)
    phone.locator("input[type=file][name=photos]").set_input_files([_photo("#30323a", "scale.jpg")])
    phone.locator(f"input[name=urgency][value={urgency}]").check()
    phone.locator("form.report-form button[type=submit]").click()
    expect(phone).to_have_url(re.compile(r"/manutenzione/\d+/ricevuta/"))
    number = int(phone.locator(".receipt__number strong").inner_text())
    return number


def _stands(page, state: str):
    return page.locator(f"#ticket .ticket-state--{state}")


def _take(page, verb: str, **filled) -> None:
    """Take a step on the ticket's page with its form."""
    step = page.locator(f"#step-{verb}")
    if step.get_attribute("open") is None:
        step.locator("summary").click()
    for name, value in filled.items():
        if name == "photos":
            step.locator("input[name=photos]").set_input_files(value)
        elif name == "note":
            step.locator("textarea[name=note]").fill(value)
        elif name == "person":
            step.locator("select[name=person]").select_option(label=value)
        else:
            step.locator(f"select[name={name}]").select_option(value)
    step.locator("button[type=submit]").click()


def test_from_the_phone_to_the_repair(fresh_server, browser_context_for, page_at, axe, screenshot):
    phone = browser_context_for("tenant").new_page()
    desk = page_at("/manutenzione/lavoro/", persona="maintenance", viewport="desktop")
    neighbour = page_at("/manutenzione/", persona="tenant2")
    text = "Da ieri sera la luce tra il primo e il secondo piano è spenta: mia figlia ha paura a salire."

    # Samira scans the label on the stairs and tells what happens.
    number = _report(phone, _label(fresh_server, "Casa dei Tigli", "stairs"), text=text)
    screenshot(phone, "story-receipt-phone")

    # Roberto's work list and the neighbour's board show it while they look at them.
    line = f"a[href='/manutenzione/{number}/']"
    expect(desk.locator(f"#work-list {line}")).to_be_visible()
    expect(neighbour.locator(f"#board {line}")).to_be_visible()

    # Roberto opens it, takes it on and gives it to the electrician; Samira's page follows.
    phone.goto(f"/manutenzione/{number}/")
    expect(_stands(phone, "submitted")).to_be_visible()
    desk.locator(f"#work-list {line}").first.click()
    expect(desk.locator("#ticket")).to_contain_text(text)
    expect(desk.locator("#ticket")).to_contain_text(TENANT)
    expect(desk.locator("#ticket .photos__item")).to_have_count(1)
    _take(desk, "triage", urgency="P2", person=CONTRACTOR)
    expect(_stands(phone, "triaged")).to_be_visible()
    assert axe(phone) == []
    screenshot(phone, "story-taken-on-phone")

    # The electrician finds it among what was given to him, and says that it is repaired, with a photo.
    electrician = page_at("/manutenzione/", persona="contractor")
    electrician.locator(f"#board {line}").click()
    expect(electrician.locator("main")).not_to_contain_text(TENANT)
    _take(
        electrician,
        "resolve",
        note="Cambiata la lampada del pianerottolo.",
        photos=[_photo("#c9c4ba", "fatto.jpg")],
    )
    expect(_stands(desk, "resolved")).to_be_visible()
    expect(_stands(phone, "resolved")).to_be_visible()
    expect(phone.locator("#ticket-history")).to_contain_text("Cambiata la lampada del pianerottolo.")
    expect(phone.locator("main .photos__item")).to_have_count(2)

    # Samira has been told at each step, and confirms.
    phone.goto("/notifiche/")
    told = phone.locator("main").get_by_role("link", name=re.compile(rf"\b{number}\b"))
    expect(told).to_have_count(2)  # taken on, repaired
    told.first.click()
    expect(phone).to_have_url(re.compile(rf"/manutenzione/{number}/$"))
    _take(phone, "confirm")
    expect(_stands(phone, "closed")).to_be_visible()
    expect(_stands(desk, "closed")).to_be_visible()

    # The neighbour has seen it all without learning who it was.
    neighbour.goto(f"/manutenzione/{number}/")
    expect(_stands(neighbour, "closed")).to_be_visible()
    expect(neighbour.locator("main")).not_to_contain_text(TENANT)
    expect(neighbour.locator("main")).not_to_contain_text(OPERATOR)
    expect(neighbour.locator("#ticket-steps form")).to_have_count(0)


def test_it_is_not_repaired_after_all(fresh_server, browser_context_for, page_at):
    phone = browser_context_for("tenant", language="ar").new_page()
    number = _report(
        phone, _label(fresh_server, "Casa dei Tigli", "entrance"), text="الباب لا يُغلق", urgency="P1"
    )
    desk = page_at(f"/manutenzione/{number}/", persona="maintenance", viewport="desktop")
    _take(desk, "triage")
    expect(_stands(desk, "triaged")).to_be_visible()
    _take(desk, "resolve", note="Regolato il chiudiporta.")
    expect(_stands(desk, "resolved")).to_be_visible()

    phone.goto(f"/ar/manutenzione/{number}/")
    _take(phone, "reopen", note="لا يزال مفتوحًا")

    expect(_stands(phone, "triaged")).to_be_visible()
    expect(_stands(desk, "triaged")).to_be_visible()
    expect(desk.locator("#ticket-history")).to_contain_text("لا يزال مفتوحًا")


def test_the_second_of_two_operators_sees_what_the_first_did(fresh_server, browser_context_for, page_at):
    """The live update is held back, as on a bad line: the second operator's page is out of date."""
    phone = browser_context_for("tenant").new_page()
    number = _report(phone, _label(fresh_server, "Casa dei Tigli", "lift"), text="Luce della cabina spenta.")
    first = page_at(f"/manutenzione/{number}/", persona="maintenance", viewport="desktop")
    second = page_at(f"/manutenzione/{number}/", persona="maintenance", viewport="desktop", javascript=False)

    _take(first, "triage", urgency="P1", person=CONTRACTOR)
    expect(_stands(first, "triaged")).to_be_visible()
    _take(second, "triage", urgency="P3", note="Lo guardo io domani.")

    expect(second.get_by_role("alert").first).to_be_visible()
    expect(second.locator("#step-triage textarea[name=note]")).to_have_value("Lo guardo io domani.")
    expect(_stands(second, "triaged")).to_be_visible()


def test_danger_shows_the_call_before_any_form(server, page_at):
    label = _label(server, "Casa dei Tigli", "stairs")

    visitor = page_at(f"/manutenzione/segnala/?area={label}")
    expect(visitor.locator("main a[href='tel:112']")).to_be_visible()
    expect(visitor.locator("main form")).to_have_count(0)

    tenant = page_at(f"/manutenzione/segnala/?area={label}", persona="tenant")
    tenant.locator("a[href*='danger=gas']").click()
    expect(tenant.locator("main a[href='tel:112']")).to_be_visible()
    expect(tenant.locator("main a[href^='tel:800']").first).to_be_visible()
    expect(tenant.locator("main form")).to_have_count(0)
    tenant.locator("a[href*='called=yes']").click()
    expect(tenant.locator("form.report-form")).to_be_visible()
    expect(tenant.locator("input[name=urgency]")).to_have_count(0)


def test_the_report_works_without_javascript(fresh_server, browser_context_for):
    phone = browser_context_for("tenant", javascript=False).new_page()

    number = _report(phone, _label(fresh_server, "Casa dei Tigli", "courtyard"), text="Il lampione è spento.")

    phone.goto("/manutenzione/?show=mine")
    expect(phone.locator(f"a[href='/manutenzione/{number}/']")).to_be_visible()


def test_a_reload_loses_nothing_that_was_typed(server, page_at):
    label = _label(server, "Casa dei Tigli", "stairs")
    phone = page_at(f"/manutenzione/segnala/?area={label}&danger=no", persona="tenant")
    phone.locator("textarea[name=text]").fill("Manca la luce, il resto lo scrivo dopo")
    phone.locator("label:has(input[name=category][value=lighting])").click()

    phone.reload()

    expect(phone.locator("textarea[name=text]")).to_have_value("Manca la luce, il resto lo scrivo dopo")
    expect(phone.locator("input[name=category][value=lighting]")).to_be_checked()
