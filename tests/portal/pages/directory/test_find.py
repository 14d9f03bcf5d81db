"""Somebody looks for help near them."""

import re
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction
from wagtail.search.backends import get_search_backend

from portal.pages.directory.demo import TOWNS
from portal.pages.directory.gazetteer import locate
from portal.pages.directory.maps import LETTER, LINE, draw
from portal.pages.directory.models import Place
from portal.pages.directory.renewal import come_round
from portal.pages.search import find_pages
from portal.ui.week import TO
from portal.ui.whole_pages import purge_pages
from tests.portal.pages.tree import seen

from .house import in_english, open_at, place, provider, resource, titles, town

pytestmark = pytest.mark.django_db

MONDAY_AT_TEN = "2026-11-23T10:00+01:00"
OPEN = [("0", "09:00", "12:30"), ("4", "22:00", "02:00")]


def test_by_need_with_one_touch(client):
    resource("Pacco alimentare", needs=["food"])
    resource("Calcolo dell'ISEE", needs=["documents", "money"])

    page = seen(client, "/risorse/")
    assert titles(page) == ["Calcolo dell'ISEE", "Pacco alimentare"]

    food = next(a["href"] for a in page.select(".need") if "need=food" in a["href"])
    assert titles(seen(client, f"/risorse/{food}")) == ["Pacco alimentare"]


def test_for_who_lives_there_including_what_is_for_the_whole_district(client):
    resource("Solo Rho", municipalities=["Rho"])
    resource("Solo Pero", municipalities=["Pero"])
    resource("Tutto il distretto")
    assert titles(seen(client, f"/risorse/?municipality={town('Rho').pk}")) == [
        "Solo Rho",
        "Tutto il distretto",
    ]


def test_by_language_an_interpreter_counts(client):
    resource("Arabo", languages=["it", "ar"])
    resource("Interprete", languages=["it"], interpreter=True)
    resource("Italiano", languages=["it"])
    assert titles(seen(client, "/risorse/?language=ar")) == ["Arabo", "Interprete"]


def test_what_is_open_now_and_until_when(client):
    with time_machine.travel(MONDAY_AT_TEN, tick=False):
        resource("Aperto", hours=[("0", "09:00", "12:30")])
        resource("Chiuso", hours=[("1", "09:00", "12:30")])
        resource("Su appuntamento")
        resource("Sospeso", hours=[("0", "09:00", "12:30")], status="temporarily closed")
        found = seen(client, "/en/risorse/?open=on")
        closed = seen(client, "/en/risorse/")
    assert titles(found) == ["Aperto"]
    assert "open now, until 12:30" in found.text
    assert "opens tomorrow at 9:00" in closed.text
    assert "closed for some time" in closed.text


def test_what_is_free_of_charge(client):
    resource("Gratis", cost="free")
    resource("A pagamento", cost="paid")
    assert titles(seen(client, "/risorse/?free=on")) == ["Gratis"]


def test_the_nearest_to_a_place_that_is_typed_come_first(client):
    resource("A Rho", at=place("Oratorio", municipality="Rho", address="corso delle Filande 20"))
    resource("A Pero", at=place("Sede", municipality="Pero"))
    resource("Da nessuna parte", at=None)

    near_rho = seen(client, "/en/risorse/?near=Rho")
    assert titles(near_rho) == ["A Rho", "A Pero", "Da nessuna parte"]
    assert "4.2 km away" in near_rho.text

    # A street that we know, as people type it.
    assert titles(seen(client, "/risorse/?near=dei+tigli")) == ["A Pero", "A Rho", "Da nessuna parte"]


def test_of_several_places_the_nearest_is_told(client):
    page = resource("Due sedi", at=place("Oratorio", municipality="Rho", address="corso delle Filande 20"))
    open_at(page, place("Sede", municipality="Pero"))
    entry = seen(client, "/en/risorse/?near=Pero").select_one(".entry")
    assert "via dei Tigli 2, Pero" in entry.text
    assert "and 1 more place" in entry.text


BAD = [
    "?need=zzz", "?municipality=99999", "?municipality=a", "?language=xx", "?near=Timbuctu", f"?near={'a' * 300}",
    "?place=x", f"?place={'9' * 40}", "?page=-4", "?page=zzz", "?open=%00", "?near=%00", "?need=food&need=",
]  # fmt: skip


@pytest.mark.parametrize("question", BAD)
def test_a_question_that_makes_no_sense_is_answered_all_the_same(client, question):
    resource("Pacco alimentare", needs=["food"])
    page = seen(client, f"/risorse/{question}")
    assert titles(page) == ["Pacco alimentare"] or page.select_one(".empty")
    if re.match(r"\?(municipality|language|near|place)", question):
        assert (
            "is left out of this list"
            in seen(client, f"/en/risorse/{question}").select_one("[aria-labelledby=found]").text
        )
        assert page.select_one("[data-error-summary]")
        assert titles(page) == ["Pacco alimentare"]  # the rest of the question counts


def test_nothing_found_says_what_to_do_next(client):
    resource("Pacco alimentare", needs=["food"])
    page = seen(client, "/risorse/?need=legal")
    assert page.select_one(".empty a[href='/risorse/']")


def test_nothing_found_says_what_to_leave_out(client):
    with time_machine.travel(MONDAY_AT_TEN, tick=False):
        for number in range(2):
            resource(f"Pacco {number}", needs=["food"], languages=["it"], hours=[("1", "09:00", "12:00")])
        resource("Mensa", needs=["food"], languages=["it", "ar"], hours=OPEN, status="temporarily closed")
        page = seen(client, "/en/risorse/?need=food&language=it&open=on")
        lines = {" ".join(one.text.split()): one["href"] for one in page.select(".list a")}
        assert lines == {"Without “Only what is open now” there are 3.": "?need=food&language=it#found"}
        assert len(titles(seen(client, f"/en/risorse/{lines.popitem()[1]}"))) == 3

        resource("Sportello", needs=["legal"], languages=["it"], hours=OPEN)
        page = seen(client, "/en/risorse/?need=food&language=it&open=on")
        assert "Without “Food” there is 1." in " ".join(page.text.split())


@pytest.mark.parametrize("at", [MONDAY_AT_TEN, "2026-11-24T10:00+01:00"], ids=["open", "closed"])
def test_what_to_leave_out_costs_no_more_than_a_page_may(client, at):
    for number in range(3):
        resource(
            f"Pacco {number}",
            needs=["food"],
            languages=["it"],
            at=place(),
            hours=OPEN,
            municipalities=["Pero"],
        )
    asked = f"?need=food&language=zh&open=on&free=on&municipality={town().pk}&place={place().pk}&near=Rho"
    with time_machine.travel(at, tick=False):
        client.get(f"/risorse/{asked}")
        with CaptureQueriesContext(connection) as captured:
            page = client.get(f"/risorse/{asked}")
    assert page.context["count"] == 0
    assert [(one.count, "language=" in one.url) for one in page.context["without"]] == (
        [(3, False)] if at == MONDAY_AT_TEN else []
    )
    assert len(captured) <= 15


def test_each_part_that_may_be_left_out_finds_as_many_as_it_says(client):
    """Where several municipalities and places meet, nothing is counted twice."""
    here, there = place("Qui"), place("Là", municipality="Rho", address="via Lunga 1")
    with time_machine.travel(MONDAY_AT_TEN, tick=False):
        for number in range(2):
            page = resource(
                f"Altrove {number}", needs=["food"], at=here, hours=OPEN, municipalities=["Rho", "Milano"]
            )
            open_at(page, there, OPEN)
        resource("Là", needs=["food"], at=there, hours=OPEN)
        resource("Chiuso", needs=["food"], at=here, hours=[("1", "09:00", "12:00")], municipalities=["Pero"])
        resource("Altro", needs=["legal"], at=here, hours=OPEN, municipalities=["Pero", "Rho"])
        page = seen(client, f"/en/risorse/?need=food&open=on&municipality={town('Pero').pk}&place={here.pk}")
        left_out = {one.text.split("”")[0].split("“")[1]: one["href"] for one in page.select(".list a")}
        found = {name: len(titles(seen(client, f"/en/risorse/{href}"))) for name, href in left_out.items()}
        told = {name: re.search(r"there (?:is|are) (\d+)", " ".join(one.text.split()))[1]
                for name, one in zip(left_out, page.select(".list a"), strict=True)}  # fmt: skip
    assert {name: int(count) for name, count in told.items()} == found
    assert sorted(found.values()) == [1, 1, 1, 2]


def test_of_what_is_to_be_open_the_nearest_that_is_counts(client):
    with time_machine.travel(MONDAY_AT_TEN, tick=False):
        page = resource("Sportello", at=None)
        open_at(page, place("Qui"), [("1", "09:00", "12:00")])
        open_at(page, place("Là", municipality="Rho", address="via Lunga 1"), OPEN)
        (entry,) = seen(client, "/risorse/?near=Pero&open=on").select(".entry")
    assert "via Lunga 1" in entry.text


@pytest.mark.parametrize(
    ("language", "names", "together"),
    [
        ("it", ["Italiano", "Inglese", "Arabo"], "Italiano, arabo"),
        ("en", ["Italian", "English", "Arabic"], "Italian, Arabic"),
    ],
)
def test_languages_are_written_alike(client, language, names, together):
    page = resource(languages=["it", "ar"])
    prefix = "" if language == "it" else f"/{language}"
    options = [one.text for one in seen(client, f"{prefix}/risorse/").select("select[name=language] option")]
    assert options[1:4] == names
    assert all(name[0].isupper() for name in options)
    assert together in seen(client, f"{prefix}{page.url}").text


def test_a_year_without_a_look_warns_and_eighteen_months_end_it(client):
    fresh = resource("Fresco", days_ago=364)
    old = resource("Vecchio", days_ago=365)
    resource("Quasi", days_ago=547)
    gone = resource("Uscito", days_ago=548)

    page = seen(client, "/en/risorse/")
    assert titles(page) == ["Fresco", "Quasi", "Vecchio"]
    assert page.text.count("call first") == 2
    assert "Nobody has checked" not in seen(client, fresh.url).text
    assert "for more than a year" in seen(client, f"/en{old.url}").text
    # Its address says kindly how it is, and leads on.
    kept = seen(client, f"/en{gone.url}")
    assert "Nobody has checked this for a long time" in kept.text
    assert kept.select_one("main a[href$='/risorse/']")


def test_what_has_left_the_lists_leaves_the_search_by_itself():
    with time_machine.travel("2026-01-10", tick=False):
        page = resource("Doposcuola", days_ago=500)
        english = in_english(page, "Homework club")
        for version in (page, english):
            get_search_backend().add(version)
        assert find_pages(None, "doposcuola", 5)
    with time_machine.travel("2026-04-10", tick=False):
        come_round()
        assert not find_pages(None, "doposcuola", 5)
        assert not find_pages(None, "homework", 5)
        # And comes back when somebody has looked.
        page.assure()
        assert find_pages(None, "homework", 5)


def test_what_is_not_for_everybody_is_in_no_list(client):
    resource("Bozza").unpublish()
    resource("Chiusa", status="inactive")
    private = resource("Riservata")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    assert titles(seen(client, "/risorse/")) == []


def test_a_translation_tells_its_own_words_and_the_facts_of_the_first_page(client):
    page = resource("Pacco alimentare", needs=["food"], cost="paid", hours=[("5", "09:30", "11:30")])
    # What a translation carries in those columns counts for nothing.
    in_english(page, "Food parcel", cost="free", who="Whoever needs it", status="inactive")

    assert titles(seen(client, "/en/risorse/?need=food")) == ["Food parcel"]
    english = seen(client, "/en/risorse/food-parcel/").text
    assert "Whoever needs it" in english
    assert "One pays for it." in english
    assert f"9:30{TO}11:30" in english
    # Where there is no translation, the reader's menus stand around the Italian words.
    arabic = seen(client, "/ar/risorse/").select_one(".entry__link")
    assert (arabic["href"], arabic["lang"]) == ("/ar/risorse/pacco-alimentare/", "it")


def test_the_page_tells_all_that_one_needs_to_go_there(client):
    with time_machine.travel(MONDAY_AT_TEN, tick=False):
        page = resource(
            "Calcolo dell'ISEE", who="Famiglie", how="Telefona", documents="carta d'identità\n- codice fiscale",
            age_from=18, languages=["it", "ar"], needs=["money"], hours=OPEN,
            at=place(accessibility={"it": "Due gradini"}, transport={"it": "Metro M1"}),
        )  # fmt: skip
        page.places.update(phone="02 0000 0302", note={"it": "Primo piano", "en": "First floor"})
        shown = seen(client, f"/en{page.url}")
    text = shown.get_text(" ", strip=True)
    for words in (
        "Famiglie", "From 18 years of age.", "Telefona", "carta d'identità", "codice fiscale", "Italian", "Arabic",
        "open now, until 12:30", f"22:00{TO}2:00", "(of the next day)", "First floor", "Due gradini", "Metro M1",
        "CAF Il Girasole", "Checked on",
    ):  # fmt: skip
        assert words in text, words
    addresses = {a["href"] for a in shown.select("main a[href]")}
    assert {"tel:0200000302", "geo:45.510400,9.086800", "mailto:caf@abitare.example"} <= addresses


OF_THE_MONTH = [("0", "17:30", "19:30", "1", "3")]


@pytest.mark.parametrize(
    ("language", "words", "opens"),
    [
        ("it", "primo e terzo lunedì del mese", "apre il 7 dicembre alle 17:30"),
        ("en", "first and third Monday of the month", "opens on 7 December at 17:30"),
        ("ar", "الاثنين الأول والثالث من الشهر", ""),
    ],
)
def test_what_opens_twice_a_month_says_so_and_when_next(client, language, words, opens):
    with time_machine.travel("2026-11-23T18:00+01:00", tick=False):
        page = resource("Avvocato", hours=OF_THE_MONTH)
        prefix = "" if language == "it" else f"/{language}"
        shown = seen(client, f"{prefix}{page.url}").get_text(" ", strip=True)
        assert words in shown
        assert opens in shown
        assert titles(seen(client, "/risorse/?open=on")) == []  # this Monday is the fourth
    with time_machine.travel("2026-12-07T18:00+01:00", tick=False):
        purge_pages()
        assert titles(seen(client, "/risorse/?open=on")) == ["Avvocato"]


def test_machines_are_told_the_next_days_of_a_rule_and_never_every_monday(client):
    with time_machine.travel(MONDAY_AT_TEN, tick=False):
        page = resource("Avvocato", hours=[*OF_THE_MONTH, ("4", "09:00", "12:00")])
        told = page.places.get().structured_data()["openingHoursSpecification"]
    days = [(one["dayOfWeek"], one.get("validFrom"), one.get("validThrough")) for one in told]
    assert days == [
        (["Monday"], "2026-12-07", "2026-12-07"),
        (["Monday"], "2026-12-21", "2026-12-21"),
        (["Monday"], "2027-01-04", "2027-01-04"),
        (["Friday"], None, None),
    ]


def test_days_on_which_it_is_closed_are_told_in_one_line(client):
    with time_machine.travel(MONDAY_AT_TEN, tick=False):
        page = resource(hours=[("13", "09:00", "12:00")])
        week = seen(client, f"/en{page.url}").select_one("table.week")
    assert [row.th.get_text(" ", strip=True) for row in week.select("tr")] == [
        "Monday today",
        "Tuesday",
        "Thursday",
    ]
    assert [cell.get_text(strip=True) for cell in week.select("td")] == ["closed", *[f"9:00{TO}12:00"] * 2]
    assert week.find_next_sibling("p").get_text(strip=True) == "Closed on the other days."


def test_words_of_others_stand_as_words(client):
    page = resource("<b>Forte</b>", at=place("<script>alert(1)</script>"), provider=provider("<i>Ente</i>"))
    for path in ("/risorse/", page.url):
        html = client.get(path).content.decode()
        assert "<script>alert" not in html
        assert "<i>Ente" not in html
        assert "<b>Forte" not in html


def test_the_map_is_drawn_here_and_asks_nobody(client):
    resource("A Rho", at=place("Oratorio", municipality="Rho", address="corso delle Filande 20"))
    resource("A Pero")
    resource("Anche a Pero")
    answer = client.get("/risorse/")
    html = answer.content.decode()
    assert "openstreetmap.org" not in answer["Content-Security-Policy"]
    assert "<image" not in html
    page = seen(client, "/risorse/")
    pins = page.select("svg.map__plan a")
    assert {pin["aria-label"].partition(",")[0] for pin in pins if "place=" not in pin["href"]} == {"A Rho"}
    shared = next(pin["href"] for pin in pins if "place=" in pin["href"])
    assert titles(seen(client, f"/risorse/{shared}")) == ["A Pero", "Anche a Pero"]


def test_no_pin_and_no_name_covers_the_name_of_a_town():
    towns = [(name, TOWNS[name]) for name in TOWNS]
    plan = draw([(point, name) for name, point in towns for _resource in range(3)], towns)
    names = [(label.name_x, label.name_y, len(label.name) * LETTER / 2, LINE / 2) for label in plan.labels]
    pins = [(pin.x, pin.y, 15, 15) for pin in plan.pins]
    assert len(names) >= len(towns) - 2
    for number, (x, y, across, down) in enumerate(names):
        assert across <= x <= plan.width - across
        for other_x, other_y, other_across, other_down in [*pins, *names[number + 1 :]]:
            assert abs(x - other_x) >= across + other_across or abs(y - other_y) >= down + other_down


def test_the_street_map_comes_to_whoever_asks_for_it_only(client, settings):
    resource("A Pero")
    answer = client.get("/risorse/?map=street")
    assert "img-src 'self' data: blob: https://tile.openstreetmap.org" in answer["Content-Security-Policy"]
    assert b"https://tile.openstreetmap.org/" in answer.content
    assert b"OpenStreetMap" in answer.content
    # An installation may do without.
    settings.PORTAL_MAP_TILES = ""
    answer = client.get("/risorse/?map=street")
    assert "openstreetmap" not in answer["Content-Security-Policy"]
    assert b"<image" not in answer.content
    assert not seen(client, "/risorse/").select("a[href*='map=street']")


def test_the_number_of_queries_does_not_grow_with_the_list(client):
    def asked() -> int:
        client.get("/risorse/?near=Rho&open=on")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/risorse/?near=tigli&language=it").status_code == 200
        return len(captured)

    resource("Primo", hours=[("0", "09:00", "12:00")], municipalities=["Pero"])
    asked()  # what is read once and then remembered is not the page's
    few = asked()
    for number in range(24):
        page = resource(
            f"Risorsa {number}", hours=[("0", "09:00", "12:00")], provider=provider(f"Ente {number}"),
            at=place(f"Luogo {number}", point=(Decimal("45.51"), Decimal("9.08"))), municipalities=["Rho"],
        )  # fmt: skip
        in_english(page, f"Resource {number}")
    many = asked()
    assert many == few
    assert many <= 15


def test_a_long_list_comes_in_pages_that_keep_the_question(client):
    for number in range(23):
        resource(f"Risorsa {number:02}", needs=["food"])
    first = seen(client, "/risorse/?need=food")
    assert len(titles(first)) == 20
    onward = first.select_one("a[rel=next]")["href"]
    assert "need=food" in onward
    assert titles(seen(client, f"/risorse/{onward}")) == ["Risorsa 20", "Risorsa 21", "Risorsa 22"]


def test_hours_are_asked_for_once_a_resource_whatever_languages_it_has(client):
    hours = [("0", "09:00", "12:00")]
    for number in range(3):
        page = resource(f"Risorsa {number}", hours=hours)
        open_at(in_english(page, f"Resource {number}"), place(), hours)  # a copy as translating makes it
    with CaptureQueriesContext(connection) as captured:
        assert len(titles(seen(client, "/en/risorse/"))) == 3

    (sql,) = [
        one["sql"] for one in captured if re.search(r'FROM "portal_openingtime" WHERE .* IN \(', one["sql"])
    ]
    assert len(re.search(r"IN \(([^)]*)\)", sql)[1].split(",")) == 3


def test_where_everything_is_is_remembered_until_a_register_changes(django_assert_num_queries):
    there = place(address="via Garibaldi 9")
    towns = [there.municipality]
    assert locate("garibaldi", towns).name == "via Garibaldi 9, Pero"
    with django_assert_num_queries(0):
        assert locate("garibaldi", towns).name == "via Garibaldi 9, Pero"

    Place.objects.filter(pk=there.pk).update(address="via Verdi 1")
    purge_pages()

    assert locate("garibaldi", towns) is None
    assert locate("verdi", towns).name == "via Verdi 1, Pero"


def test_who_sees_a_mistake_tells_it_without_an_account(client):
    page = resource()
    link = next(a for a in seen(client, f"/en{page.url}").select("main a") if "wrong here" in a.text)

    form = seen(client, link["href"])

    assert form.select_one("input[name=useful][value=no][checked]")
    assert form.select_one("input[name=reason][value=wrong]")
