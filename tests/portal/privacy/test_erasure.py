"""Being erased: asked for by the person, thought over for two weeks, confirmed by the staff, carried out by itself."""

import io
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.translation import override

from portal.events import history_of
from portal.extensions import PersonalData, declared
from portal.notifications.models import Notification
from portal.people.mail import deliver
from portal.people.models import User
from portal.people.tokens import digest
from portal.privacy import erasing
from portal.privacy.models import TIME_TO_THINK, ErasureRequest, StandsAgainst
from portal.tasks.worker import work_off
from portal.testing.factories import BuildingFactory, HouseholdFactory, UserFactory, tenant_of
from tests.portal.proof.browsers import step_up_now

from .erasures import carried_out

State = ErasureRequest.State
MINE = "/account/dati/"
ASK = "/account/dati/cancellazione/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def samira():
    person = UserFactory(display_name="Samira Haddad", email="samira@abitare.example")
    HouseholdFactory(name="Famiglia Haddad").add(person, by=None)
    return person


@pytest.fixture
def elena():
    return UserFactory(roles=["portal.caseworker"])


def come_in(client, person):
    client.force_login(person)
    step_up_now(client)


def test_from_the_question_to_the_end(client, samira, elena, committing):
    come_in(client, samira)
    with committing():
        client.post(ASK)
        client.post(ASK)
    request = ErasureRequest.objects.get()
    assert request.due_at - request.asked_at == TIME_TO_THINK
    assert Notification.objects.filter(person=elena, event__kind="portal.erasure.asked").exists()

    come_in(client, elena)
    assert "Samira Haddad" in client.get("/persone/cancellazioni/").content.decode()
    with committing():
        client.post(request.get_absolute_url())
    assert Notification.objects.filter(person=samira, event__kind="portal.erasure.confirmed").exists()
    erasing.begin_due()
    work_off()
    samira.refresh_from_db()
    assert samira.display_name == "Samira Haddad", "two weeks are promised"

    assert carried_out(request).state == State.DONE
    samira.refresh_from_db()
    assert (samira.display_name, samira.email, samira.is_active) == ("—", None, False)
    assert not Notification.objects.filter(person=samira).exists()
    assert [event.kind for event in history_of(request, confidential=True)] == [
        "portal.erasure.asked",
        "portal.erasure.confirmed",
    ]
    assert history_of(request, confidential=True).first().actor is None


def test_what_goes_and_what_the_law_keeps_is_told_before(client, samira):
    come_in(client, samira)

    page = client.get(f"/en{ASK}").content.decode()

    goes, stays = page.split("What stays, without your name")
    assert "Notifications" in goes
    with override("en"):
        kept = [data for data in declared(PersonalData) if data.stays]
        assert kept
        for data in kept:
            assert escape(str(data.stays)) in stays
            assert escape(str(data.reason)) in stays


def test_until_it_begins_it_can_be_taken_back(client, samira, elena):
    request = ErasureRequest.ask(samira)
    request.confirm(by=elena)
    come_in(client, samira)

    client.post(MINE, {"action": "withdraw"})

    assert carried_out(request).state == State.WITHDRAWN
    samira.refresh_from_db()
    assert samira.display_name == "Samira Haddad"
    assert ErasureRequest.ask(samira).pk != request.pk


def test_what_was_taken_back_is_not_confirmed(samira, elena):
    request = ErasureRequest.ask(samira)
    ErasureRequest.objects.get().withdraw(by=samira)

    request.confirm(by=elena)

    assert request.state == State.WITHDRAWN


def test_what_nobody_confirmed_is_not_carried_out(samira):
    assert carried_out(ErasureRequest.ask(samira)).state == State.ASKED


# -- what stands against it ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (lambda: tenant_of(BuildingFactory(name="Casa dei Tigli")), "Casa dei Tigli"),
        (lambda: UserFactory(roles=["portal.editor"]), "Editor"),
        (lambda: UserFactory(roles=["portal.administrator"]), "last administrator"),
    ],
    ids=["a home", "a role", "the last administrator"],
)
def test_what_stands_against_it_is_shown_and_holds_it_up(client, elena, person, words):
    person = person()
    request = ErasureRequest.ask(person)
    come_in(client, elena)

    assert words in client.get(f"/en/persone/cancellazioni/{request.pk}/").content.decode()
    with pytest.raises(StandsAgainst):
        request.confirm(by=elena)
    client.post(request.get_absolute_url())

    request.refresh_from_db()
    assert request.state == State.ASKED


@pytest.mark.parametrize(
    ("person", "words", "staffs"),
    [
        (
            lambda: tenant_of(BuildingFactory(name="Casa dei Tigli")),
            ["You live in Casa dei Tigli", "Once you have moved out"],
            "end the contract",
        ),
        (lambda: UserFactory(roles=["portal.editor"]), ["You work here as “Editor”", "Ask an admin"], "take it away"),
        (
            lambda: UserFactory(roles=["portal.administrator"]),
            ["Nobody but you is an administrator", "Give this role"],
            "They are the last",
        ),
    ],
    ids=["a home", "a role", "the last administrator"],
)  # fmt: skip
def test_whoever_asks_is_told_what_stands_in_the_way_and_what_they_can_do(client, person, words, staffs):
    come_in(client, person())

    page = client.get("/en/account/dati/cancellazione/").content.decode()

    assert [said for said in words if said not in page] == []
    assert staffs not in page


def test_what_comes_in_between_holds_it_up_too(samira, elena, committing):
    request = ErasureRequest.ask(samira)
    request.confirm(by=elena)
    samira.give_role("portal.editor", by=None)

    with committing():
        carried_out(request)

    assert request.state == State.ASKED
    samira.refresh_from_db()
    assert samira.display_name == "Samira Haddad"
    assert Notification.objects.filter(person=elena, event__kind="portal.erasure.asked").exists()


def test_nobody_confirms_their_own(client):
    keeper = UserFactory(roles=["portal.caseworker"])
    request = ErasureRequest.ask(keeper)
    come_in(client, keeper)

    assert client.get(request.get_absolute_url()).status_code == 200
    assert client.post(request.get_absolute_url()).status_code == 404


# -- what goes with it ---------------------------------------------------------------------------------------


def test_sessions_end_and_are_gone(client, samira, elena):
    client.force_login(samira)
    others = type(client)()
    others.force_login(elena)
    before = Session.objects.count()

    erasing.erase(samira)

    assert Session.objects.count() == before - 1
    assert client.get(MINE).status_code == 302
    assert others.get("/mio-giorno/").status_code in (200, 404)


def test_letters_on_their_way_to_the_person_go_and_those_to_others_stay(samira, elena):
    for person in (samira, elena):
        deliver.enqueue(person.pk, "A code", "1234")

    erasing.erase(samira)

    from django_tasks_db.models import DBTaskResult

    assert [row.args_kwargs["args"][0] for row in DBTaskResult.objects.all()] == [elena.pk]


def test_all_apps_are_asked_and_the_persons_own_entry_near_the_end():
    keys = [data.key for data in erasing.in_order()]

    assert set(keys) == {data.key for data in declared(PersonalData)}
    assert keys.index("portal.Household") < keys.index("portal.HouseholdMember") < keys.index("portal.User")
    assert keys[-1] == "portal.Event"


def test_one_app_that_fails_keeps_all_of_it(samira, monkeypatch):
    def fails(person):
        raise RuntimeError

    broken = PersonalData(
        key="broken.Diary", export=list, erase=fails, retention=None, reason="Four words of it."
    )
    monkeypatch.setattr(erasing, "declared", lambda kind: (*declared(PersonalData), broken))

    with pytest.raises(RuntimeError):
        erasing.erase(samira)

    samira.refresh_from_db()
    assert samira.display_name == "Samira Haddad"


# -- a backup that is put back -------------------------------------------------------------------------------


def test_whoever_was_erased_is_erased_again_when_a_backup_brings_them_back(samira, elena):
    was = {name: getattr(samira, name) for name in ("username", "email", "display_name")}
    request = ErasureRequest.ask(samira)
    request.confirm(by=elena)
    carried_out(request)
    User.objects.filter(pk=samira.pk).update(**was)  # what a restore does
    ErasureRequest.objects.all().delete()

    call_command("erase_again", stdout=io.StringIO())

    samira.refresh_from_db()
    assert samira.display_name == "—"
    assert erasing.erase_again() == 0


def test_a_number_that_was_given_to_somebody_else_is_not_erased(samira):
    erasing.note(
        erasing.Erased(person=samira.pk, was=digest("somebody before her"), at=timezone.now().isoformat())
    )

    assert erasing.erase_again() == 0
    samira.refresh_from_db()
    assert samira.display_name == "Samira Haddad"


def test_a_list_with_a_line_cut_off_still_serves(samira, settings):
    noted = erasing.Erased(person=samira.pk, was=digest(samira.username), at=timezone.now().isoformat())
    (settings.VAR / "erased.jsonl").write_text('{"person": 1, "was": "ab')
    erasing.note(noted)

    assert list(erasing.noted()) == [noted]
    assert erasing.erase_again() == 1


def test_the_list_names_nobody(samira, elena, settings):
    request = ErasureRequest.ask(samira)
    request.confirm(by=elena)
    carried_out(request)

    text = (settings.VAR / "erased.jsonl").read_text()
    assert "Samira" not in text
    assert "samira@" not in text
    assert (settings.VAR / "erased.jsonl").stat().st_mode & 0o077 == 0


def test_before_a_restore_the_list_learns_what_only_the_database_knows(samira, elena, settings):
    request = ErasureRequest.ask(samira)
    request.confirm(by=elena)
    carried_out(request)
    (settings.VAR / "erased.jsonl").unlink()

    erasing.note_those_of_database()
    erasing.note_those_of_database()

    assert [entry.person for entry in erasing.noted()] == [samira.pk]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's journal")
def test_it_waits_for_readers_of_the_journal_and_then_says_so(monkeypatch):
    monkeypatch.setattr(erasing, "BUSY", 0)
    assert erasing.empty_journal() is None  # in a transaction nothing is emptied


# -- on the day of those who answer ------------------------------------------------------------------------------------


def test_the_day_says_how_many_wait_and_since_when(client, samira, elena):
    ErasureRequest.ask(samira)
    older = ErasureRequest.ask(UserFactory())
    older.asked_at = timezone.now() - timedelta(days=20)
    older.save()
    since = date_format(timezone.localtime(older.asked_at), "j")
    client.force_login(elena)

    day = client.get("/en/casa/oggi/").content.decode()

    card = day.partition("Requests to be erased</h2>")[2].partition("</section>")[0]
    assert "2 requests wait for an answer" in card
    assert since in card
    assert "/en/persone/cancellazioni/" in card

    for asked in ErasureRequest.objects.all():
        asked.confirm(by=elena)
    assert "Requests to be erased</h2>" not in client.get("/en/casa/oggi/").content.decode()


def test_the_day_of_who_does_not_see_the_requests_says_nothing_of_them(client, samira):
    ErasureRequest.ask(samira)
    client.force_login(UserFactory(roles=["portal.editor"]))
    assert "Requests to be erased</h2>" not in client.get("/en/casa/oggi/").content.decode()
