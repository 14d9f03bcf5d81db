"""Every page of ours, as everybody sees it, in Italian and Arabic: what holds of all pages, and axe."""

import re
from functools import cache

import pytest

from tests.access.routes import ROUTES
from tests.harness import PACKAGES, ROOT
from tests.harness.browsing import address, contexts

from .looks import LOOKS
from .properties import faults_of_focus
from .test_steps import STEPS
from .walk import FRAME

pytestmark = pytest.mark.browser

LANGUAGES = ("it", "ar")
# For machines, files, parts of a page; and what nobody of the demo is shown (tests/portal/proof tries it).
NOT_PAGES = {
    "healthz",
    *(name for name in ROUTES if name.startswith("hsds:")),
    "community:gathering_calendar",
    "community:conversation_follow",
    "community:mediation_room_follow",
    "community:meeting_calendar",
    "community:figures_export",
    "community_calendar",
    "voice_note",
    "photo",
    "photo_small",
    "portal:acting",
    "portal:appointment_calendar",
    "portal:appointment_link_calendar",
    "portal:suggestions",
    "portal:app_remove",
    "portal:household_import_template",
    "portal:calls_atom",
    "portal:calls_rss",
    "portal:manifest",
    "portal:news_atom",
    "portal:news_rss",
    "portal:my_data_download",
    "portal:notifications_count",
    "portal_robots",
    "portal_sitemap",
    "risparmio:archive_file",
    "risparmio:book_csv",
    "risparmio:exit_pdf",
    "risparmio:receipt_pdf",
    "risparmio:statement_csv",
    "risparmio:statement_file_download",
    "risparmio:statement_pdf",
    "risparmio:transfer_file",
    "service_worker",
}
ADDRESSES = [
    name
    for name, route in ROUTES.items()
    if "get" in route.methods and 200 in (route.get, route.visitor) and not route.path
    if not name.startswith("wagtailadmin") and name not in NOT_PAGES
]
NAMES = [FRAME, *ADDRESSES, *[look.name for look in LOOKS]]


@pytest.fixture(scope="module")
def context_of(browser, server):
    """`context_of("tenant")`: the browser that she looks at all pages with, and has the portal's files in already."""
    with contexts(browser, lambda: server) as open_context:
        yield cache(open_context)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wrong_with_the_page(visits, context_of, faults, name):
    found = []
    for visit in visits[name]:
        page = context_of(visit["persona"]).new_page()
        for language in LANGUAGES:
            who = f"{visit['persona'] or 'a visitor'} at {address(visit['path'], language)}"
            page.goto(address(visit["path"], language))
            found += [f"{who}: {line}" for line in faults(page, language)]
            if name == FRAME:
                page.locator("[data-menu] summary").click()
                found += [f"{who}, menu: {line}" for line in faults(page, language, ".menu__panel")]
        found += [f"{who}: {line}" for line in faults_of_focus(page)]
        page.close()
        found += [f"{who}: the browser reports {error}" for error in page.context.errors]
        page.context.errors.clear()
    if name == "portal:style_guide":
        found = [line for line in found if " px: 2 h1: " not in line]  # it shows two heads of pages
    assert not found, "\n".join(found)


# What no address shows by itself.
ELSEWHERE = {
    "account/confirm_login_code.html",  # test_mistakes.py
    "account/password_change.html",  # test_mistakes.py
    "community/mediation/unreadable.html",  # a 503, for a key that is gone (tests/community/mediation)
    "portal/desk/appointments/no_desk.html",  # the demo has desks
    "portal/desk/appointments/no_link.html",  # one sentence, with a 404 (tests/portal/desk/appointments)
    "portal/pages/directory/renewal_bad.html",  # one sentence, with a 404 (tests/portal/pages/directory)
    "portal/people/acting_ended.html",  # test_delegate_reports_for_grandmother.py
    "portal/people/invitations/contact_code.html",  # test_letter_to_first_sign_in.py
    "portal/people/invitations/letters.html",  # test_letter_to_first_sign_in.py
    "portal/people/invitations/notice.html",  # test_letter_to_first_sign_in.py
    "portal/proof/confirm.html",  # test_phone_stolen.py
    "risparmio/payments/make_transfer.html",  # test_treasurer_and_approver.py
    *STEPS,  # test_steps.py
}
EXTENDS = re.compile(r"""{%\s*extends\s+["']([^"']+)["']""")


def test_no_template_of_a_page_has_been_forgotten(visits):
    """Whoever adds a page adds the address, or the look, that shows it."""
    extended = {}
    for folder in PACKAGES:
        for path in (ROOT / folder / "templates").rglob("*.html"):
            if match := EXTENDS.search(path.read_text()):
                extended[str(path.relative_to(ROOT / folder / "templates"))] = match[1]
    pages = {name for name in extended if _root(name, extended) == "portal/base.html"}
    parents = set(extended.values())
    seen = {template for some in visits.values() for visit in some for template in visit["templates"]}

    forgotten = pages - parents - seen - ELSEWHERE
    assert not forgotten, "\n".join(sorted(forgotten))
    assert set(NAMES) == set(visits)


def _root(name: str, extended: dict[str, str]) -> str:
    parent = extended.get(name, name)
    # One of Wagtail's is extended under its own name.
    return name if parent == name else _root(parent, extended)
