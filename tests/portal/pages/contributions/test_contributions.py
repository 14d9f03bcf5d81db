"""An organization proposes, an editor decides, and nothing goes out by itself."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation
from wagtail.models import PageLogEntry

from portal.notifications.models import Notification
from portal.pages.contributions.models import AlreadyDecided, Contribution
from portal.pages.contributions.notifications import NOTIFICATIONS
from portal.pages.directory.models import ResourcePage
from portal.pages.events.models import EventIndexPage, EventPage
from portal.pages.models import NewsIndexPage, NewsPage
from portal.testing.clients import Browser
from portal.testing.factories import OrganizationFactory, UserFactory
from tests.portal.pages.directory.house import directory, provider, resource
from tests.portal.pages.tree import home, links, seen, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa():
    return UserFactory()


@pytest.fixture
def paola():
    return UserFactory(roles=["portal.editor"])


@pytest.fixture
def vicini(rosa):
    organization = OrganizationFactory(name="Vicini di Casa")
    organization.add(rosa, by=None, is_coordinator=True)
    return organization


@pytest.fixture
def indexes():
    return write(NewsIndexPage, home(), "Notizie"), write(EventIndexPage, home(), "Eventi")


@pytest.fixture
def browser_of():
    def of(person):
        browser = Browser()
        browser.force_login(person)
        return browser

    return of


def told(person) -> list[str]:
    return list(
        Notification.objects.filter(person=person, channel="inbox").values_list("event__kind", flat=True)
    )


def news(**fields) -> dict:
    return {
        "client_id": str(uuid.uuid4()),
        "title": "Festa in cortile",
        "text": "Vieni.\n\nPorta una torta.",
        **fields,
    }


def in_days(days: int) -> str:
    return (timezone.localtime() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def event(**fields) -> dict:
    start = timezone.localtime() + timedelta(days=7)
    times = {
        "starts_at": start.strftime("%Y-%m-%dT%H:%M"),
        "ends_at": (start + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"),
        "place": "Cortile di via dei Tigli",
    }
    return news(**{**times, **fields})


@pytest.fixture
def proposed(rosa, vicini, indexes):
    fields = news()
    return Contribution.propose(vicini, by=rosa, kind="news", **fields)


def test_from_the_form_to_the_page(rosa, paola, vicini, indexes, browser_of, committing):
    phone, desk = browser_of(rosa), browser_of(paola)
    with committing():
        answer = phone.post(
            f"/enti/{vicini.pk}/proposte/news/", news(text="<script>alert(1)</script>\n\nVieni.")
        )
    assert answer.status_code == 302
    assert told(paola) == ["portal.contribution.proposed"]
    draft = NewsPage.objects.get()
    assert not draft.live
    assert "Festa in cortile" in seen(phone, answer["Location"]).main.get_text()
    assert phone.get("/notizie/festa-in-cortile/").status_code == 404, "nothing goes out by itself"
    assert f"/admin/pages/{draft.pk}/edit/" in desk.get("/admin/portal-proposals/").content.decode()

    waiting = draft.current_workflow_task_state
    with pytest.raises(PermissionDenied):
        waiting.task.specific.on_action(waiting, rosa, "approve")
    with committing():
        desk.post(f"/admin/pages/workflow/action/{draft.pk}/approve/{waiting.pk}/")

    assert told(rosa) == ["portal.contribution.published"]
    page = seen(phone, "/notizie/festa-in-cortile/")
    assert page.select_one("article script") is None
    assert "<script>alert(1)</script>" in page.select_one("article").get_text()
    assert seen(phone, f"/enti/{vicini.pk}/proposte/").select_one('a[href="/notizie/festa-in-cortile/"]')


def test_an_event_has_its_day_and_its_organizer(rosa, vicini, indexes, browser_of):
    assert browser_of(rosa).post(f"/enti/{vicini.pk}/proposte/event/", event()).status_code == 302
    draft = EventPage.objects.get()
    assert (draft.organizer, draft.place) == ("Vicini di Casa", "Cortile di via dei Tigli")
    assert draft.ends_at - draft.starts_at == timedelta(hours=2)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("news", {"title": ""}),
        ("news", {"text": "x" * 3001}),
        ("news", {"client_id": "x"}),
        ("event", {"starts_at": ""}),
        ("event", {"starts_at": "2020-01-01T10:00"}),
        ("event", {"ends_at": "2020-01-01T10:00"}),
        ("event", {"ends_at": in_days(60)}),
        ("event", {"starts_at": in_days(3650), "ends_at": in_days(3651)}),
    ],
    ids=["no-title", "long", "no-id", "no-day", "past", "ends-before", "lasts-for-months", "in-ten-years"],
)
def test_what_cannot_be_is_asked_again(rosa, vicini, indexes, browser_of, kind, fields):
    sent = {**(news() if kind == "news" else event()), **fields}
    assert browser_of(rosa).post(f"/enti/{vicini.pk}/proposte/{kind}/", sent).status_code == 422
    assert not Contribution.objects.exists()
    assert not NewsPage.objects.exists()


def test_each_field_of_an_event_says_what_it_needs(rosa, vicini, indexes, browser_of):
    page = seen(browser_of(rosa), f"/enti/{vicini.pk}/proposte/event/")
    sent = {"client_id": page.select_one("[name=client_id]")["value"]}
    answer = browser_of(rosa).post(f"/enti/{vicini.pk}/proposte/event/", sent)
    errors = answer.context["form"].errors
    assert set(errors) == {"title", "text", "starts_at", "ends_at", "place"}
    assert len({str(error) for (error,) in errors.values()}) == len(errors)


def test_an_editor_declines_and_says_why(rosa, paola, proposed, browser_of, committing):
    desk = browser_of(paola)
    assert desk.post(f"/admin/portal-proposals/{proposed.pk}/decline/", {"reason": ""}).status_code == 422
    with committing():
        desk.post(f"/admin/portal-proposals/{proposed.pk}/decline/", {"reason": "Manca il giorno."})
    assert told(rosa) == ["portal.contribution.declined"]
    assert not NewsPage.objects.exists(), "no draft is left behind"
    shown = seen(browser_of(rosa), f"/enti/{proposed.organization_id}/proposte/")
    assert "Manca il giorno." in shown.main.get_text()
    with pytest.raises(AlreadyDecided):
        proposed.decline(by=paola, reason="Ancora")


def test_only_editors_decline(rosa, proposed, browser_of):
    browser_of(rosa).post(f"/admin/portal-proposals/{proposed.pk}/decline/", {"reason": "No"})
    with pytest.raises(PermissionDenied):
        proposed.decline(by=UserFactory(), reason="No")
    proposed.refresh_from_db()
    assert proposed.state == "waiting"


def test_a_phone_that_sends_twice_proposes_once(rosa, vicini, indexes):
    fields = news()
    first = Contribution.propose(vicini, by=rosa, kind="news", **fields)
    assert Contribution.propose(vicini, by=rosa, kind="news", **fields) == first
    assert NewsPage.objects.count() == 1


def test_two_of_one_title_have_an_address_each(rosa, vicini, indexes):
    for _time in range(3):
        Contribution.propose(vicini, by=rosa, kind="news", **news())
    slugs = set(NewsPage.objects.values_list("slug", flat=True))
    assert slugs == {"festa-in-cortile", "festa-in-cortile-2", "festa-in-cortile-3"}


def test_ten_a_day(rosa, vicini, indexes, browser_of):
    phone = browser_of(rosa)
    with time_machine.travel("2026-11-26T10:10:00Z", tick=False):
        answers = [phone.post(f"/enti/{vicini.pk}/proposte/news/", news()).status_code for _time in range(11)]
    assert answers == [302] * 10 + [429]


def test_who_does_not_coordinate_it_sees_none_of_it(vicini, indexes, browser_of):
    volunteer, stranger = UserFactory(), UserFactory()
    vicini.add(volunteer, by=None)
    for person in (volunteer, stranger):
        browser = browser_of(person)
        assert browser.get(f"/enti/{vicini.pk}/proposte/").status_code == 404
        assert browser.post(f"/enti/{vicini.pk}/proposte/news/", news()).status_code == 404
    assert not Contribution.objects.exists()


def test_a_site_without_news_says_so(rosa, vicini, browser_of):
    assert browser_of(rosa).post(f"/enti/{vicini.pk}/proposte/news/", news()).status_code == 422


# -- local resources ----------------------------------------------------------------------------------------------


def homework(**fields) -> dict:
    return news(
        title="Aiuto con i compiti",
        text="Aiutiamo con i compiti delle medie.",
        needs=["school"],
        cost="free",
        where="Sala comune, martedì alle 16",
        **fields,
    )


def test_a_local_resource_becomes_a_draft_with_its_facts(rosa, paola, vicini, browser_of, committing):
    directory()
    known = provider("Vicini di Casa", partner=vicini)
    with committing():
        answer = browser_of(rosa).post(
            f"/enti/{vicini.pk}/proposte/resource/", homework(languages=["it", "ar"])
        )
    assert answer.status_code == 302
    draft = ResourcePage.objects.get()
    assert (draft.provider, draft.needs, draft.languages, draft.cost) == (
        known,
        ["school"],
        ["it", "ar"],
        "free",
    )
    assert not draft.live
    assert told(paola) == ["portal.contribution.proposed"], "told once, not by the review as well"
    assert seen(browser_of(paola), "/casa/oggi/").main.select(f'a[href="/admin/pages/{draft.pk}/edit/"]')


def test_where_and_when_are_entered_before_it_goes_out(rosa, paola, vicini, browser_of):
    directory()
    browser_of(rosa).post(f"/enti/{vicini.pk}/proposte/resource/", homework())
    draft = ResourcePage.objects.get()
    waiting = draft.current_workflow_task_state

    browser_of(paola).post(f"/admin/pages/workflow/action/{draft.pk}/approve/{waiting.pk}/")

    assert not ResourcePage.objects.get().live
    assert "Sala comune" in str(draft.get_latest_revision_as_object().body)


def test_an_organization_says_what_has_changed_in_its_own_entry(rosa, paola, vicini, browser_of):
    entry = resource("Doposcuola", provider=provider("Vicini di Casa", partner=vicini), days_ago=200)
    foreign = resource("Altrove", provider=provider("Altri"))
    phone, desk = browser_of(rosa), browser_of(paola)
    address = f"/enti/{vicini.pk}/proposte/voci/{entry.pk}/"
    assert address in links(seen(phone, f"/enti/{vicini.pk}/proposte/")).values()
    assert phone.get(f"/enti/{vicini.pk}/proposte/voci/{foreign.pk}/").status_code == 404
    said = {"client_id": str(uuid.uuid4()), "search_description": "Anche il sabato", "note": ""}

    assert phone.post(address, said).status_code == 302
    assert phone.post(address, said).status_code == 302, "a phone that sends twice"

    entry.refresh_from_db()
    assert entry.search_description != "Anche il sabato"
    waiting = entry.current_workflow_task_state
    desk.post(f"/admin/pages/workflow/action/{entry.pk}/approve/{waiting.pk}/")
    assert ResourcePage.objects.get(pk=entry.pk).search_description == "Anche il sabato"


def test_an_organization_says_that_its_entry_is_right(rosa, vicini, browser_of):
    entry = resource("Doposcuola", provider=provider("Vicini di Casa", partner=vicini), days_ago=200)

    browser_of(rosa).post(f"/enti/{vicini.pk}/proposte/voci/{entry.pk}/", {"right": "1"})

    entry.refresh_from_db()
    assert entry.assured_on == timezone.localdate()


def test_a_draft_that_was_declined_is_named_in_no_log(paola, proposed):
    draft = proposed.page_id
    assert PageLogEntry.objects.filter(page=draft).exists()

    proposed.decline(by=paola, reason="No")

    assert not PageLogEntry.objects.filter(page=draft, label__contains="Festa").exists()


@pytest.mark.parametrize("fact", ["published", "declined"])
def test_a_notification_says_no_word_of_what_was_proposed(fact, rosa):
    (kind,) = [kind for kind in NOTIFICATIONS if kind.key == f"portal.contribution.{fact}"]
    proposed = Contribution(title="Marco ha perso la casa", organization_id=7, by=rosa)

    with translation.override("en"):
        said = kind.title(SimpleNamespace(target=proposed))

    assert "yours" in said
    assert "Marco" not in said
    assert "/7/" in kind.url(SimpleNamespace(target=proposed))
