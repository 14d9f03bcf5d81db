"""Somebody's life is in danger: two people of the agency open a mediation together, and those in it learn of it."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SAID = "Ho paura di quello che può fare"
WHY = "Il medico ci ha chiamati: è in pericolo"
BEGIN = f"""
import uuid
from django.contrib.auth import get_user_model
from community.testing import mediation_in

people = {{part: get_user_model().objects.get(username=f"demo.{{key}}") for part, key in
          (("first", "tenant"), ("other", "tenant2"), ("by", "mediator"))}}
case = mediation_in("mediating", **people)
room = case.rooms.get(party__person=people["first"])
room.say(by=people["first"], client_id=uuid.uuid4(), text={SAID!r})
print(case, room.pk)
"""
GLASS = "from community.mediation.glass import BrokenGlass; print(BrokenGlass.objects.get().pk)"
AN_HOUR_LATER = (
    "from django.utils import timezone; from community.mediation.glass import BrokenGlass; "
    "BrokenGlass.objects.update(until=timezone.now())"
)
READS = (
    "from portal.access.models import ConfidentialRead; "
    "print(*sorted(ConfidentialRead.objects.filter(content_type__model='brokenglass')"
    ".values_list('about__username', 'reader__username', 'reason')))"
)


def status(page, path):
    return page.goto(path).status


def test_two_open_it_one_reads_and_those_in_it_are_told(fresh_server, browser_context_for, axe):
    number, room = fresh_server.python(BEGIN).split()[-2:]
    admin = browser_context_for("admin", server=fresh_server, viewport="desktop", strict=False).new_page()
    second = browser_context_for("mediator2", server=fresh_server, viewport="phone").new_page()

    # -- one asks, and opens nothing alone
    admin.goto("/mediazione/vetro/")
    assert axe(admin) == []
    for asked in ("M-000000", number):
        admin.locator("input[name=number]").fill(asked)
        admin.locator("input[name=reason][value=life]").check()
        admin.locator("textarea[name=words]").fill(WHY)
        admin.locator("form.panel button[type=submit]").click()
        expect(admin.locator(".messages")).to_be_visible()
        expect(admin.get_by_role("link", name=asked)).to_have_count(0)
    # What is said of a number is the same, whether or not there is such a case.
    said = {
        row.replace(number, "M-000000").split(" · ")[0]
        for row in admin.locator("main .list li").all_inner_texts()
    }
    assert len(said) == 1
    expect(admin.locator("main .list li")).to_have_count(2)
    glass = fresh_server.python(GLASS).split()[-1]
    page, inside = f"/mediazione/vetro/{glass}/", f"/mediazione/vetro/{glass}/stanza/{room}/"
    assert {status(admin, path) for path in (page, inside, f"{page}consento/")} == {404}

    # -- another reads why, and agrees
    second.goto("/mediazione/vetro/")
    second.get_by_role("link", name=number).click()
    expect(second.get_by_text(WHY)).to_be_visible()
    expect(second.get_by_text(SAID)).to_have_count(0)
    assert axe(second) == []
    second.locator("form.actions button[type=submit]").click()
    expect(second.locator(".messages")).to_be_visible()

    # -- the one who asked reads, and nobody else
    admin.goto("/mediazione/vetro/")
    admin.get_by_role("link", name=number).click()
    assert axe(admin) == []
    admin.locator(f"a[href$='/stanza/{room}/']").click()
    expect(admin.get_by_text(SAID)).to_be_visible()
    assert axe(admin) == []
    assert status(admin, f"/mediazione/stanze/{room}/") == 404

    # -- both parties hear of it, in a word that says nothing over their shoulder, and then by whom and why
    name = fresh_server.rows("SELECT display_name FROM portal_user WHERE username = 'demo.admin'")[0][0]
    for key in ("tenant", "tenant2"):
        party = browser_context_for(key, server=fresh_server).new_page()
        party.goto("/notifiche/")
        news = party.locator("main a[href*='/notifiche/']").filter(has_text="C'è una novità per te")
        expect(news.first).to_be_visible(timeout=20_000)
        expect(party.locator("main")).not_to_contain_text(number)
        told = party.goto(f"{page}avviso/")
        assert told.status == 200
        expect(party.locator("#opened")).to_contain_text(name)
        expect(party.locator("#opened")).not_to_contain_text(WHY)
        assert axe(party) == []
        party.goto("/account/letture/")
        expect(party.locator("main")).to_contain_text(name)
    assert fresh_server.python(READS).count("'demo.admin'") == 2

    # -- after an hour it is as if it had never been
    fresh_server.python(AN_HOUR_LATER)
    assert {status(admin, path) for path in (page, inside)} == {404}
    admin.goto("/mediazione/vetro/")
    expect(admin.get_by_role("link", name=number)).to_have_count(0)
