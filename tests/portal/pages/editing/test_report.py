"""What editors see of the pages that they look after: what is to do, and how little it takes to say "still right"."""

import csv
import io
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.notifications.models import Notification
from portal.pages.calls.models import CallIndexPage, CallPage
from portal.pages.editing.admin_views import decorated
from portal.pages.editing.models import PageFeedback, PageState
from portal.pages.editing.querysets import PROBLEMS, figures, pages, with_states
from portal.pages.editing.schedules import note_missing, remind
from portal.pages.models import GuidePage, SectionPage
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory
from portal.ui.whole_pages import ALIAS
from tests.portal.pages.tree import home, write

pytestmark = pytest.mark.django_db

REPORT = "/admin/reports/portal-pages/"
LANGUAGES = "/admin/reports/portal-languages/"
OFFICE = (
    "La sottoscrizione dell'accordo territoriale costituisce condizione imprescindibile ai fini dell'ottenimento "
    "delle agevolazioni fiscali espressamente previste dalla vigente normativa regionale concernente la "
    "riqualificazione del patrimonio immobiliare inutilizzato."
)


@pytest.fixture
def section():
    return write(SectionPage, home(), "Abitare")


@pytest.fixture
def waste(section):
    page = write(GuidePage, section, "Rifiuti", body=[("heading", "Vetro")])
    PageState.note(page)
    return page


@pytest.fixture
def english(section, waste):
    there = write(SectionPage, home("en"), "Living here", translates=section)
    page = write(GuidePage, there, "Waste", translates=waste, body=[("heading", "Glass")])
    PageState.note(page)
    return page


def listed(client, **filters) -> list[str]:
    soup = BeautifulSoup(client.get(REPORT, filters).content, "html.parser")
    return [title.get_text(strip=True) for title in soup.select(".page-rows__title")]


def days_ago(count: int) -> date:
    return timezone.localdate() - timedelta(days=count)


# -- still right? -------------------------------------------------------------------------------------------------


def test_a_page_is_to_be_checked_again_a_year_later_and_a_call_when_it_closes(section):
    guide = write(GuidePage, section, "Vetro", reviewed_on=date(2026, 3, 1))
    assert PageState.note(guide).check_on == date(2027, 3, 1)
    calls = write(CallIndexPage, home(), "Bandi")
    dates = {"opens_on": date(2026, 3, 1), "closes_on": date(2026, 4, 30), "reviewed_on": date(2026, 3, 1)}
    call = write(CallPage, calls, "Contributo", **dates)
    assert PageState.note(call).check_on == date(2026, 4, 30)


def test_one_touch_says_that_it_is_still_right(client, paola, waste):
    GuidePage.objects.filter(pk=waste.pk).update(reviewed_on=days_ago(400))
    PageState.note(GuidePage.objects.get(pk=waste.pk))
    assert listed(client, problem="overdue") == ["Rifiuti"]

    answer = client.post(f"/admin/portal-pages/{waste.pk}/", {"next": f"{REPORT}?problem=overdue"})

    assert answer["Location"] == f"{REPORT}?problem=overdue"
    assert listed(client, problem="overdue") == []
    waste.refresh_from_db()
    assert waste.reviewed_on == timezone.localdate(), "readers see the new day"
    assert apps.get_model("portal", "Event").objects.filter(kind="portal.page.checked", actor=paola).exists()


def test_what_somebody_has_begun_to_change_stays_a_draft(client, paola, waste):
    waste.body = [("heading", "Vetro e latta")]
    waste.reviewed_on = days_ago(400)
    waste.save_revision()
    client.post(f"/admin/portal-pages/{waste.pk}/")
    live = GuidePage.objects.get(pk=waste.pk)
    assert live.reviewed_on == timezone.localdate()
    assert [block.value for block in live.body] == ["Vetro"]
    draft = live.get_latest_revision_as_object()
    assert draft.reviewed_on == timezone.localdate()
    assert [block.value for block in draft.body] == ["Vetro e latta"]


def test_an_editor_chooses_the_day_and_not_one_that_is_past(client, paola, waste):
    soon = timezone.localdate() + timedelta(days=30)
    client.post(f"/admin/portal-pages/{waste.pk}/", {"again_on": soon.isoformat()})
    assert PageState.objects.get(page=waste).check_on == soon
    answer = client.post(f"/admin/portal-pages/{waste.pk}/", {"again_on": days_ago(1).isoformat()})
    assert answer.status_code == 422
    assert PageState.objects.get(page=waste).check_on == soon


def test_only_who_publishes_the_page_says_so(waste):
    with pytest.raises(PermissionDenied):
        PageState.still_right(waste, by=UserFactory(roles=["portal.caseworker"]))


def test_editors_are_reminded_once_of_a_page_and_day(paola, waste, committing):
    PageState.objects.filter(page=waste).update(check_on=days_ago(1))
    for _run in range(2):
        with committing():
            remind()
    (told,) = Notification.objects.filter(person=paola, channel="inbox")
    assert told.event.kind == "portal.page.review_due"
    PageState.objects.filter(page=waste).update(check_on=days_ago(0))
    with committing():
        assert remind() == 1, "another day"


# -- words --------------------------------------------------------------------------------------------------------


def test_a_translation_is_outdated_when_the_words_of_its_source_change(client, paola, waste, english):
    waste.save_revision().publish()
    assert listed(client, problem="outdated") == [], "the same words once more are no change"

    waste.body = [("heading", "Vetro e latta")]
    waste.save_revision().publish()
    assert listed(client, problem="outdated") == ["Waste"]

    english.save_revision().publish()
    assert listed(client, problem="outdated") == ["Waste"], "nobody has touched its words"

    english.body = [("heading", "Glass and tins")]
    english.save_revision().publish()
    assert listed(client, problem="outdated") == []


def test_whoever_has_compared_the_two_says_so(client, paola, waste, english):
    waste.body = [("heading", "Vetro!")]
    waste.save_revision().publish()
    client.post(f"/admin/portal-pages/{english.pk}/")
    assert listed(client, problem="outdated") == []


def test_hard_words_are_found_in_italian_alone(client, paola, section, english):
    for parent in (section, english.get_parent()):
        PageState.note(write(GuidePage, parent, "Accordi", body=[("paragraph", f"<p>{OFFICE}</p>")]))
    assert listed(client, problem="hard") == ["Accordi"]


def test_what_is_lacking_in_a_language(client, paola, waste, english):
    assert "Rifiuti" not in listed(client, lacks="en")
    assert "Rifiuti" in listed(client, lacks="ar")
    english.unpublish()
    assert "Rifiuti" in listed(client, lacks="en")


def test_the_numbers_are_those_of_the_lists(client, paola, waste, english):
    note_missing()
    PageFeedback.objects.create(page=waste, useful=False, reason="unclear")
    for problem, number in figures().items():
        assert len(listed(client, problem=problem)) == number, problem
    assert figures()["not_useful"] == 1


def test_as_many_questions_for_many_pages_as_for_few(client, paola, section):
    def asked(address):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    for address in (REPORT, LANGUAGES):
        asked(address)
        few = asked(address)
        for number in range(12):
            page = write(GuidePage, section, f"Guida {address.strip('/').replace('/', '-')} {number}")
            page.body = [("paragraph", '<p><a href="/non-esiste/">qui</a></p>')]
            page.save_revision().publish()
        assert asked(address) == few, address


def test_it_is_taken_along_as_a_table(client, paola, waste):
    answer = client.get(REPORT, {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert any(line.startswith("Rifiuti,") for line in lines)
    assert client.get(REPORT, {"export": "xlsx"}).status_code == 200


def test_an_unknown_filter_is_no_error(client, paola):
    assert client.get(REPORT, {"problem": "nonsense", "kind": "x", "language": "xx"}).status_code == 200


def test_languages_at_a_glance(client, paola, waste, english):
    def cells():
        soup = BeautifulSoup(client.get(LANGUAGES).content, "html.parser")
        (row,) = (row for row in soup.select("tbody tr") if "Rifiuti" in row.th.get_text())
        return [(cell.span.get_text(), cell.a["href"]) for cell in row.select("td")]

    edit = "/admin/pages/{}/edit/"
    assert cells()[:2] == [("✓", edit.format(waste.pk)), ("✓", edit.format(english.pk))]
    waste.body = [("heading", "Latta")]
    waste.save_revision().publish()
    assert cells()[1][0] == "↻"
    english.unpublish()
    assert cells()[1][0] == "✎"
    english.delete()
    assert cells()[1] == ("—", f"/admin/localize/submit/page/{waste.pk}/")


def test_languages_one_state_at_a_time(client, paola, waste, english):
    write(GuidePage, waste.get_parent(), "Cantina")

    def page(**asked):
        return BeautifulSoup(client.get(LANGUAGES, asked).content, "html.parser")

    def titles(**asked):
        return {row.th.get_text().strip() for row in page(**asked).select("tbody tr")}

    (missing,) = page().select('a[href="?language=en&state=missing"]')
    shown = titles(language="en", state="missing")
    assert int(missing.b.get_text()) == len(shown)
    assert "Cantina" in shown
    assert "Rifiuti" not in shown
    assert "Rifiuti" in titles(language="en", state="current")
    waste.body = [("heading", "Latta")]
    waste.save_revision().publish()
    assert titles(language="en", state="outdated") == {"Rifiuti"}
    english.unpublish()
    assert titles(language="en", state="draft") == {"Rifiuti"}
    assert titles(language="xx", state="nonsense") == titles()


@pytest.mark.parametrize("address", [LANGUAGES, "/admin/portal-proposals/", "/admin/portal-pages/templates/"])
def test_a_browsers_tab_says_what_it_holds(client, paola, waste, address):
    soup = BeautifulSoup(client.get(address).content, "html.parser")
    assert soup.h1.get_text().strip() in soup.title.get_text()
    assert soup.h1.get_text().strip()


@pytest.mark.parametrize("address", [REPORT, LANGUAGES])
def test_who_writes_no_pages_sees_none_of_it(client, address):
    client.force_login(UserFactory(roles=["portal.caseworker"]))
    assert client.get(address).status_code == 302


def test_an_editors_day_says_what_is_to_do(client, paola, waste):
    PageState.objects.filter(page=waste).update(check_on=days_ago(1))
    day = BeautifulSoup(client.get("/casa/oggi/").content, "html.parser")
    link = day.select_one(f'a[href="{REPORT}?problem=overdue"]')
    assert link.b.get_text() == "1"


# -- while editing ------------------------------------------------------------------------------------------------


def test_the_edit_form_says_how_the_page_stands(client, paola, waste, english):
    PageFeedback.objects.create(page=waste, useful=False, reason="missing", text="<b>manca</b> l'orario")
    editor = client.get(f"/admin/pages/{waste.pk}/edit/").content.decode()
    assert "data-readability" in editor
    assert "&lt;b&gt;manca&lt;/b&gt;" in editor
    translated = client.get(f"/admin/pages/{english.pk}/edit/").content.decode()
    assert "data-readability" not in translated, "made for Italian"


def test_the_figure_is_counted_while_one_writes(client, paola):
    ask = "/admin/portal-pages/readability/"
    answer = client.post(ask, {"pieces": [OFFICE]}, "application/json")
    assert "Gulpease" in answer.content.decode()
    for nonsense in ('{"pieces": 3}', "[", '{"pieces": [1]}', '"x"'):
        assert client.generic("POST", ask, nonsense, content_type="application/json").status_code == 400


def test_still_right_is_read_at_once_while_a_draft_waits(paola, section, settings):
    settings.PORTAL_PAGE_CACHE = 300
    caches[ALIAS].clear()
    guide = write(GuidePage, section, "Vetro", reviewed_on=days_ago(400))
    guide.title = "Vetro e carta"
    guide.save_revision()
    today = timezone.localdate().isoformat()
    assert today not in Browser().get("/abitare/vetro/").text

    PageState.still_right(guide, by=paola)

    shown = Browser().get("/abitare/vetro/").text
    assert today in shown
    assert "Vetro e carta" not in shown


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r"], ids=["is", "plus", "minus", "at", "tab", "cr"]
)
def test_a_spreadsheet_reckons_with_no_title(client, paola, section, start):
    write(GuidePage, section, f"{start}HYPERLINK(1)", slug="formula")

    told = b"".join(client.get(REPORT, {"export": "csv"}).streaming_content).decode()

    cells = [row[0] for row in csv.reader(io.StringIO(told, newline=""))]
    assert f"'{start}HYPERLINK(1)" in cells
    assert "Abitare" in cells, "other words stand as they are"


def test_a_row_says_what_the_report_counts(client, paola, section):
    write(GuidePage, section, "Difficile", body=[("paragraph", f"<p>{OFFICE * 4}</p>")], slug="difficile")
    write(
        GuidePage, section, "Senza parole", body=[("paragraph", '<p><a href="/abitare/"></a></p>')], slug="s"
    )
    note_missing()
    rows = list(with_states(pages()))

    for problem, (_label, condition) in PROBLEMS.items():
        if problem not in ("not_useful", "untranslated"):
            counted = set(pages().filter(condition()).values_list("pk", flat=True))
            assert {row.pk for row in decorated(rows) if problem in row.problems} == counted, problem
    assert {"hard", "nameless"} <= {key for row in rows for key in row.problems}
