"""Where somebody is signed in: seen, ended one by one or all at once; a new one is told."""

import pytest
from django.test import Client

from portal.events.models import Event
from portal.notifications.models import Notification
from portal.people.models import User
from portal.people.registers import PersonViewSet
from portal.proof.models import Device
from portal.proof.privacy import erase_devices, export_devices
from portal.testing.factories import UserFactory
from tests.portal.people.doors import PASSWORD, sign_in, who

pytestmark = pytest.mark.django_db

PAGE = "/account/dispositivi/"
PHONE = "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"


@pytest.fixture
def anna():
    return UserFactory(email="anna@abitare.example", password=PASSWORD)


def browser(agent):
    return Client(headers={"User-Agent": agent})


@pytest.fixture
def phone(anna):
    return come_in(browser(PHONE), anna)


@pytest.fixture
def laptop(anna, phone):
    return come_in(browser(LAPTOP), anna)


def come_in(client, person):
    sign_in(client, person.email)
    client.get("/account/")
    return client


def told(person):
    return Notification.objects.filter(person=person, event__kind="portal.proof.new_device")


def test_each_device_is_named_and_this_one_is_marked(phone, laptop):
    page = laptop.get("/en" + PAGE)
    assert [(str(device), is_here) for device, is_here in page.context["devices"]] == [
        ("Firefox, Windows", True),
        ("Chrome, Android", False),
    ]
    assert page.content.decode().count(">You are here<") == 1


def test_one_device_is_signed_out(phone, laptop, anna):
    device = Device.objects.get(person=anna, system="Android")
    assert laptop.post(PAGE, {"end": device.pk})["Location"] == PAGE
    assert phone.get("/account/")["Location"] == "/account/login/?next=/account/"
    assert who(laptop) == anna.pk
    assert [str(device) for device, _ in laptop.get(PAGE).context["devices"]] == ["Firefox, Windows"]
    ended = Event.objects.get(kind="portal.proof.device_ended")
    assert ended.actor == anna


def test_all_others_are_signed_out_even_those_that_no_list_knows(phone, laptop, anna, client):
    client.force_login(anna)  # its page has never been asked for
    laptop.post(PAGE, {"others": "1"})
    assert who(laptop) == anna.pk
    assert who(phone) is None
    assert who(client) is None
    assert len(laptop.get(PAGE).context["devices"]) == 1


def test_a_device_of_somebody_else_is_missing(phone, laptop):
    other = come_in(browser(LAPTOP), UserFactory(password=PASSWORD))
    theirs = Device.objects.get(session_key=other.session.session_key)
    assert laptop.post(PAGE, {"end": theirs.pk}).status_code == 404
    assert laptop.post(PAGE, {"end": "x\x00"}).status_code == 404
    assert other.get("/account/").status_code == 200


def test_the_first_device_is_no_news_and_the_second_is(anna, committing):
    phone = browser(PHONE)
    with committing():
        come_in(phone, anna)
    assert not told(anna).exists()
    with committing():
        come_in(browser(LAPTOP), anna)
    assert set(told(anna).values_list("channel", flat=True)) == {"inbox", "email"}
    title = told(anna).first().title
    assert "Windows" not in title
    assert "Firefox" not in title


def test_a_device_is_known_again(phone, laptop, anna, committing):
    phone.post("/account/logout/")
    with committing():
        come_in(phone, anna)
    assert not told(anna).exists()
    assert Device.objects.filter(person=anna).count() == 2


def test_a_cookie_of_ones_own_making_makes_no_device_known(phone, anna, committing):
    forged = browser(LAPTOP)
    forged.cookies["portal_known_device"] = "A" * 5000
    with committing():
        come_in(forged, anna)
    assert told(anna).exists()
    assert forged.cookies["portal_known_device"].value != "A" * 5000


def test_two_people_with_one_device_have_it_each(phone, anna):
    other = UserFactory(password=PASSWORD)
    cookie = phone.cookies["portal_known_device"].value
    phone.post("/account/logout/")
    come_in(phone, other)
    assert phone.cookies["portal_known_device"].value == cookie
    assert Device.objects.filter(person=other).count() == Device.objects.filter(person=anna).count() == 1


def test_a_new_password_leaves_only_this_device_in_the_list(phone, laptop, anna):
    anna.set_password("cinque tigli in fila")
    anna.save()
    User.objects.get(pk=anna.pk).rights_changed()
    sign_in(laptop, anna.email, "cinque tigli in fila")
    assert len(laptop.get(PAGE).context["devices"]) == 1


def test_no_address_is_kept(phone, anna):
    row = Device.objects.get(person=anna)
    kept = " ".join(str(getattr(row, field.attname)) for field in Device._meta.concrete_fields)
    assert "127.0.0.1" not in kept
    assert "Mozilla" not in kept
    assert phone.cookies["portal_known_device"].value not in kept


@pytest.mark.parametrize("agent", ["", "x" * 9000, "Mozilla/5.0 \u202e", "😀"])
def test_whatever_a_browser_says_of_itself(anna, agent):
    client = Client(headers={"User-Agent": agent})
    come_in(client, anna)
    assert client.get(PAGE).status_code == 200


def test_an_administrator_signs_somebody_out_everywhere(phone, laptop, anna, committing):
    administrator = UserFactory(roles=["portal.administrator"])
    fields = {
        "display_name": anna.display_name,
        "language": "it",
        "email": anna.email,
        "phone": "",
        "is_active": "on",
    }
    form_class = PersonViewSet().get_form_class(for_update=True)
    form = form_class({**fields, "signs_out": "on"}, instance=anna, for_user=administrator)
    assert form.is_valid(), form.errors
    with committing():
        form.save()
    assert who(phone) is who(laptop) is None
    assert Event.objects.get(kind="portal.person.signed_out").actor == administrator
    assert Notification.objects.filter(person=anna, event__kind="portal.person.signed_out").exists()


def test_the_export_tells_of_the_devices_and_the_erasure_forgets_them(phone, laptop, anna):
    assert {entry["device"] for entry in export_devices(anna)} == {"Android", "Windows"}
    assert erase_devices(anna) == 2
    assert not Device.objects.filter(person=anna).exists()


def test_the_page_asks_the_same_number_of_questions_for_many_devices(
    phone, laptop, anna, django_assert_max_num_queries
):
    for number in range(20):
        Device.objects.create(person=anna, mark=str(number), session_key=f"key{number}", held_against="x")
    with django_assert_max_num_queries(15):
        laptop.get(PAGE)
