"""The treasurer's day: what to do now, each with a number, a sentence and the page where it is done."""

import uuid
from datetime import UTC as utc
from datetime import date, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.utils import timezone
from django.utils.translation import override

from portal.ledger import close
from portal.testing.factories import BuildingFactory, DeskFactory, UserFactory, tenant_of
from portal.ui.words import plain
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.plans import SavingsPlan
from risparmio.bank.formats.errors import MonthClosed, NotThisFormat
from risparmio.bank.models import BankLine, Statement, StatementFile
from risparmio.bank.settling import settle_otherwise
from risparmio.bank.words import FileState, Meaning
from risparmio.book import bookings
from risparmio.book.accounts import book_of_money
from risparmio.day.dashboard import today
from risparmio.day.menus import ITEMS
from risparmio.day.tasks import tasks
from risparmio.payments.models import Payout
from risparmio.payments.tills import CashCount, CashTrip
from risparmio.payments.words import Purpose
from risparmio.testing import agreement_of, approver, caseworker, treasurer
from tests.risparmio.booked import ELSEWHERE, bank_account, cash, days_ago, saver, told

pytestmark = pytest.mark.django_db
PAGE = "/en/risparmio/giornata/"


@pytest.fixture(autouse=True)
def on_the_fifth():
    """In the middle of the morning, before the tenth: no month is late, and the one before is not overdue to close."""
    with time_machine.travel(datetime(2026, 11, 5, 9, tzinfo=utc)):
        yield


@pytest.fixture
def bank():
    return bank_account()


@pytest.fixture
def agreement():
    return saver()


def sentences():
    with override("en"):
        return [plain(task.sentence) for task in tasks()]


def icons():
    return [task.icon for task in tasks()]


def saved(bank, agreement, cents=30_000, day=None, **more):
    return told(bank, (day or days_ago(1), cents, f"RISPARMIO {agreement.reference}"), **more)


def test_an_agreement_past_its_end_is_somebodys_work(agreement):
    """Nothing is promised any more, and nobody would notice."""
    SavingsAgreement.objects.update(ends_on=days_ago(-1))
    assert "past its end" not in " ".join(sentences())
    SavingsAgreement.objects.update(ends_on=days_ago(1))
    assert "1 savings agreement is past its end, and nobody has said how it goes on." in sentences()
    agreement.begin_exit(by=caseworker(), on=days_ago(0))
    assert "past its end" not in " ".join(sentences())


def payout_of(agreement, by=None, purpose=Purpose.FURNITURE):
    return Payout.request(
        agreement,
        by=by or agreement.household.members.get().person,
        client_id=uuid.uuid4(),
        cents=10_000,
        purpose=purpose,
        payee="Samira Hassan",
        iban=ELSEWHERE,
    )


def test_all_done(bank, agreement):
    saved(bank, agreement)
    assert tasks() == []


def test_a_statement_that_is_old_or_was_never_read(bank, agreement):
    assert sentences() == ["Conto risparmi: no statement was read yet."]
    saved(bank, agreement, day=days_ago(7))
    assert sentences() == []
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert sentences() == ["Conto risparmi: the last statement is of 29 October 2026."]


def test_a_file_with_lines_of_a_closed_month_waits_for_a_yes(bank, agreement, lucia):
    saved(bank, agreement)
    close(book_of_money(), days_ago(3))
    with pytest.raises(MonthClosed):
        told(bank, (days_ago(3), 100, "X"), opening=30_000, number=2, by=lucia)
    file = StatementFile.objects.latest("pk")
    StatementFile.objects.filter(pk=file.pk).update(
        state=FileState.REFUSED, refusal=MonthClosed(days_ago(3)).to_json(), read_at=None
    )
    (task,) = tasks()
    assert (task.count, task.url) == (1, f"/risparmio/banca/file/{file.pk}/")
    assert sentences() == ["Conto risparmi: 1 file has lines of a closed month, and waits for a yes."]

    StatementFile.objects.filter(pk=file.pk).update(refusal=NotThisFormat().to_json())
    assert tasks() == [], "of another refusal nothing is to be done: another file comes"


def test_a_file_whose_reading_has_stopped(bank, agreement):
    saved(bank, agreement)
    StatementFile.objects.update(state=FileState.READING, read_at=None, sent_at=timezone.now())
    assert tasks() == [], "it is being read"
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert sentences() == [
            "Conto risparmi: the reading of 1 file has stopped, and nothing of it was booked."
        ]


def test_lines_that_nobody_knows_the_oldest_named(bank):
    told(bank, (days_ago(3), 3_000, "NON SI SA"), (days_ago(1), 2_000, "NEMMENO"))
    (task,) = tasks()
    assert (task.count, task.icon) == (2, "circle-question-mark")
    assert "The oldest is of 2 November 2026" in sentences()[0]

    for line in BankLine.objects.all():
        settle_otherwise(line, Meaning.AGENCY, by=treasurer())
    assert tasks() == []


def test_what_waits_for_a_second_person(bank):
    told(bank, (days_ago(1), -3_000, "CANONE"))
    settle_otherwise(BankLine.objects.get(), Meaning.CHARGES, by=treasurer())
    assert any("waits for a second person's yes" in one for one in sentences())


def test_a_difference_comes_first_with_its_day_and_its_amount(bank, agreement):
    """The bank told 7.00 before the first line that the book does not have; two statements since."""
    told(bank, (days_ago(4), 5_000, f"RISPARMIO {agreement.reference}"), opening=700)
    told(bank, (days_ago(2), 100, "NON SI SA"), opening=5_700, number=2)

    task, *_others = tasks()

    assert task.is_wrong
    assert sentences()[0] == "Conto risparmi: since 31 October 2026 the bank has €7.00 more than the book."


def test_a_difference_that_went_away_is_none(bank, agreement):
    told(bank, (days_ago(4), 5_000, f"RISPARMIO {agreement.reference}"), opening=700)
    bookings.agency_funds(bank.ledger, 700, key="opening", about=bank, day=days_ago(3))
    told(bank, (days_ago(2), 5_000, f"RISPARMIO {agreement.reference}"), opening=5_700, number=2)
    assert not any(task.is_wrong for task in tasks())


def test_what_the_bank_has_less(bank, agreement):
    saved(bank, agreement)
    Statement.objects.update(closing_cents=29_000)
    assert sentences() == ["Conto risparmi: since 4 November 2026 the bank has €10.00 less than the book."]


def test_a_payout_from_its_approval_to_the_statement(bank, agreement):
    saved(bank, agreement)
    payout = payout_of(agreement)
    assert icons() == [], "it is the approver's turn"
    payout.approve(by=approver())
    assert sentences() == ["1 payout is approved and waits for a file for the bank."]
    payout.order(by=treasurer())
    assert icons() == []
    with time_machine.travel(timezone.now() + timedelta(days=3, hours=1)):
        assert sentences() == ["1 payout was told to the bank on 5 November 2026 and is on no statement yet."]
        told(bank, (days_ago(0), -10_000, payout.end_to_end), opening=30_000, number=2)
        assert icons() == []


def test_cash_is_counted_and_does_not_stay_on_its_way(bank, agreement):
    saved(bank, agreement)
    desk = DeskFactory(name="Sportello")
    cash(agreement, 2_000, desk)
    assert sentences() == ["Sportello: cash moved on 5 November 2026 and was not counted since."]
    CashCount.take(desk, by=caseworker(), counted=2_000, client_id=uuid.uuid4())
    CashTrip.begin(desk, by=caseworker(), cents=2_000, client_id=uuid.uuid4())
    assert icons() == []
    with time_machine.travel(timezone.now() + timedelta(days=3, hours=1)):
        assert icons() == ["briefcase"]


def test_whoever_is_late_is_counted_and_not_blamed(bank, agreement):
    saved(bank, agreement, 100)
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        assert "1 household has a month still to come. A talk helps more than a letter." in sentences()


def test_of_whoever_moves_on_no_month_is_waited_for(bank, agreement):
    """As in the list to which the task leads."""
    saved(bank, agreement, 100)
    agreement.begin_exit(by=caseworker(), on=days_ago(-60))
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        assert "heart-handshake" not in icons()


def test_only_where_the_agencys_money_does_not_suffice_somebody_waits_for_it(bank):
    agreement = agreement_of(by=caseworker(), match_percent=10)
    saved(bank, agreement)
    assert sentences() == ["1 agreement waits for the agency's share. The agency has to pay in €30.00."]
    bookings.agency_funds(bank.ledger, 3_000, key="f", about=bank)
    assert "hand-coins" not in icons(), "it is added by itself"


def test_a_month_that_is_over_is_closed(bank, agreement):
    saved(bank, agreement, day=date(2026, 10, 20))
    with time_machine.travel(datetime(2026, 11, 10, 9, tzinfo=utc)):
        assert "lock-open" not in icons()
    with time_machine.travel(datetime(2026, 11, 11, 9, tzinfo=utc)):
        assert "The book is not closed since 20 October 2026." in sentences()
        close(book_of_money(), date(2026, 10, 31))
        assert "lock-open" not in icons()


# -- the page ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("treasurer", 200),
        ("approver", 200),
        ("auditor", 200),
        ("caseworker", 404),
        ("tenant", 404),
        ("stranger", 404),
    ],
)
def test_who_opens_it(people, signed_in, who, status):
    assert signed_in(people[who]).get(PAGE).status_code == status


def test_each_account_stands_on_the_page_beside_the_book(bank, agreement, lucia, signed_in):
    bank_account("Secondo conto", "IT37Y0542811101000000123457")
    client = signed_in(lucia)

    def says():
        rows = BeautifulSoup(client.get(PAGE).content, "html.parser").select("#day .list li")
        return [" ".join(row.get_text(" ").split()) for row in rows]

    saved(bank, agreement)
    assert says() == [
        "Conto risparmi Bank and book agree up to 4 November 2026.",
        "Secondo conto No statement with a balance was read yet.",
    ]
    Statement.objects.update(closing_cents=29_000)
    assert says()[0] == "Conto risparmi Bank and book differ since 4 November 2026."


def test_what_only_the_treasurer_can_open_is_no_button_for_the_others(bank, agreement, people, signed_in):
    saved(bank, agreement, day=date(2026, 10, 20))
    with time_machine.travel(datetime(2026, 11, 11, 9, tzinfo=utc)):
        for who in ("treasurer", "approver", "auditor"):
            client = signed_in(people[who])
            page = BeautifulSoup(client.get(PAGE).content, "html.parser").select_one("#day")
            assert ("Close the period" in page.get_text()) is (who == "treasurer")
            assert bool(page.select("a.button")) is (who == "treasurer"), "the others look, and do nothing"
            assert {client.get(link["href"]).status_code for link in page.select("a")} == {200}


def test_what_is_wrong_stands_first_on_the_page(bank, agreement, lucia, signed_in):
    told(bank, (days_ago(4), 5_000, f"RISPARMIO {agreement.reference}"), (days_ago(3), 1, "X"), opening=700)
    page = signed_in(lucia).get(PAGE).content.decode()
    assert page.index("Something is wrong") < page.index("nobody knows yet what for")


def test_the_page_says_that_all_is_done(bank, agreement, lucia, signed_in):
    saved(bank, agreement)
    assert "All done" in signed_in(lucia).get(PAGE).content.decode()


def test_as_many_queries_for_much_as_for_little(
    bank, agreement, lucia, signed_in, django_assert_max_num_queries
):
    saved(bank, agreement)
    client = signed_in(lucia)
    client.get(PAGE)
    with django_assert_max_num_queries(15) as few:
        client.get(PAGE)
    bank_account("Secondo conto", "IT37Y0542811101000000123457")
    for number, other in enumerate([saver() for _each in range(5)], start=2):
        saved(bank, other, 100, opening=30_000 + (number - 2) * 100, number=number)
        cash(other, 100)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(PAGE)


# -- the card and the menu --------------------------------------------------------------------------------------------


def card_of(person, rf):
    request = rf.get("/")
    request.user = person
    return today(request)


def test_the_card_counts_for_each_what_waits_for_them(bank, agreement, people, rf):
    saved(bank, agreement)
    told(bank, (days_ago(0), 1, "X"), opening=30_000, number=2)
    payout_of(agreement)

    def counts(who):
        card = card_of(people[who], rf)
        return card and (card["unknown"], card["to_order"], card["to_approve"])

    assert counts("treasurer") == (1, 0, None)
    assert counts("approver") == (None, None, 1)
    assert counts("caseworker") == (None, None, None)
    assert [counts(who) for who in ("auditor", "tenant", "stranger")] == [None] * 3


def test_a_caseworker_reads_with_how_many_households_there_is_something_to_do(
    rf, signed_in, django_assert_max_num_queries
):
    """And each leads to as many in the list."""
    elena, samira = caseworker(), tenant_of(BuildingFactory())
    agreement = agreement_of(samira, by=elena)
    assert card_of(elena, rf)["households"] == {}, "nothing waits"

    plan = {
        "kind": "change",
        "since": agreement.starts_on,
        "cents": 3_000,
        "due_day": 27,
        "reason": "Meno lavoro",
    }
    SavingsPlan.propose(agreement, by=samira, client_id=uuid.uuid4(), **plan)
    agreement.want_talk(by=samira)
    agreement.ask_exit(by=samira)
    saver().begin_exit(by=elena, on=timezone.localdate())
    offered = saver()
    SavingsPlan.propose(offered, by=elena, client_id=uuid.uuid4(), **plan)  # the household signs this one
    past = days_ago(100)
    agreement_of(by=elena, starts_on=past, at=timezone.now() - timedelta(days=100))

    with django_assert_max_num_queries(4 + 1):  # and whose roles they are
        counts = card_of(elena, rf)["households"]
    late = sum(one.is_late() for one in SavingsAgreement.objects.running() if one.leaving_on is None)
    assert counts == {"late": late, "talk": 1, "leaving": 2, "sign": 1}
    assert late
    browser = signed_in(elena)
    for part, count in counts.items():
        page = browser.get("/en/risparmio/accordi/", {"show": part})
        assert len(page.context["page"].object_list) == count, part
    page = browser.get("/en/casa/oggi/").content.decode()
    assert "Plans to sign" in page
    assert "€" not in page

    samira.give_role("portal.caseworker", by=None)
    assert "sign" not in card_of(samira, rf)["households"], "their own plan another signs"


def test_nobodys_own_payout_waits_for_them(bank, rf):
    samira = tenant_of(BuildingFactory())
    agreement = agreement_of(samira, by=caseworker())
    saved(bank, agreement)
    payout_of(agreement)
    samira.give_role("risparmio.approver", by=None)
    assert card_of(samira, rf)["to_approve"] == 0

    both = UserFactory(roles=["portal.caseworker", "risparmio.approver"])
    other = saver()
    saved(bank, other, opening=30_000, number=2)
    payout_of(other, by=both)
    assert card_of(both, rf)["to_approve"] == 1, "not what they asked for themselves"


def test_what_an_approver_cannot_say_yes_to_does_not_wait_for_them(bank, agreement, rf):
    saved(bank, agreement)
    anna, bruno = approver(), approver()
    payout = payout_of(agreement, by=caseworker(), purpose=Purpose.ARREARS)

    def waiting():
        found = [person for person in (anna, bruno) if Payout.objects.to_approve_by(person).exists()]
        assert found == [person for person in (anna, bruno) if card_of(person, rf)["to_approve"]]
        return found

    assert waiting() == [], "the household has not signed"
    payout.sign(by=agreement.household.members.get().person)
    assert waiting() == [anna, bruno]
    payout.approve(by=anna)
    assert waiting() == [bruno], "a second person has to"
    payout.approve(by=bruno)
    assert waiting() == []


def test_the_card_shows_no_amount(bank, agreement, lucia, signed_in):
    saved(bank, agreement)
    told(bank, (days_ago(0), 12_345, "X"), opening=30_000, number=2)
    page = signed_in(lucia).get("/en/casa/oggi/").content.decode()
    assert "Lines of the bank nobody knows" in page
    assert "€" not in page


def test_the_menu(people):
    (item,) = ITEMS
    seen = {who for who, person in people.items() if item.visible(person)}
    assert seen == {"treasurer", "approver", "auditor"}
