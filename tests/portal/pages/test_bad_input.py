"""What an editor's form refuses, next to the field, and what it cleans: nothing is published broken."""

import pytest
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from portal.pages.models import (
    AnswerIndexPage,
    CallIndexPage,
    CallPage,
    EventIndexPage,
    EventPage,
    SectionPage,
    ServiceIndexPage,
)
from portal.testing.factories import UserFactory

from .test_editors import ATTACKS, dangerous, form
from .tree import home, seen, write

pytestmark = pytest.mark.django_db

PARTS = (
    "who",
    "how",
    "needs",
    "result",
    "times",
    "access",
    "conditions",
    "contacts",
    "documents",
    "questions",
)
INDEXES = {
    "callpage": CallIndexPage,
    "eventpage": EventIndexPage,
    "answerpage": AnswerIndexPage,
    "servicepage": ServiceIndexPage,
}
GOOD = {
    "callpage": {"opens_on": "2027-01-01", "closes_on": "2027-02-01", "closes_at": ""},
    "eventpage": {"starts_at": "2027-01-01 17:30", "ends_at": "2027-01-01 19:00"},
    "answerpage": {
        "resources_from": "1",
        "resources_to": "2",
        "potential_from": "2",
        "potential_to": "3",
        "months": "18",
    },
    "servicepage": {"category": "housing", "status": "active"},
    "faqpage": {},
}


@pytest.fixture
def publish(client):
    client.force_login(UserFactory(roles=["portal.administrator"]))

    def publish(kind, **fields):
        parent = write(INDEXES[kind], home(), "Elenco") if kind in INDEXES else home()
        sent = {
            **form(title="Prova", slug="prova"),
            **nested_form_data({part: streamfield([]) for part in PARTS}),
            **nested_form_data({"thresholds": inline_formset(fields.pop("thresholds", []))}),
            **GOOD[kind],
        }
        for name, value in fields.items():
            sent |= nested_form_data({name: value})
        return client.post(f"/admin/pages/add/portal/{kind}/{parent.pk}/", {**sent, "action-publish": "1"})

    return publish


def errors(answer) -> set[str]:
    """The fields beside which the page says that something is wrong."""
    assert answer.status_code == 200
    return set(answer.context["form"].errors)


@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        ("eventpage", {"ends_at": "2027-01-01 17:00"}, {"ends_at"}),
        ("eventpage", {"ends_at": "2027-01-01 17:30"}, {"ends_at"}),
        ("eventpage", {"starts_at": ""}, {"starts_at"}),
        ("eventpage", {"online": "javascript:alert(1)"}, {"online"}),
        ("callpage", {"opens_on": "", "closes_on": ""}, {"opens_on", "closes_on"}),
        ("callpage", {"closes_on": "2026-12-31"}, {"closes_on"}),
        ("callpage", {"link": "javascript:alert(1)"}, {"link"}),
        ("callpage", {"link": "ftp://abitare.example/bando"}, {"link"}),
        ("answerpage", {"resources_to": "1", "resources_from": "3"}, {"resources_to"}),
        ("answerpage", {"potential_to": "1"}, {"potential_to"}),
        ("answerpage", {"resources_to": "4"}, {"resources_to"}),
    ],
    ids=[
        "ends before it starts", "takes no time", "has no start", "online in a script", "without days",
        "closes before it opens", "a script for a link", "a scheme that no phone opens", "resources upside down",
        "potential upside down", "off the matrix",
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_next_to_its_field(publish, kind, fields, wrong):
    assert errors(publish(kind, **fields)) == wrong
    assert not Page.objects.filter(slug="prova").exists()


@pytest.mark.parametrize("kind", GOOD)
def test_what_can_be_is_published(client, publish, kind):
    assert publish(kind).status_code == 302
    client.logout()
    assert seen(client, Page.objects.get(slug="prova").url).h1.text == "Prova"


LIMIT = {"what": "isee_max", "value": "26000.50", "unit": "eur", "year": "2025", "source": "DGR 1/2025"}


def test_limits_are_written_in_euro_and_kept_in_cents(client, publish):
    years = {**LIMIT, "what": "residence_years", "value": "5", "unit": "years"}
    assert publish("callpage", thresholds=[LIMIT, years]).status_code == 302

    page = CallPage.objects.get()
    assert [row.value for row in page.thresholds.all()] == [2_600_050, 5]
    field = seen(client, f"/admin/pages/{page.pk}/edit/").select_one("[name=thresholds-0-value]")
    assert float(field["value"].replace(",", ".")) == 26000.50


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"unit": "years", "value": "5"}, "unit"),
        ({"what": "age_min"}, "unit"),
        ({"what": "age_min", "unit": "years", "value": "17.5"}, "value"),
        ({"value": "-1"}, "value"),
        ({"year": "20255"}, "year"),
        ({"source": ""}, "source"),
        ({"source_link": "javascript:alert(1)"}, "source_link"),
    ],
    ids=[
        "isee in years",
        "age in euro",
        "half a year",
        "less than nothing",
        "a wrong year",
        "no source",
        "script",
    ],
)
def test_a_limit_without_sense_is_refused(publish, changed, wrong):
    answer = publish("callpage", thresholds=[{**LIMIT, **changed}])

    assert answer.status_code == 200
    assert [set(row.errors) for row in answer.context["form"].formsets["thresholds"].forms] == [{wrong}]
    assert not CallPage.objects.exists()


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_pasted_into_any_part_is_cleaned_or_stays_words(client, publish, attack):
    pasted = rich_text(f"<p>Prima.</p>{attack}", features=["link"])
    assert (
        publish(
            "servicepage",
            who=streamfield([("paragraph", pasted), ("heading", attack)]),
            needs=streamfield([("item", pasted)]),
        ).status_code
        == 302
    )

    text = seen(client, "/elenco/prova/").article

    assert text.text.count("Prima.") == 2
    assert text.h3.text == attack
    assert dangerous(text) == []


def test_questions_and_facts_are_words_and_never_markup(client, publish):
    attack = '"><script>alert(1)</script>'
    asked = {"question": attack, "answer": rich_text(f"<p>Sì.{attack}</p>")}
    publish("faqpage", questions=streamfield([("question", asked)]))
    publish("eventpage", slug="altra", place=attack, address=attack, organizer=attack, cost=attack)

    for path in ("/prova/", "/elenco/altra/"):
        page = seen(client, path)
        assert [script for script in page.select("script:not([type])") if "alert" in script.text] == []
        assert page.select("[onclick], article script") == []
    assert seen(client, "/prova/").article.summary.text == attack
    assert EventPage.objects.get().place in seen(client, "/elenco/altra/").article.text


def test_the_form_offers_the_situations_of_the_pages_language_once(client, publish):
    italian = write(SectionPage, home(), "Sto per perdere la casa")
    write(SectionPage, home("en"), "Losing my home", translates=italian)

    answer = publish("servicepage", title="")

    assert [str(choice[1]) for choice in answer.context["form"].fields["situations"].choices] == [
        italian.title
    ]
