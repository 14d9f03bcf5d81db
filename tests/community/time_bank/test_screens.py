"""My hours: where I stand, how far I can go, the common pot; and whose business it is."""

import uuid
from types import SimpleNamespace as Namespace

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from community.mutual_aid.time_bank.accounts import credit_exchange
from community.mutual_aid.time_bank.models import HoursAccount
from community.mutual_aid.time_bank.notifications import who_may_decide
from community.mutual_aid.time_bank.pot import NotPossible, PotRequest
from community.testing import credited
from portal.events import history_of
from portal.ledger import LedgerEntry
from portal.notifications.models import Notification
from portal.testing.factories import OrganizationFactory, UserFactory

pytestmark = pytest.mark.django_db

HOURS = "/en/aiuto/ore/"


def page_of(client, person, path=HOURS):
    client.force_login(person)
    return BeautifulSoup(client.get(path).content, "html.parser")


def words(soup):
    return " ".join(soup.get_text(" ").split())


def give(client, person, hours, client_id=None):
    client.force_login(person)
    told = {"gift-client_id": client_id or uuid.uuid4(), "gift-minutes": hours}
    return client.post(f"{HOURS}dono/", told)


def ask(client, person, hours, client_id=None):
    client.force_login(person)
    return client.post(f"{HOURS}fondo/", {"pot-client_id": client_id or uuid.uuid4(), "pot-minutes": hours})


def test_who_has_just_come_reads_where_they_stand(client, anna):
    said = words(page_of(client, anna))

    assert "Even: as much given as received" in said
    assert "You can still receive 10 hours." in said
    assert "You can still give 20 hours." in said
    assert "Nothing was booked yet" in said
    assert not HoursAccount.objects.filter(person=anna).exists()


def test_the_statement_tells_what_each_line_was(client, anna, bruno):
    credit_exchange(anna, bruno, 90, "exchange:1", anna)
    LedgerEntry.objects.get().reverse(key="back")
    credit_exchange(anna, bruno, 30, "exchange:2", anna)

    said = words(page_of(client, bruno))

    assert "30 minutes to give back" in said
    assert "Taken back: An exchange" in said
    assert str(anna) not in words(page_of(client, bruno).main)


def test_a_line_leads_to_what_it_was_for(client, anna, bruno, parish):
    """Any row with a page; that page asks itself who may see it."""
    credit_exchange(anna, bruno, 90, "exchange:1", parish)

    (link,) = page_of(client, anna).select("table a.link")

    assert link["href"] == parish.get_absolute_url().replace("/enti/", "/en/enti/").replace("/en/en/", "/en/")


def test_who_is_near_the_limit_is_told_what_to_do(client, anna, bruno):
    credit_exchange(anna, bruno, 480, "exchange:1", anna)

    assert "Your hours are nearly used up" in words(page_of(client, bruno))


def test_a_gift(client, anna):
    credited(anna, minutes=120)
    form = uuid.uuid4()
    for _turn in range(2):
        answer = give(client, anna, "1,5", form)
        assert answer.status_code == 302
    assert HoursAccount.of(anna).balance == 30
    assert "You gave 1 hour and 30 minutes to the common pot." in words(page_of(client, anna))
    # The same form with other hours is no second gift.
    assert give(client, anna, "0.5", form).status_code == 409
    assert HoursAccount.pot().balance == 90


@pytest.mark.parametrize(
    ("hours", "error"),
    [
        ("-1", "Write half an hour or more."),
        ("0", "Write half an hour or more."),
        ("0.2", "Write half an hour or more."),
        ("1.2", "Hours go in half-hours: for example 0.5, 1 or 1.5."),
        ("1e9", "Write 12 hours or less."),
        ("NaN", "Write a number, for example 1 or 1.5."),
        ("two", "Write a number, for example 1 or 1.5."),
        ("", "Write how many hours."),
        ("9" * 400, "Write 12 hours or less."),
        ("3", "You have 2 hours. You can give this much, or less."),
    ],
)
def test_hours_that_are_none(client, anna, hours, error):
    credited(anna, minutes=120)
    answer = give(client, anna, hours)
    soup = BeautifulSoup(answer.content, "html.parser")

    assert answer.status_code == 422
    assert error in words(soup)
    assert soup.find("input", {"name": "gift-minutes"})["value"] == hours if hours else True
    assert HoursAccount.of(anna).balance == 120


def test_a_forged_form_is_drawn_anew(client, anna):
    credited(anna, minutes=60)
    answer = give(client, anna, "1", "no number")

    drawn = BeautifulSoup(answer.content, "html.parser").find("input", {"name": "gift-client_id"})["value"]
    assert answer.status_code == 422
    assert give(client, anna, "1", drawn).status_code == 302


def test_who_cannot_give_asks_and_a_coordinator_answers(client, committing, anna, bruno, carla):
    credited(anna, minutes=120)
    give(client, anna, "2")
    with committing():
        assert ask(client, bruno, "1").status_code == 302
        assert ask(client, bruno, "2").status_code == 302  # while one waits it is the same
    asked = PotRequest.objects.get()
    assert (asked.person, asked.minutes, asked.state) == (bruno, 60, "asked")
    assert Notification.objects.filter(person=carla, event__kind="community.pot_request.asked").exists()
    assert "You asked for 1 hour." in words(page_of(client, bruno))

    listed = words(page_of(client, carla, f"{HOURS}richieste/"))
    assert str(bruno) in listed
    assert "There are 2 hours in the pot." in listed
    with committing():
        client.post(f"{HOURS}richieste/{asked.pk}/grant/")

    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("granted", carla)
    assert HoursAccount.of(bruno).balance == 60
    assert Notification.objects.filter(person=bruno, event__kind="community.pot_request.granted").exists()
    assert [event.kind for event in history_of(asked, confidential=True)] == [
        "community.pot_request.asked",
        "community.pot_request.granted",
    ]
    client.post(f"{HOURS}richieste/{asked.pk}/grant/")
    assert HoursAccount.of(bruno).balance == 60


def test_a_question_to_the_pot_stands_among_the_approvals_and_is_counted(client, bruno, carla):
    ask(client, bruno, "1")
    care = page_of(client, carla, "/en/aiuto/cura/")

    assert str(bruno) in words(care.main)
    assert care.select_one("[id^=count-communityexchange_care]").text.strip()
    assert "in the pot" in words(care.main)
    answer = client.post(f"{HOURS}richieste/{PotRequest.objects.get().pk}/decline/", follow=True)
    assert f"{bruno} hears that the pot cannot give hours now" in answer.content.decode()
    care = page_of(client, carla, "/en/aiuto/cura/")
    assert str(bruno) not in words(care.main)
    assert not care.select_one("[id^=count-communityexchange_care]").text.strip()


def test_an_empty_pot_grants_nothing_and_the_question_waits(client, bruno, carla):
    ask(client, bruno, "1")
    client.force_login(carla)

    answer = client.post(f"{HOURS}richieste/{PotRequest.objects.get().pk}/grant/", follow=True)

    assert "There are not enough hours in the common pot" in answer.content.decode()
    assert PotRequest.objects.get().state == "asked"


def test_a_question_is_declined_or_taken_back(client, anna, bruno, carla):
    for person, verb, decider in ((anna, "decline", carla), (bruno, "withdraw", bruno)):
        ask(client, person, "1")
        asked = PotRequest.objects.get(person=person)
        client.force_login(decider)
        client.post(f"{HOURS}richieste/{asked.pk}/{verb}/")
        asked.refresh_from_db()
        assert asked.state == {"decline": "declined", "withdraw": "withdrawn"}[verb]
        with pytest.raises(NotPossible):
            getattr(asked, verb)(by=decider)
        ask(client, person, "1")  # once it is answered one may ask again
        assert PotRequest.objects.waiting().get(person=person)


def test_only_who_answers_for_the_area_answers_and_nobody_for_themselves(client, bruno, anna, carla, parish):
    """Working there is not answering there: the register says who does (community.safety)."""
    ask(client, bruno, "1")
    asked = PotRequest.objects.get()
    beside = OrganizationFactory()
    beside.areas.add(asked.municipality)
    works_there, caseworker = UserFactory(), UserFactory(roles=["portal.caseworker"])
    beside.add(works_there, by=None, is_coordinator=True)
    told = set(who_may_decide(Namespace(target=asked)))
    assert told == {carla}
    for person, may in (
        (carla, True),
        (caseworker, True),
        (works_there, False),
        (anna, False),
        (bruno, False),
    ):
        assert person.has_perm("community.decide_pot_request", asked) is may
        assert PotRequest.objects.to_decide_by(person).filter(pk=asked.pk).exists() is may
        if not may:
            client.force_login(person)
            assert client.post(f"{HOURS}richieste/{asked.pk}/grant/").status_code == 404
            assert client.get(f"{HOURS}richieste/").status_code == 404
    parish.add(bruno, by=None, is_coordinator=True)
    assert not bruno.has_perm("community.decide_pot_request", asked)
    assert client.post(f"{HOURS}richieste/{asked.pk}/dance/").status_code == 404


def test_where_nobody_coordinates_the_agency_is_told(client, committing, bruno):
    caseworker = UserFactory(roles=["portal.caseworker"])
    with committing():
        ask(client, bruno, "1")

    assert Notification.objects.filter(person=caseworker, event__kind="community.pot_request.asked").exists()


def test_a_coordinator_reads_the_organizations_account_and_nobodys(client, anna, bruno, carla, parish):
    credit_exchange(parish, anna, 60, "exchange:1", parish)
    path = f"{HOURS}enti/{parish.pk}/"

    said = words(page_of(client, carla, path).main)
    assert "1 hour to your credit" in said
    assert str(anna) not in said
    for person in (anna, UserFactory(roles=["portal.administrator"])):
        client.force_login(person)
        assert client.get(path).status_code == 404
    member = UserFactory()
    parish.add(member, by=None)
    client.force_login(member)
    assert client.get(path).status_code == 404


def test_the_rule_and_the_list_agree(anna, bruno, carla, parish):
    credit_exchange(parish, anna, 60, "exchange:1", parish)
    credit_exchange(bruno, anna, 60, "exchange:2", parish)
    for person in (anna, bruno, carla, UserFactory(roles=["portal.administrator"])):
        for account in HoursAccount.objects.all():
            seen = HoursAccount.objects.visible_to(person).filter(pk=account.pk).exists()
            assert seen == person.has_perm("community.view_hoursaccount", account)


def test_who_takes_no_part_has_no_page(client, anna):
    stranger = UserFactory()
    client.force_login(stranger)
    assert client.get(HOURS).status_code == 404
    assert give(client, stranger, "1").status_code == 404
    assert ask(client, stranger, "1").status_code == 404


def test_who_has_moved_away_still_reads_what_was_booked(client, anna, bruno):
    mover = UserFactory()
    credit_exchange(mover, bruno, 60, "exchange:1", bruno)

    assert "1 hour to your credit" in words(page_of(client, mover))


def test_my_home_shows_my_hours(client, anna, bruno):
    assert reverse("community:hours") not in str(page_of(client, anna, "/casa/").main)
    credit_exchange(anna, bruno, 60, "exchange:1", bruno)

    assert "1 ora" in words(page_of(client, anna, "/casa/").main)
