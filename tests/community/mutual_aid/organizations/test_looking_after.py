"""An organization's coordinator: what there is to do, each with the way to do it; and whose business it is."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from community.mutual_aid.exchanges.words import State
from community.mutual_aid.neighbourhood import Audience
from community.mutual_aid.shifts.words import PlaceState
from community.mutual_aid.things.words import LoanState, ThingState
from community.mutual_aid.time_bank.pot import PotRequest
from community.safety.models import AbuseReport
from community.testing import anew, exchange_in, gathering_in, loan_of, shift_plan, thing_of
from portal.access.models import ConfidentialRead
from portal.testing.factories import (
    BuildingFactory,
    MunicipalityFactory,
    OrganizationFactory,
    UserFactory,
    tenant_of,
)
from tests.community.mutual_aid.members import member_of
from tests.portal.people.joining.asking import waiting_request

pytestmark = pytest.mark.django_db


def block(client, person, organization, name):
    client.force_login(person)
    answer = client.get(f"/en/aiuto/enti/{organization.pk}/")
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser").select_one(f"#{name}")


def words(soup):
    return " ".join(soup.get_text(" ").split())


def links(soup):
    return [link["href"].removeprefix("/en") for link in soup.select("li a")]


def test_an_empty_page_says_so_in_a_line_for_each_block(client, union, lucia):
    for name, said in (
        ("approvals", "Nothing waits for your yes."),
        ("disputes", "Nobody disagrees."),
        ("to-fill", "No shift lacks anybody."),
        ("joining", "Nobody who asks to join waits for your word."),
        ("to-note", "Of all shifts and events it is said who was there."),
        ("things", "All things are where they should be."),
        ("members", "All members are checked."),
    ):
        assert said in words(block(client, lucia, union, name))


def test_members_who_are_not_checked_come_first_with_what_they_lack(client, union, lucia):
    anna, bruno, carla = (member_of(union, display_name=name) for name in ("Anna", "Bruno", "Carla"))
    now = timezone.now()
    union.members.exclude(person=carla).update(vouched_at=now)
    union.members.filter(person__in=[anna, lucia]).update(checked_at=now)

    found = block(client, lucia, union, "members")
    lines = [words(line) for line in found.select("li")]
    ways = [f"{union.get_absolute_url()}#member-{union.members.get(person=one).pk}" for one in (carla, bruno)]
    assert links(found) == ways  # where one vouches
    assert f'id="member-{union.members.get(person=carla).pk}"' in client.get(ways[0]).content.decode()

    assert lines == ["Carla waits for your word", "Bruno waits for the agency's check"]
    assert "4 members" in words(block(client, lucia, union, "ways"))

    # The agency checks, and vouches for nobody: whom it has checked waits for somebody else.
    caseworker = UserFactory(roles=["portal.caseworker"])
    union.members.filter(person=lucia).update(vouched_at=None)
    assert [words(line) for line in block(client, caseworker, union, "members").select("li")] == [
        "Carla to check",
        "Bruno to check",
        "Lucia Conti waits for another coordinator's word",
    ]


def test_shifts_that_lack_somebody_this_week_and_next(client, union, lucia, house):
    plan = shift_plan(building=house, host=union, audience=Audience.AREA, tasks=(("helps", 2),))
    today = timezone.localdate()
    sunday_after = today + timedelta(days=13 - today.weekday())
    full = plan.shifts.get(day=today + timedelta(days=1))
    for _place in range(2):
        full.sign_up(plan.roles.get(), by=tenant_of(house))
    half = plan.shifts.get(day=today + timedelta(days=2))
    half.sign_up(plan.roles.get(), by=tenant_of(house))
    other = shift_plan(building=house, audience=Audience.AREA)

    found = block(client, lucia, union, "to-fill")

    assert links(found)[0] in (half.get_absolute_url(), plan.shifts.get(day=today).get_absolute_url())
    assert "1 place free" in words(found)
    assert full.get_absolute_url() not in links(found)
    assert not set(links(found)) & {shift.get_absolute_url() for shift in other.shifts.all()}
    later = plan.shifts.filter(day__gt=sunday_after)
    assert later.exists()
    assert not set(links(found)) & {shift.get_absolute_url() for shift in later}


def test_what_waits_for_a_yes_and_who_does_not_agree(client, union, lucia, house):
    author, asker = tenant_of(house), tenant_of(house)
    care = exchange_in(State.ACCEPTED, author=author, asker=asker, category="children")
    assert care.state == State.TO_APPROVE
    dispute = exchange_in(State.DISPUTED, author=author, asker=asker)
    far = BuildingFactory(municipality=MunicipalityFactory(name="Rho"))  # for which others answer
    exchange_in(State.DISPUTED, author=tenant_of(far), asker=tenant_of(far))
    PotRequest.ask(by=asker, minutes=60, client_id=care.client_id, municipality_id=house.municipality_id)

    assert links(block(client, lucia, union, "approvals")) == [care.get_absolute_url()]
    assert links(block(client, lucia, union, "asking")) == ["/aiuto/cura/#pot"]
    assert links(block(client, lucia, union, "disputes")) == [dispute.get_absolute_url()]


def test_many_disputes_hide_nothing_that_waits_for_a_yes(client, union, lucia, house):
    author, asker = tenant_of(house), tenant_of(house)
    for _number in range(13):
        exchange_in(State.DISPUTED, author=author, asker=asker)
    care = exchange_in(State.ACCEPTED, author=author, asker=asker, category="children")

    assert links(block(client, lucia, union, "approvals")) == [care.get_absolute_url()]


def test_many_shifts_that_nobody_noted_hide_none_that_lacks_somebody(client, union, lucia, house):
    plan = shift_plan(building=house, host=union, audience=Audience.AREA, tasks=(("helps", 2),))
    now = timezone.now()
    for days in range(40):
        start = now - timedelta(days=days + 1)
        past = plan.shifts.create(
            day=start.date() - timedelta(days=60), starts_at=start, ends_at=start + timedelta(hours=1)
        )
        past.places.create(role=plan.roles.get(), number=1, person=lucia)

    assert links(block(client, lucia, union, "to-fill"))[0] in {
        shift.get_absolute_url() for shift in plan.shifts.filter(starts_at__gt=now)
    }


def test_who_was_there_is_asked_as_on_my_home_the_rest_is_folded(client, union, lucia, house):
    """Also of whom only they themselves say it. Where it is one's own word, it waits for somebody else's."""
    plan = shift_plan(building=house, host=union, audience=Audience.AREA, tasks=(("helps", 2),))
    plan.shifts.all().delete()
    anna, now = tenant_of(house), timezone.now()
    told = [
        (anna, PlaceState.SIGNED, False),
        (anna, PlaceState.ATTENDED, False),
        (lucia, PlaceState.ATTENDED, False),
        (anna, PlaceState.ATTENDED, True),
        *[(anna, PlaceState.SIGNED, False)] * 4,
    ]
    shifts = []
    for number, (person, state, is_vouched) in enumerate(told):
        start = now - timedelta(days=number + 1)
        shift = plan.shifts.create(day=start.date(), starts_at=start, ends_at=start + timedelta(hours=1))
        shift.places.create(
            role=plan.roles.get(), number=1, person=person, state=state, is_vouched=is_vouched
        )
        shifts.append(shift)

    found = block(client, lucia, union, "to-note")

    unsaid = [shifts[number] for number in (0, 1, 4, 5, 6, 7, 2)]
    assert links(found) == [shift.get_absolute_url() for shift in unsaid]
    assert len(links(found.select_one("details"))) == 4
    waits = [words(line) for line in found.select("li") if "somebody else's word" in words(line)]
    assert len(waits) == 1
    client.force_login(lucia)
    home = BeautifulSoup(client.get("/en/casa/").content, "html.parser").select_one("#shifts-to-note")
    assert set(links(home)) <= set(links(found))


def test_the_agency_reads_the_same_shifts_and_events_that_are_not_said_yet(client, union, lucia, house):
    """An event whose hours nobody has noted, a coordinator's own word, and a shift to which nobody came at all."""
    plan = shift_plan(building=house, host=union, audience=Audience.AREA, tasks=(("helps", 2),))
    plan.shifts.all().delete()
    start = timezone.now() - timedelta(hours=3)
    own, empty = (
        plan.shifts.create(day=day, starts_at=start, ends_at=start + timedelta(hours=1))
        for day in (timezone.localdate(), timezone.localdate() - timedelta(days=1))
    )
    own.places.create(role=plan.roles.get(), number=1, person=lucia, state=PlaceState.ATTENDED)
    feast = gathering_in(building=house, host=union, audience=Audience.AREA, credit=60)
    feast.answers.create(person=tenant_of(house), state="coming")
    type(feast).objects.update(starts_at=start, ends_at=start + timedelta(hours=1))
    caseworker = UserFactory(roles=["portal.caseworker"])

    sheet = f"{feast.get_absolute_url()}presenze/"
    expected = {own.get_absolute_url(), empty.get_absolute_url(), sheet}
    for reader in (lucia, caseworker):
        assert set(links(block(client, reader, union, "to-note"))) == expected

    client.force_login(lucia)
    assert "nessuno" in client.get(empty.get_absolute_url()).content.decode()
    for _time in range(2):
        assert client.post(f"{empty.get_absolute_url()}nessuno/").status_code == 302
    assert client.post(f"{own.get_absolute_url()}nessuno/").status_code == 409
    assert "Nobody was there." in client.get(f"/en{empty.get_absolute_url()}").content.decode()
    for reader in (lucia, caseworker):
        assert set(links(block(client, reader, union, "to-note"))) == expected - {empty.get_absolute_url()}


def test_who_asks_to_join_stands_there_until_somebody_has_said_a_word(client, union, lucia):
    asked = waiting_request(organization=union, wish="volunteer")
    caseworker = UserFactory(roles=["portal.caseworker"])

    assert links(block(client, lucia, union, "joining")) == [f"{union.get_absolute_url()}#requests"]
    assert links(block(client, caseworker, union, "joining")) == ["/persone/richieste/"]
    asked.vouch(by=anew(lucia), yes=False)
    assert "Nobody who asks to join waits for your word." in words(block(client, lucia, union, "joining"))
    assert links(block(client, caseworker, union, "joining")), (
        "whom she does not know the agency decides about"
    )


def test_what_neighbours_report_of_its_area_and_not_by_whom(client, union, lucia, house):
    thing, neighbour = thing_of(tenant_of(house)), tenant_of(house, display_name="Chi Segnala")
    report = AbuseReport.make(by=neighbour, target=thing, client_id=uuid4(), reason="false")

    found = block(client, lucia, union, "reports")

    assert links(found) == [report.get_absolute_url()]
    assert "Chi Segnala" not in words(found)


def test_things_that_are_late_missing_or_lost_and_nobodys_name(client, union, lucia, house):
    keeper, borrower = tenant_of(house), tenant_of(house, display_name="Chi Non Torna")
    late, missing, fine, lost = (
        thing_of(keeper, name=name, audience=Audience.AREA) for name in ("Trapano", "Scala", "Libro", "Aghi")
    )
    loan_of(late, borrower, first=-5, last=-2, state=LoanState.PICKED_UP)
    loan_of(fine, borrower, first=-1, last=2, state=LoanState.PICKED_UP)
    type(missing).objects.filter(pk=missing.pk).update(state=ThingState.MISSING)
    type(lost).objects.filter(pk=lost.pk).update(state=ThingState.WRITTEN_OFF)

    found = block(client, lucia, union, "things")

    assert links(found) == [
        thing.get_absolute_url() for thing in (late, missing)
    ]  # nothing is to be done any more
    assert "was due back on" in words(found)
    assert "Chi Non Torna" not in words(found)


def test_whose_page_it_is(client, union, lucia):
    """The coordinator's and the caseworker's; sums also the auditor's. A foreign one is as missing as none."""
    caseworker, auditor = UserFactory(roles=["portal.caseworker"]), UserFactory(roles=["portal.auditor"])
    elsewhere = member_of(OrganizationFactory(), is_coordinator=True)
    left = member_of(union, is_coordinator=True)
    union.members.filter(person=left).update(until=date(2024, 1, 1))
    page = f"/aiuto/enti/{union.pk}/"
    for person, does, reads in (
        (lucia, 200, 200),
        (caseworker, 200, 200),
        (auditor, 404, 200),
        (member_of(union), 404, 404),
        (elsewhere, 404, 404),
        (left, 404, 404),
        (UserFactory(roles=["portal.administrator"]), 404, 404),
    ):
        client.force_login(person)
        for path in ("", "tabelle/soci/", "tabelle/turni/"):
            assert client.get(page + path).status_code == does
        for path in ("ore/", "tabelle/ore/"):
            assert client.get(page + path).status_code == reads
        assert client.get(f"{page}tabelle/altro/").status_code == 404
        assert client.get("/aiuto/enti/999999/").status_code == 404


def test_only_whoever_answers_for_an_area_is_led_to_all_approvals(client, union, lucia):
    elsewhere = OrganizationFactory()
    coordinator = member_of(elsewhere, is_coordinator=True)

    assert "/aiuto/cura/" in links(block(client, lucia, union, "ways"))
    assert "/aiuto/cura/" not in links(block(client, coordinator, elsewhere, "ways"))


def test_the_portals_page_of_the_organization_leads_there(client, union, lucia):
    way = f"/aiuto/enti/{union.pk}/"
    client.force_login(lucia)
    assert way in client.get(union.get_absolute_url()).content.decode()
    assert way in client.get("/casa/").content.decode()
    client.force_login(member_of(union))
    assert way not in client.get(union.get_absolute_url()).content.decode()


def test_who_takes_names_along_says_why_and_each_of_them_reads_it(client, union, lucia):
    anna = member_of(union, display_name="=SUM(Anna)")
    client.force_login(lucia)
    path = f"/en/aiuto/enti/{union.pk}/tabelle/soci/"

    question = client.get(path).content.decode()
    assert "SUM(Anna)" not in question
    assert "the names of all members" in question
    assert "The table is saved on your device" in question
    table = b"".join(client.post(path, {"why": "control"}, follow=True).streaming_content).decode()

    assert "'=SUM(Anna);2020-01-01" in table
    assert ConfidentialRead.objects.get(about=anna).reader == lucia
