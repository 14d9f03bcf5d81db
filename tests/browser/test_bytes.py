"""What a visit costs somebody who pays by the megabyte."""

from datetime import timedelta

import pytest

from portal.live.positions import SETTLED
from tests.harness.browsing import address
from tests.harness.scale import LIMITS, Scale

pytestmark = pytest.mark.browser

GUIDE = "/cerco-casa/contratto-di-servizio/"


def visited(page, scale: Scale, path: str) -> Scale:
    page.goto("about:blank")  # the page before has asked its last: none of it is counted here
    scale.reset()
    page.goto(path, wait_until="networkidle")
    return scale


def told(path: str, scale: Scale) -> str:
    heavy = sorted(scale.files.items(), key=lambda file: -file[1])[:8]
    return f"{path}: {scale.bytes} bytes: " + ", ".join(f"{name} {size}" for name, size in heavy)


@pytest.mark.parametrize("path", ["/", GUIDE, "/account/login/", "/cerca/?q=casa"])
@pytest.mark.parametrize("language", ["it", "ar"])
def test_a_first_visit_is_light(browser_context_for, path, language):
    page = browser_context_for(None).new_page()
    scale = visited(page, Scale(page), address(path, language))

    assert 1_000 < scale.bytes <= LIMITS["first"], told(path, scale)


@pytest.fixture(params=[2 * SETTLED, timedelta()], ids=["long ago", "just now"])
def something_happened(request, server):
    """When anything last happened to anybody: a page that shows what has just happened looks once more, to be sure."""
    server.python(
        "from django.utils.timezone import now, timedelta; from portal.live.models import LivePosition\n"
        f"LivePosition.objects.update(changed_at=now() - timedelta(seconds={request.param.total_seconds()}))"
    )


# Each journey begins where one comes in: at the door for whoever signs in.
JOURNEYS = {
    None: ["/", GUIDE, "/cerco-casa/", "/cerca/?q=casa", "/account/login/", "/manutenzione/segnala/"],
    "tenant": ["/casa/", "/manutenzione/", "ticket", "/notifiche/", "/manutenzione/segnala/?danger=no", "/"],
    "maintenance": ["/casa/oggi/", "/manutenzione/lavoro/", "/manutenzione/", "/casa/"],
}


@pytest.mark.parametrize("persona", JOURNEYS)
@pytest.mark.usefixtures("something_happened")
def test_later_pages_are_lighter(browser_context_for, persona):
    page = browser_context_for(persona).new_page()
    scale = Scale(page)
    first, *later = JOURNEYS[persona]
    visited(page, scale, first)
    assert 1_000 < scale.bytes <= LIMITS["first"], told(first, scale)
    too_heavy = []
    for path in later:
        if path == "ticket":
            path = page.locator("#board a[href*='/manutenzione/']").first.get_attribute("href")
        visited(page, scale, path)
        assert scale.bytes, "nothing was counted"
        if scale.bytes > LIMITS["later"]:
            too_heavy.append(told(path, scale))
    assert not too_heavy, "\n".join(too_heavy)
