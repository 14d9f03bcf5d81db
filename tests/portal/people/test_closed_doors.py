"""One door for signing in: the others of the stock stack are shut (THREATS.md)."""

import io

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.urls import NoReverseMatch, reverse
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction, Site

from portal.pages.models import InfoPage
from portal.testing.factories import UserFactory
from tests.portal.proof.browsers import step_up_now

from .doors import PASSWORD, delivered, says_why, who

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant(client):
    person = UserFactory(password=PASSWORD)
    client.force_login(person)
    return person


@pytest.fixture
def editor(client):
    person = UserFactory(password=PASSWORD, roles=["portal.editor"])
    client.force_login(person)
    return person


@pytest.fixture
def administrator(client):
    person = UserFactory(password=PASSWORD, roles=["portal.administrator"])
    client.force_login(person)
    return person


@pytest.mark.parametrize(
    "door", ["/admin/login/", "/_util/login/", "/en/_util/login/", "/admin/password_reset/"]
)
def test_every_other_sign_in_page_leads_to_ours(client, door):
    answer = client.get(f"{door}?next=/admin/pages/")
    assert answer.status_code == 302
    assert "/account/login/?next=/admin/pages/" in answer["Location"]


@pytest.mark.parametrize("door", ["/admin/login/", "/_util/login/", "/ar/_util/login/"])
def test_nobody_signs_in_at_another_door(client, door):
    person = UserFactory(password=PASSWORD, roles=["portal.administrator"])
    for login in (person.username, person.email):
        client.post(door, {"username": login, "email": login, "login": login, "password": PASSWORD})
    assert who(client) is None


@pytest.mark.parametrize(
    "door", ["/admin/", "/admin/pages/", "/admin/account/", "/admin/people/", "/admin/reports/site-history/"]
)
def test_the_admin_asks_a_visitor_to_sign_in_with_us(client, door):
    assert client.get(door)["Location"] == f"/account/login/?next={door}"


def test_wagtails_password_reset_sends_nothing(client):
    person = UserFactory(password=PASSWORD, roles=["portal.administrator"])
    client.post("/admin/password_reset/", {"email": person.email})
    assert client.get("/admin/password_reset/confirm/MQ/set-password/").status_code == 404
    assert client.get("/admin/password_reset/complete/").status_code == 404
    assert delivered() == []


def test_djangos_admin_is_not_mounted(client):
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")
    for door in ("/django-admin/", "/django/", "/accounts/login/", "/accounts/signup/"):
        assert client.get(door).status_code == 404


@pytest.mark.parametrize(
    "door",
    [
        "/_util/authenticate_with_password/1/1/",
        "/en/_util/authenticate_with_password/1/1/",
        "/documents/authenticate_with_password/1/",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_passwords_that_many_share_open_nothing(client, door, method):
    assert getattr(client, method)(door, {"password": "anything"}).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/account/email/",
        "/account/confirm-email/",
        "/account/confirm-email/key/",
        "/account/reauthenticate/",
        "/account/phone/change/",
        "/account/signup/passkey/",
        "/account/3rdparty/",
    ],
)
def test_of_allauth_only_what_we_use_is_served(client, tenant, address):
    assert client.get(address).status_code == 404


# -- the Wagtail admin ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "door",
    ["/admin/", "/admin/pages/", "/admin/people/", "/admin/account/", "/admin/nothing/", "/admin/logout/"],
)
def test_for_a_tenant_the_admin_does_not_exist(client, tenant, door):
    assert client.get(door).status_code == 404
    assert client.post(door).status_code == 404


def test_a_tenant_sent_to_the_admin_by_the_door_ends_at_a_page_and_not_in_a_circle(client, tenant):
    answer = client.get("/admin/login/?next=/admin/", follow=True)
    assert answer.status_code == 404
    assert len(answer.redirect_chain) <= 3


def test_an_editor_comes_in(client, editor):
    assert client.get("/admin/").status_code == 200


def test_an_editor_sees_no_people(client, editor):
    for register in (
        "people",
        "households",
        "household-members",
        "organization-members",
        "person_chooser",
        "household_chooser",
        "tenancies",
    ):
        answer = client.get(f"/admin/{register}/")
        assert answer.status_code in (302, 403), register
        if answer.status_code == 302:
            assert answer["Location"] == "/admin/"


def test_an_editors_own_page_offers_neither_name_nor_address_nor_password(client, editor):
    page = client.get("/admin/account/")
    assert page.status_code == 200
    for field in ("name_email-email", "password-new_password1", "first_name"):
        assert field not in page.content.decode()


def test_an_editors_own_page_changes_no_password_and_no_address(client, editor):
    client.post(
        "/admin/account/",
        {
            "name_email-email": "other@abitare.example",
            "password-old_password": PASSWORD,
            "password-new_password1": "another password of mine",
            "password-new_password2": "another password of mine",
            "locale-preferred_language": "it",
            "theme-theme": "system",
        },
    )
    before = editor.email
    editor.refresh_from_db()
    assert editor.email == before
    assert editor.check_password(PASSWORD)


def private(page, role=None):
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.GROUPS if role else PageViewRestriction.LOGIN
    )
    restriction.groups.set(Group.objects.filter(name=role))
    return page


def test_a_page_for_caseworkers_is_missing_to_a_tenant_and_asks_a_visitor_to_sign_in(client):
    home = Site.objects.get(is_default_site=True).root_page
    private(home.add_child(instance=InfoPage(title="Interna", slug="interna")), "portal.caseworker")

    assert client.get("/interna/")["Location"] == "/account/login/?next=/interna/"
    client.force_login(UserFactory())
    answer, nothing = client.get("/interna/"), client.get("/nulla-qui/")
    assert answer.status_code == 404
    assert answer.content.replace(b"/interna/", b"") == nothing.content.replace(b"/nulla-qui/", b"")
    client.force_login(UserFactory(roles=["portal.caseworker"]))
    assert client.get("/interna/").status_code == 200


def test_so_is_a_document_for_caseworkers(client):
    files = Collection.get_first_root_node().add_child(name="Interni")
    CollectionViewRestriction.objects.create(
        collection=files, restriction_type=CollectionViewRestriction.GROUPS
    ).groups.set(Group.objects.filter(name="portal.caseworker"))
    document = get_document_model().objects.create(
        title="Elenco", collection=files, file=ContentFile(b"%PDF-1.4", "elenco.pdf")
    )
    assert client.get(document.url)["Location"].startswith("/account/login/?next=")
    client.force_login(UserFactory())
    assert client.get(document.url).status_code == 404
    client.force_login(UserFactory(roles=["portal.caseworker"]))
    answer = client.get(document.url)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "name", ["page.html", "drawing.svg", "script.js", "macro.xlsm", "tool.exe", "a.pdf.htm"]
)
def test_an_editor_offers_nothing_that_would_run(client, editor, name):
    file = SimpleUploadedFile(name, b"<script>alert(1)</script>", "application/pdf")
    collection = Collection.get_first_root_node().pk
    client.post("/admin/documents/add/", {"title": "x", "file": file, "collection": collection})
    assert not get_document_model().objects.exists()


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(client, editor):
    with io.BytesIO() as file:
        Image.new("1", (13_000, 13_000)).save(file, "PNG")
        upload = SimpleUploadedFile("large.png", file.getvalue(), "image/png")
    collection = Collection.get_first_root_node().pk
    form = get_image_form(get_image_model())({"title": "x", "collection": collection}, {"file": upload})
    assert form.errors["file"]


def test_signing_out_of_the_admin_needs_a_click_as_everywhere(client, editor):
    client.get("/admin/logout/")
    assert who(client) == editor.pk
    assert client.post("/admin/logout/")["Location"] == "/"
    assert who(client) is None


@pytest.mark.parametrize("chooser", ["person_chooser", "household_chooser"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_chooses_makes_nobody(client, administrator, chooser, method):
    assert getattr(client, method)(f"/admin/{chooser}/create/", {"display_name": "X"}).status_code == 404


# -- people, groups and superusers are nobody's to make there ------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/admin/users/", "/admin/users/new/", "/admin/groups/", "/admin/groups/new/"]
)
def test_wagtails_registers_of_users_and_groups_are_gone_even_for_a_superuser(client, address):
    client.force_login(UserFactory(is_superuser=True))
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("model", ["user", "User", "USER"])
@pytest.mark.parametrize("action", ["assign_role", "delete", "set_active_state"])
def test_nothing_is_done_to_people_in_bulk(client, administrator, model, action):
    other = UserFactory()
    answer = client.post(f"/admin/bulk/portal/{model}/{action}/?id={other.pk}", {"role": 1})
    assert answer.status_code == 404
    other.refresh_from_db()
    assert not other.groups.exists()


def test_pages_are_still_worked_on_in_bulk(client):
    client.force_login(UserFactory(is_superuser=True))
    page = Page.objects.filter(depth=2).first()
    assert client.get(f"/admin/bulk/wagtailcore/page/publish/?id={page.pk}").status_code == 200


def test_the_register_of_people_makes_nobody_powerful(client, administrator, django_user_model):
    fields = {"display_name": "Nuova Persona", "language": "it", "email": "", "phone": "", "is_active": "on"}
    powers = {
        "is_superuser": "on",
        "groups": "1",
        "user_permissions": "1",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    step_up_now(client)
    client.post("/admin/people/new/", {**fields, **powers})
    person = django_user_model.objects.get(display_name="Nuova Persona")
    assert not person.is_superuser
    assert not person.groups.exists()
    assert not person.has_usable_password()


def test_an_administrator_takes_over_no_superuser(client, administrator, django_user_model):
    keeper = UserFactory(is_superuser=True, email="keeper@abitare.example")
    says_why(client, keeper)
    client.post(
        f"/admin/people/edit/{keeper.pk}/",
        {"display_name": "x", "language": "it", "email": "mine@abitare.example", "is_active": "on"},
    )
    keeper.refresh_from_db()
    assert keeper.email == "keeper@abitare.example"


# -- the demo's door -----------------------------------------------------------------------------------------


@pytest.fixture
def demo_tenant():
    return UserFactory(username="demo.tenant", display_name="Samira Haddad", language="ar")


def test_a_button_signs_a_persona_in(client, demo_tenant):
    page = client.get("/account/login/").content.decode()
    assert 'name="persona" value="tenant"' in page
    answer = client.post("/demo/sign-in/", {"persona": "tenant"})
    assert answer["Location"] == "/ar/casa/"
    assert who(client) == demo_tenant.pk


def test_a_personas_button_is_not_throttled(client, demo_tenant):
    assert {client.post("/demo/sign-in/", {"persona": "tenant"}).status_code for _ in range(100)} == {302}


def test_a_button_honours_where_one_wanted_to_go_and_no_other_host(client, demo_tenant):
    wanted = {"persona": "tenant", "next": "/account/"}
    assert client.post("/demo/sign-in/", wanted)["Location"] == "/ar/account/"
    assert client.post("/demo/sign-in/", {**wanted, "next": "//evil.example"})["Location"] == "/ar/casa/"


@pytest.mark.parametrize("persona", ["", "nobody", "admin", "tenant ", "../tenant", "demo.tenant"])
def test_no_other_name_opens_the_demos_door(client, demo_tenant, persona):
    UserFactory(username="demo.nobody")
    assert client.post("/demo/sign-in/", {"persona": persona}).status_code == 404
    assert who(client) is None


def test_the_demos_door_wants_a_form_of_ours(client, demo_tenant):
    stranger = type(client)(enforce_csrf_checks=True)
    assert stranger.post("/demo/sign-in/", {"persona": "tenant"}).status_code == 403
    assert client.get("/demo/sign-in/").status_code == 405


@pytest.mark.parametrize("off", [{"PORTAL_DEMO": False}, {"PORTAL_PRODUCTION": True}])
def test_where_real_people_sign_in_there_is_no_such_door(client, demo_tenant, settings, off):
    for name, value in off.items():
        setattr(settings, name, value)
    assert client.post("/demo/sign-in/", {"persona": "tenant"}).status_code == 404
    assert client.get("/demo/sign-in/").status_code == 404
    assert who(client) is None
    assert "persona" not in client.get("/account/login/").content.decode()


def test_a_check_refuses_the_demo_in_production(settings):
    settings.PORTAL_PRODUCTION = True
    with pytest.raises(SystemCheckError, match="C001"):
        call_command("check", tags=["security"])
    settings.PORTAL_DEMO = False
    call_command("check", tags=["security"])
