"""Marco stops: from that moment every door of the mediation is closed to him, those that stood open as well."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SAID = "Non ce la faccio più"
LATER = "E adesso?"
BEGIN = """
from django.contrib.auth import get_user_model
from community.testing import mediation_in

people = {part: get_user_model().objects.get(username=f"demo.{key}") for part, key in
          (("first", "tenant"), ("other", "tenant2"), ("by", "mediator"))}
case = mediation_in("agreement", **people)
print(case.pk, case.rooms.get(kind="joint").pk, case.rooms.get(party__person=people["other"]).pk)
"""
STATE = "SELECT state, outcome FROM community_case ORDER BY asked_at DESC LIMIT 1"


def picture() -> dict:
    with io.BytesIO() as file:
        Image.new("RGB", (60, 40), (30, 90, 160)).save(file, "JPEG")
        return {"name": "porta.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def test_who_stops_finds_every_door_closed(fresh_server, browser_context_for, axe, screenshot):
    key, joint, alone = fresh_server.python(BEGIN).split()[-3:]
    case, room, private = (
        f"/mediazione/{part}/" for part in (f"casi/{key}", f"stanze/{joint}", f"stanze/{alone}")
    )
    phone = browser_context_for("tenant2", strict=False)
    marco, tab, other_tab = phone.new_page(), phone.new_page(), phone.new_page()
    amina = browser_context_for("mediator", viewport="desktop", strict=False).new_page()
    samira = browser_context_for("tenant", strict=False).new_page()

    # He has told the mediator alone what it does to him, with a photo.
    tab.goto(private)
    tab.locator("#composer textarea").first.fill(SAID)
    tab.locator("#composer-more summary").click()
    tab.locator("#composer input[type=file][accept*=image]").first.set_input_files(picture())
    tab.locator("#composer > button[type=submit]").click()
    expect(tab.locator(".message", has_text=SAID).locator("img")).to_have_count(1)
    photo = tab.locator(".message", has_text=SAID).locator("a:has(img)").get_attribute("href")
    other_tab.goto(room)
    amina.goto(private)
    samira.goto(room)
    for page in (tab, other_tab, amina, samira):
        expect(page.locator("body[data-live-state=open]")).to_have_count(1)
    expect(amina.locator(".message", has_text=SAID)).to_have_count(1)
    assert marco.request.get(photo).status == 200

    # Two taps, and no question why.
    marco.goto(case)
    marco.locator(f"a[href='{case}esci/']").click()
    assert axe(marco) == []
    screenshot(marco, "mediation-withdrawal-phone")
    marco.locator("main form button[type=submit]").click()
    expect(marco).to_have_url(re.compile(r"/mediazione/$"))
    assert fresh_server.rows(STATE)[0] == ("closed", "withdrawn")

    # What stood open in other tabs, and on the screens of the others, is gone by itself.
    for page in (tab, other_tab, amina, samira):
        expect(page.locator(".message")).to_have_count(0)

    # Every address is missing, as if there had never been anything.
    closed = [
        case, f"{case}esci/", f"{case}accordo/", f"{case}accordo/stampa/", f"{case}accordo/accetta/",
        room, f"{room}seguito/", private, f"{private}seguito/", photo,
    ]  # fmt: skip
    assert {path: marco.request.get(path).status for path in closed} == dict.fromkeys(closed, 404)
    # What he said alone is nobody's any more; from the rooms that were theirs the others are led to the case, which
    # says that it has ended.
    for page, theirs, missing in ((amina, (room, private), (photo,)), (samira, (room,), (private, photo))):
        assert {page.request.get(path).status for path in missing} == {404}
        for path in theirs:
            page.goto(path)
            expect(page).to_have_url(re.compile(f"{case}$"))
        page.goto(case)
        expect(page.locator("main")).not_to_contain_text(SAID)
        assert axe(page) == []
    expect(samira.locator("main")).to_contain_text("nessuno chiede perché")
    token = marco.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    sent = marco.request.post(room, form={"text": LATER, "csrfmiddlewaretoken": token or ""})
    assert sent.status in (403, 404)
    assert fresh_server.rows("SELECT COUNT(*) FROM community_word w JOIN community_room r ON r.id = w.room_id "
                             "JOIN community_case c ON c.id = r.case_id WHERE c.outcome = 'withdrawn' "
                             "AND w.said_at > c.closed_at")[0][0] == 0  # fmt: skip
