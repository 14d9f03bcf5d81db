"""The page with the one box: what it shows, to whom, and what it says when there is nothing."""

import logging

import pytest
from wagtail.search.backends import get_search_backend

from manutenzione.testing import operator, ticket_in
from portal.extensions import SearchHit, SearchSource
from portal.pages.models import GuidePage, SectionPage
from portal.testing.factories import BuildingFactory, CommonAreaFactory, UserFactory, tenant_of
from tests.portal.pages.tree import home, links, seen, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def light():
    page = write(
        GuidePage,
        write(SectionPage, home(), "Vivere qui", show_in_menus=True),
        "La luce delle scale",
        search_description="Come si segnala.",
    )
    get_search_backend().add(page)
    return page


@pytest.fixture
def ticket():
    return ticket_in(area=CommonAreaFactory(name="Scala A"), text="La luce è spenta da ieri.")


def results(client, query: str, prefix: str = ""):
    answer = client.get(f"{prefix}/cerca/", {"q": query})
    assert answer.status_code == 200
    return answer


def hits(client, query: str) -> list[str]:
    page = seen(client, f"/cerca/?q={query}")
    return [hit.text for hit in page.select("main .list strong")]


# -- who finds what -----------------------------------------------------------------------------------------------


def test_a_visitor_finds_public_pages_and_no_report(client, light, ticket):
    assert hits(client, "luce") == ["La luce delle scale"]


def test_a_neighbour_finds_the_report_and_somebody_of_another_building_does_not(client, light, ticket):
    client.force_login(tenant_of(ticket.building))
    assert len(hits(client, "luce")) == 2

    client.force_login(tenant_of(BuildingFactory()))
    assert hits(client, "luce") == ["La luce delle scale"]
    assert hits(client, str(ticket.number)) == []


def test_a_report_is_found_by_its_number_its_place_and_its_words_whatever_the_order(client, ticket):
    client.force_login(operator())

    for query in (str(ticket.number), "scala", "SPENTE luci", "scala luce", ticket.building.name):
        assert [str(ticket.number) in hit for hit in hits(client, query)] == [True], query


@pytest.mark.parametrize("query", ["²²", "9" * 30, "٣", "-1", "1e9"])
def test_what_looks_like_a_number_is_no_harm(client, ticket, query):
    client.force_login(operator())

    results(client, query)


def test_a_search_finds_nobody_by_name(client, ticket):
    tenant_of(ticket.building, display_name="Samira Haddad")
    client.force_login(tenant_of(ticket.building))

    assert hits(client, "samira") == []


# -- how it is shown ----------------------------------------------------------------------------------------------


def test_results_stand_under_the_name_of_where_they_come_from(client, light, ticket, declare):
    declare(
        SearchSource(
            key="tests.first",
            label="Prima di tutto",
            find=lambda *a: [SearchHit(title="Luce", url="/")],
            order=1,
        )
    )
    client.force_login(operator())

    page = seen(client, "/cerca/?q=luce")

    groups = [section.select_one("h2").text for section in page.select("main section")]
    assert (groups[0], len(groups)) == ("Prima di tutto", 3)


def test_what_was_looked_for_is_marked(client, light):
    assert [mark.text for mark in seen(client, "/cerca/?q=luci scala").select("mark")] == ["luce", "scale"]


def test_what_is_in_another_language_says_so(client, light):
    hit = seen(client, "/ar/cerca/?q=luce").select_one("main .list [lang]")

    assert (hit["lang"], hit["dir"]) == ("it", "ltr")
    assert links(seen(client, "/ar/cerca/?q=luce"))


def test_a_source_that_has_more_says_so(client, declare):
    many = [SearchHit(title=f"Cosa {number}", url="/") for number in range(30)]
    declare(SearchSource(key="tests.many", label="Cose", find=lambda user, query, limit: many[:limit]))

    page = seen(client, "/cerca/?q=cosa")

    assert len(page.select("main .list li")) == 20
    assert "20" in page.select("main section p.quiet")[-1].text


@pytest.mark.parametrize(
    "attack", ["<script>alert(1)</script>", '" onfocus="alert(1)', "<b>luce</b>", "{{ 7*7 }}"]
)
def test_what_somebody_typed_comes_back_as_words(client, attack, declare):
    declare(
        SearchSource(
            key="tests.echo",
            label="Eco",
            find=lambda user, query, limit: [SearchHit(title=query, url="/", summary=query)],
        )
    )

    page = seen(client, f"/cerca/?q={attack}")

    assert page.select_one("input[name=q]")["value"] == attack
    assert page.select_one("main .list strong").text == attack
    assert page.select("main script, main b, [onfocus]") == []


# -- nothing found, nothing asked ---------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "   ", "%00", "%0a%09", "a"])
def test_too_little_to_look_for_finds_nothing_and_offers_the_sections(client, light, declare, query):
    declare(SearchSource(key="tests.never", label="Mai", find=lambda *a: pytest.fail("asked for nothing")))

    page = seen(client, f"/cerca/?q={query}")

    assert page.select_one("main .empty") is None
    assert "Vivere qui" in links(page)


def test_one_letter_is_answered_with_what_to_do(client):
    assert seen(client, "/cerca/?q=a").select_one("main p[role=status]")
    assert seen(client, "/cerca/").select_one("main p[role=status]") is None


def test_nothing_found_says_what_to_do_next(client, light):
    page = seen(client, "/cerca/?q=ornitorinco")

    assert page.select_one("main div[role=status] .empty")
    assert "Vivere qui" in links(page)


def test_a_query_without_end_is_cut(client, light, declare):
    asked = []
    declare(
        SearchSource(
            key="tests.asked", label="Chiesto", find=lambda user, query, limit: asked.append(query) or []
        )
    )

    page = seen(client, "/cerca/?q=" + "luce " * 1000)

    assert len(asked[0]) <= 200
    assert page.select_one("input[name=q]")["value"] == asked[0]


# -- when a part fails --------------------------------------------------------------------------------------------


@pytest.fixture
def broken(declare):
    def fail(user, query, limit):
        raise RuntimeError("the index is gone")

    declare(SearchSource(key="tests.broken", label="Rotto", find=fail, order=1))


def test_a_source_that_fails_leaves_the_others_and_says_that_something_is_missing(
    client, light, broken, caplog
):
    client.raise_request_exception = False

    page = seen(client, "/cerca/?q=luce")

    assert "La luce delle scale" in page.main.text
    assert page.select_one("main .icon.lucide-unplug, main section.card h2")
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "tests.broken" in record.getMessage()
    assert "the index is gone" in str(record.exc_info[1])


def test_a_failure_is_no_answer_that_there_is_nothing(client, broken):
    client.raise_request_exception = False

    assert seen(client, "/cerca/?q=ornitorinco").select_one(".empty") is None


def test_tests_and_error_trackers_hear_of_it(client, broken):
    with pytest.raises(RuntimeError, match="the index is gone"):
        client.get("/cerca/?q=luce")


# -- the rest -----------------------------------------------------------------------------------------------------


def test_results_are_never_kept_by_a_cache(client):
    assert "no-store" in results(client, "luce").headers["Cache-Control"]


def test_a_search_is_only_asked_for(client):
    assert client.post("/cerca/", {"q": "luce"}).status_code == 405


def test_a_search_stays_within_the_budget_of_a_page(client, light, ticket, django_assert_max_num_queries):
    client.force_login(UserFactory(roles=["manutenzione.operator"]))
    results(client, "luce")
    for query in ("luce", "luce scala spenta qui", "ornitorinco"):
        with django_assert_max_num_queries(15):
            results(client, query)
