import pytest
from django.urls import reverse

from portal.testing.factories import BuildingFactory, TenancyFactory, UserFactory, tenant_of

pytestmark = pytest.mark.django_db


def test_a_tenant_sees_the_home_and_how_far_along_the_way_it_is(client):
    tenant = tenant_of(BuildingFactory(name="Casa dei Tigli"))
    client.force_login(tenant)

    page = client.get(reverse("portal:casa")).content.decode()

    assert "Casa dei Tigli" in page


def test_somebody_without_a_home_here_still_gets_a_page_that_says_what_to_do(client):
    client.force_login(UserFactory())

    page = client.get(reverse("portal:casa"))

    assert page.status_code == 200
    assert 'class="card card--home' not in page.content.decode()


def test_visitors_are_led_to_sign_in(client):
    page = client.get(reverse("portal:casa"))

    assert page.status_code == 302
    assert page.url == f"{reverse('account_login')}?next={reverse('portal:casa')}"


def test_the_day_is_missing_for_who_holds_no_role(client):
    client.force_login(tenant_of(BuildingFactory()))

    assert client.get(reverse("portal:day")).status_code == 404


def test_a_caseworker_sees_whose_agreement_ends_soon(client):
    ending = TenancyFactory(ends_on="2026-01-31", starts_on="2025-01-31", household__name="Famiglia Vicina")
    far = TenancyFactory(household__name="Famiglia Lontana", ends_on="2099-01-01")
    client.force_login(UserFactory(roles=["portal.caseworker"]))

    page = client.get(reverse("portal:day")).content.decode()

    assert ending.household.name in page
    assert far.household.name not in page


def test_the_ends_of_agreements_are_not_shown_to_other_staff(client):
    TenancyFactory(ends_on="2026-01-31", starts_on="2025-01-31", household__name="Famiglia Vicina")
    client.force_login(UserFactory(roles=["portal.editor"]))

    assert "Famiglia Vicina" not in client.get(reverse("portal:day")).content.decode()


def test_private_pages_are_never_kept_by_a_cache(client):
    client.force_login(UserFactory())

    assert "no-store" in client.get(reverse("portal:casa"))["Cache-Control"]
