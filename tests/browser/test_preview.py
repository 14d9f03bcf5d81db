"""Beside the form an editor sees the page as a phone shows it, in a frame that our headers let be."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

GUIDE = """
from portal.pages.models import GuidePage
print(GuidePage.objects.live().filter(locale__language_code="it").order_by("pk").first().pk)
"""


def test_the_preview_opens_as_wide_as_a_phone(server, browser_context_for):
    number = server.python(GUIDE).split()[-1]
    page = browser_context_for("editor").new_page()
    page.goto(f"/admin/pages/{number}/edit/")

    page.locator("[data-side-panel-toggle=preview]").click()

    frame = page.frame_locator("iframe.w-preview__iframe, .w-preview iframe").first
    expect(frame.locator("h1")).to_be_visible()
    assert frame.locator("html").evaluate("() => window.innerWidth") == 360
