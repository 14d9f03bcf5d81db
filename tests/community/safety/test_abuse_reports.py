"""Something is reported; whoever answers for the area decides; nobody learns who reported."""

import uuid

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from community.keys import ClientIdTaken
from community.mutual_aid.exchanges.models import Exchange
from community.mutual_aid.exchanges.words import State as ExchangeState
from community.safety.areas import answers_for_area
from community.safety.models import AbuseReport, Block, Steward
from community.safety.privacy import erase_reports, export_reports
from community.safety.words import State
from community.safety.workflow import TRANSITIONS, NotPossible, target_of
from community.testing import coordinator_of, exchange_in, loan_of, said, shift_in, take, thing_of
from manutenzione.tickets.models import Ticket
from portal.events import history_of
from portal.events.models import Event
from portal.extensions import NotificationKind, Role, declared, find
from portal.testing.factories import (
    BuildingFactory,
    MunicipalityFactory,
    OrganizationFactory,
    UserFactory,
    tenant_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(building):
    return coordinator_of(building.municipality)


@pytest.fixture
def caseworker():
    return UserFactory(roles=["portal.caseworker"])


def reported(post, by, **told):
    told = {"reason": "money", "text": "Vuole 50 euro", "client_id": uuid.uuid4(), **told}
    return AbuseReport.make(by=by, target=post, **told)


@pytest.mark.parametrize("verb", ["uphold", "dismiss", "reverse"])
@pytest.mark.parametrize("state", State)
def test_the_table_says_what_is_possible(state, verb):
    if (state, verb) in TRANSITIONS:
        assert target_of(state, verb)
    else:
        with pytest.raises(NotPossible):
            target_of(state, verb)


def test_one_report_for_each_person_and_thing(post, neighbour, building):
    first = reported(post, neighbour)

    assert reported(post, neighbour, reason="false") == first
    assert reported(post, tenant_of(building)) != first
    assert first.reason == "money"


def test_a_forged_number_of_a_form_is_refused(post, neighbour, building):
    first = reported(post, neighbour)
    with pytest.raises(ClientIdTaken):
        reported(post, tenant_of(building), client_id=first.client_id)


def test_the_areas_coordinator_takes_it_away_and_the_reporter_hears(
    client, post, author, neighbour, coordinator, caseworker, django_capture_on_commit_callbacks
):
    client.force_login(neighbour)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            reverse("community:abuse_report_new", args=["manutenzione.ticket", post.pk]),
            {"client_id": uuid.uuid4(), "reason": "money", "text": "Vuole 50 euro", "block": "on"},
        )
    assert answer.status_code == 302
    report = AbuseReport.objects.get()
    assert Block.objects.get(person=neighbour).other == author

    client.force_login(coordinator)
    assert str(post) in client.get(reverse("community:abuse_reports")).content.decode()
    page = client.get(report.get_absolute_url()).content.decode()
    assert "Dammi dei soldi" in page
    client.post(
        reverse("community:abuse_report_step", args=[report.pk, "uphold"]), {"note": "Niente soldi qui."}
    )

    report.refresh_from_db()
    assert (report.state, report.decided_by) == (State.UPHELD, coordinator)
    assert Ticket.objects.get(pk=post.pk).text == ""
    kinds = [event.kind for event in history_of(report, confidential=True)]
    assert kinds == [f"community.abusereport.{fact}" for fact in ("made", "upheld", "hidden")]
    assert list(history_of(report)) == []
    client.force_login(author)
    mine = client.get(reverse("community:safety")).content.decode()
    assert "Niente soldi qui." in mine
    assert neighbour.display_name not in mine
    assert "Vuole 50 euro" not in mine
    client.force_login(neighbour)
    assert "Niente soldi qui." in client.get(reverse("community:safety")).content.decode()


def test_one_decision_is_for_all_reports_of_it_and_can_be_turned(post, neighbour, building, coordinator):
    first, second = reported(post, neighbour), reported(post, tenant_of(building))
    first.uphold(by=coordinator, note="Niente soldi.")

    second.refresh_from_db()
    assert second.state == State.UPHELD
    second.reverse(by=coordinator, note="Era uno scherzo.")
    first.refresh_from_db()
    assert (first.state, first.decision) == (State.DISMISSED, "Era uno scherzo.")
    assert Ticket.objects.get(pk=post.pk).text == "Di nuovo"


def test_what_is_dismissed_stays(post, neighbour, coordinator):
    report = reported(post, neighbour)
    report.dismiss(by=coordinator, note="Va bene così.")

    assert Ticket.objects.get(pk=post.pk).text == "Dammi dei soldi"
    with pytest.raises(NotPossible):
        report.dismiss(by=coordinator, note="Va bene così.")


def test_nobody_decides_without_a_reason_nor_without_the_right(post, neighbour, coordinator):
    report = reported(post, neighbour)
    with pytest.raises(ValidationError):
        report.uphold(by=coordinator, note="  ")
    with pytest.raises(PermissionDenied):
        report.uphold(by=neighbour, note="Sì")
    report.refresh_from_db()
    assert report.is_open


def test_what_was_said_is_kept_for_whoever_decides(client, post, author, neighbour, coordinator):
    report = reported(post, neighbour)
    Ticket.objects.filter(pk=post.pk).update(text="Ciao a tutti")

    client.force_login(coordinator)
    page = client.get(report.get_absolute_url()).content.decode()
    assert "Dammi dei soldi" in page
    assert "Ciao a tutti" in page
    for person in (author, neighbour):
        client.force_login(person)
        assert "Dammi dei soldi" not in client.get(reverse("community:safety")).content.decode()
    theirs = next(export_reports(neighbour))
    assert theirs["copy_is_kept"]
    assert "Dammi dei soldi" not in str(theirs)
    assert not list(export_reports(author))  # nothing tells them while it is looked at

    report.uphold(by=coordinator, note="Niente soldi.")
    assert next(export_reports(author))["reported_text"] == "Dammi dei soldi"


def test_kept_words_of_whoever_is_erased_go_with_the_decision(post, author, neighbour, coordinator):
    report = reported(post, neighbour)
    erase_reports(author)
    erase_reports(neighbour)
    report.refresh_from_db()
    assert report.reported_text  # it still waits to be looked at

    report.uphold(by=coordinator, note="Niente soldi.")

    report.refresh_from_db()
    assert (report.reported_name, report.reported_text, report.text) == ("", "", "")


def test_a_message_is_named_by_who_when_and_where(client, neighbour, author, building, coordinator):
    drill = thing_of(author, name="Trapano rosso")
    loan_of(drill, neighbour)
    message = said(drill, author, "Sei un ladro")
    report = reported(message, neighbour)
    message.delete_by(author)

    client.force_login(coordinator)
    assert "Trapano rosso" in client.get(reverse("community:abuse_reports")).content.decode()
    page = BeautifulSoup(client.get(report.get_absolute_url()).content, "html.parser").main
    for told in ("Trapano rosso", "Sei un ladro", author.display_name):
        assert told in page.get_text()
    assert page.find("time")["datetime"]
    assert str(message.conversation_id) not in page.get_text()
    assert not page.select(f"a[href*='{message.conversation_id}']")  # they take no part in it


def test_each_of_an_exchange_reports_the_other_and_is_judged_alone(client, coordinator, building):
    author, asker = tenant_of(building), tenant_of(building)
    exchange = exchange_in(ExchangeState.PROPOSED, author=author, asker=asker)
    for person in (author, asker):
        client.force_login(person)
        address = reverse("community:abuse_report_new", args=["community.exchange", exchange.pk])
        assert address in client.get(exchange.get_absolute_url()).content.decode()
        client.post(address, {"client_id": uuid.uuid4(), "reason": "harassment"})
    by_author, by_asker = (AbuseReport.objects.get(reporter=person) for person in (author, asker))
    assert (by_author.reported, by_asker.reported) == (asker, author)

    by_asker.uphold(by=coordinator, note="Così non si parla.")

    by_author.refresh_from_db()
    assert by_author.is_open
    assert told("warned", by_asker)[0] == {author}


def test_of_an_exchange_only_the_others_words_are_kept(client, coordinator, building):
    author, asker = tenant_of(building), tenant_of(building)
    exchange = exchange_in(ExchangeState.CONFIRMED, author=author, asker=asker)
    Exchange.objects.filter(pk=exchange.pk).update(message="Posso venire?", thanks="Grazie!")
    take(exchange, "dispute", by=author, reason="Era mezz'ora.")
    take(exchange, "reply", by=asker, answer="Era un'ora.")

    by_author, by_asker = reported(exchange, author), reported(exchange, asker)

    assert by_asker.reported_text == "Era mezz'ora."
    assert by_author.reported_text == "Posso venire?\n\nEra un'ora.\n\nGrazie!"
    client.force_login(coordinator)
    assert not client.get(by_asker.get_absolute_url()).context["is_changed"]
    AbuseReport.objects.filter(pk=by_asker.pk).update(reporter=None)  # erased
    assert not client.get(by_asker.get_absolute_url()).context["is_changed"]


def test_a_plan_of_shifts_is_reported_from_its_shift(client, neighbour, building, author):
    shift = shift_in(building=building, organizer=author)
    client.force_login(neighbour)
    address = reverse("community:abuse_report_new", args=["community.shiftplan", shift.plan.pk])
    assert address in client.get(shift.get_absolute_url()).content.decode()
    client.post(address, {"client_id": uuid.uuid4(), "reason": "false"})
    assert AbuseReport.objects.get().reported == author


def test_who_reported_it_does_not_decide_what_a_neighbour_says_of_it(post, neighbour, coordinator):
    theirs = reported(post, neighbour)
    assert coordinator.has_perm("community.decide_abusereport", theirs)
    reported(post, coordinator)

    assert not coordinator.has_perm("community.decide_abusereport", theirs)
    assert not AbuseReport.objects.moderated_by(coordinator).exists()
    with pytest.raises(PermissionDenied):
        theirs.dismiss(by=coordinator, note="Va bene così.")
    assert coordinator not in told("made", theirs)[0]


def test_who_is_a_party_does_not_decide(post, author, neighbour, coordinator, caseworker, building):
    """A coordinator who is reported, or reports, leaves it to others."""
    report = reported(post, coordinator)
    steward = Steward.objects.get(municipality=building.municipality).organization
    steward.add(author, by=None, is_coordinator=True)

    for person, may in ((coordinator, False), (author, False), (neighbour, False), (caseworker, True)):
        person = type(person).objects.get(pk=person.pk)
        assert person.has_perm("community.view_abusereport", report) is may
        assert AbuseReport.objects.moderated_by(person).filter(pk=report.pk).exists() is may


def test_who_reported_it_is_known_to_the_agency_alone(
    client, post, author, neighbour, coordinator, caseworker, building
):
    """Whoever decides for an organization is a neighbour: they read the words, and no page names whose they are."""
    report = reported(post, neighbour)
    other_roles = {role.key for role in declared(Role)} - {"portal.caseworker"}
    staff = [UserFactory(roles=[key]) for key in other_roles]
    decided = {coordinator: False, caseworker: True}
    for person in (author, neighbour, tenant_of(building), *staff, *decided):
        assert person.has_perm("community.view_reporter", report) is decided.get(person, False)
    for person, is_named in decided.items():
        client.force_login(person)
        pages = [client.get(report.get_absolute_url()), client.get(reverse("community:abuse_reports"))]
        assert "Vuole 50 euro" in pages[0].content.decode()
        assert any(neighbour.display_name in page.content.decode() for page in pages) is is_named


def test_coordinators_of_elsewhere_and_members_see_nothing(client, post, neighbour, coordinator, building):
    report = reported(post, neighbour)
    elsewhere = coordinator_of(MunicipalityFactory(name="Rho"))
    member = UserFactory()
    Steward.objects.get(municipality=building.municipality).organization.add(member, by=None)

    for person in (elsewhere, member, neighbour):
        client.force_login(person)
        assert client.get(report.get_absolute_url()).status_code == 404
        address = reverse("community:abuse_report_step", args=[report.pk, "uphold"])
        assert client.post(address, {"note": "x"}).status_code == 404
    client.force_login(member)
    assert client.get(reverse("community:abuse_reports")).status_code == 404


def test_whoever_decides_is_told_that_it_is_about_one_of_their_own(
    client, post, author, neighbour, coordinator, caseworker, building
):
    report = reported(post, neighbour)
    organization = Steward.objects.get(municipality=building.municipality).organization
    words = "member of your organization"

    def page_of(moderator):
        client.force_login(moderator)
        return client.get(f"/en{report.get_absolute_url()}").content.decode()

    assert words not in page_of(coordinator)
    organization.add(author, by=None)
    assert words in page_of(coordinator)
    assert words not in page_of(caseworker)


def test_one_reads_what_one_reports_and_comes_back_to_it(client, post, neighbour):
    client.force_login(neighbour)
    address = reverse("community:abuse_report_new", args=["manutenzione.ticket", post.pk])
    assert "Dammi dei soldi" in client.get(address).content.decode()

    told = {"client_id": uuid.uuid4(), "reason": "money", "text": ""}
    assert client.post(address, told).url == post.get_absolute_url()
    AbuseReport.objects.all().delete()
    away = client.post(address, {**told, "client_id": uuid.uuid4(), "block": "on"}).url
    assert away == reverse("community:safety"), "where whoever has blocked them still may look"


def test_a_foreign_thing_is_missing(client, post):
    client.force_login(tenant_of(BuildingFactory()))
    address = reverse("community:abuse_report_new", args=["manutenzione.ticket", post.pk])
    assert client.get(address).status_code == 404


def test_bad_input_keeps_what_was_typed(client, post, neighbour):
    client.force_login(neighbour)
    address = reverse("community:abuse_report_new", args=["manutenzione.ticket", post.pk])
    for told in (
        {"reason": "", "text": "Ecco che cosa"},
        {"reason": "nonsense", "text": "Ecco che cosa"},
        {"reason": "money", "text": "Ecco che cosa" + "x" * 3000},
        {"reason": "money", "text": "Ecco che cosa", "client_id": "no"},
    ):
        answer = client.post(address, {"client_id": uuid.uuid4(), **told})
        assert answer.status_code == 422
        assert "Ecco che cosa" in answer.content.decode()
    assert not AbuseReport.objects.exists()


def told(fact: str, report) -> tuple[set, str]:
    kind = find(NotificationKind, f"community.abusereport.{fact}")
    event = Event.objects.filter(kind=kind.key, object_id=str(report.pk)).first()
    return set(kind.recipients(event)), kind.title(event)


def test_each_hears_what_concerns_them(post, author, neighbour, coordinator, caseworker):
    report = reported(post, neighbour)
    assert told("made", report)[0] == {coordinator}
    report.uphold(by=coordinator, note="Niente soldi.")

    assert told("upheld", report)[0] == {neighbour}
    hidden, title = told("hidden", report)
    assert hidden == {author}
    assert neighbour.display_name not in title


def test_where_no_coordinator_is_left_the_agency_hears(post, coordinator, caseworker):
    assert told("made", reported(post, coordinator))[0] == {caseworker}


def test_an_area_without_a_steward_is_the_agencys(building, caseworker, coordinator):
    there = MunicipalityFactory(name="Cornaredo")
    assert answers_for_area(caseworker, there.pk)
    assert not answers_for_area(coordinator, there.pk)
    assert answers_for_area(coordinator, building.municipality_id)
    Steward.objects.create(municipality=there, organization=OrganizationFactory())
    assert not answers_for_area(coordinator, None)
