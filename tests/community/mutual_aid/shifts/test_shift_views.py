"""The pages of shifts: what they show to whom, and what they do with what makes no sense."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from community.mutual_aid.shifts.models import Shift, ShiftPlan, SwapOffer
from community.mutual_aid.shifts.workflow import NotNow
from community.mutual_aid.time_bank.models import HoursAccount
from community.testing import shift_in, shift_plan
from portal.testing.factories import (
    BuildingFactory,
    CommonAreaFactory,
    OrganizationFactory,
    UserFactory,
    tenant_of,
)
from portal.ui.words import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    return shift_in(3, text="La chiave è in bacheca.")


@pytest.fixture
def anna(shift):
    return tenant_of(shift.plan.building, display_name="Anna Bianchi")


@pytest.fixture
def coordinator():
    host = OrganizationFactory(name="Vicini di prova")
    building = shift_plan().building
    host.areas.add(building.municipality)
    person = UserFactory()
    host.add(person, by=None, is_coordinator=True)
    return person


def send(client, shift, verb, **data):
    return client.post(reverse("community:shift_step", args=[shift.pk, verb]), data)


def page(answer):
    return answer.content.decode()


def test_one_presses_and_has_a_place(client, shift, anna):
    client.force_login(anna)
    shown = page(client.get(shift.get_absolute_url()))
    assert "La chiave" in shown
    assert "Vengo" in shown or "I come" in shown

    answer = send(client, shift, "vengo", role=shift.plan.roles.get().pk)

    assert answer.status_code == 302
    assert shift.place_of(anna) is not None


def test_names_are_kept_from_who_is_not_in_it(client, shift, anna):
    shift.sign_up(shift.plan.roles.get(), by=anna)
    client.force_login(tenant_of(shift.plan.building))
    assert "Anna Bianchi" not in page(client.get(shift.get_absolute_url()))
    assert "Anna Bianchi" not in page(client.get(reverse("community:shifts")))

    client.force_login(shift.plan.organizer)
    assert "Anna Bianchi" in page(client.get(shift.get_absolute_url()))


def test_a_shift_that_is_full_says_so_and_stays_on_its_page(client, shift, anna):
    role = shift.plan.roles.get()
    for _place in range(role.places):
        shift.sign_up(role, by=tenant_of(shift.plan.building))
    client.force_login(anna)

    answer = send(client, shift, "vengo", role=role.pk)

    assert answer.status_code == 409
    assert 'role="alert"' in page(answer)
    assert shift.place_of(anna) is None


@pytest.mark.parametrize("role", ["", "0", "-1", "x", "²", "9" * 30])
def test_a_forged_task_is_missing(client, shift, anna, role):
    client.force_login(anna)

    assert send(client, shift, "vengo", role=role).status_code == 404


def test_a_task_of_another_plan_is_missing(client, shift, anna):
    client.force_login(anna)

    assert send(client, shift, "vengo", role=shift_plan().roles.get().pk).status_code == 404


def test_nobody_gives_up_or_swaps_what_is_not_theirs(client, shift, anna):
    place = shift.sign_up(shift.plan.roles.get(), by=anna)
    other = tenant_of(shift.plan.building)
    client.force_login(other)

    for verb in ("rinuncio", "cerco-cambio", "resto"):
        assert send(client, shift, verb).status_code == 404
    assert send(client, shift, "scambio", place=place.pk, given=place.pk).status_code == 404
    assert send(client, shift, "assente", place=place.pk).status_code == 404
    assert send(client, shift, "annulla").status_code == 404
    assert send(client, shift, "unheard-of").status_code == 404


def test_the_week_is_that_which_was_asked_for_or_this_one(client, shift, anna):
    client.force_login(anna)
    for asked in ("", "x", "0001-01-01", "9999-12-31", "2026-02-30"):
        assert client.get(reverse("community:shifts"), {"da": asked}).status_code == 200
    assert client.get(reverse("community:shifts"), {"plan": "9" * 40, "show": "x"}).status_code == 200


def test_a_week_costs_the_same_with_many_shifts(client, shift, anna):
    def cost():
        client.get(reverse("community:shifts"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("community:shifts"))
        return len(queries)

    client.force_login(anna)
    before = cost()
    for _plan in range(12):
        other = shift_plan(building=shift.plan.building, tasks=(("a", 3), ("b", 2)))
        for day in other.shifts.coming()[:3]:
            day.sign_up(other.roles.first(), by=tenant_of(shift.plan.building))

    assert cost() == before


def told(**changes):
    today = timezone.localdate()
    return {
        "client_id": str(uuid.uuid4()),
        "name": "Doposcuola",
        "work": "after_school",
        "weekdays": ["0", "2"],
        "starts_at": "16:30",
        "minutes": "90",
        "first_day": today.isoformat(),
        "task_1": "Aiuta",
        "people_1": "3",
        "credits_hours": "on",
        **changes,
    }


def test_a_coordinator_plans_and_sending_twice_plans_once(client, coordinator):
    client.force_login(coordinator)
    form = told()
    choice = (
        client.get(reverse("community:shift_plan_new"), follow=True)
        .context["form"]
        .fields["audience"]
        .initial
    )

    for _time in range(2):
        assert (
            client.post(reverse("community:shift_plan_new"), {**form, "audience": choice}).status_code == 302
        )

    plan = ShiftPlan.objects.get(name="Doposcuola")
    assert (plan.organizer, plan.roles.get().places) == (coordinator, 3)
    assert {shift.day.weekday() for shift in plan.shifts.all()} == {0, 2}


def test_the_agency_plans_for_its_buildings_and_towns(client, shift):
    client.force_login(UserFactory(roles=["portal.caseworker"]))
    form = client.get(reverse("community:shift_plan_new"), follow=True).context["form"]
    building = shift.plan.building
    offered = {key for _label, group in form.fields["audience"].choices[1:] for key, _name in group}
    assert {f"building:{building.pk}", f"area:{building.municipality_id}"} <= offered

    answer = client.post(
        reverse("community:shift_plan_new"), told(audience=f"building:{building.pk}", name="Portierato")
    )

    assert answer.status_code == 302
    assert ShiftPlan.objects.get(name="Portierato").building == building


def test_what_an_organization_runs_stays_its_own_when_the_agency_changes_it(client):
    host = OrganizationFactory()
    plan = shift_plan(host=host)
    client.force_login(UserFactory(roles=["portal.caseworker"]))
    address = reverse("community:shift_plan", args=[plan.pk])
    form = client.get(address).context["form"]
    shown = {name: form[name].value() for name in ("audience", "host")}

    assert client.post(address, told(**shown)).status_code == 302

    plan.refresh_from_db()
    assert (plan.host, plan.audience_key) == (host, shown["audience"])


def test_the_rooms_of_the_audiences_own_building_stand_first(client, coordinator):
    town = coordinator.organization_memberships.get().organization.areas.get()
    near, far = (
        CommonAreaFactory(building=BuildingFactory(name=name, municipality=town)) for name in ("Zeta", "Alfa")
    )
    plan = shift_plan(building=near.building, organizer=coordinator)
    client.force_login(coordinator)

    field = client.get(reverse("community:shift_plan", args=[plan.pk])).context["form"].fields["area"]

    rooms = [pk for _building, group in list(field.choices)[1:] for pk, _name in group]
    assert rooms.index(near.pk) < rooms.index(far.pk)
    named = {pk: plain(name) for _building, group in list(field.choices)[1:] for pk, name in group}
    assert (
        named[far.pk] == f"{far} · Alfa"
    )  # a closed list shows what is chosen, and not under which building


@pytest.mark.parametrize(("days", "begins"), [(4, False), (-4, True)])
def test_a_plan_that_is_ended_before_its_first_day_is_not_said_to_have_ended_on_another(
    client, coordinator, days, begins
):
    host = coordinator.organization_memberships.get().organization
    plan = shift_plan(organizer=coordinator, host=host, first_day=timezone.localdate() + timedelta(days=days))
    client.force_login(coordinator)

    said = client.post(f"/en{reverse('community:shift_plan_end', args=[plan.pk])}", follow=True)
    page = client.get(f"/en{plan.get_absolute_url()}").content.decode()

    assert ("These shifts end today." in said.content.decode()) is begins
    assert ("ended before they began" in page) is not begins
    assert "ended on" not in page


def past(shift):
    now = timezone.now()
    Shift.objects.filter(pk=shift.pk).update(
        starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1)
    )


def test_a_shift_that_is_over_says_what_came_of_it(client, shift, anna):
    place = shift.sign_up(shift.plan.roles.get(), by=anna)
    past(shift)
    place.attend(by=shift.plan.organizer)
    address = f"/en{shift.get_absolute_url().removeprefix('/en')}"

    client.force_login(anna)
    assert "have 1 hour for it in the time bank" in page(client.get(address))
    client.force_login(tenant_of(shift.plan.building))
    shown = page(client.get(address))
    assert "1 person was there" in shown
    assert "Anna Bianchi" not in shown


def test_a_coordinator_finds_at_home_what_is_to_be_noted(client):
    host, coordinator = OrganizationFactory(), UserFactory()
    host.add(coordinator, by=None, is_coordinator=True)
    shift = shift_in(3, host=host)
    shift.sign_up(shift.plan.roles.get(), by=tenant_of(shift.plan.building))
    past(shift)
    client.force_login(coordinator)
    assert shift.get_absolute_url() in page(client.get("/casa/"))

    send(client, shift, "tutti")
    assert shift.get_absolute_url() not in page(client.get("/casa/"))


def test_a_plan_that_has_ended_is_said_to_be_over(client, shift, anna):
    yesterday = timezone.localdate() - timedelta(days=1)
    ShiftPlan.objects.filter(pk=shift.plan_id).update(first_day=yesterday, last_day=yesterday)
    Shift.objects.filter(pk=shift.pk).update(day=yesterday)
    client.force_login(anna)

    assert "These shifts ended on" in page(client.get(f"/en/aiuto/turni/{shift.pk}/"))
    assert "ended on" in page(client.get("/en/aiuto/turni/", {"plan": shift.plan_id}))


def test_a_member_confirms_what_the_coordinator_noted_alone(client):
    host, building = OrganizationFactory(), BuildingFactory()
    host.areas.add(building.municipality)
    coordinator, member = UserFactory(), UserFactory()
    host.add(coordinator, by=None, is_coordinator=True)
    host.add(member, by=None)
    shift = shift_in(3, building=building, host=host, audience="area", organizer=coordinator)
    place = shift.sign_up(shift.plan.roles.get(), by=coordinator)
    past(shift)
    client.force_login(coordinator)
    send(client, shift, "presente", place=place.pk)
    assert send(client, shift, "confermo", place=place.pk).status_code == 404
    assert HoursAccount.of(coordinator).balance == 0

    client.force_login(tenant_of(building))
    assert send(client, shift, "confermo", place=place.pk).status_code == 404
    client.force_login(member)
    assert "confermo" in page(client.get(shift.get_absolute_url()))
    for _time in range(2):
        send(client, shift, "confermo", place=place.pk)

    assert HoursAccount.of(coordinator).balance == 60


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["7"]}, "weekdays"),
        ({"starts_at": "25:00"}, "starts_at"),
        ({"minutes": "45"}, "minutes"),
        ({"minutes": "-30"}, "minutes"),
        ({"people_1": "0"}, "people_1"),
        ({"people_1": "1e9"}, "people_1"),
        ({"people_1": "1000000000"}, "people_1"),
        ({"task_2": "aiuta", "people_2": "1"}, "task_2"),
        ({"task_2": "Merenda"}, "people_2"),
        ({"people_2": "2"}, "task_2"),
        ({"last_day": "2000-01-01"}, "last_day"),
        ({"first_day": "2000-01-01", "last_day": "2000-02-01"}, "last_day"),
        ({"first_day": "2098-03-03", "last_day": "2098-03-03", "weekdays": ["2"]}, "weekdays"),
        ({"first_day": "2026-02-30"}, "first_day"),
        ({"first_day": "2000-01-01"}, "first_day"),
        ({"audience": "building:0"}, "audience"),
        ({"text": "x" * 100_000}, "text"),
    ],
)
def test_what_makes_no_sense_is_said_at_the_field_and_nothing_is_lost(client, coordinator, wrong, field):
    client.force_login(coordinator)
    choice = (
        client.get(reverse("community:shift_plan_new"), follow=True)
        .context["form"]
        .fields["audience"]
        .initial
    )

    answer = client.post(reverse("community:shift_plan_new"), {**told(audience=choice), **wrong})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert ("Doposcuola" in page(answer)) is (field != "name")
    assert not ShiftPlan.objects.filter(name="Doposcuola").exists()


def test_fewer_people_than_have_signed_up_is_refused(client, shift, anna):
    plan = shift.plan
    for person in (anna, tenant_of(plan.building)):
        shift.sign_up(plan.roles.get(), by=person)
    client.force_login(plan.organizer)
    address = reverse("community:shift_plan", args=[plan.pk])
    choice = f"building:{plan.building_id}"

    answer = client.post(address, {**told(audience=choice), "people_1": "1"})

    assert list(answer.context["form"].errors) == ["people_1"]


def test_a_plan_is_changed_and_ended_by_who_runs_it(client, shift, anna):
    plan = shift.plan
    client.force_login(anna)
    assert client.get(reverse("community:shift_plan", args=[plan.pk])).status_code == 404
    assert client.post(reverse("community:shift_plan_end", args=[plan.pk])).status_code == 404

    client.force_login(plan.organizer)
    address = reverse("community:shift_plan", args=[plan.pk])
    changed = {**told(audience=f"building:{plan.building_id}"), "weekdays": [str(d) for d in range(7)]}
    assert client.post(address, changed).status_code == 302
    assert timezone.localtime(Shift.objects.get(pk=shift.pk).starts_at).hour == 16
    assert client.post(reverse("community:shift_plan_end", args=[plan.pk])).status_code == 302
    assert Shift.objects.get(pk=shift.pk).is_off


def test_who_was_there_is_noted_by_who_runs_it(client, shift, anna):
    place = shift.sign_up(shift.plan.roles.get(), by=anna)
    now = timezone.now()
    Shift.objects.filter(pk=shift.pk).update(
        starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1)
    )
    client.force_login(shift.plan.organizer)

    assert send(client, shift, "presente", place=place.pk).status_code == 302

    place.refresh_from_db()
    assert place.state == "attended"


def test_who_goes_to_and_fro_does_not_wake_the_others_each_time(client, shift, anna):
    client.force_login(anna)
    role = shift.plan.roles.get().pk
    statuses = []
    for _time in range(16):
        statuses += [
            send(client, shift, "vengo", role=role).status_code,
            send(client, shift, "rinuncio").status_code,
        ]

    assert set(statuses[:30]) == {302}
    assert set(statuses[30:]) == {409}


def test_whoever_notes_says_what_somebody_did_and_no_more_places_are_taken_than_there_are(client):
    shift = shift_in(3, tasks=(("opens", 1), ("closes", 1)))
    opens, closes = shift.plan.roles.all()
    anna, bruno = (tenant_of(shift.plan.building, display_name=name) for name in ("Anna", "Bruno"))
    other = shift_in(4, building=shift.plan.building, organizer=shift.plan.organizer)
    for person in (anna, bruno):
        other.sign_up(other.plan.roles.get(), by=person)
    past(shift)
    client.force_login(shift.plan.organizer)
    address = f"/en/aiuto/turni/{shift.pk}/"
    assert "Nobody had a place." in page(client.get(address))

    for person in (anna, bruno):
        answer = client.post(f"{address}aggiungo/", {"person": person.pk, "role": closes.pk}, follow=True)
        assert f"Noted: \u2068{person}\u2069 was there." in page(answer)

    assert not shift.places.filter(role=opens).exists()
    shown = page(client.get(address))
    assert "1 of 1 place taken · 1 more person came" in shown
    assert "2 of 1" not in shown
    forged = {"person": anna.pk, "role": other.plan.roles.get().pk}
    assert client.post(f"{address}aggiungo/", forged).status_code == 404


def test_whoever_has_planned_sees_the_first_shifts_and_when_they_come_round(client, coordinator):
    client.force_login(coordinator)
    address = "/en/aiuto/turni/nuovo/"
    choice = client.get(address, follow=True).context["form"].fields["audience"].initial
    first = timezone.localdate() + timedelta(days=15)
    days = [str(first.weekday()), str((first.weekday() + 1) % 7)]
    planned = {"audience": choice, "weekdays": days, "first_day": first.isoformat(), "minutes": "120"}

    shown = page(client.post(address, {**told(**planned)}, follow=True))

    plan = ShiftPlan.objects.get(name="Doposcuola")
    assert plan.shifts.earliest("day").get_absolute_url() in shown
    with translation.override("en"):
        assert plan.rhythm.startswith("every ")
        assert plan.rhythm in shown
    assert f"/turni/piano/{plan.pk}/" in shown
    client.force_login(tenant_of(shift_plan().building))
    assert f"/turni/piano/{plan.pk}/" not in page(client.get(f"/en{plan.get_absolute_url()}"))

    ShiftPlan.objects.filter(pk=plan.pk).update(first_day=first + timedelta(days=90))
    plan.shifts.all().delete()
    client.force_login(coordinator)
    assert "They begin on" in page(client.get("/en/aiuto/turni/", {"plan": plan.pk}))


def test_whoever_is_in_another_shift_at_that_time_finds_the_way_to_it_instead_of_a_button(
    client, shift, anna
):
    other = shift_plan(building=shift.plan.building, name="Cortile", minutes=120).shifts.get(day=shift.day)
    client.force_login(anna)
    assert "/vengo/" in page(client.get(shift.get_absolute_url()))
    other.sign_up(other.plan.roles.get(), by=anna)

    shown = page(client.get(shift.get_absolute_url()))
    assert "/vengo/" not in shown
    assert other.get_absolute_url() in shown
    refused = send(client, shift, "vengo", role=shift.plan.roles.get().pk)
    alert = page(refused).partition('role="alert"')[2].partition("</div>")[0]
    assert (refused.status_code, other.get_absolute_url() in alert) == (409, True)


def test_nobody_hears_where_the_other_of_a_swap_is(shift, anna):
    """Of whom both shifts of a swap ask, each hears only that it is not possible."""
    building = shift.plan.building
    bruno = tenant_of(building)
    wanted = shift.sign_up(shift.plan.roles.get(), by=anna)
    wanted.seek_swap(by=anna)
    own = shift_plan(building=building, name="Cortile").shifts.get(day=shift.day + timedelta(days=1))
    given = own.sign_up(own.plan.roles.get(), by=bruno)
    secret = shift_plan(building=building, name="Compagnia").shifts.get(day=own.day)
    secret.sign_up(secret.plan.roles.get(), by=anna)

    with translation.override("en"), pytest.raises(NotNow, match="one of you") as refusal:
        SwapOffer.offer(wanted, given, by=bruno)

    assert "Compagnia" not in str(refusal.value)
