"""What the time bank hands over and forgets: the journal stays whole, and leads to nobody."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from community.mutual_aid.time_bank import privacy
from community.mutual_aid.time_bank.accounts import credit_exchange
from community.mutual_aid.time_bank.models import HoursAccount, book_of_hours
from community.mutual_aid.time_bank.pot import PotRequest
from portal.ledger import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(anna, bruno):
    credit_exchange(anna, bruno, 90, "exchange:1", bruno)
    return HoursAccount.of(anna)


def test_the_copy_tells_each_line(anna, account):
    (line,) = privacy.export_hours(anna)

    assert (line["what"], line["minutes"], line["balance"]) == ("community.exchange", 90, 90)
    assert privacy.said_booking(line["what"], line, anna)


def test_an_erasure_takes_the_person_from_the_account_and_leaves_the_journal(anna, bruno, account):
    assert privacy.erase_hours(anna) == 1

    account.refresh_from_db()
    assert (account.person, account.holder, account.balance) == (None, None, 90)
    assert list(verify(book_of_hours())) == []
    assert list(privacy.export_hours(anna)) == []
    credit_exchange(bruno, anna, 30, "exchange:2", bruno)  # a new account, under another code
    assert HoursAccount.of(anna).balance == -30


def test_nobodys_account_goes_ten_years_after_the_last_booking(anna, bruno, account):
    privacy.erase_hours(anna)
    assert privacy.expire_hours(timezone.now() - timedelta(days=1)) == 0

    assert privacy.expire_hours(timezone.now() + timedelta(days=1)) == 1

    assert not HoursAccount.objects.filter(pk=account.pk).exists()
    assert HoursAccount.objects.filter(person=bruno).exists()
    assert list(verify(book_of_hours())) == []


def test_questions_to_the_pot_go_with_the_person_and_a_year_after_the_answer(anna, bruno, carla, house):
    def ask(person):
        return PotRequest.ask(
            by=person, minutes=60, client_id=uuid.uuid4(), municipality_id=house.municipality_id
        )

    answered, waits = ask(anna), ask(bruno)
    answered.decline(by=carla)
    assert privacy.expire_requests(timezone.now() + timedelta(days=1)) == 1
    assert PotRequest.objects.get() == waits

    (told,) = privacy.export_requests(bruno)
    assert told["minutes"] == 60
    again = ask(anna)
    again.decline(by=carla)
    assert privacy.erase_requests(carla) == 1
    again.refresh_from_db()
    assert again.decided_by is None
    assert privacy.erase_requests(anna) == 1
