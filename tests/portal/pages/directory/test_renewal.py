"""An organization is asked by mail whether its entries are right, and answers without an account."""

import re
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.utils import timezone

from portal.events.models import Event
from portal.pages.directory.models import Correction, Renewal
from portal.pages.directory.renewal import ask, come_round
from portal.people.tokens import digest
from portal.tasks.worker import work_off
from portal.ui.week import TO
from tests.portal.pages.tree import seen

from .house import provider, resource

pytestmark = pytest.mark.django_db


@pytest.fixture
def link():
    Renewal.objects.create(
        provider=provider(), digest=digest("secret"), expires_at=timezone.now() + timedelta(days=1)
    )
    return "/rinnovo/secret/"


def test_who_was_not_looked_at_for_eleven_months_is_asked_once_a_month():
    resource("Vecchio", days_ago=340)
    resource("Fresco", provider=provider("Altro ente"), days_ago=20)
    come_round()
    come_round()
    assert [asked.provider.name for asked in Renewal.objects.all()] == ["CAF Il Girasole"]
    assert not ask(provider())  # not twice on one day either


def test_one_press_says_that_all_is_right(client, link):
    page = resource("Vecchio", days_ago=400)
    assert "Vecchio" in seen(client, link).text
    assert client.post(link, {"right": page.pk}).status_code == 302
    page.refresh_from_db()
    assert page.assured_on == timezone.localdate()
    client.post(link, {"right": page.pk})
    assert Event.objects.filter(kind="portal.resource.assured").count() == 1


def test_the_organization_sees_its_hours_as_everybody_does(client, link):
    page = resource("Avvocato", hours=[("0", "17:30", "19:30", "1", "3"), ("6", "22:00", "02:00", "-1")])
    for address in (link, f"{link}{page.pk}/"):
        shown = seen(client, address).get_text(" ", strip=True)
        assert f"primo e terzo lunedì del mese 17:30{TO}19:30" in shown
        assert "ultima domenica del mese" in shown


def test_from_the_mail_to_an_entry_that_counts_as_checked_today(client):
    page = resource("Vecchio", days_ago=340)
    come_round()
    work_off()
    [message] = mail.outbox
    assert message.to == ["caf@abitare.example"]
    path = urlsplit(re.search(r"https?://\S+", message.body)[0]).path

    wrong = client.post(f"{path[:-2]}{'a' if path[-2] != 'a' else 'b'}/", {"right": page.pk})
    assert wrong.status_code == 404
    assert "Vecchio" not in wrong.text
    page.refresh_from_db()
    assert page.assured_on < timezone.localdate()

    button = seen(client, path).select_one("main button[name=right]")
    for _twice in range(2):
        answer = client.post(path, {button["name"]: button["value"]})
        assert (answer.status_code, answer.url) == (302, path)
    page.refresh_from_db()
    assert page.assured_on == timezone.localdate()
    after = seen(client, path)
    assert after.select("main [role=status]")
    assert not after.select("main button[name=right]")
    assert Event.objects.filter(kind="portal.resource.assured").count() == 1
    assert "sessionid" not in client.cookies, "who answers has no account, and needs none"
    come_round()
    assert Renewal.objects.count() == 1, "nobody is asked again what they have just answered"


def test_a_correction_is_a_draft_for_the_editor_and_never_published(client, link):
    page = resource("Pacco", who="Famiglie", search_description="Cibo")
    form = {
        "client_id": str(uuid.uuid4()), "search_description": "Cibo", "who": "Tutti", "note": "Sabato alle 10",
    }  # fmt: skip
    for _twice in range(2):
        assert client.post(f"{link}{page.pk}/", form).status_code == 302
    page.refresh_from_db()
    assert page.who == "Famiglie"
    assert page.get_latest_revision_as_object().who == "Tutti"
    assert page.has_unpublished_changes
    correction = Correction.objects.get()
    assert correction.note == "Sabato alle 10"
    page.get_latest_revision().publish()
    assert "Tutti" in seen(client, page.url).text


@pytest.mark.parametrize("field", ["who", "note"])
def test_marks_and_scripts_are_refused_and_what_was_typed_is_still_there(client, link, field):
    page = resource("Pacco", search_description="Cibo")
    form = {"client_id": str(uuid.uuid4()), "search_description": "Cibo", field: "<script>x</script> ore"}
    answer = client.post(f"{link}{page.pk}/", form)
    assert answer.status_code == 422
    assert b"&lt;script&gt;x&lt;/script&gt; ore" in answer.content
    assert not Correction.objects.exists()


def test_a_link_that_is_wrong_or_too_old_says_so_and_opens_nothing(client, link):
    page = resource("Pacco", days_ago=400)
    foreign = resource("Altro", provider=provider("Altro ente"))
    assert client.post(f"{link}{foreign.pk}/").status_code == 404
    assert client.post(link, {"right": foreign.pk}).status_code == 404
    assert client.post("/rinnovo/made-up/", {"right": page.pk}).status_code == 404
    Renewal.objects.update(sent_at=timezone.now() - timedelta(days=9), expires_at=timezone.now())
    answer = client.get(link)
    assert answer.status_code == 404
    assert answer["X-Robots-Tag"] == "noindex"
    assert "CAF" not in answer.content.decode()
