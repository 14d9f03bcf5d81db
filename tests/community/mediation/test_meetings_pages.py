"""The pages of meetings: a time that fits all is found, and nobody sees anybody's calendar but the mediators."""

import re
import uuid
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from icalendar import Calendar

from community.mediation.meetings import Meeting, MeetingState, TimeAnswer
from community.mediation.pages.meetings.listing import meetings_for
from community.mediation.words import RoomKind
from community.testing import mediation_in, mediator
from portal.events.dispatch import drain
from portal.notifications.models import Notification
from portal.testing.clients import Browser
from portal.testing.factories import BuildingFactory, UserFactory, tenant_of
from tests.portal.proof.browsers import step_up_now

pytestmark = pytest.mark.django_db
SECRET = "Via dei Segreti 7"
LINK = "https://video.example/stanza-segreta"
OUTSIDE = {"interprets": "outside", "interpreter": "Leila, arabo", "is_no_relative": "on"}


@pytest.fixture(autouse=True)
def nobody_has_looked_yet():
    cache.clear()


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


@pytest.fixture
def case(case_in):
    return case_in("mediating")


@pytest.fixture
def joint(case):
    return case.rooms.get(kind=RoomKind.JOINT)


@pytest.fixture
def as_():
    def browser(person):
        client = Browser()
        client.force_login(person)
        step_up_now(client)
        return client

    return browser


@pytest.fixture
def strangers(carla):
    """Another mediator, the coordinator, an administrator, somebody who lives there."""
    return [
        mediator(),
        carla,
        UserFactory(roles=["portal.administrator"]),
        mediation_in("mediating").parties.first().person,
        UserFactory(),
    ]


def text_of(answer) -> str:
    return answer.content.decode()


def in_days(days, hour=17):
    return timezone.localtime(timezone.now() + timedelta(days=days)).replace(
        hour=hour, minute=0, second=0, microsecond=0
    )


def form(*times, **more):
    told = {"client_id": str(uuid.uuid4()), "minutes": "60", "place": SECRET, "link": LINK, **more}
    for number, time in enumerate(times, start=1):
        told |= {f"day_{number}": f"{time:%Y-%m-%d}", f"time_{number}": f"{time:%H:%M}"}
    return told


def propose(room, by, *times, **told):
    told = {"client_id": uuid.uuid4(), "minutes": 60, "place": SECRET, "link": LINK, **told}
    return Meeting.propose(room, by=by, times=times or (in_days(3), in_days(4)), **told)


def new(room):
    return reverse("community:meeting_new", args=[room.pk])


def step(meeting, verb):
    return reverse("community:meeting_step", args=[meeting.pk, verb])


def addresses(meeting):
    yield meeting.get_absolute_url()
    yield reverse("community:meeting_calendar", args=[meeting.pk])
    yield reverse("community:meeting_call_off", args=[meeting.pk])
    yield step(meeting, "fissa")
    yield new(meeting.room)


# -- proposing --------------------------------------------------------------------------------------------------------


def test_a_time_is_proposed_answered_and_fixed(as_, joint, amal, bruno, marta):
    page = as_(marta).get(new(joint))
    assert page.status_code == 200
    assert "never a relative" in text_of(page)
    assert "data-no-draft" in text_of(page)

    sent = as_(marta).post(new(joint), form(in_days(3), in_days(4, 9), **OUTSIDE))

    meeting = Meeting.objects.get()
    assert sent["Location"] == meeting.get_absolute_url()
    first, second = meeting.times.all()
    assert timezone.localtime(first.starts_at) == in_days(3)

    asked = text_of(as_(amal).get(meeting.get_absolute_url()))
    assert SECRET in asked
    assert LINK not in asked, "before a time is fixed nobody needs it"
    as_(amal).post(meeting.get_absolute_url(), {"times": [str(second.pk)]})
    as_(bruno).post(meeting.get_absolute_url(), {"times": [str(first.pk), str(second.pk)]})

    shown = text_of(as_(marta).get(meeting.get_absolute_url()))
    assert "All have answered" in shown
    refused = as_(marta).post(step(meeting, "fissa"), {"time": str(first.pk)})
    assert refused.status_code == 409
    assert "does not fit everybody" in text_of(refused)
    as_(marta).post(step(meeting, "fissa"), {"time": str(second.pk)})

    fixed = text_of(as_(bruno).get(meeting.get_absolute_url()))
    assert LINK in fixed
    assert "noreferrer" in fixed
    assert "Leila" in fixed
    assert "09:00" in fixed


def test_sent_twice_it_is_one_and_with_other_words_an_error(as_, joint, marta):
    once = form(in_days(3))
    first = as_(marta).post(new(joint), once)
    assert as_(marta).post(new(joint), once)["Location"] == first["Location"]
    assert Meeting.objects.count() == 1

    again = as_(marta).post(new(joint), {**once, "place": "Oratorio"})

    assert again.status_code == 422
    assert "sent before" in text_of(again)
    assert "Oratorio" in text_of(again)
    assert once["client_id"] not in text_of(again), "the next press proposes another meeting"


def test_the_id_of_a_meeting_elsewhere_is_no_id(as_, joint, marta):
    other = propose(mediation_in("mediating", by=marta).rooms.get(kind=RoomKind.JOINT), marta)
    answer = as_(marta).post(new(joint), form(in_days(3), client_id=str(other.client_id)))
    assert answer.status_code == 422
    assert Meeting.objects.get() == other


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"day_1": "", "time_1": ""}, "day_1", "at least one time"),
        ({"time_1": ""}, "time_1", "from what time"),
        ({"day_1": ""}, "day_1", "Choose the day"),
        ({"day_1": "2020-01-01"}, "day_1", "over"),
        ({"day_1": "0001-01-01"}, "day_1", "over"),
        ({"day_1": "9999-12-31"}, "day_1", "within a year"),
        ({"day_1": "2026-02-30"}, "day_1", "a day that there is"),
        ({"time_1": "25:99"}, "time_1", "17:30"),
        ({"minutes": "7"}, "minutes", "from the list"),
        ({"place": "", "link": ""}, "place", "Say where"),
        ({"link": "http://video.example/x"}, "link", "https://"),
        ({"link": "javascript:alert(1)"}, "link", "https://"),
        ({"link": "https://"}, "link", "https://"),
        ({"link": "https://video.example/" + "x" * 1000}, "link", ""),
        ({"place": "x" * 201}, "place", ""),
    ],
)
def test_what_is_wrong_stands_next_to_its_field_and_nothing_is_lost(as_, joint, marta, wrong, field, words):
    answer = as_(marta).post(new(joint), form(in_days(3), **OUTSIDE) | wrong)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert words in answer.context["form"].errors[field][0]
    assert "Leila" in text_of(answer)
    assert not Meeting.objects.exists()


@time_machine.travel("2027-03-01 10:00+00:00")
def test_an_hour_that_the_clocks_leave_out_is_refused(as_, joint, marta):
    gap = datetime(2027, 3, 28, 2, 30)
    answer = as_(marta).post(new(joint), form(gap))
    assert answer.status_code == 422
    assert "does not exist" in answer.context["form"].errors["time_1"][0]

    as_(marta).post(new(joint), form(gap.replace(hour=3)))
    assert Meeting.objects.get().times.get().starts_at == datetime.fromisoformat("2027-03-28T01:30:00+00:00")


@time_machine.travel("2027-10-01 10:00+00:00")
def test_an_hour_that_exists_twice_is_the_first_and_sent_twice_one(as_, joint, marta):
    once = form(datetime(2027, 10, 31, 2, 30))
    first = as_(marta).post(new(joint), once)
    assert as_(marta).post(new(joint), once)["Location"] == first["Location"]
    assert Meeting.objects.get().times.get().starts_at == datetime.fromisoformat("2027-10-31T00:30:00+00:00")


def test_a_time_twice_is_an_error(as_, joint, marta):
    answer = as_(marta).post(new(joint), form(in_days(3), in_days(3)))
    assert "already" in answer.context["form"].errors["time_2"][0]


# -- answering --------------------------------------------------------------------------------------------------------


def test_nobody_but_the_mediators_sees_what_others_answered(as_, joint, amal, bruno, marta):
    meeting = propose(joint, marta)
    as_(amal).post(meeting.get_absolute_url(), {"times": [str(meeting.times.first().pk)]})

    mediators = text_of(as_(marta).get(meeting.get_absolute_url()))
    assert "Fits 2 of 3" in mediators
    assert "Amal" in mediators
    assert "Not answered yet" in mediators
    for who in (amal, bruno):
        page = text_of(as_(who).get(meeting.get_absolute_url()))
        assert "Fits " not in page
        assert "Not answered" not in page
        assert "fissa" not in page
    assert "Amal" not in text_of(as_(bruno).get(meeting.get_absolute_url()))


def test_an_answer_is_changed_until_the_time_is_fixed(as_, joint, amal, marta):
    meeting = propose(joint, marta)
    first, second = meeting.times.all()
    as_(amal).post(meeting.get_absolute_url(), {"times": [str(first.pk)]})
    as_(amal).post(meeting.get_absolute_url(), {"times": [str(second.pk)]})
    fits = TimeAnswer.objects.filter(person=amal, fits=True)
    assert [answer.time for answer in fits] == [second]
    assert f'value="{second.pk}"' in text_of(as_(amal).get(meeting.get_absolute_url()))

    meeting.fix(by=marta, time=second, anyway=True)
    late = as_(amal).post(meeting.get_absolute_url(), {"times": [str(first.pk)]})

    assert late.status_code == 409
    assert "has been fixed already" in text_of(late)
    assert [answer.time for answer in fits.all()] == [second]


def test_that_none_fits_is_an_answer(as_, joint, amal, bruno, marta):
    meeting = propose(joint, marta)
    for who in (amal, bruno):
        assert as_(who).post(meeting.get_absolute_url(), {}).status_code == 302
    assert "No time fits all" in text_of(as_(marta).get(meeting.get_absolute_url()))


def test_a_time_of_another_meeting_is_no_answer(as_, joint, amal, marta):
    meeting, other = propose(joint, marta), propose(joint, marta)
    answer = as_(amal).post(meeting.get_absolute_url(), {"times": [str(other.times.first().pk)]})
    assert answer.status_code == 422


# -- running ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("time", ["", "x", "00000000-0000-4000-8000-000000000001"])
def test_only_one_of_its_times_is_fixed(as_, joint, marta, time):
    meeting = propose(joint, marta)
    assert as_(marta).post(step(meeting, "fissa"), {"time": time}).status_code == 409
    assert Meeting.objects.get().state == MeetingState.PROPOSING


def test_before_all_have_answered_the_mediator_is_asked_whether_they_are_sure(as_, joint, amal, bruno, marta):
    meeting = propose(joint, marta)
    time = meeting.times.first()
    as_(amal).post(meeting.get_absolute_url(), {"times": [str(time.pk)]})

    asked = as_(marta).post(step(meeting, "fissa"), {"time": str(time.pk)})
    assert asked.status_code == 409
    question = text_of(asked).split("<main")[1]
    assert "Bruno" in question
    assert "Amal" not in question
    assert "Bruno" not in text_of(asked).split("</title>")[0]
    assert Meeting.objects.get().state == MeetingState.PROPOSING

    sent = dict(re.findall(r'type="hidden" name="(time|anyway)" value="([^"]+)"', question))
    assert as_(marta).post(step(meeting, "fissa"), sent).status_code == 302
    assert Meeting.objects.get().starts_at == time.starts_at


def test_it_is_called_off_after_a_question(as_, joint, amal, marta):
    meeting = propose(joint, marta)
    address = reverse("community:meeting_call_off", args=[meeting.pk])
    assert "Call this meeting off?" in text_of(as_(marta).get(address))
    assert as_(amal).get(address).status_code == 404

    as_(marta).post(address)

    assert "was called off" in text_of(as_(amal).get(meeting.get_absolute_url()))
    assert as_(marta).post(address).status_code == 409


@pytest.mark.parametrize(
    ("verb", "words"), [("tenuto", "You have met"), ("mancato", "Somebody did not come")]
)
def test_what_became_of_it_is_noted_once_it_has_begun(as_, joint, amal, marta, verb, words):
    meeting = propose(joint, marta)
    meeting.fix(by=marta, time=meeting.times.first(), anyway=True)
    assert as_(marta).post(step(meeting, verb)).status_code == 409

    with time_machine.travel(in_days(3) + timedelta(hours=2)):
        assert "Did you meet?" in text_of(as_(marta).get(meeting.get_absolute_url()))
        as_(marta).post(step(meeting, verb))
        assert words in text_of(as_(amal).get(meeting.get_absolute_url()))


def test_whoever_is_not_of_the_room_finds_nothing(as_, case, joint, amal, bruno, strangers, marta):
    apart = propose(case.rooms.get(party__person=amal), marta)
    apart.fix(by=marta, time=apart.times.first(), anyway=True)
    for who in (bruno, *strangers):
        for address in addresses(apart):
            for method in ("get", "post"):
                assert getattr(as_(who), method)(address).status_code in (404, 405), address
    ours = propose(joint, marta)
    for who in strangers:
        assert as_(who).get(ours.get_absolute_url()).status_code == 404
    assert as_(amal).post(step(ours, "fissa"), {"time": str(ours.times.first().pk)}).status_code == 404
    assert as_(amal).get(new(joint)).status_code == 404
    assert as_(marta).get(new(case.rooms.get(kind=RoomKind.NOTES))).status_code == 404


def test_whoever_has_left_finds_nothing_and_is_not_missing(as_, joint, amal, bruno, marta):
    meeting = propose(joint, marta)
    meeting.answer(by=amal, fitting=[])
    joint.case.parties.get(person=amal).withdraw(by=amal)
    for who in (amal, bruno, marta):  # nobody is left on a side: the case is closed, and its rooms with it
        assert as_(who).get(meeting.get_absolute_url()).status_code == 404
        assert as_(who).post(meeting.get_absolute_url()).status_code == 404


# -- the calendar -----------------------------------------------------------------------------------------------------


@time_machine.travel("2027-10-01 10:00+00:00")
def test_the_calendar_says_when_and_nothing_else(as_, joint, amal, marta):
    meeting = propose(joint, marta, in_days(40, 15), interpreter="Leila")
    address = reverse("community:meeting_calendar", args=[meeting.pk])
    assert as_(amal).get(address).status_code == 404, "there is no time yet"
    meeting.fix(by=marta, time=meeting.times.get(), anyway=True)

    answer = as_(amal).get(address)

    assert answer["Content-Type"].startswith("text/calendar")
    assert "no-store" in answer["Cache-Control"]
    assert answer.content == as_(amal).get(address).content
    told = text_of(answer)
    for secret in (SECRET, LINK, "Leila", "Amal", "Marta", "ediation", "ediazione", "mutual", str(joint.pk)):
        assert secret not in told
    [entry] = Calendar.from_ical(told).walk("VEVENT")
    assert set(entry) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY"}
    assert entry["SUMMARY"] == "Appointment"
    assert entry["DTSTART"].dt == in_days(40, 15), "in winter, when the clocks have been put back"
    assert entry["DTEND"].dt - entry["DTSTART"].dt == timedelta(minutes=60)

    meeting.note(by=marta, outcome=MeetingState.CANCELLED)
    [off] = Calendar.from_ical(text_of(as_(amal).get(address))).walk("VEVENT")
    assert (off["UID"], off["STATUS"], off["SEQUENCE"]) == (entry["UID"], "CANCELLED", 1)


def test_its_news_say_nothing_and_lead_to_it(joint, amal, marta):
    meeting = propose(joint, marta)
    drain()
    news = Notification.objects.get(
        person=amal, channel="inbox", event__kind="community.mediation.meeting_proposed"
    )
    assert str(meeting.pk) in news.url
    assert news.title == "There is something new for you"


# -- on the page of the case ------------------------------------------------------------------------------------------


def test_the_list_says_what_waits_for_whom(
    case, joint, amal, bruno, marta, strangers, django_assert_num_queries
):
    apart = propose(case.rooms.get(party__person=amal), marta)
    fixed = propose(joint, marta)
    fixed.fix(by=marta, time=fixed.times.first(), anyway=True)
    ours = propose(joint, marta)

    with django_assert_num_queries(1):
        lines = meetings_for(case, amal)
    assert {line.meeting for line in lines} == {apart, fixed, ours}
    assert [bool(line.waits) for line in lines] == [True, True, False]
    assert [line.meeting for line in meetings_for(case, bruno)] == [ours, fixed]
    assert not any(line.waits for line in meetings_for(case, marta))
    assert all(meetings_for(case, who) == [] for who in strangers)

    apart.answer(by=amal, fitting=[])
    [first, *_rest] = meetings_for(case, marta)
    assert (first.meeting, first.waits) == (apart, "Choose a time")
    with time_machine.travel(in_days(3) + timedelta(hours=1)):
        [first, *_rest] = meetings_for(case, marta)
        assert first.waits


@pytest.mark.parametrize("who", ["amal", "marta"])
def test_a_page_asks_few_questions(request, as_, joint, who, marta, django_assert_max_num_queries):
    meeting = propose(joint, marta)
    client = as_(request.getfixturevalue(who))
    client.get(meeting.get_absolute_url())
    with django_assert_max_num_queries(15):
        client.get(meeting.get_absolute_url())


# -- who interprets ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"interprets": ""}, "interprets"),
        ({"interpreter": ""}, "interpreter"),
        ({"is_no_relative": ""}, "is_no_relative"),
        ({"interprets": "here"}, "interpreter"),
        ({"interprets": "aunt"}, "interprets"),
    ],
)
def test_whoever_interprets_is_named_and_known_to_be_no_relative(as_, joint, marta, sent, field):
    answer = as_(marta).post(new(joint), form(in_days(3), **(OUTSIDE | sent)))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Meeting.objects.exists()


def test_nobody_interprets_for_those_they_live_with_or_near(as_, carla, marta):
    building = BuildingFactory()
    amal, near = tenant_of(building), tenant_of(building)
    home = UserFactory(display_name="Sara Sorella")
    amal.household_memberships.get().household.members.create(person=home)
    near.display_name = "Nadia Vicina"
    near.save()
    free = UserFactory(display_name="Leila Libera")
    case = mediation_in("mediating", first=amal, by=marta)
    joint = case.rooms.get(kind=RoomKind.JOINT)
    ways = {
        "Sara Sorella, arabo": "household",
        "nadia vicina\u060c arabo": "building",
        f"{amal}, arabo": str(amal),
    }
    for words, why in ways.items():
        sent = OUTSIDE | {"interprets": "here", "interpreter": words}
        answer = as_(marta).post(new(joint), form(in_days(3), **sent))
        assert answer.status_code == 422, words
        errors = list(answer.context["form"].errors["interpreter"])
        assert why in " ".join(errors[1:]), errors
        assert str(amal) in " ".join(errors)
    assert not Meeting.objects.exists()

    sent = OUTSIDE | {"interprets": "here", "interpreter": f"{free}, arabo"}
    assert as_(marta).post(new(joint), form(in_days(3), **sent)).status_code == 302
    assert Meeting.objects.get().interpreter == "Leila Libera, arabo"
