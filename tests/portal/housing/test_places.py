import re
import uuid

import pytest
from django.urls import reverse

from portal.testing.factories import BuildingFactory, CommonAreaFactory, UserFactory, tenant_of

pytestmark = pytest.mark.django_db


def test_whoever_scans_a_label_sees_whom_to_call(client):
    area = CommonAreaFactory(building=BuildingFactory(gas_emergency_phone="800 000 777"))

    page = client.get(reverse("portal:place", args=[area.label]))

    assert page.status_code == 200
    assert 'href="tel:112"' in page.content.decode()
    assert 'href="tel:800000777"' in page.content.decode()


def test_the_place_page_names_no_resident(client):
    area = CommonAreaFactory()
    tenant_of(area.building, display_name="Nome Riservato")

    assert "Nome Riservato" not in client.get(reverse("portal:place", args=[area.label])).content.decode()


def test_a_label_that_does_not_exist_is_missing(client):
    assert client.get(reverse("portal:place", args=[uuid.uuid4()])).status_code == 404


def test_the_caseworker_prints_labels_that_lead_to_the_place(client):
    area = CommonAreaFactory(name="Lavanderia comune")
    client.force_login(UserFactory(roles=["portal.caseworker"]))

    page = client.get(reverse("portal:labels", args=[area.building_id])).content.decode()

    assert "Lavanderia comune" in page
    assert re.search(r"<svg[^>]*class=\"qr\"", page)
    assert area.label_url().endswith(f"/luogo/{area.label}/")


def test_labels_are_missing_for_tenants(client):
    area = CommonAreaFactory()
    client.force_login(tenant_of(area.building))

    assert client.get(reverse("portal:labels", args=[area.building_id])).status_code == 404
