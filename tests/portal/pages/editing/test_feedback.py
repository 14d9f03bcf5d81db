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


def test_from_the_foot_of_the_page_to_the_thanks(client, waste):
    page = seen(client, "/abitare/rifiuti/")
    assert page.select_one("main form") is None, "the page is the same for everybody: no form, no token"
    ask = seen(client, f"/utile/{waste.pk}/?answer=no")
    assert f"/utile/{waste.pk}/?answer=no" in links(page).values()
    assert ask.select_one("input[name=useful][value=no]").has_attr("checked")
    fields = {
        field["name"]: field["value"]
        for field in ask.select("input[type=hidden]")
        if field["name"] == "client_id"
    }

    answer = say(client, waste, **fields, reason="missing", text="Manca l'orario")

    assert answer.status_code == 302
    thanks = seen(client, answer["Location"])
    assert links(thanks)
    said = PageFeedback.objects.get()
    assert (said.useful, said.reason, said.text) == (False, "missing", "Manca l'orario")


def test_a_local_resource_asks_too_and_what_is_said_is_read_beside_it(client):
    isee = resource()
    assert f"/utile/{isee.pk}/?answer=no" in links(seen(client, isee.url)).values()

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
