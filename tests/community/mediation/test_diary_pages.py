"""The diary's pages, as its author meets them on a cheap phone, and what everybody else finds: nothing."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from community.mediation.diary import Diary, Entry
from community.mediation.pages.diary.listing import entries_in
from community.testing import mediation_in
from portal.sealing import KeyMissing, data_key
from portal.testing.factories import UserFactory
from portal.uploads.models import Photo, VoiceNote
from tests.portal.proof.browsers import step_up_now
from tests.portal.uploads.pictures import photo
from tests.portal.uploads.sounds import recording

pytestmark = pytest.mark.django_db
ROME = ZoneInfo("Europe/Rome")
URL = "/en/mediazione/diario/"


def text_of(answer) -> str:
    return answer.content.decode()


def form(note="Di nuovo alle tre.", hours=2, **more):
    then = timezone.localtime(timezone.now() - timedelta(hours=hours))
    return {
        "client_id": str(uuid.uuid4()),
        "happened_at_0": f"{then:%Y-%m-%d}",
        "happened_at_1": f"{then:%H:%M}",
        "kind": "noise",
        "note": note,
        **more,
    }


@pytest.fixture
def amals(client, amal):
    client.force_login(amal)
    step_up_now(client)
    return client


@pytest.fixture
def written(amals, amal):
    """An entry with a photo and a voice note."""
    sent = amals.post(URL, form(photos=[photo()], voice=[recording()], voice_words="Musica"))
    assert sent.status_code == 302
    return Entry.objects.get()


def opens(client, person, *addresses):
    client.force_login(person)
    step_up_now(client)
    return {client.get(address).status_code for address in addresses}


# -- writing --------------------------------------------------------------------------------------------------------


def test_looking_makes_no_diary_and_the_form_says_now(client, amal):
    with time_machine.travel(datetime(2027, 3, 4, 3, 7, tzinfo=ROME), tick=False):
        client.force_login(amal)
        step_up_now(client)
        page = client.get(URL)
    assert not Diary.objects.exists()
    assert 'value="2027-03-04"' in text_of(page)
    assert 'value="03:07"' in text_of(page)
    assert "no-store" in page.headers["Cache-Control"]
    assert "data-no-draft" in text_of(page)
    assert not re.search(r"data-draft=", text_of(page))


def test_a_tap_is_enough(amals, amal):
    told = form(note="")
    assert amals.post(URL, told)["Location"] == URL
    entry = Entry.objects.get()
    assert (entry.diary.owner, entry.kind, entry.note) == (amal, "noise", "")
    assert f"{timezone.localtime(entry.happened_at):%H:%M}" == told["happened_at_1"]
    assert "Only you read it." in text_of(amals.get(URL))


def test_files_are_sealed_with_the_diarys_own_key(amals, amal, written):
    key = Diary.of(amal).key
    assert (Photo.objects.get().key, VoiceNote.objects.get().key) == (key, key)
    assert (written.photos.count(), written.voice_notes.get().says) == (1, "Musica")
    page = text_of(amals.get(f"{URL}{written.pk}/"))
    assert Photo.objects.get().small_url in page
    assert "Di nuovo alle tre." in page


def test_a_file_kept_with_a_form_that_was_wrong_is_not_lost(amals):
    wrong = form(kind="", photos=[photo()])
    answer = amals.post(URL, wrong)
    assert answer.status_code == 422
    assert "Choose the picture that fits best." in text_of(answer)
    assert "Di nuovo alle tre." in text_of(answer)
    assert not Entry.objects.exists()

    wrong.pop("photos")
    assert amals.post(URL, {**wrong, "kind": "noise"}).status_code == 302
    assert Entry.objects.get().photos.count() == 1


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"hours": -2}, "This lies in the future. When did it happen?"),
        ({"happened_at_0": ""}, "Choose a day and a time."),
        ({"happened_at_0": "yesterday"}, "Choose the day in the calendar."),
        ({"happened_at_0": "0001-01-01"}, "This is very long ago. Is the year right?"),
        ({"happened_at_1": "25:00"}, "Write the time like 16:30."),
        ({"kind": "murder"}, "Choose one of the pictures."),
        ({"note": "x" * 4001}, "This is too long"),
        ({"client_id": "nonsense"}, "We did not recognise this form."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(amals, told, said):
    answer = amals.post(URL, form(**{"note": "Parole mie", **told}))
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "Parole mie" in text_of(answer) or "note" in told
    assert not Entry.objects.exists()


def test_the_future_is_said_next_to_the_field(amals):
    page = text_of(amals.post(URL, form(hours=-30)))
    errors = re.search(r'id="id_happened_at_error">(.*?)</div>', page, re.DOTALL)
    assert "This lies in the future." in errors[1]


def test_the_hour_that_comes_twice_is_the_first_of_the_two(client, amal):
    with time_machine.travel(datetime(2027, 10, 31, 4, 0, tzinfo=ROME), tick=False):
        client.force_login(amal)
        step_up_now(client)
        told = {**form(), "happened_at_0": "2027-10-31", "happened_at_1": "02:30"}
        assert client.post(URL, told).status_code == 302
    assert Entry.objects.get().happened_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_sent_twice_it_is_one_and_other_words_under_the_same_id_are_not_lost(amals):
    told = form()
    assert [amals.post(URL, told).status_code for _ in range(2)] == [302, 302]
    assert Entry.objects.count() == 1

    other = amals.post(URL, {**told, "note": "Altro"})
    assert other.status_code == 422
    assert "Altro" in text_of(other)
    fresh = re.search(r'name="client_id" value="([^"]+)"', text_of(other))[1]
    assert amals.post(URL, {**told, "note": "Altro", "client_id": fresh}).status_code == 302
    assert Entry.objects.count() == 2


# -- reading --------------------------------------------------------------------------------------------------------


def test_nobody_else_finds_it(client, written, bruno, marta, carla, case_in):
    case_in("mediating")
    page, picture = f"{URL}{written.pk}/", Photo.objects.get().get_absolute_url()
    more = [reverse(f"community:diary_{verb}", args=[written.pk]) for verb in ("take_back", "tear_out")]
    for person in (bruno, marta, carla, UserFactory(roles=["portal.administrator"]), UserFactory()):
        assert opens(client, person, page, picture, *more) == {404}
        assert "Di nuovo alle tre." not in text_of(client.get(URL))
    client.logout()
    assert client.get(page)["Location"].startswith("/en/account/login/")


def test_pages_by_month_with_how_often(client, amal):
    with time_machine.travel(datetime(2027, 3, 5, 12, tzinfo=ROME), tick=False):
        for days, kind in ((0, "noise"), (1, "noise"), (9, "waste"), (70, "smell")):
            then = timezone.now() - timedelta(days=days)
            Diary.of(amal).write(client_id=uuid.uuid4(), happened_at=then, kind=kind, note="")
        client.force_login(amal)
        step_up_now(client)
        page = text_of(client.get(URL))

    assert re.findall(r"<h3>(\w+ \d+)</h3>", page) == ["March 2027", "February 2027", "December 2026"]
    rows = re.findall(r'<th scope="row">([^<]+)</th><td>([^<]+)</td>', page)
    assert [number for _week, number in rows[:8]] == ["0"] * 6 + ["1", "2"]
    assert rows[8:] == [("Noise", "2"), ("Waste", "1")]


def test_many_come_page_by_page_and_cost_the_same(amals, amal, django_assert_max_num_queries):
    for number in range(45):
        then = timezone.now() - timedelta(hours=number)
        Diary.of(amal).write(client_id=uuid.uuid4(), happened_at=then, kind="noise", note=f"nota {number}")
    amals.get(URL)  # what a process reads once
    with django_assert_max_num_queries(13):
        page = text_of(amals.get(URL))
    assert "nota 0" in page
    assert "nota 20" not in page
    assert "nota 20" in text_of(amals.get(f"{URL}?page=2"))


# -- sharing --------------------------------------------------------------------------------------------------------


def test_shown_to_the_mediator_and_taken_back(client, written, case_in, amal, bruno, marta, carla):
    case = case_in("mediating")
    client.force_login(amal)
    step_up_now(client)
    page, picture = f"{URL}{written.pk}/", Photo.objects.get().get_absolute_url()
    assert f"Show it to the mediators of {case}" in text_of(client.get(page))
    share = reverse("community:diary_share", args=[written.pk, case.pk])
    asked = text_of(client.get(f"/en{share}"))
    assert "Only they read it, not the other side." in asked
    assert client.post(share).status_code == 302

    room = case.rooms.get(party__person=amal)
    assert opens(client, marta, page, picture) == {200}
    assert "shows you this page" in text_of(client.get(page))
    assert entries_in(room, marta) == [written]
    assert opens(client, marta, reverse("community:diary_tear_out", args=[written.pk]), share) == {404}
    for person in (bruno, carla):
        assert opens(client, person, page, picture) == {404}
        assert entries_in(room, person) == []

    client.force_login(amal)
    step_up_now(client)
    assert f"the mediators of {case}" in text_of(client.get(page))
    client.post(reverse("community:diary_take_back", args=[written.pk]))
    assert opens(client, marta, page, picture) == {404}


def test_only_in_a_case_of_ones_own_that_talks(amals, written, case_in):
    for case in (case_in("inviting"), mediation_in("mediating")):
        share = reverse("community:diary_share", args=[written.pk, case.pk])
        assert {amals.get(share).status_code, amals.post(share).status_code} == {404}


def test_while_others_read_it_it_goes_to_no_second_case(amals, written, case_in, amal):
    first, second = case_in("mediating"), mediation_in("mediating", first=amal)
    shares = [reverse("community:diary_share", args=[written.pk, case.pk]) for case in (first, second)]
    assert [amals.post(f"/en{share}").status_code for share in shares] == [302, 302]
    assert f"The mediators of {first} read this page. Take it back first." in text_of(
        amals.get(f"{URL}{written.pk}/")
    )
    assert Entry.objects.get().shared_in.case == first

    first.parties.get(person=amal).withdraw(by=amal)
    amals.post(shares[1])
    assert Entry.objects.get().shared_in.case == second


# -- deleting -------------------------------------------------------------------------------------------------------


def test_a_page_is_deleted_with_its_files(amals, written):
    address = reverse("community:diary_tear_out", args=[written.pk])
    assert "It goes for ever" in text_of(amals.get(f"/en{address}"))
    assert amals.post(address).status_code == 302
    assert not Entry.objects.exists()
    assert not Photo.objects.exists()
    assert amals.post(address).status_code == 404


def test_the_whole_diary_is_torn_up_with_what_lay_in_a_form(amals, amal, written, committing):
    key = Diary.of(amal).key
    amals.post(URL, form(kind="", photos=[photo()]))
    assert Photo.objects.count() == 2
    assert "All pages go for ever" in text_of(amals.get(f"{URL}strappa/"))
    with committing():
        assert amals.post(f"{URL}strappa/").status_code == 302
        assert amals.post(f"{URL}strappa/").status_code == 302

    assert not Diary.objects.exists()
    assert not Photo.objects.exists()
    with pytest.raises(KeyMissing):
        data_key(key)
    assert amals.post(URL, form()).status_code == 302
