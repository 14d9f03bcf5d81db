"""News on a phone's screen: that there is some, for devices that are signed in, through the browsers' services."""

import base64
import json
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from py_vapid import Vapid02

from portal.events.dispatch import drain
from portal.notifications.models import Notification
from portal.notifications.push import channel as push
from portal.notifications.push import hosts as push_hosts
from portal.notifications.push import vapid
from portal.notifications.push.models import FAILURES, MOST, PushSubscription
from portal.notifications.push.privacy import erase_devices, expire_devices, export_devices
from portal.tasks.worker import work_off
from portal.testing.factories import HouseholdFactory, UserFactory
from portal.ui.user_agents import device_name

from .push_service import Browser, base64url

pytestmark = pytest.mark.django_db

BACKEND = "portal.people.backends.EmailBackend"


@pytest.fixture
def bruno():
    return UserFactory(display_name="Bruno Bianchi", language="ar", email=None)


@pytest.fixture
def phone(client, bruno):
    client.force_login(bruno, backend=BACKEND)
    return client


@pytest.fixture
def screen(service, phone):
    """Bruno's, which is told."""
    made = Browser()
    assert phone.post("/account/avvisi/", made.fields).status_code == 302
    return made


@pytest.fixture
def news(told, bruno):
    """`news()`: there is some for Bruno; returns the row of the push, or None."""

    def happens():
        event = told(UserFactory(display_name="Anna Rossi"), bruno)
        drain()
        return Notification.objects.filter(event=event, channel="push").first()

    return happens


def try_all(times: int = 15) -> None:
    for _ in range(times):
        DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))
        work_off()


# -- what is sent -----------------------------------------------------------------------------------------------------


def test_the_message_says_that_there_is_news_and_nothing_else(screen, service, news):
    row = news()
    work_off()

    ((path, headers, body),) = service.sent
    assert path == "/send/abc"
    told = screen.read(body)
    assert told == {
        "title": "Abitare",
        "body": told["body"],
        "lang": "ar",
        "dir": "rtl",
        "tag": f"news-{row.pk}",
        "url": f"/ar/notifiche/{row.pk}/",
    }
    for secret in ("private", "Anna", "Rossi", "Bruno", "Bianchi"):
        assert secret not in json.dumps(told, ensure_ascii=False) + json.dumps(headers)
    assert headers["content-encoding"] == "aes128gcm"
    assert int(headers["ttl"]) > 0
    row.refresh_from_db()
    assert row.sent_at is not None


def test_the_message_is_signed_for_the_service(screen, service, news, settings):
    news()
    work_off()

    ((_, headers, _),) = service.sent
    assert Vapid02.verify(headers["authorization"])
    token = headers["authorization"].split("t=")[1].split(",")[0].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(token + "=="))
    assert claims["aud"] == "https://push.example"
    assert claims["sub"].startswith("mailto:")
    assert headers["authorization"].endswith(vapid.public_key())


def test_a_repetition_has_the_same_topic_and_tag(screen, service, news):
    service.answers = [(503, {}), (201, {})]
    news()
    try_all()

    assert len(service.sent) == 2
    assert len({headers["topic"] for _, headers, _ in service.sent}) == 1
    assert len({screen.read(body)["tag"] for *_, body in service.sent}) == 1
    topic = service.sent[0][1]["topic"]
    assert len(topic) <= 32
    assert set(topic) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def test_each_device_is_told_once(phone, screen, service, news, bruno):
    other = type(phone)()
    other.force_login(bruno, backend=BACKEND)
    other.post("/account/avvisi/", Browser("https://push.example/send/other").fields)
    row = news()
    push.deliver_push.enqueue(row.pk)

    try_all(3)

    assert sorted(path for path, *_ in service.sent) == ["/send/abc", "/send/other"]


def test_who_has_no_device_has_no_such_row(service, news):
    assert news() is None


def test_what_was_read_meanwhile_is_not_announced(phone, screen, service, news):
    row = news()
    phone.get(f"/ar/notifiche/{row.pk}/")
    work_off()

    assert service.sent == []


def test_old_news_is_not_announced(screen, service, news):
    row = news()
    Notification.objects.filter(pk=row.pk).update(due_at=timezone.now() - timedelta(days=2))
    try_all(2)

    assert service.sent == []


# -- what services answer ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_dropped(screen, service, news, status):
    service.answer(status)
    news()
    try_all(3)

    assert len(service.sent) == 1
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_that_is_busy_is_asked_again_later(screen, service, news, status):
    service.answers = [(status, {}), (status, {}), (201, {})]
    row = news()
    work_off()
    assert len(service.sent) == 1, "not at once"
    row.refresh_from_db()
    assert (row.sent_at, row.last_error) == (None, f"status {status}")

    try_all()

    row.refresh_from_db()
    assert row.sent_at is not None
    assert len(service.sent) == 3
    assert PushSubscription.objects.get().failures == 0


@pytest.mark.parametrize("written", ["3600", "date"])
def test_a_service_that_says_when_is_left_alone_until_then(screen, service, news, written):
    until = timezone.now() + timedelta(hours=1)
    answer = "3600" if written == "3600" else until.strftime("%a, %d %b %Y %H:%M:%S GMT")
    service.answer(429, Retry_After=answer)
    news()
    work_off()
    service.answer(201)

    try_all(2)  # as if the queue ran ahead of its time
    assert len(service.sent) == 1
    waiting = PushSubscription.objects.get().not_before
    assert abs(waiting - until) < timedelta(minutes=1)

    PushSubscription.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    try_all(2)
    assert len(service.sent) == 2


@pytest.mark.parametrize("asked", ["999999999999999", "Fri, 31 Dec 2099 23:59:59 GMT"])
def test_no_service_puts_it_off_for_ever(screen, service, news, asked):
    service.answer(503, Retry_After=asked)
    news()
    work_off()

    assert PushSubscription.objects.get().not_before <= timezone.now() + push.LONGEST_WAIT


def test_a_redirect_is_not_followed(screen, service, news):
    service.answer(302, Location=f"https://push.example:{service.port}/elsewhere")
    news()
    try_all(3)

    assert {path for path, *_ in service.sent} == {"/send/abc"}


def test_a_service_that_does_not_answer_is_tried_again_and_named_by_its_error(screen, service, news):
    service.close()
    row = news()
    work_off()

    row.refresh_from_db()
    assert row.last_error == "ConnectionRefusedError"
    assert DBTaskResult.objects.filter(status="READY").exists()


def test_a_device_that_fails_for_good_is_given_up(screen, service, news):
    service.answer(400)
    for _ in range(FAILURES):
        news()
        work_off()

    assert not PushSubscription.objects.exists()


def test_a_certificate_of_somebody_else_is_no_service(screen, service, news, monkeypatch):
    import ssl

    monkeypatch.setattr(push_hosts, "context", ssl.create_default_context)
    row = news()
    work_off()

    row.refresh_from_db()
    assert service.sent == []
    assert "SSL" in row.last_error


# -- it ends with the session -----------------------------------------------------------------------------------------


def sign_out(phone, bruno):
    phone.post("/account/logout/")


def end_everywhere(phone, bruno):
    bruno.end_sessions()


def leave(phone, bruno):
    household = HouseholdFactory()
    household.add(bruno, by=None)
    household.remove(bruno, by=None)


def close(phone, bruno):
    bruno.close_account(by=None)


def revoke(phone, bruno):
    Session.objects.all().delete()


def expire(phone, bruno):
    Session.objects.update(expire_date=timezone.now())


def password(phone, bruno):
    bruno.set_password("quattro tigli in fila")
    bruno.save()


ENDS = [sign_out, end_everywhere, leave, close, revoke, expire, password]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_whoever_is_no_longer_signed_in_there_is_not_told(phone, screen, service, news, bruno, end):
    news()  # on its way when it happens
    end(phone, bruno)
    news()
    try_all(3)

    assert service.sent == []


def test_signing_out_forgets_the_device_at_once(phone, screen):
    phone.post("/account/logout/")
    assert not PushSubscription.objects.exists()


def test_ones_own_new_password_leaves_this_device_told(phone, service, news, bruno):
    bruno.set_password("quattro tigli in fila")
    bruno.save()
    phone.force_login(bruno, backend=BACKEND)
    phone.post("/account/avvisi/", Browser().fields)
    new = "cinque tigli in fila"
    answer = phone.post("/account/password/change/", {"password1": new, "password2": new})
    assert answer.status_code == 302

    news()
    work_off()

    assert len(service.sent) == 1


def test_whoever_subscribes_next_on_the_same_browser_takes_it_over(phone, screen, service, news, told):
    other = type(phone)()
    carla = UserFactory(email=None)
    other.force_login(carla, backend=BACKEND)
    other.post("/account/avvisi/", screen.fields)

    assert PushSubscription.objects.get().person == carla
    assert news() is None


# -- subscribing ------------------------------------------------------------------------------------------------------

INSIDE = [
    "http://push.example/send",
    "https://push.example:8443/send",
    "https://user@push.example/send",
    "https://user:password@push.example/send",
    "https://push.example@evil.example/send",
    "https://push.example.evil.example/send",
    "https://evilpush.example/send",
    "https://127.0.0.1/send",
    "https://[::1]/send",
    "https://169.254.169.254/latest/meta-data/",
    "https://2130706433/",
    "https://localhost/",
    "https://push.example\\@evil.example/",
    "https://push.example/a b",
    "https://push.example/\r\nHost: evil.example",
    "https://push.éxample/",
    "https:///send",
    "//push.example/send",
    "javascript:alert(1)",
    "https://push.example:99999/",
    "https://push.example/#x",
    "https://push.example/" + "a" * 1000,
    "",
]


@pytest.mark.parametrize(
    "endpoint", INSIDE, ids=lambda endpoint: endpoint[:40].encode("unicode_escape").decode()
)
def test_an_address_that_is_no_push_service_is_refused_in_words(phone, service, endpoint):
    answer = phone.post("/account/avvisi/", Browser(endpoint).fields)

    assert answer.status_code == 422
    assert "form-errors" in answer.content.decode()
    assert not PushSubscription.objects.exists()
    assert service.sent == []


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.7", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fd00::1",
                "fe80::1%eth0", "::ffff:10.0.0.7", "2002:0a00:0007::1", "224.0.0.1"],
)  # fmt: skip
def test_a_name_that_leads_inside_the_network_is_refused(phone, settings, monkeypatch, address):
    settings.PORTAL_PUSH_HOSTS = ["push.example"]
    asked = []
    monkeypatch.setattr(
        push_hosts.socket,
        "getaddrinfo",
        lambda *a, **k: [(0, 0, 0, "", ("93.184.215.14", 443)), (0, 0, 0, "", (address, 443))],
    )
    monkeypatch.setattr(push_hosts.socket, "create_connection", lambda *a, **k: asked.append(a))

    assert phone.post("/account/avvisi/", Browser().fields).status_code == 422
    with pytest.raises(push_hosts.Refused):
        push_hosts.post("https://push.example/send", b"", {})
    assert asked == []


def test_a_public_name_is_contacted_at_the_address_that_was_looked_at(settings, monkeypatch):
    settings.PORTAL_PUSH_HOSTS = ["push.example"]
    monkeypatch.setattr(
        push_hosts.socket, "getaddrinfo", lambda *a, **k: [(0, 0, 0, "", ("93.184.215.14", 443))]
    )
    asked = []

    def connect(address, timeout):
        asked.append((address, timeout))
        raise ConnectionRefusedError

    monkeypatch.setattr(push_hosts.socket, "create_connection", connect)
    with pytest.raises(ConnectionRefusedError):
        push_hosts.post("https://push.example/send", b"", {})
    assert asked == [(("93.184.215.14", 443), push_hosts.TIMEOUT)]


def test_the_list_that_an_installation_begins_with_knows_the_browsers(settings):
    for host in (
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        "wns2-par02p.notify.windows.com",
        "web.push.apple.com",
    ):
        assert push_hosts.checked(f"https://{host}/x") == host
    for host in ("push.services.mozilla.com", "evilpush.apple.com", "googleapis.com"):
        with pytest.raises(push_hosts.Refused):
            push_hosts.checked(f"https://{host}/x")


def test_a_host_that_left_the_list_is_sent_to_no_more(screen, service, news, settings):
    settings.PORTAL_PUSH_HOSTS = ["other.example"]
    news()
    try_all(2)

    assert service.sent == []
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"p256dh": ""}, {"p256dh": "AAAA"}, {"p256dh": base64url(b"\x04" + bytes(64))}, {"auth": "short"},
     {"auth": "é" * 20}],
    ids=["no key", "a short key", "no point on the curve", "a short secret", "no base64"],
)  # fmt: skip
def test_keys_that_are_none_are_refused(phone, service, wrong):
    assert phone.post("/account/avvisi/", {**Browser().fields, **wrong}).status_code == 422
    assert not PushSubscription.objects.exists()


def test_asked_twice_it_is_done_once(phone, screen):
    assert phone.post("/account/avvisi/", screen.fields).status_code == 302
    assert PushSubscription.objects.count() == 1


def test_a_person_has_so_many_devices_and_no_more(client, bruno, service):
    for number in range(MOST + 2):
        device = type(client)()
        device.force_login(bruno, backend=BACKEND)
        device.post("/account/avvisi/", Browser(f"https://push.example/send/{number}").fields)

    kept = PushSubscription.objects.values_list("endpoint", flat=True)
    assert len(kept) == MOST
    assert "https://push.example/send/0" not in kept


def test_the_page_lists_my_devices_and_removes_them(phone, screen):
    device = PushSubscription.objects.get()
    page = phone.get("/en/account/avvisi/").content.decode()
    assert "this one" in page
    assert device.endpoint not in page

    phone.post(f"/account/avvisi/{device.pk}/togli/")

    assert not PushSubscription.objects.exists()


def test_somebody_elses_device_is_missing(client, screen):
    device = PushSubscription.objects.get()
    stranger = type(client)()
    stranger.force_login(UserFactory(), backend=BACKEND)

    theirs = stranger.post(f"/account/avvisi/{device.pk}/togli/")
    missing = stranger.post("/account/avvisi/999999/togli/")

    assert theirs.status_code == missing.status_code == 404
    assert PushSubscription.objects.exists()


def test_a_portal_without_a_key_says_so_and_takes_nobody(phone, service, settings):
    settings.PORTAL_VAPID_MAKES_KEY = False
    assert "data-push" not in phone.get("/account/avvisi/").content.decode()

    phone.post("/account/avvisi/", Browser().fields)
    assert not PushSubscription.objects.exists()


# -- the key ----------------------------------------------------------------------------------------------------------


def test_an_embedded_portal_makes_its_key_once_for_its_owner_only(settings, tmp_path):
    settings.VAR = tmp_path
    first = vapid.public_key()

    assert vapid.public_key() == first
    assert (tmp_path / "vapid").stat().st_mode & 0o077 == 0
    assert len(base64.urlsafe_b64decode(first + "=")) == 65


def test_production_is_told_its_key(settings, tmp_path):
    settings.VAR = tmp_path
    settings.PORTAL_VAPID_PRIVATE_KEY = vapid.new_key()

    assert vapid.public_key()
    assert not (tmp_path / "vapid").exists()


# -- privacy ----------------------------------------------------------------------------------------------------------


def test_what_is_told_of_a_device_does_not_hold_its_address(screen, bruno):
    (row,) = export_devices(bruno)
    assert row["service"] == "push.example"
    assert "/send/abc" not in json.dumps(row)


def test_an_erased_persons_devices_are_gone(screen, bruno):
    assert erase_devices(bruno) == 1
    assert not PushSubscription.objects.exists()


def test_what_is_left_of_an_ended_session_goes_with_the_daily_task(screen):
    now = timezone.now()
    assert expire_devices(now + timedelta(days=1)) == 0, "it is signed in"
    Session.objects.all().delete()
    assert expire_devices(now - timedelta(days=1)) == 0, "not so soon"
    assert expire_devices(now + timedelta(seconds=1)) == 1


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0", "Firefox · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge · Windows"),
        ("curl/8", ""),
        ("<script>" * 100, ""),
    ],
    ids=["chrome", "firefox", "iphone", "edge", "neither", "nonsense"],
)  # fmt: skip
def test_a_device_is_called_by_its_browser_and_system(said, name):
    assert device_name(said) == name
