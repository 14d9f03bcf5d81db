"""The label on the wall: what it holds, what it opens, and that it betrays nobody."""

import uuid

import pytest
import segno
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from manutenzione.testing import ticket_in
from portal.extensions import ObjectPanel
from portal.housing.models import CommonArea
from portal.testing.factories import BuildingFactory, CommonAreaFactory, UserFactory, tenant_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def laundry():
    building = BuildingFactory(
        name="Casa dei Tigli",
        address="via dei Tigli 12",
        gas_emergency_phone="800 000 777",
        lift_emergency_phone="",
    )
    return CommonAreaFactory(name="Lavanderia comune", building=building)


def place(client, area, prefix: str = "") -> BeautifulSoup:
    answer = client.get(f"{prefix}/luogo/{area.label}/")
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def numbers(page) -> list[str]:
    return [link["href"] for link in page.select("main a.call")]


# -- what it opens ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en", "/ar"])
def test_whoever_scans_a_label_sees_whom_to_call_and_where_they_are(client, laundry, prefix):
    page = place(client, laundry, prefix)

    assert numbers(page) == ["tel:112", "tel:800000777"]
    assert "via dei Tigli 12, Pero" in page.main.text  # what 112 asks first


def test_the_numbers_stand_before_anything_else_that_can_be_pressed(client, laundry):
    assert place(client, laundry).select("main a, main button, main input")[0]["href"] == "tel:112"


def test_the_numbers_are_there_even_where_another_apps_part_is_broken(client, laundry, declare):
    def fail(request, area):
        raise RuntimeError("no list today")

    declare(
        ObjectPanel(key="tests.broken", models=("*",), template="portal/components/alert.html", context=fail)
    )
    client.raise_request_exception = False

    assert numbers(place(client, laundry))[0] == "tel:112"


def test_a_visitor_learns_nothing_about_who_lives_here_or_what_they_report(client, laundry):
    resident = tenant_of(laundry.building, display_name="Samira Haddad")
    household = resident.household_memberships.get().household
    ticket = ticket_in(area=laundry, reporter=resident, text="Il cane di Ahmed ha rotto la porta.")

    page = str(place(client, laundry))

    for secret in ("Samira", "Haddad", household.name, "Ahmed", f"/manutenzione/{ticket.number}/"):
        assert secret not in page


def test_a_resident_is_told_what_is_known_and_somebody_of_another_house_is_not(client, laundry):
    ticket = ticket_in(area=laundry)

    client.force_login(tenant_of(laundry.building))
    assert f"/manutenzione/{ticket.number}/" in str(place(client, laundry))
    client.force_login(tenant_of(BuildingFactory()))
    assert f"/manutenzione/{ticket.number}/" not in str(place(client, laundry))


def test_a_label_that_does_not_exist_is_missing(client):
    assert client.get(reverse("portal:place", args=[uuid.uuid4()])).status_code == 404


def test_no_two_places_share_a_label(laundry):
    with pytest.raises(IntegrityError), transaction.atomic():
        CommonAreaFactory(label=laundry.label)


def test_a_copy_of_a_place_in_the_register_gets_a_label_of_its_own(client, laundry):
    client.force_login(UserFactory(roles=["portal.caseworker"]))
    answer = client.get(f"/admin/common-areas/copy/{laundry.pk}/")
    copied = {field.html_name: field.value() or "" for field in answer.context["form"]}

    client.post("/admin/common-areas/new/", {**copied, "name": "Seconda lavanderia"})

    assert copied["building"] == laundry.building_id
    assert CommonArea.objects.get(name="Seconda lavanderia").label != laundry.label


# -- what it holds ------------------------------------------------------------------------------------------------


def labels(client, building, prefix: str = "") -> list:
    answer = client.get(f"{prefix}/luogo/etichette/{building.pk}/")
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser").select("article.label")


def drawn(label) -> str:
    return label.select_one("svg.qr path.qrline, svg.qr path[stroke]")["d"]


def code_of(address: str) -> str:
    """The path that draws this address, and, as a code can be read in one way only, nothing else."""
    code = segno.make(address, error="q", micro=False).svg_inline(border=4)
    return BeautifulSoup(code, "html.parser").select_one("path[stroke]")["d"]


@pytest.fixture
def elena(client):
    person = UserFactory(roles=["portal.caseworker"])
    client.force_login(person)
    return person


@pytest.mark.parametrize("prefix", ["", "/en", "/ar"])
def test_the_code_leads_to_the_place_whatever_the_language_of_who_prints_it(client, laundry, elena, prefix):
    (label,) = labels(client, laundry.building, prefix)

    assert drawn(label) == code_of(f"{settings.WAGTAILADMIN_BASE_URL}/etichetta/{laundry.label}/")
    assert drawn(label) != code_of(f"{settings.WAGTAILADMIN_BASE_URL}/etichetta/{uuid.uuid4()}/")


@pytest.mark.parametrize(
    ("asked", "prefix"), [("ar-EG,ar;q=0.9", "/ar"), ("en", "/en"), ("de", ""), ("", "")], ids=str
)
def test_a_scan_opens_in_the_language_of_the_phone(client, laundry, asked, prefix):
    answer = client.get(f"/etichetta/{laundry.label}/", HTTP_ACCEPT_LANGUAGE=asked)

    assert answer.url == f"{prefix}/luogo/{laundry.label}/"
    assert "Accept-Language" in answer["Vary"]


def test_a_scan_opens_in_the_language_of_whoever_is_signed_in(client, laundry):
    client.force_login(tenant_of(laundry.building, language="ar"))

    answer = client.get(f"/etichetta/{laundry.label}/", HTTP_ACCEPT_LANGUAGE="en")

    assert answer.url == f"/ar/luogo/{laundry.label}/"


def test_each_place_of_the_building_has_its_label_and_no_other(client, laundry, elena):
    CommonAreaFactory(name="Cortile", building=laundry.building)
    CommonAreaFactory(name="Altrove")

    assert [label.strong.text for label in labels(client, laundry.building)] == [
        "Cortile",
        "Lavanderia comune",
    ]


def test_a_label_speaks_to_everybody_who_may_stand_before_it(client, laundry, elena):
    (label,) = labels(client, laundry.building)

    assert [line["lang"] for line in label.select("p[lang]")] == ["it", "en", "ar"]
    assert label.select_one("p[lang=ar]")["dir"] == "rtl"
    assert "112" in label.text
    assert "Casa dei Tigli" in label.text


def test_the_caseworker_finds_the_labels_in_the_register_of_buildings(client, laundry, elena):
    labels = reverse("portal:labels", args=[laundry.building_id])

    for page in ("/admin/buildings/", f"/admin/buildings/edit/{laundry.building_id}/"):
        assert f'href="{labels}"' in client.get(page).content.decode()


def test_labels_are_missing_for_tenants_and_of_no_building(client, laundry, elena):
    assert client.get(reverse("portal:labels", args=[999_999])).status_code == 404
    client.force_login(tenant_of(laundry.building))
    assert client.get(reverse("portal:labels", args=[laundry.building_id])).status_code == 404


def test_many_labels_cost_no_more_queries_than_one(client, laundry, elena, django_assert_max_num_queries):
    for number in range(20):
        CommonAreaFactory(name=f"Scale {number}", building=laundry.building)
    labels(client, laundry.building)

    with django_assert_max_num_queries(15):
        assert len(labels(client, laundry.building)) == 21
