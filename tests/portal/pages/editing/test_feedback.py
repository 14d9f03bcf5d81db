"""Was this useful? Asked of every reader, answered by whoever likes, known to be from nobody."""

import uuid

import pytest
import time_machine
from django.contrib.auth.models import Group

from portal.pages.editing.models import PageFeedback
from portal.pages.editing.schedules import forget_old_feedback
from portal.pages.models import GuidePage, InfoPage, SectionPage
from portal.testing.factories import UserFactory
from tests.portal.pages.directory.house import resource
from tests.portal.pages.tree import home, links, seen, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def waste():
    return write(GuidePage, write(SectionPage, home(), "Abitare"), "Rifiuti")


def say(client, page, **fields):
    told = {"client_id": str(uuid.uuid4()), "useful": "no", **fields}
    return client.post(f"/utile/{page.pk}/", told)


HERE = {"Sec-Fetch-Site": "same-origin"}


def touch(client, page, answer="no", **headers):
    return client.post(f"/utile/{page.pk}/risposta/", {"answer": answer}, headers=headers or HERE)


def foot(page):
    return page.select_one("main form[action^='/utile/']")


def test_one_touch_says_it_and_the_reason_may_follow(client, waste):
    form = foot(seen(client, "/abitare/rifiuti/"))
    assert not form.select("input"), "the page is the same for everybody: no token"
    assert form["action"] == f"/utile/{waste.pk}/risposta/"
    assert [button["value"] for button in form.select("button[name=answer]")] == ["yes", "no"]

    answer = touch(client, waste)

    said = PageFeedback.objects.get()
    assert (said.useful, said.reason) == (False, "")
    thanks = seen(client, answer["Location"])
    assert not thanks.select("main input[checked]"), "nobody is given a reason that they did not choose"
    assert client.post(answer["Location"], {"reason": "missing", "text": "Manca l'orario"}).status_code == 302
    said.refresh_from_db()
    assert (said.reason, said.text) == ("missing", "Manca l'orario")


def test_a_yes_is_thanked_for_and_asked_nothing_more(client, waste):
    thanks = seen(client, touch(client, waste, "yes")["Location"])
    assert PageFeedback.objects.get().useful
    assert not thanks.select("main form")
    assert links(thanks)


def test_looking_at_the_page_and_at_the_button_changes_nothing(client, waste):
    seen(client, "/abitare/rifiuti/")
    assert client.get(f"/utile/{waste.pk}/risposta/?answer=no").status_code == 405
    seen(client, f"/utile/{waste.pk}/?answer=no")
    assert not PageFeedback.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"X-Nothing": "said"},
    ],
    ids=str,
)
def test_another_site_makes_nobody_say_anything(client, waste, headers):
    answer = touch(client, waste, **headers)
    assert not PageFeedback.objects.exists()
    assert answer["Location"] == f"/utile/{waste.pk}/?answer=no"
    ask = seen(client, answer["Location"])
    assert ask.select_one("input[name=useful][value=no]").has_attr("checked")
    assert ask.select_one("input[name=csrfmiddlewaretoken]")


def test_an_older_browser_that_says_only_its_origin_is_believed(client, waste):
    touch(client, waste, Origin="http://testserver")
    assert PageFeedback.objects.count() == 1


def test_nobody_adds_a_reason_to_what_another_said(client, waste):
    said = touch(client, waste)["Location"].partition("=")[2]
    other = write(GuidePage, waste.get_parent(), "Vetro")
    for address in (
        f"/utile/{waste.pk}/grazie/",
        f"/utile/{waste.pk}/grazie/?said=x",
        f"/utile/{waste.pk}/grazie/?said={uuid.uuid4()}",
        f"/utile/{other.pk}/grazie/?said={said}",
    ):
        assert not seen(client, address).select("main form"), address
        client.post(address, {"reason": "wrong"})
    assert PageFeedback.objects.get().reason == ""


def test_a_reason_is_added_once_and_only_one_that_there_is(client, waste):
    address = touch(client, waste)["Location"]
    assert client.post(address, {"reason": "because"}).status_code == 422
    client.post(address, {"reason": "wrong"})
    client.post(address, {"reason": "unclear"})
    assert PageFeedback.objects.get().reason == "wrong"


def test_a_second_touch_of_the_same_finger_counts_once(client, waste):
    first, second = touch(client, waste), touch(client, waste)
    assert first["Location"] == second["Location"]
    assert PageFeedback.objects.count() == 1

    touch(client, waste, "yes")
    touch(client, waste, **HERE, **{"User-Agent": "another phone"})
    assert PageFeedback.objects.count() == 3


def test_touching_too_often_is_said(client, waste):
    with time_machine.travel("2026-11-26T10:10:00Z", tick=False):
        answers = [touch(client, waste).status_code for _time in range(21)]
    assert answers == [302] * 20 + [429]


def test_whoever_is_asked_once_more_says_it_with_a_reason(client, waste):
    answer = say(client, waste, reason="missing", text="Manca l'orario")

    assert answer.status_code == 302
    assert links(seen(client, answer["Location"]))
    said = PageFeedback.objects.get()
    assert (said.useful, said.reason, said.text) == (False, "missing", "Manca l'orario")


def test_a_local_resource_asks_too_and_what_is_said_is_read_beside_it(client):
    isee = resource()
    assert foot(seen(client, isee.url))["action"] == f"/utile/{isee.pk}/risposta/"

    say(client, isee, reason="wrong", text="Il numero non risponde")

    client.force_login(UserFactory(roles=["portal.editor"]))
    for beside in (f"/admin/pages/{isee.pk}/edit/", f"/admin/portal-pages/{isee.pk}/"):
        assert "Il numero non risponde" in seen(client, beside).text, beside


def test_a_phone_that_sends_twice_says_it_once(client, waste):
    fields = {"client_id": str(uuid.uuid4())}
    assert say(client, waste, **fields).status_code == 302
    assert say(client, waste, **fields).status_code == 302
    assert PageFeedback.objects.count() == 1


def test_a_reason_belongs_to_no(client, waste):
    say(client, waste, useful="yes", reason="wrong")
    assert PageFeedback.objects.get().reason == ""


@pytest.mark.parametrize(
    "fields",
    [{"useful": ""}, {"useful": "maybe"}, {"reason": "because"}, {"text": "x" * 301}, {"client_id": "x"}],
    ids=["nothing", "neither", "unknown", "too-long", "no-id"],
)
def test_what_is_no_answer_is_asked_again(client, waste, fields):
    assert say(client, waste, **fields).status_code == 422
    assert not PageFeedback.objects.exists()


def test_one_address_speaks_twenty_times_an_hour(client, waste):
    with time_machine.travel("2026-11-26T10:10:00Z", tick=False):
        answers = [say(client, waste).status_code for _time in range(21)]
    assert answers == [302] * 20 + [429]


def test_only_pages_that_ask_and_that_the_reader_may_open(client, waste):
    about = write(InfoPage, home(), "Chi siamo")
    draft = write(GuidePage, waste.get_parent(), "Vetro", live=False)
    shut = write(GuidePage, waste.get_parent(), "Chiusa")
    shut.view_restrictions.create(restriction_type="login")
    for page in (about, draft, shut):
        assert client.get(f"/utile/{page.pk}/").status_code == 404
        assert say(client, page).status_code == 404
        assert touch(client, page).status_code == 404
    assert "utile" not in str(seen(client, "/chi-siamo/").main)


def test_what_some_may_read_only_asks_those(client):
    refuge = resource("Casa rifugio")
    refuge.view_restrictions.create(restriction_type="login")
    assert client.get(f"/utile/{refuge.pk}/").status_code == 404
    assert say(client, refuge).status_code == 404

    client.force_login(UserFactory())
    asked = next(url for url in links(seen(client, refuge.url)).values() if "/utile/" in url)
    assert "Casa rifugio" in seen(client, asked).text
    thanks = say(client, refuge)["Location"]
    assert seen(client, thanks)
    assert PageFeedback.objects.get().page_id == refuge.pk

    staff = Group.objects.create(name="Chi accompagna")
    refuge.view_restrictions.update(restriction_type="groups")
    refuge.view_restrictions.get().groups.add(staff)
    for address in (asked, thanks):
        assert client.get(address).status_code == 404, "signed in, and still none of theirs"


def test_it_is_kept_for_a_year(waste):
    with time_machine.travel("2026-01-01T12:00:00Z"):
        PageFeedback.objects.create(page=waste, useful=True)
    with time_machine.travel("2026-12-31T12:00:00Z"):
        assert forget_old_feedback() == 0
    with time_machine.travel("2027-01-03T12:00:00Z"):
        assert forget_old_feedback() == 1
