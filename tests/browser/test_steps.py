"""Steps that stand behind a form: walked to as whoever needs them does, and looked at like every other page."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import expect

from tests.harness.browsing import address
from tests.harness.server import serving

from .properties import faults_of_focus

pytestmark = pytest.mark.browser

LANGUAGES = ("it", "ar")
LETTER_CODE = ".letter__code"


@pytest.fixture(scope="module")
def house():
    """A server of these walks' own: they let people in, print papers and set up apps."""
    with serving() as running:
        yield running


@pytest.fixture
def somebody(house, browser_context_for, language):
    """`somebody("tenant")`: a page in their browser, and `at` goes to an address in the walk's language."""

    def come(persona=None):
        page = browser_context_for(persona, language=language, server=house).new_page()
        page.at = lambda path: page.goto(address(path, language))
        return page

    return come


def _send(page, form: str = "main form", **fields) -> None:
    for name, value in fields.items():
        page.locator(f"{form} [name={name}]").fill(value)
    page.locator(f"{form} button[type=submit]").first.click()


def _letter_for(somebody, name: str) -> str:
    """The code of a letter that the caseworker makes for somebody new."""
    desk = somebody("caseworker")
    desk.at("/persone/famiglie/nuova/")
    _send(desk, "main form", **{"name": f"Famiglia {name}", "adults-0-name": name})
    desk.at(f"/persone/inviti/?q={name}")
    desk.locator("main .list").get_by_role("link", name=name).click()
    desk.locator("main form button[type=submit]").first.click()
    return desk.locator(LETTER_CODE).inner_text().replace(" ", "")


# -- the walks: each leads to one template, by the pages that lead there ------------------------------------------


def _why_one_opens_it(somebody, house, language):
    """An administrator opens somebody's addresses in the register, which is in the language of her choice there."""
    house.python(
        "from wagtail.users.models import UserProfile\n"
        "from portal.people.models import User\n"
        "profile = UserProfile.get_for_user(User.objects.get(username='demo.admin'))\n"
        f"profile.preferred_language = {language!r}\n"
        "profile.save()"
    )
    page = somebody("admin")
    page.goto("/admin/people/")
    page.locator("main a[href*='/admin/people/edit/']").first.click()
    return page


def _a_link_cut_in_two(somebody, house, language):
    page = somebody()
    page.at("/notifiche/disdetta/una-meta-del-link/")
    return page


def _a_new_address(somebody, house, language):
    page = somebody("tenant2")
    page.at("/account/recapiti/email/")
    _send(page, value=f"marco.{language}@abitare.example")
    return page


def _a_form_whose_proof_has_run_out(somebody, house, language):
    """Between opening it and sending it more than an hour went by: the session goes on without the proof."""
    page = somebody("tenant2")
    page.at("/account/recapiti/email/")
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    told = house.python(
        "from django.conf import settings\n"
        "from django.contrib.sessions.backends.cached_db import SessionStore\n"
        f"before = SessionStore({cookies!r}[settings.SESSION_COOKIE_NAME]).load()\n"
        "session = SessionStore()\n"
        "session.update({k: v for k, v in before.items() if not k.startswith('portal_step_up')})\n"
        "session.create()\n"
        "print('session', settings.SESSION_COOKIE_NAME, session.session_key)"
    )
    name, key = re.search(r"session (\S+) (\S+)", told).groups()
    page.context.add_cookies([{"name": name, "value": key, "url": house.url}])
    _send(page, value=f"later.{language}@abitare.example")
    return page


def _a_password_at_the_first_sign_in(somebody, house, language):
    email = f"newcomer.{language}@abitare.example"
    code = _letter_for(somebody, f"Hanna {language.upper()}")
    page = somebody()
    page.at("/benvenuto/")
    _send(page, code=code)
    page.locator(f"input[name=language][value={language}]").check()
    _send(page)
    _send(page)  # her name is right
    page.locator("input[name=way][value=email]").check()
    _send(page)
    _send(page, contact=email)
    _send(page, code=house.code_sent_to(email))
    return page


def _a_letter_on_a_borrowed_phone(somebody, house, language):
    """The volunteer lends a newcomer the phone on which he is signed in."""
    code = _letter_for(somebody, f"Omar {language.upper()}")
    page = somebody("volunteer")
    page.at(f"/benvenuto/#{code}")  # a script hands it in, as after a scan
    return page


def _a_neighbour_who_asks_to_join(somebody, house, language):
    page = somebody()
    page.at("/partecipa/")
    page.locator("input[name=wish]").first.check()
    _send(page, name="Piera Sala", email=f"piera.{language}@abitare.example")
    return page


def _a_paper_from_the_desk(somebody, house, language):
    """For Nadia, who reads Arabic, and for Giuseppe: whatever the caseworker reads, the paper is in their language."""
    page = somebody("caseworker")
    page.at("/persone/fogli/")
    _send(page, "main form", q="Nadia El Amrani" if language == "ar" else "Giuseppe Ferraro")
    page.locator("main .list a").click()
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("article")).to_have_attribute("lang", language)
    return page


def _a_second_step(somebody, house, language):
    """Davide (who reads Italian) and Marco have set up an app; a code by e-mail is not enough any more."""
    persona, email = {"it": ("volunteer", "volunteer"), "ar": ("tenant2", "tenant2")}[language]
    page = somebody(persona)
    _set_up_an_app(page)
    page.at("/account/logout/")
    page.locator("main form[action$='/logout/'] button[type=submit]").click()
    return _signed_in_by_a_code(page, house, f"{email}@abitare.example")


def _set_up_an_app(page) -> None:
    page.at("/account/accesso/app/")
    secret = page.locator("code[dir=ltr]").inner_text().replace(" ", "")
    number = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    page.locator("main form [name=code]").fill(number)
    page.locator("main form button[type=submit]").first.click()
    page.locator("button[value=kept]").click()


def _signed_in_by_a_code(page, house, email: str):
    page.at("/account/login/code/")
    _send(page, login=email)
    expect(page).to_have_url(re.compile("/login/code/confirm/"))
    _send(page, code=house.code_sent_to(email))
    return page


def _an_answer_to_the_orientation(somebody, house, language):
    page = somebody()
    page.at("/orientamento/")
    page.locator("main [name=about]").first.check()
    page.locator("main [name=home][value=lease]").check()
    page.locator("main button[name=go][value=next]").click()
    page.locator("main [name=isee]").fill("18000")
    page.locator("main button[name=go][value=result]").click()
    return page


def _what_goes_along_to_the_desk(somebody, house, language):
    page = _an_answer_to_the_orientation(somebody, house, language)
    page.locator("main details:has([name=tell]) > summary").click()
    page.locator("main [name=tell][value=isee]").check()
    page.locator("main form[action$='/orientamento/sportello/'] button").click()
    return page


def _all_of_a_booking(somebody, house, language):
    page = somebody()
    page.at("/sportello/prenota/?topic=isee")
    page.locator("main [name=desk]").first.check()
    page.locator("main button[value=time]").click()
    page.locator("main [name=quarter]").first.check()
    page.locator("main button[value=details]").first.click()
    page.locator("main [name=name]").fill("Sofia")
    page.locator("main [name=email]").fill("sofia@abitare.example")
    page.locator("main button[value=check]").click()
    return page


def _back_from_the_receipt(somebody, house, language):
    page = _all_of_a_booking(somebody, house, language)
    page.locator("main button[value=send]").click()
    expect(page.locator("main .receipt")).to_be_visible()
    page.go_back()
    return page


def _a_place_in_a_shift(somebody, house, language):
    """Nadia says that she comes to water the courtyard; a second time she has her place already."""
    page = somebody("tenant")
    page.at("/aiuto/turni/")
    page.locator("main nav.week-nav a").last.click()
    page.locator("main .list a", has_text="Annaffiare il cortile").first.click()
    page.wait_for_url(re.compile(r"/turni/\d+/$"))
    if (come := page.locator("main form[action$='/vengo/'] button")).count():
        come.first.click()
    return page


def _an_answer_to_an_invitation(somebody, house, language):
    """Nadia comes to the supper with two others: now she can say what she brings."""
    page = somebody("tenant")
    page.at("/aiuto/eventi/")
    page.locator("main .list a", has_text="Cena dei popoli").click()
    page.locator("main form[action$='/vengo/'] [name=companions]").fill("2")
    page.locator("main form[action$='/vengo/'] button").click()
    return page


def _hours_of_a_shared_day(somebody, house, language):
    """The coordinator takes a tick away, ticks somebody who came unannounced, and saves."""
    page = somebody("coordinator")
    page.at("/aiuto/eventi/?show=past")
    page.locator("main .list a", has_text="Pulizia delle cantine").click()
    page.locator("main a[href$='/presenze/']").click()
    page.wait_for_url("**/presenze/")
    page.locator("main .presence [type=checkbox]").last.uncheck()
    if (others := page.locator("main [name=also]")).count():
        page.locator("main details summary").click()
        others.first.check()
    page.locator("main form[method=post] button[type=submit]").first.click()
    return page


def _a_plan_that_makes_no_sense(somebody, house, language):
    page = somebody("coordinator")
    page.at("/aiuto/turni/")
    page.locator("main a[href$='/nuovo/']").first.click()
    _send(page, "main form", people_1="0")
    return page


def _an_invitation_that_makes_no_sense(somebody, house, language):
    page = somebody("tenant2")
    page.at("/aiuto/eventi/")
    page.locator("main a[href$='/nuovo/']").first.click()
    _send(page, "main form", seats="0")
    return page


def _what_somebody_decided(somebody, house, language):
    """The coordinator agrees to help with children; another time they settle what two do not agree on."""
    page = somebody("coordinator")
    page.at("/aiuto/cura/")
    page.locator("main a.list__link").first.click()
    page.wait_for_url(re.compile(r"/aiuto/scambi/\d+/$"))
    if (sure := page.locator("main form[action$='/approve/'] [name=is_sure]")).count():
        sure.check()
        page.locator("main form[action$='/approve/'] button[type=submit]").click()
    else:
        settling = "main form[action$='/settle/']"
        page.locator(f"{settling} [name=minutes]").select_option("60")
        _send(page, settling, decision="È stata un'ora.")
    return page


def _a_thing_handed_over(somebody, house, language):
    """Marco, who keeps the drill, hands it to somebody who has not reserved it."""
    page = somebody("tenant2")
    page.at("/aiuto/cose/?q=trapano")
    page.locator("main .thing__name a").first.click()
    page.locator("main a[href$='/consegna/']").click()
    return page


def _a_calendar_link(somebody, house, language):
    page = somebody("tenant")
    page.at("/aiuto/calendario/")
    page.locator("main form[method=post] button[type=submit]").first.click()
    return page


def _somebody_under_age_asks_for_a_mediation(somebody, house, language):
    house.python(
        "from portal.people.models import User\n"
        "User.objects.get(username='demo.tenant3').household_memberships.update(is_adult=False)"
    )
    page = somebody("tenant3")
    page.at("/mediazione/chiedi/racconta/")
    return page


def _a_time_before_all_have_answered(somebody, house, language):
    """Amina fixes a meeting about the noise at night although Samira has not said whether it fits."""
    address = house.python(
        "from community.mediation.meetings import Meeting\n"
        "print(Meeting.objects.get(state='proposing').get_absolute_url())"
    )
    page = somebody("mediator")
    page.at(address.strip())
    page.locator("main form[action$='/fissa/'] button").first.click()
    return page


STEPS = {
    "community/calendar/link.html": (_a_calendar_link, "main code.secret"),
    "community/exchanges/decided.html": (_what_somebody_decided, "main #decided"),
    "community/gatherings/form.html": (_an_invitation_that_makes_no_sense, "main [aria-invalid=true]"),
    "community/gatherings/gathering.html": (_an_answer_to_an_invitation, "main form[action$='/porto/']"),
    "community/gatherings/receipt.html": (_hours_of_a_shared_day, "main table.table-cards"),
    "community/mediation/asking/not_here.html": (
        _somebody_under_age_asks_for_a_mediation,
        "main a[href='tel:19696']",
    ),
    "community/mediation/meetings/fix.html": (
        _a_time_before_all_have_answered,
        "main form:has([name=anyway]) button[type=submit]",
    ),
    "community/shifts/plan.html": (_a_plan_that_makes_no_sense, "main [aria-invalid=true]"),
    "community/shifts/shift.html": (_a_place_in_a_shift, "main .call-off > summary"),
    "community/things/lend.html": (_a_thing_handed_over, "main [name=person]"),
    "portal/access/send_again.html": (_a_form_whose_proof_has_run_out, "main a[href*='/account/conferma/']"),
    "portal/access/why.html": (_why_one_opens_it, "input[name=why]"),
    "portal/notifications/unsubscribe_bad.html": (_a_link_cut_in_two, "main a[href$='/account/notifiche/']"),
    "portal/desk/appointments/booked.html": (_back_from_the_receipt, "main a[href$='/sportello/']"),
    "portal/desk/appointments/check.html": (_all_of_a_booking, "main button[value=send]"),
    "portal/pages/orientation/desk.html": (_what_goes_along_to_the_desk, "main .told-lines"),
    "portal/pages/orientation/result.html": (
        _an_answer_to_the_orientation,
        "main form[action$='/orientamento/sportello/']",
    ),
    "portal/people/contacts/confirm.html": (_a_new_address, "main input[name=code]"),
    "portal/people/invitations/password.html": (
        _a_password_at_the_first_sign_in,
        "main input[name=password]",
    ),
    "portal/people/invitations/somebody_else.html": (_a_letter_on_a_borrowed_phone, "button[name=sign_out]"),
    "portal/people/join_code.html": (_a_neighbour_who_asks_to_join, "main button[name=again]"),
    "portal/people/papers/printed.html": (_a_paper_from_the_desk, "main .receipt__number"),
    "portal/proof/second_step.html": (_a_second_step, "form[action$='/login/conferma/'] input[name=code]"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", STEPS)
def test_nothing_is_wrong_with_the_step(template, language, somebody, house, faults, screenshot):
    walk, shown = STEPS[template]
    page = walk(somebody, house, language)
    expect(page.locator(shown).first).to_be_visible()
    screenshot(
        page, f"step-{template.removeprefix('portal/').removesuffix('.html').replace('/', '-')}-{language}"
    )
    found = faults(page, language) + faults_of_focus(page)
    assert not found, "\n".join(found)
