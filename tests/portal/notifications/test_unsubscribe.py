"""The link at the end of a mail: it switches mail off and on, without signing in, and says nothing of anybody."""

import re

import pytest
from django.test import Client

from portal.notifications.links import SALT, address_for
from portal.notifications.models import Notification
from portal.notifications.preferences import NotificationPreference, choose
from portal.tasks.worker import work_off
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def client():
    """A stranger's browser, or a mailbox's robot: it has no session and no cookie of ours."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def press(client):
    """`press(path, "off")`: open the page and press one of its buttons."""

    def open_and_press(path, action):
        client.get(path)
        token = client.cookies["csrftoken"].value
        return client.post(path, {"action": action, "csrfmiddlewaretoken": token})

    return open_and_press


@pytest.fixture
def news(declared_kind):
    return declared_kind("tests.secret.subject", label="A secret subject")


@pytest.fixture
def other(declared_kind):
    return declared_kind("tests.other")


@pytest.fixture
def bruno():
    return UserFactory(language="en", display_name="Bruno Bianchi")


@pytest.fixture
def mailed(tell, mailoutbox, settings):
    """`mailed(kind, bruno)`: the path of the link in the mail that somebody gets."""

    def send(kind, person):
        tell(kind, person)
        work_off()
        message = mailoutbox[-1]
        header = message.extra_headers["List-Unsubscribe"]
        (path,) = re.findall(rf"^<{re.escape(settings.WAGTAILADMIN_BASE_URL)}(/\S+)>$", header)
        assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert message.body.count(header.strip("<>")) == 1
        assert f'href="{header.strip("<>")}"' in message.alternatives[0][0]
        return path

    return send


def gets_mail(tell, kind, person):
    return Notification.objects.filter(event=tell(kind, person), channel="email").exists()


def test_looking_at_the_page_changes_nothing(client, mailed, tell, news, bruno):
    """Robots open every link in a mail to see whether it is safe."""
    path = mailed(news, bruno)

    for method in (client.get, client.head, client.options):
        assert method(path).status_code == 200

    assert gets_mail(tell, news, bruno)


def test_the_button_switches_mail_of_this_kind_off_and_on(client, press, mailed, tell, news, other, bruno):
    path = mailed(news, bruno)

    for _ in range(2):  # pressed twice is pressed once
        page = press(path, "off").content.decode()
        assert "no more mail of this kind" in page
        assert not gets_mail(tell, news, bruno)
        assert gets_mail(tell, other, bruno)
    for _ in range(2):
        assert "we write to this address" in press(path, "on").content.decode()
        assert gets_mail(tell, news, bruno)
    assert not NotificationPreference.objects.exists()


def test_all_mail_can_be_switched_off_and_on(client, press, mailed, tell, news, other, bruno):
    path = mailed(news, bruno)

    assert "no more mail about news" in press(path, "all_off").content.decode()
    assert not gets_mail(tell, news, bruno)
    assert not gets_mail(tell, other, bruno)

    press(path, "all_on")
    assert gets_mail(tell, news, bruno)
    assert gets_mail(tell, other, bruno)


def test_a_mailboxs_button_posts_once_and_is_led_nowhere(client, mailed, tell, news, bruno):
    """RFC 8058: without cookies, without a page before it, and without a redirect after it."""
    path = mailed(news, bruno)

    answers = [client.post(path, ONE_CLICK) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "sessionid" not in client.cookies
    assert not gets_mail(tell, news, bruno)


def test_a_post_that_says_nothing_changes_nothing(client, press, mailed, tell, news, bruno):
    path = mailed(news, bruno)

    for data in ({}, {"action": "off"}, {"List-Unsubscribe": "maybe"}):
        assert client.post(path, data).status_code == 403, "no page before it, and no mailbox's button"
    assert press(path, "explode").status_code == 200
    assert gets_mail(tell, news, bruno)


def test_the_page_and_the_link_name_nobody_and_nothing(client, press, mailed, news, bruno):
    """Somebody else may read the mailbox: the link of a mail says no more than the mail."""
    path = mailed(news, bruno)

    for answer in (client.get(path), press(path, "off")):
        for text in (path, answer.content.decode()):
            for private in ("secret", "Bruno", "Bianchi", bruno.email, bruno.email.split("@")[0]):
                assert private not in text
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_link_switches_nobody_elses_mail(client, press, mailed, tell, news, bruno):
    carla = UserFactory(language="en")
    mailed(news, carla)
    press(mailed(news, bruno), "all_off")

    assert gets_mail(tell, news, carla)


def test_every_altered_letter_is_noticed(client, mailed, news, bruno):
    path = mailed(news, bruno)
    token = path.rstrip("/").rpartition("/")[2]
    assert "." in token

    for place in range(0, len(token), 3):
        # The last letter of a signature carries bits that mean nothing; the others do not.
        other = "A" if token[place] != "A" else "B"
        altered = path.replace(token, token[:place] + other + token[place + 1 :])
        answer = client.post(altered, ONE_CLICK)
        assert answer.status_code == 404
        assert "This link does not work" in answer.content.decode()
    assert not NotificationPreference.objects.exists()


@pytest.mark.parametrize(
    "token", ["x", "1-x.y", ".", "..", "1.", "%00", "1-%0A.x", "٣-x.y", "9" * 400, "<script>", "-.-"]
)
def test_what_is_made_up_is_a_clear_error(client, token):
    answer = client.get(f"/en/notifiche/disdetta/{token}/")

    assert answer.status_code == 404
    assert "<script>" not in answer.content.decode()


def test_a_link_signed_for_something_else_is_none(client, bruno):
    from django.core.signing import Signer

    for signed in (Signer(salt=SALT, sep=".").sign("x-y"), Signer(salt="other", sep=".").sign("1-y")):
        assert client.get(f"/en/notifiche/disdetta/{signed}/").status_code == 404


@pytest.mark.parametrize("what", ["the address is another", "the account is closed", "the news is gone"])
def test_a_link_that_has_served_says_so_and_switches_nothing(client, mailed, news, bruno, what):
    path = mailed(news, bruno)
    if what == "the address is another":
        bruno.change_email("new@abitare.example", by=None)
    elif what == "the account is closed":
        bruno.close_account(by=None)
    else:
        Notification.objects.all().delete()

    answer = client.post(path, ONE_CLICK)

    assert answer.status_code == 404
    assert "This link does not work" in answer.content.decode()
    assert not NotificationPreference.objects.exists()


def test_a_mail_for_several_switches_all_that_it_told_of(client, tell, news, other, bruno):
    rows = [Notification.objects.get(event=tell(kind, bruno), channel="email") for kind in (news, other)]
    Notification.objects.filter(pk=rows[0].pk).update(carrier=rows[1])
    token = address_for(rows[1]).rstrip("/").rpartition("/")[2]

    client.post(f"/en/notifiche/disdetta/{token}/", ONE_CLICK)

    assert not gets_mail(tell, news, bruno)
    assert not gets_mail(tell, other, bruno)


def test_it_switches_mail_only(client, press, mailed, tell, news, bruno):
    bruno.phone = "+390200000901"
    bruno.save()
    choose(bruno, {(news, "sms"): True})
    press(mailed(news, bruno), "all_off")

    channels = Notification.objects.filter(event=tell(news, bruno)).values_list("channel", flat=True)
    assert sorted(channels) == ["inbox", "sms"]


def test_somebody_signed_in_as_another_switches_the_mails_own_reader(
    client, press, mailed, tell, news, bruno
):
    """The link decides whose mail it is, not who happens to be signed in on a shared phone."""
    carla = UserFactory(language="en")
    path = mailed(news, bruno)
    client.force_login(carla, backend="portal.people.backends.EmailBackend")
    press(path, "off")

    assert gets_mail(tell, news, carla)
    assert not gets_mail(tell, news, bruno)
