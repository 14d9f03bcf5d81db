"""Who was there, where nobody has said so before: witnesses, and those who came unannounced, to shifts and events."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from community.conversations.taking_part import discussed_by, may_discuss, may_discuss_among
from community.mutual_aid.gatherings import workflow as gathering_workflow
from community.mutual_aid.gatherings.models import Answer, Gathering
from community.mutual_aid.shifts import workflow as shift_workflow
from community.mutual_aid.shifts.models import Shift, ShiftPlace
from community.mutual_aid.time_bank.models import HoursAccount
from community.safety.models import Block, ParentalApproval
from community.testing import anew, coordinator_of, gathering_in, minor_of, shift_in
from portal.events import history_of
from portal.testing.factories import (
    BuildingFactory,
    MunicipalityFactory,
    OrganizationFactory,
    TenancyFactory,
    UserFactory,
    tenant_of,
)
from portal.ui.days import short_day
from portal.ui.words import plain

pytestmark = pytest.mark.django_db


class OfShift:
    """A shift that a resident runs, and what is done with it."""

    def __init__(self, **told):
        self.row = shift_in(3, tasks=(("helps", 2),), **told)
        self.organizer, self.building = self.row.plan.organizer, self.row.plan.building

    app, refusal = "shift", shift_workflow.NotNow
    page = property(lambda self: self.row.get_absolute_url())
    rows, many = ShiftPlace, Shift

    def joined(self, person):
        return self.row.sign_up(self.row.plan.roles.first(), by=person)

    def begin(self, **told):
        end = timezone.now() - timedelta(hours=1)
        Shift.objects.filter(pk=self.row.pk).update(starts_at=end - timedelta(hours=2), ends_at=end, **told)
        self.row.refresh_from_db()

    def of(self, person):
        return self.row.places.filter(person=person).first()

    def drawn(self, *people):
        """What the screen sends that is drawn now, with these people chosen."""
        return {"person": people[0].pk}

    def send(self, client, told):
        return client.post(reverse("community:shift_step", args=[self.row.pk, "aggiungo"]), told)

    def add(self, client, person):
        return self.send(client, self.drawn(person))


class OfGathering(OfShift):
    """A gathering that a resident runs, and what is done with it."""

    def __init__(self, **told):
        self.row = gathering_in(3, credit=120, **told)
        self.organizer, self.building = self.row.organizer, self.row.building

    app, refusal = "gathering", gathering_workflow.NotNow
    rows, many = Answer, Gathering

    def joined(self, person):
        return self.row.answer(by=person)

    def begin(self, **told):
        end = timezone.now() - timedelta(hours=1)
        Gathering.objects.filter(pk=self.row.pk).update(
            starts_at=end - timedelta(hours=2), ends_at=end, **told
        )
        self.row.refresh_from_db()

    def of(self, person):
        return self.row.answers.filter(person=person).first()

    def drawn(self, *people):
        listed = [answer.pk for answer in self.row.answers.seated()]
        there = {f"there_{pk}": "on" for pk in listed}
        return {**there, "listed": listed, "also": [person.pk for person in people]}

    def send(self, client, told):
        return client.post(reverse("community:gathering_presence", args=[self.row.pk]), told)


@pytest.fixture(params=[OfShift, OfGathering])
def meeting(request):
    return request.param()


def step(client, meeting, verb, **data):
    return client.post(reverse(f"community:{meeting.app}_step", args=[meeting.row.pk, verb]), data)


def listed(client, meeting):
    """Who stands in the list of whoever runs it, and as what."""
    page = BeautifulSoup(client.get(f"/en{meeting.page}").content, "html.parser")
    return [
        " ".join(line.get_text(" ").split()) for line in page.select(".shift-people li > span:first-child")
    ]


def confirm(client, meeting, row):
    return step(client, meeting, "confermo", **{"place" if meeting.app == "shift" else "answer": row.pk})


def told(meeting, fact):
    found = apps.get_model("portal", "Notification").objects.filter(
        event__kind=f"community.{meeting.app}.{fact}"
    )
    return set(found.values_list("person", flat=True))


def hours_of(person):
    return HoursAccount.of(person).balance


def test_whoever_was_there_confirms_who_runs_it_without_an_organization(client, meeting, committing):
    anna, late = tenant_of(meeting.building), tenant_of(meeting.building)
    mine, hers = meeting.joined(meeting.organizer), meeting.joined(anna)
    meeting.begin()
    with committing():
        hers.attend(by=meeting.organizer)
        mine.attend(by=meeting.organizer)
    assert told(meeting, "attested") == {anna.pk}

    client.force_login(late)
    assert meeting.page not in client.get("/casa/").content.decode()
    assert confirm(client, meeting, mine).status_code == 404
    client.force_login(anna)
    assert meeting.page in client.get("/casa/").content.decode()
    assert "confermo" in client.get(meeting.page).content.decode()
    for _time in range(2):
        assert confirm(client, meeting, mine).status_code == 302

    assert hours_of(meeting.organizer) == 120
    assert meeting.page not in client.get("/casa/").content.decode()


def test_where_nobody_else_was_whoever_answers_for_the_area_confirms(client, meeting, committing):
    """Although it was meant for a building that is not theirs: they see it as long as their word is asked for."""
    steward = coordinator_of(meeting.building.municipality)
    mine = meeting.joined(meeting.organizer)
    meeting.begin()
    client.force_login(steward)
    assert client.get(meeting.page).status_code == 404
    with committing():
        mine.attend(by=meeting.organizer)
    assert told(meeting, "attested") == {steward.pk}

    assert meeting.page in client.get("/casa/").content.decode()
    assert "confermo" in client.get(meeting.page).content.decode()
    for _time in range(2):
        assert confirm(client, meeting, mine).status_code == 302
    assert hours_of(meeting.organizer) == 120
    assert client.get(meeting.page).status_code == 404


def test_those_who_were_there_are_asked_before_members_who_were_not(meeting, committing):
    host, there = OrganizationFactory(), tenant_of(meeting.building)
    host.add(UserFactory(), by=None)
    mine, theirs = meeting.joined(meeting.organizer), meeting.joined(there)
    (meeting.row.plan if meeting.app == "shift" else meeting.row).__class__.objects.update(host=host)
    meeting.begin()
    theirs.attend(by=meeting.organizer)

    with committing():
        mine.attend(by=meeting.organizer)

    assert told(meeting, "attested") == {there.pk}


@pytest.mark.parametrize("because", ["La sala è chiusa", ""])
def test_it_is_called_off_with_a_reason_in_two_steps_and_then_nobody_is_asked_to_come(
    client, meeting, because
):
    anna = tenant_of(meeting.building)
    client.force_login(meeting.organizer)
    assert 'class="call-off"' in client.get(meeting.page).content.decode()
    wrong = step(client, meeting, "annulla", because="x" * 201)
    assert (wrong.status_code, meeting.many.objects.get(pk=meeting.row.pk).is_off) == (422, False)
    assert '<details class="call-off" open>' in wrong.content.decode()

    for told_as in (because, "Un altro motivo"):
        assert step(client, meeting, "annulla", because=told_as).status_code == 302

    assert meeting.many.objects.get(pk=meeting.row.pk).off_because == because
    for person in (anna, meeting.organizer):
        client.force_login(person)
        shown = client.get(f"/en{meeting.page}").content.decode()
        assert "not take place" in shown
        assert because in shown
        now = shown[shown.index(f'id="{meeting.app}"') : shown.index("aside stack")]
        assert 'method="post"' not in now
        assert "calendar-plus" not in now
        assert "in the time bank" not in now


def test_questions_and_rules_agree_on_who_is_asked(meeting):
    host = OrganizationFactory()
    member = UserFactory()
    host.add(member, by=None)
    there = tenant_of(meeting.building)
    mine, theirs = meeting.joined(meeting.organizer), meeting.joined(there)
    meeting.begin()
    for row in (theirs, mine):
        row.attend(by=meeting.organizer)
    people = {
        "organizer": meeting.organizer,
        "there": there,
        "neighbour": tenant_of(meeting.building),
        "steward": coordinator_of(meeting.building.municipality),
        "steward of another area": coordinator_of(MunicipalityFactory(name="Rho")),
        "member": member,
        "caseworker": UserFactory(roles=["portal.caseworker"]),
    }

    def asked():
        found = set()
        for name, person in people.items():
            person = anew(person)
            one = meeting.many.objects.filter(pk=meeting.row.pk)
            row = one.select_related().get()
            listed = one.to_confirm_by(person).exists()
            may = person.has_perm(f"community.vouch_in_{meeting.app}", row)
            waits = (row.places if meeting.app == "shift" else row.answers).to_confirm_by(person).exists()
            assert listed == (may and waits), name
            assert one.visible_to(person).exists() == person.has_perm(f"community.view_{meeting.app}", row), (
                name
            )
            found |= {name} if listed else set()
        return found

    assert asked() == {"there", "steward", "caseworker"}
    (meeting.row.plan if meeting.app == "shift" else meeting.row).__class__.objects.update(host=host)
    assert asked() == {"there", "steward", "member", "caseworker"}
    if meeting.app == "gathering":
        Gathering.objects.update(hidden_at=timezone.now())
        assert asked() == {"caseworker"}
        Gathering.objects.update(hidden_at=None)
    Block.put_up(by=there, against=meeting.organizer)
    assert "there" not in asked()


def test_whoever_runs_it_adds_who_came_unannounced_once(client, meeting, committing):
    anna = tenant_of(meeting.building, display_name="Anna Bianchi")
    before = type(meeting)(building=meeting.building)
    (before.row.plan if meeting.app == "shift" else before.row).__class__.objects.update(
        organizer=meeting.organizer
    )
    before.joined(anna)
    meeting.begin()
    meeting.row = meeting.many.objects.get(pk=meeting.row.pk)
    client.force_login(meeting.organizer)
    page = meeting.page if meeting.app == "shift" else f"{meeting.page}presenze/"
    assert "Anna Bianchi" in client.get(page).content.decode()

    with committing():
        told_once = meeting.drawn(anna)
        for _time in range(2):
            assert meeting.send(client, told_once).status_code == 302

    assert meeting.row.is_past
    assert (meeting.of(anna).state, meeting.of(anna).is_vouched) == ("attended", True)
    assert hours_of(anna) == 120
    assert told(meeting, "added") == {anna.pk}
    assert [event.kind.split(".")[-1] for event in history_of(meeting.row)].count("added") == 1


def test_nobody_finds_people_whom_they_do_not_know_or_who_may_not_come(client, meeting):
    """Neither a list of who lives in the building, nor minors without a word, nor those who keep apart."""
    before = type(meeting)(building=meeting.building)
    (before.row.plan if meeting.app == "shift" else before.row).__class__.objects.update(
        organizer=meeting.organizer
    )
    stranger, far = tenant_of(meeting.building), tenant_of(BuildingFactory())
    known, apart = tenant_of(meeting.building), tenant_of(meeting.building)
    minor = minor_of(known)
    ParentalApproval.give(minor, by=known)
    for number, person in enumerate((known, apart, minor, far)):
        if meeting.app == "shift":
            role = before.row.plan.roles.first()
            before.row.places.create(role=role, number=number + 1, person=person)
        else:
            before.row.answers.create(person=person, state="coming")
    Block.put_up(by=apart, against=meeting.organizer)
    meeting.begin()
    meeting.row = meeting.many.objects.get(pk=meeting.row.pk)

    def found():
        return set(meeting.row.may_have_come(by=anew(meeting.organizer)))

    assert found() == {known, minor}
    ParentalApproval.withdraw(minor, by=known)
    assert found() == {known}
    client.force_login(meeting.organizer)
    for person in (stranger, far, apart, minor):
        assert meeting.add(client, person).status_code in (404, 422)
        assert meeting.of(person) is None
    # Nor may they be added whoever says so.
    for person in (far, apart, anew(minor)):
        with translation.override("en"), pytest.raises(meeting.refusal, match="cannot be added"):
            meeting.row.turn_up(person, by=meeting.organizer)
    assert hours_of(minor) == 0


def test_somebody_new_says_so_and_whoever_runs_it_confirms(client, meeting, committing):
    anna = tenant_of(meeting.building)
    client.force_login(anna)
    assert step(client, meeting, "c-ero").status_code == 409  # it has not begun
    meeting.begin()
    assert "c-ero" in client.get(meeting.page).content.decode()
    with committing():
        for _time in range(2):
            assert step(client, meeting, "c-ero").status_code == 302
    assert (meeting.of(anna).waits_for_a_witness, hours_of(anna)) == (True, 0)
    assert told(meeting, "attested") == {meeting.organizer.pk}

    client.force_login(tenant_of(BuildingFactory()))
    assert step(client, meeting, "c-ero").status_code == 404
    # Of whom else than the organizer comes nobody hears but who runs it.
    client.force_login(coordinator_of(meeting.building.municipality))
    assert client.get(meeting.page).status_code == 404
    assert confirm(client, meeting, meeting.of(anna)).status_code == 404
    client.force_login(meeting.organizer)
    assert str(meeting.row.pk) in client.get("/casa/").content.decode()
    meeting.of(anna).attend(by=meeting.organizer)
    assert hours_of(anna) == 120


def test_nobody_says_weeks_later_that_they_were_there(client, meeting):
    anna = tenant_of(meeting.building)
    meeting.begin()
    long_ago = timezone.now() - timedelta(days=20)
    meeting.many.objects.filter(pk=meeting.row.pk).update(
        starts_at=long_ago, ends_at=long_ago + timedelta(hours=1)
    )
    client.force_login(anna)

    assert "c-ero" not in client.get(meeting.page).content.decode()
    assert step(client, meeting, "c-ero").status_code == 409
    assert meeting.of(anna) is None


def test_nobody_gets_hours_in_two_shifts_at_once():
    first = OfShift()
    second = OfShift(building=first.building)
    anna = tenant_of(first.building)
    for shift in (first, second):
        shift.begin()
    first.row.turn_up(anna, by=first.organizer)

    # Whoever runs it does not hear where somebody else was.
    with translation.override("en"), pytest.raises(shift_workflow.NotNow, match="cannot be added"):
        second.row.turn_up(anna, by=second.organizer)
    with pytest.raises(shift_workflow.Elsewhere):
        second.row.turn_up(anna, by=anna)
    assert hours_of(anna) == 120


def test_who_comes_beyond_the_places_gets_one_more():
    shift = OfShift()
    people = [tenant_of(shift.building) for _ in range(3)]
    for person in people[:2]:
        shift.joined(person)
    shift.begin()

    shift.row.turn_up(people[2], by=shift.organizer)

    assert sorted(shift.row.places.values_list("number", flat=True)) == [1, 2, 3]


def test_the_pages_of_who_runs_it_cost_the_same_with_many_people(client, meeting):
    def cost():
        pages = [meeting.page, *([f"{meeting.page}presenze/"] if meeting.app == "gathering" else [])]
        counts = []
        for page in (*pages, "/casa/"):
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            counts.append(len(queries))
        return counts

    before = type(meeting)(building=meeting.building)
    (before.row.plan if meeting.app == "shift" else before.row).__class__.objects.update(
        organizer=meeting.organizer
    )
    meeting.joined(tenant_of(meeting.building))
    before.joined(tenant_of(meeting.building))
    meeting.begin()
    client.force_login(meeting.organizer)
    few = cost()
    for number in range(10):
        person = tenant_of(meeting.building)
        if meeting.app == "shift":
            role = before.row.plan.roles.first()
            before.row.places.create(role=role, number=number + 2, person=person)
        else:
            before.row.answers.create(person=person, state="coming")

    assert cost() == few
    assert max(few[:-1]) <= 15, few


def runs_two(meeting):
    """Whoever runs it has run another one too, in which they have met people."""
    before = type(meeting)(building=meeting.building)
    (before.row.plan if meeting.app == "shift" else before.row).__class__.objects.update(
        organizer=meeting.organizer
    )
    return before


def test_a_sheet_says_nothing_of_whoever_came_into_the_list_since_it_was_drawn(client):
    meeting = OfGathering()
    anna, bruno, carla = (tenant_of(meeting.building) for _ in range(3))
    before = runs_two(meeting)
    before.joined(anna)
    meeting.joined(bruno)
    meeting.begin()
    told_once = meeting.drawn(anna)
    client.force_login(meeting.organizer)
    meeting.send(client, told_once)
    meeting.row.turn_up(carla, by=carla)

    assert meeting.send(client, told_once).status_code == 302

    assert [hours_of(person) for person in (anna, bruno, carla)] == [120, 120, 0]
    assert meeting.of(carla).waits_for_a_witness


def test_whoever_is_added_after_they_have_said_so_themselves_has_the_hours(client, meeting):
    anna = tenant_of(meeting.building)
    runs_two(meeting).joined(anna)
    meeting.begin()
    drawn = meeting.drawn(anna)
    meeting.row.turn_up(anna, by=anna)
    client.force_login(meeting.organizer)

    for _time in range(2):
        assert meeting.send(client, drawn).status_code == 302

    assert (meeting.of(anna).is_vouched, hours_of(anna)) == (True, 120)


def test_who_only_claims_to_have_been_there_reads_neither_names_nor_what_is_said(client, meeting):
    bruno = tenant_of(meeting.building, display_name="Bruno Verdi")
    anna = tenant_of(meeting.building)
    meeting.joined(bruno)
    meeting.begin()

    def reads():
        one = meeting.many.objects.get(pk=meeting.row.pk)
        person = anew(anna)
        answers = {
            may_discuss(person, one),
            bool(may_discuss_among([person], one)),
            bool(discussed_by(person, meeting.many, [str(one.pk)])),
        }
        assert len(answers) == 1
        shown = "Bruno Verdi" in client.get(meeting.page).content.decode()
        assert one in meeting.many.objects.visible_to(person)
        return answers.pop() or shown

    client.force_login(anna)
    step(client, meeting, "c-ero")
    assert not reads()
    meeting.of(anna).attend(by=meeting.organizer)
    assert reads()
    for _time in range(2):
        if meeting.of(anna).state == "attended":
            meeting.of(anna).miss(by=meeting.organizer)
    assert (meeting.of(anna).state, hours_of(anna)) == ("withdrawn", 0)
    assert not reads()
    # What whoever runs it has said is not claimed anew.
    assert step(client, meeting, "c-ero").status_code == 409
    meeting.row.turn_up(anna, by=meeting.organizer)
    assert hours_of(anna) == 120


def test_whose_hours_are_taken_back_hears_it_reads_of_what_and_can_be_put_right(client, meeting, committing):
    anna = tenant_of(meeting.building, display_name="Anna Bianchi")
    runs_two(meeting).joined(anna)
    meeting.begin()
    meeting.row.turn_up(anna, by=meeting.organizer)
    client.force_login(meeting.organizer)
    with committing():
        if meeting.app == "shift":
            step(client, meeting, "assente", place=meeting.of(anna).pk)
        else:
            meeting.send(client, {"listed": [meeting.of(anna).pk]})
    assert hours_of(anna) == 0
    assert told(meeting, "missed") == {anna.pk}

    sheet = meeting.page if meeting.app == "shift" else f"{meeting.page}presenze/"
    assert "Anna Bianchi" in client.get(sheet).content.decode()
    if meeting.app == "shift":
        assert listed(client, meeting) == ["Anna Bianchi (was not there)"]
    client.force_login(anna)
    hours = BeautifulSoup(client.get("/en/aiuto/ore/").content, "html.parser").select(
        "table.table-cards td a"
    )
    with translation.override("en"):
        day = short_day(meeting.row.starts_at)
    assert [plain(line.text) for line in hours] == [
        f"Taken back: {meeting.row} · {day}",
        f"{meeting.row} · {day}",
    ]
    assert {link["href"] for link in hours} == {f"/en{meeting.page}"}
    mine = client.get(f"/en{meeting.page}").content.decode()
    assert "It is noted that you were not there." in mine
    assert "c-ero" not in mine

    client.force_login(meeting.organizer)
    again = {"place": meeting.of(anna).pk} if meeting.app == "shift" else meeting.drawn(anna)
    for _time in range(2):
        if meeting.app == "shift":
            assert step(client, meeting, "presente", **again).status_code == 302
        else:
            assert meeting.send(client, again).status_code == 302
    assert hours_of(anna) == 120
    assert listed(client, meeting) == ["Anna Bianchi (was there)"]


def test_a_claim_is_denied_once_however_often_it_is_sent(client):
    meeting = OfShift()
    anna = tenant_of(meeting.building)
    meeting.begin()
    meeting.row.turn_up(anna, by=anna)
    client.force_login(meeting.organizer)
    told_once = {"place": meeting.of(anna).pk}

    for _time in range(2):
        assert step(client, meeting, "assente", **told_once).status_code == 302

    assert [event.kind.split(".")[-1] for event in history_of(meeting.row)].count("missed") == 1


def test_where_nobody_who_runs_it_is_left_the_caseworkers_are_asked(client, meeting, committing):
    anna, there = tenant_of(meeting.building), tenant_of(meeting.building)
    caseworker = UserFactory(roles=["portal.caseworker"])
    theirs = meeting.joined(there)
    meeting.begin()
    theirs.attend(by=meeting.organizer)
    Block.put_up(by=anna, against=meeting.organizer)
    type(anna).objects.filter(pk=meeting.organizer.pk).update(is_active=False)
    with committing():
        if meeting.app == "shift":
            meeting.row.turn_up(anew(anna), by=anew(anna))
        else:  # whoever keeps apart from the organizer is not invited
            mine = meeting.row.answers.create(person=anna, state="coming")
            mine.attend(by=anew(anna))
    assert told(meeting, "attested") == {caseworker.pk}

    client.force_login(caseworker)
    assert client.get(meeting.page).status_code == 200
    assert confirm(client, meeting, meeting.of(anna)).status_code == 302
    assert hours_of(anna) == 120


def test_nobody_is_found_where_they_lived_or_who_keeps_apart_from_the_organizer(meeting):
    moved, apart, here = (tenant_of(meeting.building) for _ in range(3))
    old = moved.household_memberships.get().household.tenancies.get()
    type(old).objects.filter(pk=old.pk).update(left_on=timezone.localdate() - timedelta(days=9))
    TenancyFactory(household=old.household)
    Block.put_up(by=apart, against=meeting.organizer)
    steward = UserFactory(roles=["portal.caseworker"])
    for number, person in enumerate((moved, apart, here)):
        if meeting.app == "shift":
            role = meeting.row.plan.roles.first()
            meeting.row.places.create(role=role, number=number + 1, person=person)
        else:
            meeting.row.answers.create(person=person, state="coming")

    assert set(meeting.row.may_have_come(by=steward)) == {here}


def test_who_cannot_be_added_is_named_and_what_was_ticked_is_still_there(client, monkeypatch):
    meeting = OfGathering()
    anna = tenant_of(meeting.building, display_name="Anna Bianchi")
    runs_two(meeting).joined(anna)
    meeting.begin()
    client.force_login(meeting.organizer)
    # A block that is put up in the very moment.
    monkeypatch.setattr("community.mutual_aid.gatherings.models.may_reach", lambda one, other: False)

    answer = meeting.add(client, anna)

    assert answer.status_code == 422
    assert "Anna Bianchi" in str(answer.context["form"].errors["also"])
    assert answer.context["form"]["also"].value() == [str(anna.pk)]


def test_who_is_noted_as_missing_is_not_said_to_be_noted_as_there(client):
    meeting = OfShift()
    anna = tenant_of(meeting.building)
    mine = meeting.joined(anna)
    meeting.begin()
    mine.miss(by=meeting.organizer)
    client.force_login(meeting.organizer)

    assert meeting.add(client, anna).status_code == 409
    assert meeting.of(anna).state == "missed"


def test_whoever_claims_again_and_again_wakes_nobody_any_more(client, meeting, monkeypatch):
    meeting.begin()
    monkeypatch.setattr(
        f"community.mutual_aid.{meeting.app}s.views.limited", lambda request, name, rate: True
    )
    client.force_login(tenant_of(meeting.building))

    assert step(client, meeting, "c-ero").status_code == 409


def test_what_nobody_noted_for_months_is_asked_no_more(meeting):
    meeting.joined(tenant_of(meeting.building))
    meeting.begin()
    assert meeting.row in meeting.many.objects.to_note(meeting.organizer)
    long_ago = timezone.now() - timedelta(days=70)
    meeting.many.objects.update(starts_at=long_ago, ends_at=long_ago + timedelta(hours=1))

    assert meeting.row not in meeting.many.objects.to_note(meeting.organizer)


def test_accounts_are_opened_before_anything_is_booked():
    """Two sheets at once, with people of whom neither has an account: none holds the book while it waits for one."""
    meeting = OfGathering()
    people = [tenant_of(meeting.building) for _ in range(2)]
    told = {meeting.joined(person).pk: 120 for person in people}
    meeting.begin()

    with CaptureQueriesContext(connection) as queries:
        meeting.row.credit_all(told, by=meeting.organizer, also=[])

    inserts = [query["sql"].split()[2] for query in queries if query["sql"].startswith("INSERT")]
    opened = [n for n, table in enumerate(inserts) if "hoursaccount" in table]
    booked = [n for n, table in enumerate(inserts) if "ledgerentry" in table]
    assert len(opened) >= 2
    assert max(opened) < min(booked)
