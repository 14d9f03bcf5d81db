"""Samira asks for a mediation; Marco is invited and does not want to. It ends there: no blame, no reason, no trace."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SAMIRA, MARCO = "Samira Haddad", "Marco Bellini"
TOLD = "Di notte sposta i mobili e i bambini non dormono"
BELL = ".site-header__tools a[href$='/notifiche/'] .count__number"


def _asks(server) -> str:
    """Samira's request, and a mediator whom nothing ties to either of them; returns the number of the case."""
    told = server.python(
        "import uuid; from django.contrib.auth import get_user_model; "
        "from community.mediation.models import Case; "
        "people = get_user_model().objects; "
        "olga = people.create(username='olga', display_name='Olga Ferri'); "
        "olga.give_role('community.mediator', by=None); "
        "case = Case.ask(by=people.get(username='demo.tenant'), client_id=uuid.uuid4(), "
        f"told={TOLD!r}, with_whom={MARCO!r}, language='ar'); print(case.pk)"
    )
    return told.split()[-1]


def _news(page) -> None:
    """The bell says that there is something, and the list says no more."""
    expect(page.locator(BELL)).to_be_visible()
    page.goto("/notifiche/")
    main = page.locator("main")
    for secret in (SAMIRA, MARCO, TOLD, "M-"):
        expect(main).not_to_contain_text(secret)


def test_a_no_ends_it_without_blame(fresh_server, browser_context_for, page_at, axe, screenshot):
    case = f"/mediazione/casi/{_asks(fresh_server)}/"
    desk = page_at("/mediazione/richieste/", persona="mediator2", viewport="desktop", strict=False)
    samira = browser_context_for("tenant", strict=False).new_page()
    marco = browser_context_for("tenant2", strict=False).new_page()

    # Whoever coordinates finds the request, and takes it up.
    expect(desk.locator("main")).to_contain_text(SAMIRA)
    expect(desk.locator("main")).not_to_contain_text(TOLD)
    desk.locator(f"main a[href='{case}esame/']").click()
    expect(desk.locator("main")).to_contain_text(TOLD)
    desk.locator("#next ~ form button").click()

    # She adds Marco, proposes Olga, and writes the words.
    desk.locator(f"#next ~ ul a[href='{case}esame/persone/']").click()
    desk.locator("input[name=q]").fill("Marco")
    desk.locator("button[name=find]").click()
    desk.locator("label", has_text=MARCO).first.click()
    assert axe(desk) == []
    desk.locator("button[name=add]").click()
    expect(desk.locator("#people ~ ul").last).to_contain_text(MARCO)
    desk.locator(f"#next ~ ul a[href='{case}esame/mediatore/']").click()
    desk.locator("li", has_text="Olga Ferri").locator("button").click()
    desk.locator(f"#next ~ ul a[href='{case}esame/parole/']").click()
    desk.locator("textarea[name=text]").fill("Samira vorrebbe parlarne con calma.")
    desk.locator("main form button[type=submit]").click()
    expect(desk.locator("blockquote", has_text="con calma")).to_be_visible()
    assert axe(desk) == []
    screenshot(desk, "mediation-declined-1-intake-desktop")

    # Marco knows of nothing. Samira agrees to the words and to the mediator.
    assert marco.goto(case).status == 404
    samira.goto("/casa/")
    _news(samira)
    samira.goto(f"{case}parole/")
    expect(samira.locator("blockquote")).to_contain_text("Samira vorrebbe parlarne con calma.")
    assert axe(samira) == []
    samira.locator("main form button.button--primary").click()
    row = fresh_server.python(
        "from community.mediation.models import Mediator; print(Mediator.objects.get(person__username='olga').pk)"
    ).split()[-1]
    samira.goto(f"{case}mediatore/{row}/")
    expect(samira.locator("main")).to_contain_text("Olga Ferri")
    assert axe(samira) == []
    samira.locator("button[name=yes][value='1']").click()

    # The invitation goes out; Marco reads it, and says no.
    desk.goto(f"{case}esame/")
    desk.locator(f"#next ~ p a[href='{case}esame/passo/invite/']").click()
    desk.locator("main form button[type=submit]").click()
    marco.goto("/casa/")
    _news(marco)
    marco.goto(f"{case}invito/")
    expect(marco.locator("blockquote")).to_contain_text("con calma")
    expect(marco.locator("main")).not_to_contain_text(TOLD)
    assert axe(marco) == []
    screenshot(marco, "mediation-declined-2-invitation-phone")
    marco.locator(f"main a[href='{case}invito/no/']").click()
    marco.locator("main form button[type=submit]").click()
    expect(marco).to_have_url(re.compile(r"/mediazione/risposta/$"))
    assert axe(marco) == []

    # From then on it is missing to him and to whoever prepared it; Samira reads plainly how it ended.
    for address in (case, f"{case}invito/", f"{case}invito/no/"):
        assert marco.goto(address).status == 404
    assert desk.goto(f"{case}esame/").status == 404
    samira.goto(case)
    expect(samira.locator("main")).to_contain_text(
        re.compile("non ha voluto|non voleva|non vuole", re.IGNORECASE)
    )
    assert axe(samira) == []
