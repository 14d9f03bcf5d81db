"""Whoever opens something confidential says why, and the person can read it."""

import json
import re

import pytest
import time_machine
from django.utils import timezone

from portal.access import log_read
from portal.access.models import ConfidentialRead, Why
from portal.access.reads import BEING_WRITTEN, HOLDS
from portal.extensions import PersonalData, find
from portal.testing.factories import UserFactory
from tests.portal.proof.browsers import step_up_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def samira():
    return UserFactory(display_name="Samira Haddad", email="samira@abitare.example")


@pytest.fixture
def marta(client):
    person = UserFactory(display_name="Marta Colombo", roles=["portal.administrator"])
    client.force_login(person)
    step_up_now(client)
    return person


def register(person):
    return f"/admin/people/edit/{person.pk}/"


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def later(**how):
    return time_machine.travel(timezone.now() + timezone.timedelta(**how), tick=False)


def test_the_question_names_what_is_opened(client, samira, marta):
    asked = text_of(client.get(register(samira)))
    assert "(nome, indirizzi e numeri di telefono)?" in asked


# -- the log -------------------------------------------------------------------------------------------------


def test_a_reading_says_who_in_which_role_whose_what_and_why(samira, marta):
    log_read(marta, samira, about=samira, reason=Why.CONTRACT)

    read = ConfidentialRead.objects.get()
    assert (read.reader, read.about, read.reason) == (marta, samira, "contract")
    assert read.roles == "portal.administrator"
    assert (read.content_type.model_class(), read.object_id) == (type(samira), str(samira.pk))


def test_a_request_says_who_reads(rf, samira, marta):
    request = rf.get("/")
    request.user = marta

    assert [read.reader for read in log_read(request, samira, about=samira, reason="asked")] == [marta]


def test_of_several_people_each_can_read_it_and_who_reads_their_own_leaves_no_trace(samira, marta):
    log_read(marta, samira, about=[samira, UserFactory(), marta], reason="support")

    assert ConfidentialRead.objects.count() == 2
    assert not ConfidentialRead.objects.filter(about=marta).exists()


@pytest.mark.parametrize("reason", ["", "Samira asked me", "nosy"])
def test_a_reason_is_one_of_the_list(samira, marta, reason):
    with pytest.raises(ValueError, match="no reason"):
        log_read(marta, samira, about=samira, reason=reason)


def test_a_row_names_nobody(samira, marta):
    log_read(marta, samira, about=samira, reason="danger")

    row = ConfidentialRead.objects.values().get()
    assert "Samira" not in str(row)
    assert "Marta" not in str(row)


# -- the question --------------------------------------------------------------------------------------------


def test_somebodys_account_opens_with_a_reason(client, marta, samira):
    asked = client.get(register(samira))
    assert asked.status_code == 200
    assert "samira@abitare.example" not in text_of(asked)
    assert "no-store" in asked.headers["Cache-Control"]
    assert ConfidentialRead.objects.count() == 0

    opened = client.post(register(samira), {"why": "correct"}, follow=True)

    assert "samira@abitare.example" in text_of(opened)
    assert [read.reason for read in ConfidentialRead.objects.filter(about=samira)] == ["correct"]


@pytest.mark.parametrize("why", ["", "nosy", "x" * 10_000, "perché\x00"])
def test_without_one_of_the_list_it_stays_closed_and_says_so_at_the_field(client, marta, samira, why):
    answer = client.post(register(samira), {"why": why})

    assert answer.context["form"].errors["why"]
    assert "samira@abitare.example" not in text_of(answer)
    assert not ConfidentialRead.objects.exists()


def test_a_reason_holds_for_this_record_and_some_minutes(client, marta, samira):
    other = UserFactory(email="marco@abitare.example")
    client.post(register(samira), {"why": "correct"})

    assert "samira@abitare.example" in text_of(client.get(register(samira)))
    assert "marco@abitare.example" not in text_of(client.get(register(other)))
    with later(seconds=HOLDS + 1):
        assert "samira@abitare.example" not in text_of(client.get(register(samira)))
    assert ConfidentialRead.objects.count() == 1


def test_it_holds_for_this_session_only(client, marta, samira):
    client.post(register(samira), {"why": "correct"})
    elsewhere = type(client)()
    elsewhere.force_login(marta)
    step_up_now(elsewhere)

    assert "samira@abitare.example" not in text_of(elsewhere.get(register(samira)))


def test_what_was_begun_on_an_opened_record_can_still_be_sent(client, marta, samira):
    client.post(register(samira), {"why": "correct"})
    changed = {
        "display_name": "Samira H.",
        "language": "it",
        "email": samira.email,
        "phone": "",
        "is_active": "on",
    }

    with later(seconds=HOLDS + 60):
        client.post(register(samira), changed)
    samira.refresh_from_db()
    assert samira.display_name == "Samira H."

    with later(seconds=BEING_WRITTEN + 60):
        step_up_now(client)
        client.post(register(samira), {**changed, "display_name": "Nobody"})
    samira.refresh_from_db()
    assert samira.display_name == "Samira H."


def test_nothing_is_changed_on_a_record_that_was_never_opened(client, marta, samira):
    client.post(register(samira), {"display_name": "x", "language": "it", "is_active": "on"})

    samira.refresh_from_db()
    assert samira.display_name == "Samira Haddad"


def test_ones_own_account_needs_no_reason(client, marta):
    assert marta.email in text_of(client.get(register(marta)))
    assert not ConfidentialRead.objects.exists()


def test_who_may_not_open_it_is_not_asked(client, samira):
    client.force_login(UserFactory(roles=["portal.caseworker"]))

    assert client.get(register(samira)).status_code == 302
    assert client.post(register(samira), {"why": "support"}).status_code == 302
    assert not ConfidentialRead.objects.exists()


def test_a_session_remembers_ids_and_not_without_end(client, marta):
    for person in UserFactory.create_batch(60):
        client.post(register(person), {"why": "support"})

    said = client.session["portal_said_why"]
    assert len(said) == 50
    assert all(re.fullmatch(r"portal\.user:\d+", key) for key in said)


# -- who reads the log ---------------------------------------------------------------------------------------


def test_the_person_reads_who_looked_what_and_why(client, samira):
    marta = UserFactory(display_name="Marta Colombo", roles=["portal.administrator"])
    log_read(marta, samira, about=samira, reason="contract")
    log_read(marta, marta, about=UserFactory(), reason="danger")
    client.force_login(samira)

    page = text_of(client.get("/en/account/letture/"))

    for words in (
        "Marta Colombo",
        "Administrator",
        "opened: name, addresses and phone numbers",
        "Contract, home or payments",
    ):
        assert words in page
    assert "Somebody is in danger" not in page


def test_many_readings_come_page_by_page(client, samira):
    reader = UserFactory(roles=["portal.caseworker"])
    for _ in range(31):
        log_read(reader, samira, about=samira, reason="support")
    client.force_login(samira)

    assert "?page=2" in text_of(client.get("/account/letture/"))
    assert client.get("/account/letture/?page=2").status_code == 200
    assert client.get("/account/letture/?page=nonsense").status_code == 200


def test_who_watches_over_it_finds_a_reader_by_name(client, samira):
    elena, bruno = (
        UserFactory(display_name=n, roles=["portal.caseworker"]) for n in ("Elena M.", "Bruno C.")
    )
    for reader in (elena, bruno):
        log_read(reader, samira, about=samira, reason="support")
    client.force_login(UserFactory(roles=["portal.auditor"]))

    page = text_of(client.get("/persone/letture/?q=elena"))

    assert "Elena M." in page
    assert "Bruno C." not in page
    assert client.get("/persone/letture/?q=%00").status_code == 200


def test_an_export_tells_who_looked_and_names_no_third_person(samira, marta):
    other = UserFactory(display_name="Marco Bellini")
    log_read(marta, samira, about=samira, reason="support")
    log_read(samira, other, about=other, reason="support")

    told = json.dumps(list(find(PersonalData, "portal.ConfidentialRead").export(samira)))

    assert "Marta Colombo" in told
    assert "Marco" not in told
