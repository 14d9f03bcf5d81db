"""Which answer fits me? Asked step by step without JavaScript; answered with reasons; kept nowhere."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.pages.directory.models import DirectoryPage, Provider, ResourcePage
from portal.pages.models import (
    AnswerIndexPage,
    AnswerPage,
    AnswerThreshold,
    CallIndexPage,
    CallPage,
    CallThreshold,
    GuidePage,
    SectionPage,
)
from portal.pages.orientation.forms import STEPS
from portal.testing.factories import UserFactory
from tests.portal.pages.tree import home, write

pytestmark = pytest.mark.django_db
ADDRESS = "/orientamento/"
EURO = 100


@pytest.fixture
def losing():
    """The life situation of whoever is about to lose their home, with a guide."""
    section = write(SectionPage, home(), "Rischio di perdere la casa", show_in_menus=True)
    write(GuidePage, section, "Lettera di sfratto")
    return section


@pytest.fixture
def answers():
    index = write(AnswerIndexPage, home(), "Risposte")
    service = write(
        AnswerPage, index, "Contratto di servizio",
        resources_from=2, resources_to=2, potential_from=2, potential_to=3,
    )  # fmt: skip
    AnswerThreshold.objects.create(
        page=service,
        what="isee_max",
        value=40_000 * EURO,
        unit="eur",
        year=2025,
        source="Regola dell'agenzia",
    )
    write(
        AnswerPage, index, "Tre più due", resources_from=3, resources_to=3, potential_from=3, potential_to=3
    )
    return index


def call(title: str, *, opens: int, closes: int, isee_max: int = 26_000, **fields) -> CallPage:
    index = CallIndexPage.objects.first() or write(CallIndexPage, home(), "Bandi")
    today = timezone.localdate()
    page = write(
        CallPage, index, title,
        opens_on=today + timedelta(days=opens), closes_on=today + timedelta(days=closes), **fields,
    )  # fmt: skip
    CallThreshold.objects.create(
        page=page,
        what="isee_max",
        value=isee_max * EURO,
        unit="eur",
        year=2025,
        source="DGR 2974/2024",
        area="Lombardia",
    )
    return page


def sent(client, path: str = ADDRESS, status: int = 200, **told) -> BeautifulSoup:
    answer = client.post(path, told)
    assert answer.status_code == status, answer.content.decode()
    return BeautifulSoup(answer.content, "html.parser")


def result(client, **told) -> BeautifulSoup:
    return sent(client, go="result", **told)


def filled(soup: BeautifulSoup) -> dict[str, list[str]]:
    """What the form of a step would send, as it stands on the page."""
    fields: dict[str, list[str]] = {}
    for box in soup.select("form[data-in-place] input[name]"):
        if box["type"] in ("radio", "checkbox") and not box.has_attr("checked"):
            continue
        fields.setdefault(box["name"], []).append(box.get("value", ""))
    return fields


def said(soup: BeautifulSoup) -> str:
    return " ".join(soup.select_one("main").get_text(" ", strip=True).split())


def test_one_goes_through_all_steps_and_back_and_nothing_is_lost(client, losing):
    page = BeautifulSoup(client.get(ADDRESS).content, "html.parser")
    key = str(losing.translation_key)
    answers = {
        "home": {"about": [key], "home": ["lease"]},
        "money": {"isee": ["18.000,50 €"], "savings": ["some"]},
        "work": {"work": ["permanent"], "strengths": ["language", "people"]},
        "household": {"people": ["3"], "minors": ["1"]},
        "time": {"urgency": ["months"], "residence": ["3"]},
    }
    for step in STEPS:
        assert filled(page)["step"] == [step]
        page = sent(client, **{**filled(page), **answers[step], "go": "next"})
    told = {name: values for step in answers.values() for name, values in step.items()}
    assert {name: values for name, values in filled(page).items() if name != "step"} == told

    page = sent(client, **{**filled(page), "go": "time"})
    for step in reversed(STEPS):
        assert filled(page)["step"] == [step]
        assert {
            name: values for name, values in filled(page).items() if name != "step" and values != [""]
        } == told
        page = sent(client, **{**filled(page), "go": "back"})


def test_what_fits_comes_with_its_reasons_their_year_and_source(client, losing, answers):
    meant = call("Misura Unica", opens=-10, closes=5)
    meant.situations = [losing]
    meant.save()
    page = result(
        client, about=str(losing.translation_key), home="lease", isee="18000", work="permanent", savings="no",
        strengths=["language", "tenant"],
    )  # fmt: skip
    items = {
        item.h3.a.find(string=True): item.get_text(" ", strip=True) for item in page.select(".fits__item")
    }
    assert list(items) == ["Contratto di servizio", "Misura Unica", "Tre più due"]
    grant = items["Misura Unica"]
    assert "26.000" in grant
    assert "2025, DGR 2974/2024, Lombardia" in grant
    assert "Rischio di perdere la casa" in grant
    assert [link.strong.get_text() for link in page.select("main .list__link")] == ["Lettera di sfratto"]
    assert {box["class"][-1] for box in page.select(".fits__item")[1].select(".fits__reason")} == {
        "fits__reason--yes"
    }


def test_only_calls_that_are_open_are_named_and_those_one_is_shut_out_of_say_why(client):
    call("Chiuso ieri", opens=-30, closes=-1)
    call("Apre domani", opens=1, closes=30)
    call("Aperto", opens=-1, closes=30)
    call("Solo per pochi", opens=-1, closes=30, isee_max=3_000)
    page = result(client, isee="18000")
    words = said(page)
    assert "Chiuso ieri" not in words
    assert "Apre domani" not in words
    assert "Aperto" in words
    refused = next(part for part in page.select("details.panel") if "Solo per pochi" in part.get_text())
    assert [link.find(string=True) for link in refused.select("h3 a")] == ["Solo per pochi"]


def test_what_was_answered_goes_along_into_another_language(client):
    page = result(client, home="guest")
    button = page.select_one("form[data-in-place] button[formaction='/en/orientamento/']")
    assert (button["name"], button["value"]) == ("go", "result")


def test_with_nothing_said_and_nothing_published_the_desk_is_the_answer(client):
    page = result(client)
    assert page.select(".standing__cell--mine") == page.select(".standing__cell")
    assert not page.select(".fits__item")
    assert page.select_one("form[action='/orientamento/sportello/']")


def test_no_place_to_sleep_comes_before_everything(client):
    page = result(client, home="none")
    first = page.select_one("main section")
    assert "emergency" in first["class"]
    assert [link["href"] for link in first.select(".calls a")] == ["tel:1522", "tel:112"]


def test_a_page_in_another_language_is_offered_to_whoever_chose_its_translation(client, losing):
    """In English the section has a translation, its guide has none: it is offered all the same."""
    write(SectionPage, home("en"), "Losing the home", translates=losing, show_in_menus=True)
    answer = client.post("/en/orientamento/", {"go": "result", "about": str(losing.translation_key)})
    page = BeautifulSoup(answer.content, "html.parser")
    link = page.select_one("main .list__link")
    assert link.strong.get_text() == "Lettera di sfratto"
    assert link["href"].startswith("/en/")
    assert "Losing the home" in said(page)


# -- in the order in which one needs it ---------------------------------------------------------------------------


def test_an_appointment_can_be_asked_for_right_below_the_best_answers(client, answers):
    for number in range(4):
        write(AnswerPage, answers, f"Casa {number}")
    page = result(client, isee="18000")

    parts = page.select("main .orientation > :is(section, details)")
    assert len(parts[0].select(".fits__item")) == 3
    assert parts[1].select_one("form[action='/orientamento/sportello/'] button")
    assert "Casa 3" in parts[-1].parent.get_text()
    assert not [part for part in page.select("main details") if part.has_attr("open")]
    # The numbers go on where the list does, as in the drawing.
    assert [number.text for number in page.select(".fits__number")] == list("123456")


def resource(directory, title: str, *, needs: list[str], situations=(), **fields) -> ResourcePage:
    provider = Provider.objects.first() or Provider.objects.create(name="San Rocco")
    page = write(
        ResourcePage, directory, title,
        provider=provider, needs=needs, assured_on=timezone.localdate(), **fields,
    )  # fmt: skip
    page.situations.set(situations)
    page.save()
    return page


def near(page) -> list[str]:
    heading = next(h for h in page.select("main h2") if h.parent.select("a[href*='/risorse/']"))
    return [link["href"] for link in heading.parent.select("a")]


def test_who_helps_nearby_is_named_by_situation_and_need_with_the_way_to_all_of_them(client, losing):
    directory = write(DirectoryPage, home(), "Risorse", slug="risorse")
    resource(directory, "Mensa", needs=["food"])
    resource(directory, "Avvocati", needs=["legal", "eviction"], situations=[losing])
    resource(directory, "Lavoro", needs=["work"])
    resource(directory, "Di un tempo", needs=["work"], live=False)

    page = result(client, about=str(losing.translation_key), work="looking")

    assert near(page) == [
        "/risorse/avvocati/",
        "/risorse/lavoro/",
        "/risorse/?need=eviction",
        "/risorse/?need=work",
        "/risorse/?need=legal",
        "/risorse/",
    ]
    assert near(result(client)) == ["/risorse/"]


def test_what_goes_with_a_life_situation_is_looked_for_first(client):
    """As the figures say: whoever may lose their home looks for help against an eviction, whatever most places do."""
    section = write(SectionPage, home(), "Rischio", slug="rischio-di-perdere-la-casa", show_in_menus=True)
    directory = write(DirectoryPage, home(), "Risorse", slug="risorse")
    for number in range(5):
        resource(directory, f"Soldi {number}", needs=["money"], situations=[section])
    resource(directory, "Avvocati", needs=["eviction"])

    links = near(result(client, about=str(section.translation_key), minors="2"))

    assert links[0] == "/risorse/avvocati/"
    assert [link for link in links if "need=" in link][0] == "/risorse/?need=eviction"


def test_without_a_directory_nobody_is_sent_there(client, losing):
    assert not result(client, about=str(losing.translation_key)).select("main a[href*='need=']")


# -- bad input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "told", "wrong"),
    [
        ("money", {"isee": "diciottomila"}, "isee"),
        ("money", {"isee": "-5"}, "isee"),
        ("money", {"isee": "9" * 30}, "isee"),
        ("money", {"isee": "9" * 3000}, "isee"),
        ("money", {"savings": "plenty"}, "savings"),
        ("home", {"about": "00000000-0000-0000-0000-000000000000"}, "about"),
        ("work", {"strengths": ["language", "flying"]}, "strengths"),
        ("household", {"people": "0"}, "people"),
        ("household", {"people": "9" * 400}, "people"),
        ("household", {"people": "2", "minors": "2"}, "minors"),
        ("time", {"residence": "7\0"}, "residence"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_said_beside_its_field_with_all_that_was_typed(
    client, losing, step, told, wrong
):
    page = sent(client, status=422, step=step, go="next", home="lease" if step != "home" else "", **told)
    assert filled(page)["step"] == [step]
    field = page.select_one(f"#id_{wrong}_error")
    assert field.get_text(strip=True)
    if "isee" in told:
        assert page.select_one("#id_isee")["value"] == told["isee"]
    if step != "home":
        assert filled(page)["home"] == ["lease"]


def test_a_tampered_answer_of_another_step_leads_there_and_not_to_an_error_page(client):
    page = sent(client, status=422, step="time", go="result", work="astronaut", isee="18000")
    assert filled(page)["step"] == ["work"]
    assert filled(page)["isee"] == ["18000"]


@pytest.mark.parametrize("go", ["", "nowhere", "result\0", "next"])
def test_a_step_that_nobody_knows_leads_to_the_questions(client, go):
    assert filled(sent(client, step="elsewhere", go=go))["step"] == ["home"]


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("18000", 1_800_000),
        ("18.000", 1_800_000),
        ("18,000", 1_800_000),
        ("18 000,50 €", 1_800_050),
        ("18.000,5 euro", 1_800_050),
        ("١٨٠٠٠", 1_800_000),
        ("0", 0),
    ],
)
def test_a_sum_is_read_as_people_write_it(typed, cents):
    from portal.pages.orientation.forms import EuroField

    assert EuroField(required=False).clean(typed) == cents


# -- nothing is kept ---------------------------------------------------------------------------------------------


def test_nothing_that_was_said_is_kept_anywhere(client, losing, caplog):
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(ADDRESS, {"go": "result", "isee": "18123", "home": "guest"})
    assert [q["sql"] for q in asked if not q["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))] == []
    assert "18123" not in " ".join(q["sql"] for q in asked)
    assert not answer.cookies
    assert not client.cookies
    assert not Session.objects.exists()
    assert "no-store" in answer["Cache-Control"]
    assert "18123" not in caplog.text


def test_what_stands_in_the_address_is_not_read(client):
    page = BeautifulSoup(client.get(ADDRESS, {"isee": "18123", "home": "guest"}).content, "html.parser")
    assert "18123" not in str(page.select_one("main"))
    assert not page.select("main [name=home][value=guest][checked]")


def test_no_form_or_link_of_the_result_carries_an_answer_in_its_address(client, losing):
    page = result(client, isee="18123", home="guest", about=str(losing.translation_key))
    assert {form.get("method") for form in page.select("main form")} == {"post"}
    assert not [a["href"] for a in page.select("a[href]") if "18123" in a["href"] or "guest" in a["href"]]


def test_the_queries_do_not_grow_with_what_is_published(client, losing, answers):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            result(client, about=str(losing.translation_key), isee="18000")
        return len(asked)

    call("Il primo bando", opens=-1, closes=1).situations.add(losing)
    directory = write(DirectoryPage, home(), "Risorse", slug="risorse")
    resource(directory, "La prima risorsa", needs=["home"], situations=[losing])
    client.force_login(UserFactory())
    cost()
    few = cost()
    for number in range(12):
        call(f"Bando {number}", opens=-1, closes=number + 1).situations.add(losing)
        write(AnswerPage, answers, f"Risposta {number}")
        write(GuidePage, losing, f"Guida {number}")
        resource(directory, f"Risorsa {number}", needs=["home"], situations=[losing])
    cost()  # what was published had the menus asked for anew
    assert cost() == few
    assert few <= 15


# -- to the desk -------------------------------------------------------------------------------------------------


def test_nothing_is_ticked_beforehand_and_only_what_is_ticked_goes_along(client, answers):
    page = result(
        client, isee="18000", work="permanent", savings="no", home="guest", strengths=["language", "tenant"]
    )
    boxes = page.select("form[action='/orientamento/sportello/'] input[type=checkbox]")
    assert {box["value"] for box in boxes} >= {"isee", "work", "home"}
    assert not [box for box in boxes if box.has_attr("checked")]
    service = str(AnswerPage.objects.get(title="Contratto di servizio").translation_key)
    page = sent(
        client,
        "/orientamento/sportello/",
        isee="18000",
        work="permanent",
        home="guest",
        tell=["work", service, "x"],
    )
    lines = [line.get_text(strip=True) for line in page.select(".told-lines li")]
    assert len(lines) == 2
    assert "Contratto di servizio" in lines[1]
    assert "18" not in "".join(lines)


def test_the_desk_reads_its_own_language_and_the_person_theirs(client, losing):
    write(SectionPage, home("en"), "Losing the home", translates=losing, show_in_menus=True)
    page = sent(client, "/en/orientamento/sportello/", about=str(losing.translation_key), tell="about")
    assert "Losing the home" in page.select_one(".told-lines li").get_text()
    assert "Rischio di perdere la casa" in page.select_one("details p").get_text()


def test_who_opens_the_address_of_the_last_step_begins_at_the_first(client):
    assert client.get("/orientamento/sportello/").headers["Location"] == ADDRESS
