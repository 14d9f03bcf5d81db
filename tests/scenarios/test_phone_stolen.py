"""A mediator's phone is stolen, unlocked. From her laptop she puts it out; before that it opened nothing."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

EMAIL = "mediatrice@abitare.example"
WITHIN = 5_000  # milliseconds until the socket of an ended session is closed


@pytest.fixture
def mediator(fresh_server):
    """She signs in by a code: not one of the demo's people, whose buttons count as everything."""
    fresh_server.python(
        "from portal.people.models import User\n"
        f"person = User(email={EMAIL!r}, display_name='Marta Neri', language='it')\n"
        "person.set_unusable_password()\n"
        "person.save()"
    )
    return fresh_server


def authenticator(page):
    """A virtual one, as a laptop has it built in: it looks who it is, and finds her."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def latest_code(server, seen):
    """The code in the message that has come since; the codes so far are remembered."""
    code = server.code_sent_to(EMAIL, besides=seen)
    seen.add(code)
    return code


def sign_in_by_code(page, server, seen):
    page.goto("/account/login/code/")
    page.get_by_label("Indirizzo e-mail").fill(EMAIL)
    page.locator("form[action$='/login/code/'] button[type=submit]").click()
    page.locator("input[name=code]").fill(latest_code(server, seen))
    page.locator("form[action$='/confirm/'] button[type=submit]").click()
    expect(page.locator("body.signed-in")).to_be_visible()


def test_the_phone_is_stolen(mediator, browser_context_for, axe, screenshot):
    seen = set()
    phone = browser_context_for(server=mediator, viewport="phone").new_page()
    sign_in_by_code(phone, mediator, seen)

    # -- her laptop: signed in by a code, she adds a passkey and keeps the codes on paper
    laptop = browser_context_for(server=mediator, viewport="desktop").new_page()
    authenticator(laptop)
    sign_in_by_code(laptop, mediator, seen)
    laptop.goto("/account/accesso/")
    assert axe(laptop) == []
    laptop.locator("a[href$='/accesso/passkey/']").click()
    laptop.locator("input[name=name]").fill("Portatile")
    assert axe(laptop) == []
    laptop.locator("[data-passkey-go]").click()
    expect(laptop).to_have_url(re.compile("/account/accesso/codici/$"))
    assert axe(laptop) == []
    laptop.locator("button[value=kept]").click()
    expect(laptop.get_by_text("Portatile", exact=True).first).to_be_visible()

    # -- she signs out, and in again by the passkey alone
    laptop.goto("/account/logout/")
    laptop.locator("main form[action$='/logout/'] button[type=submit]").click()
    laptop.goto("/account/login/?next=/account/dispositivi/")
    assert axe(laptop) == []
    laptop.locator("[data-passkey-go]").click()
    expect(laptop).to_have_url(re.compile("/account/dispositivi/$"))

    # -- the thief holds the phone, unlocked, and her mail is open on it
    phone.goto("/account/accesso/passkey/")
    expect(phone).to_have_url(re.compile("/account/conferma/"))
    assert axe(phone) == []
    screenshot(phone, "step-up-it-phone")
    # No code comes to the very phone: only what she alone has counts.
    expect(phone.locator("button[value=send]")).to_have_count(0)
    expect(phone.locator("[data-passkey-go]")).to_be_visible()
    phone.locator("input[name=code]").fill("0000-0000")
    phone.locator("button[value=factor]").click()
    expect(phone.locator("[data-error-summary]")).to_be_visible()
    phone.goto("/ar/account/accesso/")
    screenshot(phone, "sign-in-methods-ar-phone")
    assert axe(phone) == []

    # -- no secret stands in what a locked screen shows: subjects and first lines name neither code nor device
    for path in (mediator.var / "mail").glob("*.log"):
        subject = next(line for line in path.read_text().splitlines() if line.startswith("Subject:"))
        assert not re.search(r"\d{4}", subject)

    # -- her laptop puts the phone out
    phone.goto("/notifiche/")
    expect(phone.locator("body")).to_have_attribute("data-live-state", "open")
    laptop.goto("/account/dispositivi/")
    assert axe(laptop) == []
    others = laptop.locator("button[name=end]")
    expect(others).to_have_count(1)
    with phone.expect_event("framenavigated", timeout=WITHIN + 3_000):  # the open page leaves by itself
        others.click()
    expect(phone).to_have_url(re.compile(r"/account/login/\?next="), timeout=WITHIN)
    phone.goto("/casa/")
    expect(phone).to_have_url(re.compile("/account/login/"))
    # The thief reads her mail: a code by e-mail is no longer enough to come in.
    sign_in = phone
    sign_in.goto("/account/login/code/")
    sign_in.get_by_label("Indirizzo e-mail").fill(EMAIL)
    sign_in.locator("form[action$='/login/code/'] button[type=submit]").click()
    sign_in.locator("input[name=code]").fill(latest_code(mediator, seen))
    sign_in.locator("form[action$='/confirm/'] button[type=submit]").click()
    expect(sign_in).to_have_url(re.compile("/account/login/conferma/"))
    assert axe(sign_in) == []
    screenshot(sign_in, "second-step-it-phone")
    sign_in.goto("/casa/")
    expect(sign_in).to_have_url(re.compile("/account/login/"))
    # The laptop is untouched.
    laptop.goto("/account/")
    expect(laptop.locator("body.signed-in")).to_be_visible()
