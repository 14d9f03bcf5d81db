"""From the caseworker's form to the tenant's home: a letter, a phone, a language, and in."""

import re
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

NADIA, SAMI = "نادية سالم", "Sami Salem"


def _register(desk, *people):
    """The caseworker's form: (name, language) of each."""
    desk.goto("/persone/famiglie/nuova/")
    desk.locator("#id_name").fill("Famiglia Salem")
    for place, (name, language) in enumerate(people):
        desk.locator(f"#id_adults-{place}-name").fill(name)
        desk.locator(f"#id_adults-{place}-language").select_option(language)
    desk.locator("main form button[type=submit]").first.click()
    expect(desk.locator(".alert--success")).to_be_visible()


def _make_letter(desk, name: str) -> None:
    desk.goto("/persone/inviti/?state=to_print")
    row = desk.locator("main .list li", has_text=name)
    row.get_by_role("link").click()
    desk.locator("main form button[type=submit]").first.click()
    expect(desk.locator("article.letter")).to_be_visible()


def _scan(page, screenshot, name: str) -> str:
    """What a camera reads on the screen."""
    picture = screenshot(page, name)
    [found] = zxingcpp.read_barcodes(Image.open(picture))
    return found.text


def _next(page) -> None:
    page.locator("main form button[type=submit]").last.click()


def test_from_the_letter_to_the_first_sign_in(fresh_server, browser_context_for, page_at, axe, screenshot):
    desk = page_at("/persone/inviti/", persona="caseworker", viewport="desktop")
    assert axe(desk) == []
    screenshot(desk, "letter-1-list-desktop-it")
    _register(desk, (NADIA, "ar"), (SAMI, "it"))
    _make_letter(desk, NADIA)
    assert axe(desk) == []
    link = _scan(desk, screenshot, "letter-2-letter-desktop-ar")
    assert re.fullmatch(rf"{fresh_server.url}/ar/benvenuto/#[0-9A-Z]{{28}}", link)

    # She scans it: the code goes into the form and out of the address bar.
    phone = browser_context_for(None, language="ar").new_page()
    asked = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(link)
    expect(phone).to_have_url(re.compile(r"/ar/benvenuto/lingua/$"))
    assert axe(phone) == []
    screenshot(phone, "letter-3-language-phone-ar")
    code = urlsplit(link).fragment
    assert [url for url in asked if code in url.partition("#")[0]] == []
    phone.locator("input[name=language][value=ar]").check()
    _next(phone)
    expect(phone.locator("#id_name")).to_have_value(NADIA)
    assert axe(phone) == []
    _next(phone)
    phone.locator("input[name=way][value=email]").check()
    assert axe(phone) == []
    screenshot(phone, "letter-4-way-phone-ar")
    _next(phone)
    phone.locator("#id_contact").fill("nadia.salem@abitare.example")
    _next(phone)
    expect(phone.locator("#id_code")).to_be_visible()
    assert axe(phone) == []
    screenshot(phone, "letter-5-code-phone-ar")
    phone.locator("#id_code").fill(fresh_server.code_sent_to("nadia.salem@abitare.example"))
    phone.locator("main form button[type=submit]").first.click()
    expect(phone.locator("#id_password")).to_be_visible()
    _next(phone)
    expect(phone).to_have_url(re.compile(r"/ar/benvenuto/informativa/$"))
    assert axe(phone) == []
    screenshot(phone, "letter-6-notice-phone-ar")
    _next(phone)
    expect(phone).to_have_url(re.compile(r"/ar/casa/$"))
    expect(phone.locator("body")).to_contain_text(NADIA)

    # The caseworker sees that she is in, and that he is not.
    desk.goto("/persone/inviti/?state=in&q=Salem")
    expect(desk.locator("main .list")).to_contain_text(NADIA)
    desk.goto("/persone/inviti/?q=Salem")
    expect(desk.locator("main .list")).to_contain_text(SAMI)
    expect(desk.locator("main .list")).not_to_contain_text(NADIA)

    # Whoever finds the paper reads that it is used, and whom to call.
    other = browser_context_for(None, language="ar").new_page()
    other.goto(link)
    expect(other.locator("[data-error-summary]")).to_be_visible()
    expect(other.locator("[data-error-summary] a[href^='tel:']")).to_be_visible()
    assert code not in other.url
    assert axe(other) == []
    screenshot(other, "letter-7-used-phone-ar")
    assert code not in fresh_server.log.read_text(errors="replace")
    assert code not in str(fresh_server.rows("SELECT * FROM portal_invitation"))


def test_without_a_camera_and_without_a_script(fresh_server, browser_context_for, page_at, screenshot, axe):
    desk = page_at("/persone/inviti/", persona="caseworker")
    screenshot(desk, "letter-8-list-phone-it")
    _register(desk, (SAMI, "it"))
    _make_letter(desk, SAMI)
    screenshot(desk, "letter-9-letter-phone-it")
    code = desk.locator(".letter__code").inner_text()

    phone = browser_context_for(None, javascript=False).new_page()
    phone.goto("/benvenuto/")
    screenshot(phone, "letter-10-welcome-phone-it")
    phone.locator("#id_code").fill(code.lower().replace("0", "o"))
    _next(phone)
    phone.locator("input[name=language][value=it]").check()
    _next(phone)
    phone.locator("#id_name").fill("Sami \u202eSalem")
    _next(phone)
    expect(phone.locator(".field--wrong")).to_be_visible()
    phone.locator("#id_name").fill("Sami Salem")
    _next(phone)
    phone.locator("input[name=way][value=desk]").check()
    _next(phone)
    expect(phone).to_have_url(re.compile(r"/benvenuto/informativa/$"))
    screenshot(phone, "letter-11-notice-phone-it")
    _next(phone)
    expect(phone).to_have_url(re.compile(r"/casa/$"))
    expect(phone.locator("body")).to_contain_text("Sami Salem")
