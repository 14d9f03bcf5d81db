"""What search engines and shared links are told of a page: it parses, it is true, and nobody breaks out of it."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page

from portal.pages.models import EventIndexPage, EventPage, FaqPage, ServiceIndexPage, ServicePage

from .tree import home, seen, write

pytestmark = pytest.mark.django_db


def told(page) -> dict[str, dict]:
    """Type → what is said of it."""
    found = [json.loads(block.string) for block in page.select('script[type="application/ld+json"]')]
    assert all(thing["@context"] == "https://schema.org" for thing in found)
    return {thing["@type"]: thing for thing in found}


def properties(page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tag in page.select('meta[property^="og:"]'):
        found.setdefault(tag["property"], []).append(tag["content"])
    return found


@pytest.mark.django_db
def test_the_home_page_tells_who_we_are(client):
    thing = told(seen(client, "/"))["GovernmentOrganization"]

    assert thing["name"] == "Abitare"
    assert thing["url"] == "http://testserver/"


def test_a_service_is_told_with_the_way_to_it(client):
    index = write(ServiceIndexPage, home(), "Servizi")
    write(
        ServicePage,
        index,
        "Ascolto",
        search_description="Un'ora con noi.",
        who=[("paragraph", "<p>Per <b>chi</b> abita qui.</p>")],
    )

    found = told(seen(client, "/servizi/ascolto/"))

    service = found["GovernmentService"]
    assert (service["name"], service["description"]) == ("Ascolto", "Un'ora con noi.")
    assert service["audience"]["audienceType"] == "Per chi abita qui."
    assert [
        (step["position"], step["name"], step["item"]) for step in found["BreadcrumbList"]["itemListElement"]
    ] == [
        (1, "Inizio", "http://testserver/"),
        (2, "Servizi", "http://testserver/servizi/"),
        (3, "Ascolto", "http://testserver/servizi/ascolto/"),
    ]


@pytest.mark.parametrize(
    ("where", "mode", "places"),
    [
        ({"place": "Biblioteca", "address": "piazza Marconi 3"}, "Offline", ["Place"]),
        ({"online": "https://incontri.abitare.example/"}, "Online", ["VirtualLocation"]),
        ({"place": "Cortile", "online": "https://x.abitare.example/"}, "Mixed", ["Place", "VirtualLocation"]),
        ({}, "Offline", []),
    ],
    ids=["there", "from home", "both", "not said"],
)
def test_an_event_is_told_with_its_place_and_hours(client, where, mode, places):
    starts = timezone.now() + timedelta(days=1)
    index = write(EventIndexPage, home(), "Eventi")
    write(EventPage, index, "Festa", starts_at=starts, ends_at=starts + timedelta(hours=2), **where)

    event = told(seen(client, "/eventi/festa/"))["Event"]

    assert event["startDate"] == timezone.localtime(starts).isoformat()
    assert event["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
    assert [place["@type"] for place in event.get("location", [])] == places


def test_questions_are_told_without_their_markup(client):
    answer = '<p>Niente. <a href="https://abitare.example/">Ecco</a> dove.</p><ul><li>Pero</li></ul>'
    write(
        FaqPage,
        home(),
        "Domande",
        questions=[("group", "Lo sportello"), ("question", {"question": "Quanto costa?", "answer": answer})],
    )

    (question,) = told(seen(client, "/domande/"))["FAQPage"]["mainEntity"]

    assert question["name"] == "Quanto costa?"
    assert question["acceptedAnswer"]["text"] == "Niente. Ecco dove. Pero"


def test_nobody_breaks_out_of_the_data(client):
    attack = '</script><script>alert(1)</script><!-- &amp; \u2028 "'
    write(ServicePage, write(ServiceIndexPage, home(), "Servizi"), attack, slug="ascolto")

    answer = client.get("/servizi/ascolto/")

    assert b"<script>alert" not in answer.content
    assert told(seen(client, "/servizi/ascolto/"))["GovernmentService"]["name"] == attack


def test_a_shared_link_says_what_it_leads_to_in_which_languages(client):
    index = write(ServiceIndexPage, home(), "Servizi", search_description="Che cosa facciamo.")
    write(ServiceIndexPage, home("en"), "Services", translates=index)

    assert properties(seen(client, "/servizi/")) == {
        "og:type": ["article"],
        "og:title": ["Servizi"],
        "og:description": ["Che cosa facciamo."],
        "og:url": ["http://testserver/servizi/"],
        "og:site_name": ["Abitare"],
        "og:image": ["http://testserver/static/portal/icon-512.png"],
        "og:locale": ["it_IT"],
        "og:locale:alternate": ["en_US"],
    }
    assert properties(seen(client, "/"))["og:type"] == ["website"]


def test_what_every_kind_tells_parses(client):
    """On texts of our own; test_demo.py asks the same of the demo."""
    from .test_kinds import TEXTS, load

    load(TEXTS)

    types = set()
    for page in Page.objects.live().filter(depth__gt=1):
        types |= set(told(seen(client, page.url)))
    assert types == {
        "BreadcrumbList",
        "Event",
        "FAQPage",
        "GovernmentOrganization",
        "GovernmentService",
        "HowTo",
        "NewsArticle",
    }
