"""A report for somebody else: theirs in everything, sent by whom they let, and nothing else of theirs is seen."""

import re
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import override

from manutenzione.testing import operator, ticket_in
from manutenzione.tickets.history import told
from manutenzione.tickets.live import _may_watch_own
from manutenzione.tickets.models import ClientIdTaken, Ticket, TicketChange
from manutenzione.tickets.privacy import erase_changes, export_changes
from manutenzione.tickets.roles import REPORTS
from manutenzione.tickets.words import State
from portal.events import history_of
from portal.notifications.models import Notification
from portal.testing.factories import (
    CommonAreaFactory,
    DelegationFactory,
    TenancyFactory,
    UserFactory,
    tenant_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


@pytest.fixture
def area():
    return CommonAreaFactory()


@pytest.fixture
def rosa(area):
    return tenant_of(area.building, display_name="Rosa Quispe", email=None)


@pytest.fixture
def teresa():
    return UserFactory(display_name="Teresa Galli")


@pytest.fixture
def grant(rosa, teresa):
    return DelegationFactory(principal=rosa, delegate=teresa, scope=REPORTS)


@pytest.fixture
def acting(client, teresa, grant):
    client.force_login(teresa)
    client.post(reverse("portal:delegation_step", args=[grant.pk, "start"]))
    return client


def reported(by, area, *, on_behalf_of=None, client_id=None):
    return Ticket.report(
        by=by,
        on_behalf_of=on_behalf_of,
        client_id=client_id or uuid.uuid4(),
        area=area,
        category="lighting",
        urgency="P2",
        text="La luce è spenta.",
    )


def words(area, grant=None, **changes):
    return {
        "acting": grant.pk if grant else "",
        "client_id": str(uuid.uuid4()),
        "area": str(area.label),
        "category": "lighting",
        "urgency": "P2",
        "text": "La luce è spenta.",
        **changes,
    }


def send(client, area, grant=None, **changes):
    return client.post(reverse("manutenzione:report") + "?danger=no", words(area, grant, **changes))


# -- the rule ---------------------------------------------------------------------------------------------------------


def test_it_is_rosas_report_and_says_who_sent_it(rosa, teresa, grant, area):
    ticket = reported(teresa, area, on_behalf_of=rosa)

    fact = history_of(ticket).get()
    assert (ticket.reporter, fact.actor, fact.on_behalf_of) == (rosa, teresa, rosa)
    sentences = {
        who: told(ticket, viewer)[0].sentence
        for who, viewer in (
            ("rosa", rosa),
            ("teresa", teresa),
            ("operator", operator()),
            ("neighbour", tenant_of(area.building)),
        )
    }
    assert sentences == {
        "rosa": "Teresa Galli, for you, reported the fault",
        "teresa": "Teresa Galli (you) for Rosa Quispe reported the fault",
        "operator": "Teresa Galli for Rosa Quispe reported the fault",
        "neighbour": "A neighbour reported the fault",
    }


def test_a_caseworker_at_the_desk_stands_on_rosas_side(rosa, area):
    elena = UserFactory(roles=["portal.caseworker"])
    DelegationFactory(principal=rosa, delegate=elena, scope=REPORTS)

    ticket = reported(elena, area, on_behalf_of=rosa)

    assert not ticket.changes.get().for_agency
    assert told(ticket, tenant_of(area.building))[0].sentence == "A neighbour reported the fault"


@pytest.mark.parametrize(
    "why", ["no grant", "ended", "another scope", "another building", "the other way round"]
)
def test_without_the_right_nothing_is_reported_for_rosa(rosa, teresa, area, why):
    by, whose = (rosa, teresa) if why == "the other way round" else (teresa, rosa)
    if why != "no grant":
        grant = DelegationFactory(
            principal=rosa, delegate=teresa, scope="portal.other" if why == "another scope" else REPORTS
        )
        if why == "ended":
            grant.end(by=rosa)
    where = CommonAreaFactory() if why == "another building" else area

    with pytest.raises(PermissionDenied):
        reported(by, where, on_behalf_of=whose)
    assert not Ticket.objects.exists()


def test_rosas_roles_are_not_lent_with_her_home(area, teresa):
    """Somebody of the staff lets a neighbour report: not everywhere, and not take reports on."""
    anna = operator()
    DelegationFactory(principal=anna, delegate=teresa, scope=REPORTS)
    ticket = reported(anna, area)

    with pytest.raises(PermissionDenied):
        reported(teresa, area, on_behalf_of=anna)
    assert [step.verb for step in ticket.steps_for(teresa, anna)] == ["cancel"]
    with pytest.raises(PermissionDenied):
        ticket._step("triage", by=teresa, seen=None, note="", on_behalf_of=anna)


def test_a_phone_that_sends_twice_reports_once_and_never_in_two_names(rosa, teresa, grant, area):
    client_id = uuid.uuid4()
    first = reported(teresa, area, on_behalf_of=rosa, client_id=client_id)

    assert reported(teresa, area, on_behalf_of=rosa, client_id=client_id) == first
    with pytest.raises(ClientIdTaken):
        reported(teresa, area, client_id=client_id)


@pytest.mark.parametrize("verb", ["confirm", "reopen"])
def test_she_answers_for_rosa_whether_it_is_repaired(rosa, teresa, grant, area, verb):
    ticket = ticket_in(State.RESOLVED, reporter=rosa, area=area)
    assert not ticket.may(verb, teresa), "only while she says that she acts for her"

    getattr(ticket, verb)(by=teresa, on_behalf_of=rosa, note="È ancora buio")

    assert ticket.changes.last().on_behalf_of == rosa


def test_only_on_rosas_own_reports(rosa, teresa, grant, area):
    of_a_neighbour = ticket_in(State.RESOLVED, area=area)

    with pytest.raises(PermissionDenied):
        of_a_neighbour.confirm(by=teresa, on_behalf_of=rosa)
    assert not Ticket.objects.visible_to(teresa).exists()


def test_she_sees_rosas_reports_while_it_holds_and_watches_them(rosa, teresa, grant, area):
    ticket = reported(rosa, area)
    assert list(Ticket.objects.visible_to(teresa)) == [ticket]
    assert _may_watch_own(teresa, str(rosa.pk))

    grant.end(by=rosa)

    assert not Ticket.objects.visible_to(teresa).exists()
    assert not teresa.has_perm("manutenzione.view_ticket", ticket)
    assert not _may_watch_own(teresa, str(rosa.pk))


# -- the news ---------------------------------------------------------------------------------------------------------


def inbox(person):
    return [
        notification.event.kind
        for notification in Notification.objects.inbox_of(person).select_related("event").order_by("pk")
    ]


def test_rosa_is_told_that_it_was_done_for_her_and_both_what_becomes_of_it(
    rosa, teresa, grant, area, committing
):
    with committing():
        ticket = reported(teresa, area, on_behalf_of=rosa)
    with committing():
        ticket.triage(by=operator())

    assert inbox(rosa) == ["portal.delegation.used", "manutenzione.ticket.triaged"]
    assert inbox(teresa) == ["manutenzione.ticket.triaged"]


def test_she_hears_nothing_of_what_rosa_reported_herself_nor_after_the_end(
    rosa, teresa, grant, area, committing
):
    with committing():
        own, sent = reported(rosa, area), ticket_in(area=CommonAreaFactory(building=area.building))
        sent = Ticket.report(
            by=teresa,
            on_behalf_of=rosa,
            client_id=uuid.uuid4(),
            area=area,
            category="lift",
            urgency="P2",
            text="Ferma.",
        )
    with committing():
        own.triage(by=operator())
    assert "manutenzione.ticket.triaged" not in inbox(teresa)
    grant.end(by=rosa)
    with committing():
        sent.triage(by=operator())

    assert "manutenzione.ticket.triaged" not in inbox(teresa)
    assert inbox(rosa).count("manutenzione.ticket.triaged") == 2


# -- the pages --------------------------------------------------------------------------------------------------------


def test_the_ordinary_form_offers_rosas_places_and_makes_rosas_report(acting, grant, rosa, area):
    elsewhere = CommonAreaFactory()
    page = acting.get(reverse("manutenzione:report") + "?danger=no").content.decode()
    assert str(area.label) in page
    assert str(elsewhere.label) not in page

    answer = send(acting, area, grant)

    ticket = Ticket.objects.get()
    assert ticket.reporter == rosa
    receipt = acting.get(answer["Location"])
    assert receipt.status_code == 200
    assert str(ticket.number) in receipt.content.decode()


def test_the_board_shows_rosas_reports_and_none_of_her_neighbours(acting, rosa, area):
    hers, neighbours = ticket_in(reporter=rosa, area=area), ticket_in(area=area)
    page = acting.get(reverse("manutenzione:board")).content.decode()

    assert hers.get_absolute_url() in page
    assert neighbours.get_absolute_url() not in page
    assert acting.get(neighbours.get_absolute_url()).status_code == 404


def test_a_form_that_was_open_before_she_began_is_not_sent_in_rosas_name(acting, rosa, area):
    answer = send(acting, area)  # drawn while she acted for nobody

    assert answer.status_code == 422
    assert "Rosa Quispe" in answer.context["form"].non_field_errors()[0]
    assert "La luce è spenta." in answer.content.decode()
    assert not Ticket.objects.exists()


def test_a_form_that_was_open_when_she_stopped_is_not_sent_in_her_own_name(client, grant, area):
    """Teresa lives in the same building: the places alone would not tell."""
    marco = tenant_of(area.building)
    client.force_login(marco)

    answer = send(client, area, grant)

    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_a_step_that_was_open_before_she_began_is_asked_again(acting, grant, rosa, area):
    ticket = ticket_in(State.RESOLVED, reporter=rosa, area=area)
    path = reverse("manutenzione:step", args=[ticket.number, "confirm"])

    assert acting.post(path, {"seen": ticket.version}).status_code == 409
    assert acting.post(path, {"seen": ticket.version, "acting": grant.pk}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.state == State.CLOSED


def test_without_beginning_to_act_she_reads_rosas_report_and_can_do_nothing(
    client, teresa, grant, rosa, area
):
    ticket = ticket_in(State.RESOLVED, reporter=rosa, area=area)
    client.force_login(teresa)
    page = client.get(ticket.get_absolute_url())

    assert page.status_code == 200
    assert reverse("portal:delegations") in page.content.decode()
    path = reverse("manutenzione:step", args=[ticket.number, "confirm"])
    assert client.post(path, {"seen": ticket.version}).status_code == 404


def test_what_she_sees_by_a_right_of_her_own_stays_her_own(client, rosa, area):
    marco = tenant_of(area.building)
    grant = DelegationFactory(principal=rosa, delegate=marco, scope=REPORTS)
    client.force_login(marco)
    client.post(reverse("portal:delegation_step", args=[grant.pk, "start"]))
    own = reported(marco, area)

    page = client.get(own.get_absolute_url())
    assert page.wsgi_request.acting_here is None
    client.post(
        reverse("manutenzione:step", args=[own.number, "cancel"]), {"seen": own.version, "note": "Riparata"}
    )

    assert own.changes.last().on_behalf_of is None


def test_after_the_end_the_report_that_she_was_writing_is_not_sent(acting, grant, rosa, area):
    grant.end(by=rosa)

    assert send(acting, area, grant).status_code == 403
    assert not Ticket.objects.exists()


# -- privacy ----------------------------------------------------------------------------------------------------------


def test_both_find_it_in_what_is_kept_of_them_and_an_erasure_forgets_it(rosa, teresa, grant, area):
    reported(teresa, area, on_behalf_of=rosa)
    assert [(row["for_somebody_else"], row["by_somebody_else"]) for row in export_changes(teresa)] == [
        (True, False)
    ]
    assert [(row["for_somebody_else"], row["by_somebody_else"]) for row in export_changes(rosa)] == [
        (False, True)
    ]

    erase_changes(rosa)
    assert TicketChange.objects.get().on_behalf_of is None
    erase_changes(teresa)
    assert TicketChange.objects.get().by is None


def test_the_receipt_says_whose_report_it_is(acting, rosa, teresa, area, grant):
    for_rosa = acting.post("/en/manutenzione/segnala/?danger=no", words(area, grant), follow=True)
    said = for_rosa.content.decode().split('class="receipt"')[1].split("</div>")[0]
    assert "The report for <bdi>Rosa Quispe</bdi> has arrived." in said
    assert "our report" not in said

    acting.post(reverse("portal:acting_stop"))
    mine = reported(teresa_at_home(teresa, area), area)
    own = acting.get(reverse("manutenzione:receipt", args=[mine.number]))
    assert "Your report has arrived." in own.content.decode()


def test_the_band_stays_right_when_sending_the_report_has_it_fetched_again(acting, area, grant):
    """That a grant is used touches the band's topic: the receipt asks for it once more."""
    for_rosa = acting.post("/en/manutenzione/segnala/?danger=no", words(area, grant), follow=True)
    band = re.search(r'<section [^>]*id="acting"[^>]*data-live-url="([^"]+)"', for_rosa.content.decode())

    again = acting.get(band[1]).content.decode()

    assert "What you do on this page you do for <bdi>Rosa Quispe</bdi>" in again
    assert "this page is your own" not in again
    assert f'data-live-url="{band[1]}"' in again, "and the next time too"
    # Of her own pages it says what they are.
    own = re.search(r'id="acting"[^>]*data-live-url="([^"]+)"', acting.get("/en/casa/").content.decode())
    assert "this page is your own" in acting.get(own[1]).content.decode()


def teresa_at_home(teresa, area):
    TenancyFactory(dwelling__building=area.building).household.members.create(person=teresa)
    return teresa
