"""From the answers of the orientation to an appointment: the desk reads what was ticked, and nothing else."""

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.sessions.models import Session
from django.urls import reverse

from portal.desk.appointments.models import Appointment
from portal.pages.models import AnswerIndexPage, AnswerPage, SectionPage
from portal.pages.orientation.figures import current
from portal.testing.clients import Browser
from tests.portal.pages.tree import home, write

from .town import MONDAY, at, desk_open, keeper, topic_of

pytestmark = pytest.mark.django_db
DAY = MONDAY.date()
ISOLATES = dict.fromkeys(map(ord, "\u2068\u2069"))  # around a title, on the page


def read(answer, status: int = 200) -> BeautifulSoup:
    assert answer.status_code == status, answer.text
    return BeautifulSoup(answer.content, "html.parser")


def fields(form) -> dict[str, list[str]]:
    """What the form sends as it stands there, without any of its buttons."""
    found: dict[str, list[str]] = {}
    for box in form.select("input[name], textarea[name], select[name] option[selected]"):
        name = box.get("name") or box.find_parent("select")["name"]
        if box.get("type") in ("radio", "checkbox") and not box.has_attr("checked"):
            continue
        value = box.text.removeprefix("\n") if box.name == "textarea" else box.get("value", "")
        found.setdefault(name, []).append(value)
    return found


@pytest.fixture
def service():
    index = write(AnswerIndexPage, home(), "Risposte")
    places = {"resources_from": 1, "resources_to": 3, "potential_from": 1, "potential_to": 3}
    write(AnswerPage, index, "Tre più due", **places)
    return write(AnswerPage, index, "Contratto di servizio", **places)


@pytest.mark.parametrize(
    ("slug", "topic"),
    [("rischio-di-perdere-la-casa", "sfratto"), ("dare-una-mano", "primo-orientamento")],
)
def test_what_somebody_comes_with_decides_the_topic(client, slug, topic):
    named = write(SectionPage, home(), "Che cosa ti porta", slug=slug, show_in_menus=True)
    asked = client.post("/orientamento/sportello/", {"about": str(named.translation_key)})
    assert asked.context["topic"] == topic


def test_what_is_ticked_is_what_the_desk_reads(client, service):
    with time_machine.travel(MONDAY):
        desk, topic = desk_open(), topic_of(slug=current().desk_topic)
        told = {"home": "guest", "isee": "18437", "work": "permanent", "people": "4", "urgency": "months"}
        result = read(client.post("/orientamento/", {**told, "go": "result"}))
        to_tick = result.select_one("form[action='/orientamento/sportello/']")
        assert not [box for box in to_tick.select("[name=tell]") if box.has_attr("checked")]
        ticked = ["work", str(service.translation_key)]
        asked = read(client.post("/orientamento/sportello/", {**fields(to_tick), "tell": ticked}))
        lines = [line.get_text(strip=True).translate(ISOLATES) for line in asked.select(".told-lines li")]
        assert len(lines) == 2

        onward = asked.select_one("form:has(input[name=reason])")
        sent = fields(onward)
        assert set(sent) <= {"topic", "reason", "csrfmiddlewaretoken"}
        page = client.post(onward["action"], sent)
        steps = [
            {"desk": desk.pk, "spoken": "it", "step": "time"},
            {"quarter": at(DAY, "10:00"), "step": "details"},
            {"name": "Sofia Greco", "email": "sofia@abitare.example", "step": "check"},
            {"step": "send"},
        ]
        for step in steps:
            assert "reason" not in page.request["QUERY_STRING"], "what somebody says stands in no address"
            form = read(page).select_one("main form:has(input[name=reason], textarea[name=reason])")
            assert form["method"] == "post"
            page = client.post(onward["action"], {**fields(form), **step}, follow=step["step"] == "check")
        assert page.status_code == 302

        booked = Appointment.objects.get()
        assert booked.topic == topic
        assert [line.strip() for line in booked.reason.splitlines()] == lines
        assert not Session.objects.exists(), "and nothing of it is kept beside"
        desk_client = Browser()
        desk_client.force_login(keeper())
        seen = read(desk_client.get(booked.get_absolute_url())).select_one("main").text
        day = read(desk_client.get(reverse("portal:desk_day", args=[desk.pk]))).select_one("main").text
    for line in lines:
        assert line in " ".join(seen.split())
    for untold in ("18437", "18.437", "Tre più due", "ISEE"):
        assert untold not in seen + day + booked.reason
