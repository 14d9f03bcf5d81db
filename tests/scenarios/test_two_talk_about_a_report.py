"""Karim has reported a fault; he and whoever repairs it write to each other, also where there is no connection."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_two_talk_and_a_lost_connection_loses_nothing(fresh_server, browser_context_for):
    key = fresh_server.rows(
        "SELECT m.conversation_id FROM community_message m JOIN portal_user u ON u.id = m.author_id "
        "JOIN community_conversation c ON c.id = m.conversation_id "
        "JOIN django_content_type t ON t.id = c.content_type_id "
        "WHERE u.username = 'demo.tenant' AND t.model = 'ticket' LIMIT 1"
    )[0][0]
    key = (
        str(key)
        if "-" in str(key)
        else re.sub(r"(.{8})(.{4})(.{4})(.{4})(.{12})", r"\1-\2-\3-\4-\5", str(key))
    )
    tenant = browser_context_for("tenant", server=fresh_server, strict=False).new_page()
    desk = browser_context_for("maintenance", server=fresh_server).new_page()
    for page in (tenant, desk):
        page.goto(f"/conversazioni/{key}/")
        expect(page.locator("body[data-live-state=open]")).to_have_count(1)

    desk.locator("#composer textarea").first.fill("Arrivo alle nove")
    desk.locator("#composer > button[type=submit]").click()

    expect(tenant.locator(".message", has_text="Arrivo alle nove")).to_have_count(1)
    expect(desk.locator(".message", has_text="Arrivo alle nove")).to_have_count(1)
    expect(desk.locator("#composer textarea").first).to_have_value("")

    tenant.context.set_offline(True)
    tenant.locator("#composer textarea").first.fill("Va bene, apro io")
    tenant.locator("#composer > button[type=submit]").click()
    expect(tenant.locator("[data-state]")).not_to_be_empty()
    expect(tenant.locator("#composer textarea").first).to_have_value("Va bene, apro io")
    desk.locator("#composer textarea").first.fill("Porto la scala")
    desk.locator("#composer > button[type=submit]").click()
    expect(desk.locator(".message", has_text="Porto la scala")).to_have_count(1)

    tenant.context.set_offline(False)

    for page in (tenant, desk):
        for words in ("Porto la scala", "Va bene, apro io"):
            expect(page.locator(".message", has_text=words)).to_have_count(1, timeout=30_000)
    expect(tenant.locator("#composer textarea").first).to_have_value("")
    numbers = [int(item.get_attribute("data-number")) for item in desk.locator("[data-number]").all()]
    assert numbers == sorted(numbers) == list(range(numbers[0], numbers[0] + len(numbers)))
