"""Samira cannot sleep; Marco lives above. In two languages, with Amina between them, a quarrel becomes an agreement."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TOLD = "بعد الحادية عشرة ليلًا أسمع الكراسي فوق رأسي ولا ينام ابني"
TOLD_MARCO = "Non sapevo che si sentisse così tanto"
ALONE = "ابني عنده امتحان هذا الشهر"
FOR_ALL = "ابني يحتاج إلى النوم هذا الشهر"
WORDS = "Chi abita sotto vorrebbe parlarne con calma."
POINT = {"it": "Dopo le 22 le sedie hanno i feltrini.", "ar": "بعد العاشرة ليلًا توضع لبادات تحت الكراسي."}
CASE = re.compile(r"/mediazione/casi/([0-9a-f-]{36})/$")


def _send(page, within: str = "main form") -> None:
    page.locator(f"{within} button[type=submit]").first.click()


def _ask(samira) -> str:
    """From what mediation is, past the safety screen, to the page of the case; returns its path."""
    samira.goto("/ar/mediazione/")
    samira.locator("main a[href='/ar/mediazione/chiedi/']").click()
    samira.locator(".safety__no").check()
    samira.locator(".safety__on a").click()
    samira.locator("[name=told]").fill(TOLD)
    samira.locator("[name=with_whom]").fill("الجيران فوقنا")
    samira.locator("[name=is_safe]").check()
    samira.locator("[name=pact]").check()
    samira.get_by_role("button", name="أرسل").last.click()
    expect(samira).to_have_url(CASE)
    return f"/mediazione/casi/{CASE.search(samira.url)[1]}/"


def _prepare(desk, case: str) -> None:
    """Whoever coordinates adds Marco, proposes Amina, whom nothing ties to either, and writes the invitation."""
    desk.goto(f"{case}esame/passo/take_up/")
    _send(desk)
    desk.goto(f"{case}esame/persone/")
    desk.locator("input[name=q]").fill("Marco Bellini")
    desk.locator("button[name=find]").click()
    desk.locator("label", has_text="Marco Bellini").first.click()
    desk.locator("button[name=add]").click()
    desk.goto(f"{case}esame/mediatore/")
    desk.locator("li", has_text="Amina Diallo").locator("button").click()
    desk.goto(f"{case}esame/parole/")
    desk.locator("textarea[name=text]").fill(WORDS)
    _send(desk)


def _say_yes(samira, case: str) -> None:
    """On the page of her case stands what waits for her: the words, and the mediator."""
    for _what in ("words", "mediator"):
        samira.goto(f"/ar{case}")
        samira.locator("section[aria-labelledby=waits] a").first.click()
        samira.locator("main form button.button--primary").first.click()
    samira.goto(f"/ar{case}")
    expect(samira.locator("section[aria-labelledby=waits]")).to_have_count(0)


def _room(page, case: str, kind: str, prefix: str = "") -> None:
    page.goto(f"{prefix}{case}")
    page.locator(f".room--{kind} a").first.click()
    expect(page.locator("body[data-live-state=open]")).to_have_count(1)


def _say(page, text: str) -> None:
    page.locator("#composer textarea").first.fill(text)
    page.locator("#composer > button[type=submit]").click()
    expect(page.locator(".message", has_text=text)).to_have_count(1)


def test_from_a_night_without_sleep_to_an_agreement_that_holds(
    fresh_server, browser_context_for, axe, screenshot
):
    samira = browser_context_for("tenant", language="ar", strict=False).new_page()
    marco = browser_context_for("tenant2", strict=False).new_page()
    amina = browser_context_for("mediator", viewport="desktop", strict=False).new_page()
    desk = browser_context_for("mediator2", viewport="desktop", strict=False).new_page()

    case = _ask(samira)
    assert axe(samira) == []
    screenshot(samira, "mediation-1-asked-ar-phone")
    _prepare(desk, case)
    _say_yes(samira, case)
    assert marco.goto(case).status == 404
    assert amina.goto(case).status == 404  # not everybody has said yes
    desk.goto(f"{case}esame/passo/invite/")
    _send(desk)

    # -- Marco reads the words, and comes
    marco.goto(case)
    expect(marco.locator("blockquote")).to_contain_text(WORDS)
    expect(marco.locator("main")).not_to_contain_text(TOLD)
    marco.locator("[name=pact]").check()
    marco.locator("main form button.button--primary").click()
    assert desk.goto(case).status == 404  # from here on it is nobody else's

    # -- Amina finds it on her day, and begins
    amina.goto("/mediazione/giornata/")
    expect(amina.locator(f"main a[href='{case}']").first).to_be_visible()
    amina.goto(f"{case}passo/inizia/")
    _send(amina)
    assert axe(amina) == []
    screenshot(amina, "mediation-2-case-desktop")

    # -- alone with the mediator, and then, in words of her own, before all
    _room(samira, case, "private", "/ar")
    amina.goto(case)
    amina.locator(".room--private a", has_text="Samira").first.click()
    expect(amina.locator("body[data-live-state=open]")).to_have_count(1)
    _say(samira, ALONE)
    word = amina.locator(".message", has_text=ALONE)
    expect(word).to_have_count(1)  # it came by itself
    word.locator("a[href$='/chiedi/']").click()
    _send(amina)
    _room(marco, case, "joint")
    assert axe(marco) == []
    samira.reload()
    samira.locator("a[href$='/porta/']").first.click()
    samira.locator("textarea[name=text]").fill(FOR_ALL)
    samira.locator("button[form=carry]").click()
    expect(marco.locator(".message", has_text=FOR_ALL)).to_have_count(1)
    expect(marco.locator("main")).not_to_contain_text(ALONE)
    _say(marco, TOLD_MARCO)
    screenshot(marco, "mediation-3-room-phone")
    _room(samira, case, "joint", "/ar")
    expect(samira.locator(".message", has_text=TOLD_MARCO)).to_have_count(1)
    screenshot(samira, "mediation-4-room-ar-phone")

    # -- a day that fits all, and a calendar that says nothing
    _room(amina, case, "joint")
    amina.locator("a[href$='/incontri/nuovo/']").click()
    day = timezone.localdate() + timedelta(days=4)
    amina.locator("input[type=date]").first.fill(day.isoformat())
    amina.locator("input[type=time]").first.fill("18:00")
    amina.locator("[name=place]").fill("Sala comune")
    _send(amina)
    meeting = re.search(r"/mediazione/incontri/[0-9a-f-]{36}/", amina.url)[0]
    for page, prefix in ((samira, "/ar"), (marco, "")):
        page.goto(f"{prefix}{meeting}")
        page.locator("[name=times]").first.check()
        _send(page)
    amina.reload()
    amina.locator(f"form[action='{meeting}passo/fissa/'] button").first.click()
    marco.goto(meeting)
    expect(marco.locator("main")).to_contain_text("Sala comune")
    calendar = marco.request.get(f"{meeting}calendario.ics").text()
    assert "BEGIN:VEVENT" in calendar
    for secret in ("Sala", "Samira", "Marco", "Amina", "mediaz", "Mediaz", "M-"):
        assert secret not in calendar.replace("mediazione/", "")

    # -- the same words in both languages, accepted by both
    amina.goto(f"{case}accordo/scrivi/")
    for language, text in POINT.items():
        amina.locator(f"textarea[lang={language}]").first.fill(text)
    for box in amina.locator("input[type=checkbox][name^=who-]").all():
        box.check()
    assert axe(amina) == []
    amina.locator("button[name=do][value=table], main form button.button--primary").last.click()
    for page, prefix, language in ((samira, "/ar", "ar"), (marco, "", "it")):
        page.goto(f"{prefix}{case}")
        page.locator("section[aria-labelledby=waits] a").first.click()
        expect(page.locator("main")).to_contain_text(POINT[language])
        assert axe(page) == []
        screenshot(page, f"mediation-5-agreement-{language}-phone")
        page.locator("a[href*='/accordo/accetta/']").click()
        page.locator("main form button.button--primary").click()
    marco.goto(f"{case}accordo/stampa/")
    for text in POINT.values():
        expect(marco.locator("main")).to_contain_text(text)

    # -- a month later: it holds
    fresh_server.python(
        "from django.utils import timezone; from community.mediation.agreements import FollowUp; "
        "from community.mediation.schedules import ask_how_it_goes; "
        f"FollowUp.objects.filter(case='{case.split('/')[3]}', months=1).update(due_on=timezone.localdate()); "
        "ask_how_it_goes()"
    )
    for page, prefix in ((samira, "/ar"), (marco, "")):
        page.goto(f"{prefix}{case}")
        page.locator("section[aria-labelledby=waits] a").first.click()
        page.locator("input[type=radio][value=yes]").first.check(force=True)
        _send(page)
    amina.goto(f"{case}accordo/chiudi/")
    amina.locator("input[type=radio][value=agreement]").check(force=True)
    _send(amina)

    # -- it is over: what they agreed on stays with them, what was said is closed to everybody
    rooms = fresh_server.rows("SELECT COUNT(*) FROM community_case WHERE outcome = 'agreement'")
    assert rooms[0][0] >= 2  # with one of the demo's
    for page, prefix in ((samira, "/ar"), (marco, "")):
        page.goto(f"{prefix}{case}")
        expect(page.locator(".room--joint")).to_have_count(0)
        assert axe(page) == []
        page.goto(f"{prefix}{case}accordo/")
        expect(page.locator("main")).to_contain_text(POINT["ar" if prefix else "it"])
