"""An hour between neighbours: offered, found, asked for in two taps, agreed on, done, confirmed by both, thanked."""

import re

import pytest
from playwright.sync_api import expect

from tests.harness.browsing import address, keep_open, was_kept_open

pytestmark = pytest.mark.browser

SAMIRA, MARCO = "Samira Haddad", "Marco Bellini"


def _stands(page, state: str) -> None:
    expect(page.locator(f"#exchange[data-state={state}]")).to_be_visible()


def _take(page, verb: str, **filled) -> None:
    """Take a step on the exchange's page with its form."""
    step = page.locator(f"#step-{verb}")
    if step.get_attribute("open") is None:
        step.locator("summary").click()
    for name, value in filled.items():
        field = step.locator(f"[name={name}]")
        if name == "minutes":
            field.select_option(value)
        else:
            field.fill(value)
    step.locator("button[type=submit]").click()


def _hours(server, persona: str) -> int:
    """What stands in the books, in minutes."""
    told = server.python(
        "from django.contrib.auth import get_user_model; "
        "from community.mutual_aid.time_bank.models import HoursAccount; "
        f"print(HoursAccount.of(get_user_model().objects.get(username='demo.{persona}')).balance)"
    )
    return int(told)


def _let_it_begin(server, exchange: str) -> None:
    server.python(
        "from datetime import timedelta; from django.utils import timezone; "
        "from community.mutual_aid.exchanges.models import Exchange; "
        f"Exchange.objects.filter(pk={exchange.strip('/').split('/')[-1]})"
        ".update(starts_at=timezone.now() - timedelta(hours=2))"
    )


def _publish(phone, *, kind: str, category: str, text: str, language: str = "it") -> str:
    """Put something on the board; returns its address, in Italian."""
    phone.goto(address(f"/aiuto/nuovo/?kind={kind}", language))
    phone.locator(f"label:has(input[name=category][value={category}])").click()
    phone.locator("textarea[name=text]").fill(text)
    phone.locator("form.aid-form > button[type=submit]").click()
    expect(phone).to_have_url(re.compile(r"/aiuto/annunci/\d+/$"))
    return "/" + phone.url.split("/", 3)[3].removeprefix(f"{language}/")


def test_an_hour_of_homework(fresh_server, browser_context_for, page_at, axe, screenshot):
    samira = browser_context_for("tenant", language="ar").new_page()
    marco = page_at("/aiuto/?category=homework", persona="tenant2")
    keep_open(marco)
    text = "Aiuto con la matematica delle medie, nella sala comune."
    before = [_hours(fresh_server, who) for who in ("tenant", "tenant2")]

    # Samira offers help with homework; Marco, who looks at the board, sees it come.
    post = _publish(samira, kind="offer", category="homework", text=text, language="ar")
    screenshot(samira, "hour-1-offered-phone-ar")
    card = marco.locator(f"#aid-board a[href='{post}']")
    expect(card).to_be_visible()
    assert was_kept_open(marco)
    screenshot(marco, "hour-2-board-phone-it")

    # Two taps: the card, the button. He sees her first name only, and three rules for the first time.
    card.click()
    expect(marco.locator("main")).to_contain_text("Samira")
    expect(marco.locator("main")).not_to_contain_text(SAMIRA)
    expect(marco.locator(".aid-rules li")).to_have_count(3)
    assert axe(marco) == []
    screenshot(marco, "hour-3-post-phone-it")
    marco.locator("#ask form > button[type=submit]").click()
    expect(marco).to_have_url(re.compile(r"/aiuto/scambi/\d+/$"))
    _stands(marco, "proposed")
    keep_open(marco)
    exchange = re.search(r"/aiuto/scambi/\d+/", marco.url).group()

    # She hears of it, and says yes; they write down the day and the place, which both read.
    samira.locator(".site-header__tools a[href='/ar/notifiche/']").click()
    samira.locator("#inbox .entry__link").first.click()
    expect(samira).to_have_url(re.compile(rf"/ar{exchange}$"))
    _take(samira, "accept")
    _stands(samira, "accepted")
    _stands(marco, "accepted")
    assert was_kept_open(marco)
    expect(marco.locator("#exchange")).to_contain_text(SAMIRA)
    keep_open(samira)
    _take(marco, "schedule", place="Sala comune")
    _stands(samira, "scheduled")
    expect(samira.locator("#exchange")).to_contain_text("Sala comune")
    screenshot(samira, "hour-4-agreed-phone-ar")

    # Nobody can say yet that it was done: the page says from when on. Then the hour comes.
    expect(samira.locator("#step-done")).to_have_count(0)
    _let_it_begin(fresh_server, exchange)
    for phone in (samira, marco):
        phone.reload()

    # Marco presses "done" by mistake, and takes it back.
    _take(marco, "done", minutes="60")
    _stands(samira, "done")
    _take(marco, "undo")
    _stands(samira, "scheduled")
    keep_open(samira)

    # It is done: she says how long it took, he confirms it.
    _take(samira, "done", minutes="60")
    _stands(marco, "done")
    assert axe(marco) == []
    screenshot(marco, "hour-5-to-confirm-phone-it")
    _take(marco, "confirm")
    _stands(marco, "confirmed")
    _stands(samira, "confirmed")
    after = [_hours(fresh_server, who) for who in ("tenant", "tenant2")]
    assert [now - then for then, now in zip(before, after, strict=True)] == [60, -60]
    for who in ("tenant", "tenant2"):
        expect(page_at("/aiuto/ore/", persona=who).locator("main")).to_contain_text("1 ora")

    # He says thank you, in his words.
    keep_open(samira)
    _take(marco, "thank", words="Grazie, adesso le frazioni tornano!")
    _stands(samira, "thanked")
    expect(samira.locator("#exchange")).to_contain_text("le frazioni tornano")
    screenshot(samira, "hour-6-thanked-phone-ar")


def test_without_a_script(server, browser_context_for):
    """The same way with forms and pages alone; the figures differ once."""
    samira, marco = (browser_context_for(who, javascript=False).new_page() for who in ("tenant", "tenant2"))
    post = _publish(samira, kind="request", category="repairs", text="La mensola balla.")
    marco.goto(post)
    marco.locator("#ask form > button[type=submit]").click()
    exchange = re.search(r"/aiuto/scambi/\d+/", marco.url).group()
    samira.goto(exchange)
    _take(samira, "accept")
    marco.goto(exchange)
    _take(marco, "done", minutes="60")
    samira.goto(exchange)
    _take(samira, "done", minutes="30")
    _stands(samira, "done")
    marco.goto(exchange)
    _take(marco, "confirm")
    _stands(marco, "confirmed")


def test_confirmed_from_two_phones(server, browser_context_for, page_at):
    """Whoever confirms again on another phone, whose page is old, finds it confirmed; the hours count once."""
    samira, marco = (browser_context_for(who).new_page() for who in ("tenant", "tenant2"))
    post = _publish(samira, kind="offer", category="papers", text="Leggo le lettere con voi.")
    marco.goto(post)
    marco.locator("#ask form > button[type=submit]").click()
    exchange = re.search(r"/aiuto/scambi/\d+/", marco.url).group()
    samira.goto(exchange)
    _take(samira, "accept")
    _stands(samira, "accepted")
    _take(samira, "done", minutes="60")
    _stands(samira, "done")
    before = _hours(server, "tenant")

    marco.goto(exchange)
    tablet = browser_context_for("tenant2", javascript=False).new_page()
    tablet.goto(exchange)
    _take(marco, "confirm")
    _stands(marco, "confirmed")
    _take(tablet, "confirm")
    _stands(tablet, "confirmed")

    assert _hours(server, "tenant") == before + 60
