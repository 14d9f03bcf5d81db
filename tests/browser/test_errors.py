"""Pages that come when something else does not: each in the language of the address, and whole."""

import json

import pytest
from playwright.sync_api import expect

from tests.harness.browsing import address
from tests.harness.server import serving

pytestmark = pytest.mark.browser

LANGUAGES = ("it", "ar")
# As the server writes them; a browser cannot make it stumble, nor itself too slow.
STATUSES = (400, 403, 408, 413, 429, 500)
WRITE = """
import json
from portal.edge import refusal_page
print(json.dumps({f"{status} {language}": refusal_page(status, "/" if language == "it" else f"/{language}/").decode()
                  for status in %r for language in %r}))
"""


@pytest.fixture(scope="module")
def written(server) -> dict[str, str]:
    return json.loads(server.python(WRITE % (STATUSES, LANGUAGES)))


@pytest.mark.parametrize("status", STATUSES)
def test_a_page_for_what_went_wrong(written, browser_context_for, faults, status):
    page = browser_context_for(None).new_page()
    found = []
    for language in LANGUAGES:
        _answer_with(page, status, written[f"{status} {language}"])
        page.goto(address("/broken/", language))
        expect(page.locator("main a[href^='tel:']")).to_be_visible()
        found += [f"{language}: {line}" for line in faults(page, language)]
    assert not found, "\n".join(found)


def _answer_with(page, status: int, body: str) -> None:
    page.unroute_all()
    page.route("**/broken/", lambda route: route.fulfill(status=status, content_type="text/html", body=body))


@pytest.mark.parametrize("persona", [None, "tenant"])
def test_what_is_not_there(browser_context_for, faults, persona):
    page = browser_context_for(persona).new_page()
    found = []
    for language in LANGUAGES:
        answer = page.goto(address("/non-esiste/", language))
        assert answer.status == 404
        ways = [link.get_attribute("href") for link in page.locator("main a.button").all()]
        assert ways == [address(path, language) for path in ("/cerca/", "/casa/", "/")]
        found += [f"{language}: {line}" for line in faults(page, language)]
    assert not found, "\n".join(found)


def test_a_form_without_its_token(browser_context_for, faults):
    page = browser_context_for(None).new_page()
    found = []
    for language in LANGUAGES:
        page.goto(address("/account/login/code/", language))
        page.locator("main input[name=csrfmiddlewaretoken]").evaluate("(field) => { field.value = 'x' }")
        page.locator("main input[name=login]").fill("nobody@abitare.example")
        with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
            page.locator("main form button[type=submit]").click()
        assert sent.value.status == 403
        expect(page.locator("body.error-page h1")).to_be_visible()
        found += [f"{language}: {line}" for line in faults(page, language)]
    assert not found, "\n".join(found)


def test_photos_that_are_too_large_together_take_nothing_from_what_was_typed(browser_context_for, faults):
    """The server refuses the body; the page says so in the reader's language, and the way back leads to the text."""
    with serving("demo", PORTAL_MAX_BODY="50000") as small:
        page = browser_context_for("tenant", language="ar", server=small).new_page()
        page.goto("/ar/manutenzione/segnala/?danger=no")
        page.locator("textarea[name=text]").fill("الضوء مكسور")
        page.locator("input[type=file]").set_input_files(
            [{"name": "luce.txt.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8" + b"x" * 200_000}]
        )
        with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
            page.locator(".report-form button[type=submit]").click()
        assert sent.value.status == 413
        expect(page.locator("body.error-page h1")).to_be_visible()
        found = faults(page, "ar")
        page.goto("/ar/manutenzione/segnala/?danger=no")
        expect(page.locator("textarea[name=text]")).to_have_value("الضوء مكسور")
        assert not found, "\n".join(found)
