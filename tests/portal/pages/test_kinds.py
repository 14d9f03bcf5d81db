"""A page of each kind, read from texts of our own in the format of the demo."""

from pathlib import Path

import pytest
from wagtail.models import Page, get_page_models

from portal.pages.demo import KINDS, load
from portal.pages.models import CallPage, EventPage, FaqPage, GuidePage, SectionPage, ServicePage
from portal.ui.icons import can_be_drawn

from .tree import seen

TEXTS = Path(__file__).parent / "kinds"

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages():
    load(TEXTS)


def test_every_kind_is_loaded_and_every_page_can_be_read(client, pages):
    found = list(Page.objects.live().filter(depth__gt=1).specific())

    assert {type(page) for page in found} >= set(KINDS.values())
    for page in found:
        assert page.title in seen(client, page.url).h1.text


def test_every_kind_has_a_pictogram_that_there_is():
    named = {kind.__name__: getattr(kind, "icon", None) for kind in get_page_models()}
    wrong = {kind: icon for kind, icon in named.items() if isinstance(icon, str) and not can_be_drawn(icon)}
    assert wrong == {}


def test_the_parts_of_a_text_stand_where_they_belong(pages):
    guide = GuidePage.objects.get(slug="sfratto")
    service = ServicePage.objects.get(slug="orientamento")
    faq = FaqPage.objects.get()

    assert [block.block_type for block in guide.needs] == ["item", "item"]
    assert [step.value["title"] for step in guide.steps] == ["Leggi la data", "Vieni allo sportello"]
    assert [name for name in ServicePage.PARTS if getattr(service, name)] == list(ServicePage.PARTS)
    assert [block.block_type for block in faq.questions] == [
        "group",
        "question",
        "question",
        "group",
        "question",
    ]
    assert list(guide.situations.all()) == []
    assert list(service.situations.all()) == [SectionPage.objects.get(slug="perdere-la-casa")]


def test_thresholds_are_kept_in_cents_and_years(pages):
    call = CallPage.objects.get(slug="contributo-affitto")

    assert [(row.what, row.value, row.unit, row.year, row.area) for row in call.thresholds.all()] == [
        ("isee_max", 2_600_000, "eur", 2025, "Lombardia"),
        ("residence_years", 5, "years", 2025, "Lombardia"),
    ]


def test_days_are_counted_from_today(pages):
    assert CallPage.objects.get(slug="contributo-affitto").days_left == 5
    assert EventPage.objects.get(slug="festa-dei-vicini").is_over
