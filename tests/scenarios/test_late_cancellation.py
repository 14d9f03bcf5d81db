"""Called off at the last moment: the other hears at once, and the board looks for somebody else."""

import re

import pytest
from playwright.sync_api import expect

from tests.harness.browsing import keep_open, was_kept_open

pytestmark = pytest.mark.browser


def _take(page, verb: str, **filled) -> None:
    step = page.locator(f"#step-{verb}")
    if step.get_attribute("open") is None:
        step.locator("summary").click()
    for name, value in filled.items():
        step.locator(f"[name={name}]").fill(value)
    step.locator("button[type=submit]").click()


def test_somebody_else_is_found(fresh_server, browser_context_for, page_at, screenshot):
    samira, marco = (browser_context_for(who).new_page() for who in ("tenant", "tenant2"))

    # Samira needs somebody this week; Marco can, and they agree on an hour that is near.
    samira.goto("/aiuto/nuovo/?kind=request")
    samira.locator("label:has(input[name=category][value=transport])").click()
    samira.locator("textarea[name=text]").fill("Devo andare alla visita e non voglio andarci da sola.")
    samira.locator("form.aid-form > details > summary").click()
    samira.locator("[name=meant]").select_option(index=1)  # everybody in the area
    samira.locator("form.aid-form > details > button[type=submit]").click()
    expect(samira).to_have_url(re.compile(r"/aiuto/annunci/\d+/$"))
    post = "/" + samira.url.split("/", 3)[3]
    marco.goto(post)
    marco.locator("#ask form > button[type=submit]").click()
    expect(marco).to_have_url(re.compile(r"/aiuto/scambi/\d+/$"))
    exchange = re.search(r"/aiuto/scambi/\d+/", marco.url).group()
    samira.goto(exchange)
    _take(samira, "accept")
    expect(samira.locator("#exchange[data-state=accepted]")).to_be_visible()
    soon = fresh_server.python(
        "from datetime import timedelta; from django.utils import timezone; "
        "print(timezone.localtime(timezone.now() + timedelta(hours=3)).isoformat())"
    ).strip()
    _take(samira, "schedule", starts_at_0=soon[:10], starts_at_1=soon[11:16])
    expect(samira.locator("#exchange[data-state=scheduled]")).to_be_visible()
    keep_open(samira)

    # It is not on the board any more, where Davide looks.
    davide = page_at("/aiuto/?category=transport", persona="volunteer")
    keep_open(davide)
    card = davide.locator(f"#aid-board a[href='{post}']")
    expect(card).to_have_count(0)

    # Marco calls off. The page says what that means; Samira's changes by itself, her bell says it is urgent.
    marco.goto(exchange)
    marco.locator("#step-cancel summary").click()
    expect(marco.locator("#step-cancel .alert--warning")).to_be_visible()
    _take(marco, "cancel", reason="Mi hanno chiamato al lavoro, mi dispiace.")
    expect(samira.locator("#exchange[data-state=cancelled]")).to_be_visible()
    expect(samira.locator("#exchange")).to_contain_text("Mi hanno chiamato al lavoro")
    assert was_kept_open(samira)
    screenshot(samira, "late-1-called-off-phone-it")
    samira.goto("/notifiche/")
    samira.locator("#inbox .entry__link").first.click()
    expect(samira).to_have_url(re.compile(rf"{exchange}$"))

    # The board looks for a stand-in, and Davide, who is there, sees it come. Two taps, and she has somebody.
    expect(card).to_be_visible()
    assert was_kept_open(davide)
    expect(
        davide.locator(".entry", has=davide.locator(f"a[href='{post}']")).locator(".badge--warning")
    ).to_be_visible()
    screenshot(davide, "late-2-stand-in-phone-it")
    card.click()
    davide.locator("#ask form > button[type=submit]").click()
    expect(davide).to_have_url(re.compile(r"/aiuto/scambi/\d+/$"))
    second = re.search(r"/aiuto/scambi/\d+/", davide.url).group()
    samira.goto(second)
    _take(samira, "accept")
    expect(samira.locator("#exchange[data-state=accepted]")).to_be_visible()
    samira.goto(post)
    expect(samira.locator("#post-exchanges li")).to_have_count(2)
