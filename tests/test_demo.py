"""The demo looks like an agency at work: enough homes, people, reports and pages, and a year behind them."""

from collections import Counter
from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import F
from django.utils import timezone
from wagtail.models import Page

pytestmark = pytest.mark.usefixtures("demo_db")


def objects(label):
    return apps.get_model(label).objects


def test_homes_and_households():
    counts = {name: objects(f"portal.{name}").count() for name in ("Municipality", "Household")}
    assert counts == {"Municipality": 9, "Household": 53}
    # The others have moved on.
    assert objects("portal.Tenancy").filter(left_on=None).count() == 40
    inhabited = objects("portal.Tenancy").values_list("dwelling__building", flat=True)
    assert len(set(inhabited)) == objects("portal.Building").count() == 4


def test_reports_in_every_state_over_a_year():
    tickets = objects("manutenzione.Ticket").all()
    assert tickets.count() == 60
    states = apps.get_model("manutenzione.Ticket")._meta.get_field("state").choices
    assert set(tickets.values_list("state", flat=True)) == {value for value, _ in states}
    times = sorted(tickets.values_list("created_at", flat=True))
    assert times[0] < timezone.now() - timedelta(days=300)
    assert times[-1] > timezone.now() - timedelta(days=2)
    assert Counter(time.month for time in times).keys() >= set(range(1, 13)) - {timezone.now().month}


def test_every_report_has_its_history():
    silent = [
        ticket.number
        for ticket in objects("manutenzione.Ticket").all()
        if not objects("portal.Event")
        .filter(object_id=str(ticket.pk), kind__startswith="manutenzione.")
        .exists()
    ]
    assert silent == []


def test_a_report_that_was_opened_again_is_due_from_then_on():
    """As for everybody else's: the demo is told with the verbs."""
    steps = objects("manutenzione.TicketChange")
    reopened = steps.filter(verb="reopen").select_related("ticket")
    assert reopened
    for step in reopened:
        ticket = step.ticket
        target = objects("manutenzione.ResponseTarget").narrowest(
            ticket.urgency, ticket.category, ticket.building_id
        )
        assert ticket.due_done == target.done_due(step.at)
        assert step.at == step.event.at
    for ticket in objects("manutenzione.Ticket").all():
        assert ticket.version == ticket.changes.count() - 1
        assert ticket.created_at <= ticket.state_since <= timezone.now()


def test_a_living_neighbourhood():
    labels = ("portal.User", "portal.Organization", "community.Post", "community.Thing")
    people, organizations, posts, things = (objects(label).count() for label in labels)
    assert people >= 120
    assert (organizations, posts, things) == (6, 150, 40)
    finished = objects("community.Exchange").filter(state__in=("confirmed", "thanked"))
    assert finished.count() >= 200
    now = timezone.now()
    shifts = objects("community.Shift").filter(starts_at__range=(now, now + timedelta(days=7)))
    assert shifts.count() >= 10
    assert shifts.filter(places__state="signed").exists()
    assert objects("community.Gathering").filter(starts_at__gt=now).count() >= 5


def test_old_facts_are_news_to_nobody():
    week_ago = timezone.now() - timedelta(days=7)
    untold = objects("portal.Event").filter(kind__startswith="manutenzione.", at__lt=week_ago)
    assert not untold.filter(dispatched_at=None).exists()
    assert not untold.exclude(dispatched_at=F("at")).exists()


def test_pages_in_italian_and_english():
    pages = Page.objects.live().filter(depth__gt=1).select_related("locale")
    languages = Counter(page.locale.language_code for page in pages)
    assert languages["it"] >= 25
    assert languages["en"] >= 25
    for page in pages:
        text = str(page.specific.search_description) + str(getattr(page.specific, "body", ""))
        assert "lorem" not in text.lower(), page.title
