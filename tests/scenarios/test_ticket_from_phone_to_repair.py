"""A broken stair light, from the tenant's phone to the repair and back: nobody reloads a page."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pictures import photo
from tests.harness.browsing import address, keep_open, was_kept_open

pytestmark = pytest.mark.browser

TENANT, OPERATOR, CONTRACTOR = "Samira Haddad", "Roberto Sala", "Nuredin Hoxha"
BELL = ".site-header__tools a[href$='/notifiche/'] .count"


def _label(server, kind: str) -> str:
    """What the QR code on that wall of the tenant's building holds."""
    rows = server.rows(
        "SELECT a.label FROM portal_commonarea a JOIN portal_building b ON b.id = a.building_id "
        "WHERE b.name = 'Casa dei Tigli' AND a.kind = %s ORDER BY a.id",
        kind,
    )
    return str(rows[0][0])


def _report(phone, label: str, *, text: str, language: str = "it", urgency: str = "P2") -> int:
    """Through all steps of the report; returns the number on the receipt."""
    phone.goto(address(f"/manutenzione/segnala/?area={label}", language))
    phone.locator("a[href*='danger=no']").click()
    phone.locator("label:has(input[name=category][value=lighting])").click()
    phone.locator("textarea[name=text]").fill(text)
    phone.locator("input[type=file][name=photos]").set_input_files([photo("scale.jpg")])
    phone.locator(f"input[name=urgency][value={urgency}]").check()
    phone.locator("form.report-form button[type=submit]").click()
    expect(phone).to_have_url(re.compile(r"/manutenzione/\d+/ricevuta/"))
    return int(phone.locator(".receipt__number strong").inner_text())


def _stands(page, state: str) -> None:
    expect(page.locator(f"#ticket .ticket-state--{state}")).to_be_visible()


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


def _waiting(page) -> int:
    """The number on the bell."""
    number = page.locator(f"{BELL} .count__number")
    return int(number.inner_text()) if number.count() else 0


def _rings(page, before: int) -> int:
    """Wait until more news waits than before; returns how many."""
    page.wait_for_function(
        "([bell, before]) => Number(document.querySelector(bell)?.textContent) > before",
        arg=[f"{BELL} .count__number", before],
    )
    return _waiting(page)


def test_from_the_phone_to_the_repair(fresh_server, browser_context_for, page_at, axe, screenshot):
    phone = browser_context_for("tenant", language="ar").new_page()
    desk = page_at("/manutenzione/lavoro/", persona="maintenance", viewport="desktop")
    keep_open(desk)
    electrician = page_at("/manutenzione/", persona="contractor")
    keep_open(electrician)
    text = "الضوء بين الطابق الأول والثاني مطفأ منذ أمس"

    # Samira scans the label on the stairs, tells what happens in her language, and adds a photo.
    number = _report(phone, _label(fresh_server, "stairs"), text=text, language="ar")
    screenshot(phone, "story-1-receipt-phone-ar")
    phone.locator(f"main a[href='/ar/manutenzione/{number}/']").click()
    _stands(phone, "submitted")
    keep_open(phone)
    bell = _waiting(phone)
    home = phone.context.new_page()
    home.goto("/ar/casa/")
    keep_open(home)
    at_home = home.locator("#my-reports li", has=home.locator(f"a[href='/ar/manutenzione/{number}/']"))

    # Roberto looks at his work list, and there it is.
    line = desk.locator(f"#work-list a[href='/manutenzione/{number}/']")
    expect(line).to_be_visible()
    assert was_kept_open(desk)
    screenshot(desk, "story-2-work-list-desktop-it", full_page=False)
    line.click()
    expect(desk.locator("#ticket")).to_contain_text(text)
    expect(desk.locator("#ticket")).to_contain_text(TENANT)
    expect(desk.locator("#ticket .photos__item")).to_have_count(1)

    # He takes it on, gives it to the electrician, and says that it is repaired; Samira's page follows each step.
    _take(desk, "triage", urgency="P2")
    _stands(phone, "triaged")
    bell = _rings(phone, bell)
    _take(desk, "assign", person=CONTRACTOR)
    expect(desk.locator("#ticket")).to_contain_text(CONTRACTOR)
    given = electrician.locator(f"#given a[href='/manutenzione/{number}/']")
    expect(given).to_be_visible()
    expect(at_home.locator(".ticket-state--triaged")).to_be_visible()
    assert axe(phone) == []
    screenshot(phone, "story-3-taken-on-phone-ar")
    _take(desk, "resolve", note="Cambiata la lampada.", photos=[photo("fatto.jpg", "#c9c4ba")])
    _stands(desk, "resolved")
    _stands(phone, "resolved")
    _rings(phone, bell)
    expect(phone.locator("#ticket-history")).to_contain_text("Cambiata la lampada.")
    expect(phone.locator("#ticket-history .photos__item")).to_have_count(1)
    expect(phone.locator("#ticket")).not_to_contain_text(OPERATOR)
    expect(at_home.locator(".badge--warning")).to_be_visible()
    expect(given).to_have_count(0)
    assert was_kept_open(phone)
    assert was_kept_open(home)
    assert was_kept_open(electrician)
    screenshot(phone, "story-4-resolved-phone-ar")

    # The newest news on her bell leads to the report; she confirms, and Roberto's page knows.
    phone.locator(".site-header__tools a[href='/ar/notifiche/']").click()
    phone.locator("#inbox .entry__link").first.click()
    expect(phone).to_have_url(re.compile(rf"/ar/manutenzione/{number}/$"))
    keep_open(desk)
    _take(phone, "confirm")
    _stands(phone, "closed")
    _stands(desk, "closed")
    assert was_kept_open(desk)


def test_it_is_not_repaired_after_all(server, browser_context_for, page_at):
    """The reporter opens it again with a reason; the operator reads it, repairs it for good, and it is confirmed."""
    phone = browser_context_for("tenant").new_page()
    number = _report(phone, _label(server, "entrance"), text="La porta non si chiude.", urgency="P1")
    desk = page_at(f"/manutenzione/{number}/", persona="maintenance", viewport="desktop")
    _take(desk, "triage")
    _stands(desk, "triaged")
    _take(desk, "resolve", note="Regolato il chiudiporta.")
    _stands(desk, "resolved")

    phone.goto(f"/manutenzione/{number}/")
    keep_open(desk)
    _take(phone, "reopen", note="Sbatte ancora.")
    _stands(phone, "triaged")
    _stands(desk, "triaged")
    expect(desk.locator("#ticket-history")).to_contain_text("Sbatte ancora.")
    assert was_kept_open(desk)

    keep_open(phone)
    _take(desk, "resolve", note="Cambiato il chiudiporta.")
    _stands(phone, "resolved")
    assert was_kept_open(phone)
    _take(phone, "confirm")
    _stands(desk, "closed")


def test_the_neighbours_and_the_electrician_never_learn_who_reported_it(server, browser_context_for, page_at):
    phone = browser_context_for("tenant").new_page()
    neighbour = page_at("/manutenzione/", persona="tenant2")
    keep_open(neighbour)
    number = _report(phone, _label(server, "lift"), text="Luce della cabina spenta.")
    line = f"#board a[href='/manutenzione/{number}/']"
    expect(neighbour.locator(line)).to_be_visible()
    assert was_kept_open(neighbour)
    neighbour.locator(line).click()
    desk = page_at(f"/manutenzione/{number}/", persona="maintenance", viewport="desktop")
    _take(desk, "triage", person=CONTRACTOR)
    _stands(neighbour, "triaged")

    # The electrician finds it among what was given to him, and says that it is repaired.
    electrician = page_at("/manutenzione/", persona="contractor")
    electrician.locator(f"#given a[href='/manutenzione/{number}/']").click()
    expect(electrician.locator("main")).not_to_contain_text(TENANT)
    _take(electrician, "resolve", note="Cambiato il neon.", photos=[photo("fatto.jpg", "#c9c4ba")])

    _stands(neighbour, "resolved")
    expect(neighbour.locator("#ticket-history")).to_contain_text("Cambiato il neon.")
    for name in (TENANT, OPERATOR, CONTRACTOR):
        expect(neighbour.locator("main")).not_to_contain_text(name)
    expect(neighbour.locator("#ticket-steps form")).to_have_count(0)


def test_the_second_of_two_operators_sees_what_the_first_did(server, browser_context_for, page_at):
    """Without a script nothing brings the second operator's page up to date."""
    phone = browser_context_for("tenant").new_page()
    number = _report(phone, _label(server, "lift"), text="La porta della cabina trema.")
    first = page_at(f"/manutenzione/{number}/", persona="maintenance", viewport="desktop")
    second = page_at(f"/manutenzione/{number}/", persona="maintenance", viewport="desktop", javascript=False)

    _take(first, "triage", urgency="P1", person=CONTRACTOR)
    _stands(first, "triaged")
    _take(second, "triage", urgency="P3", note="Lo guardo io domani.")

    expect(second.get_by_role("alert").first).to_be_visible()
    expect(second.locator("#step-triage textarea[name=note]")).to_have_value("Lo guardo io domani.")
    _stands(second, "triaged")


def test_danger_shows_the_call_before_any_form(server, page_at):
    label = _label(server, "stairs")

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
