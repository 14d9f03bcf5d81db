"""The journal as an auditor reads it: each entry with its papers, and what is missing of them."""

import uuid

import pytest
from django.urls import reverse
from django.utils.translation import override

from portal.access.models import ConfidentialRead
from portal.testing.factories import DeskFactory
from risparmio.auditing.papers import filed
from risparmio.auditing.sample import TooMany, draw
from risparmio.auditing.words import KINDS
from risparmio.bank.models import BankLine
from risparmio.bank.settling import settle
from risparmio.book import bookings
from risparmio.book.accounts import book_of_money
from risparmio.payments.models import Payout
from risparmio.payments.tills import CashCount, CashTrip
from risparmio.payments.words import Purpose
from risparmio.testing import approver, caseworker
from tests.risparmio.booked import ELSEWHERE, cash, days_ago, told

pytestmark = pytest.mark.django_db
TODAY = days_ago(0)


def entries():
    return (
        book_of_money()
        .entries.order_by("number")
        .select_related("reverses")
        .prefetch_related("postings__account")
    )


def kept():
    """Of each entry: what kinds of papers there are, and how many are missing."""
    return [
        (
            one.entry.kind.removeprefix("risparmio."),
            sorted(paper.kind for paper in one.papers),
            len(one.missing),
        )
        for one in filed(entries())
    ]


@pytest.fixture
def story(bank, agreement, lucia):
    """A transfer, a line that was found out, cash that was counted and carried, and a payout that the bank has made."""
    told(
        bank,
        (days_ago(9), 30_000, f"RISPARMIO {agreement.reference}"),
        (days_ago(8), 3_000, "NON SI SA"),
    )
    settle(BankLine.objects.unknown().get(), agreement, by=lucia)
    desk = DeskFactory()
    cash(agreement, 2_000, desk)
    CashCount.take(desk, by=caseworker(), counted=1_900, note="Manca un euro", client_id=uuid.uuid4())
    CashTrip.begin(desk, by=caseworker(), cents=1_900, client_id=uuid.uuid4())
    payout = Payout.request(
        agreement,
        by=agreement.household.members.get().person,
        client_id=uuid.uuid4(),
        cents=10_000,
        purpose=Purpose.FURNITURE,
        payee="Samira Hassan",
        iban=ELSEWHERE,
    )
    payout.approve(by=approver(display_name="Paola"))
    payout.order(by=lucia)
    told(bank, (TODAY, -10_000, payout.end_to_end), opening=33_000, number=2)
    return agreement


def test_each_entry_stands_on_its_papers(story):
    assert kept() == [
        ("transfer", ["line"], 0),
        ("unknown", ["line"], 0),
        ("assigned", ["line"], 0),
        ("cash", ["receipt"], 0),
        ("counted", ["count"], 0),
        ("banked", ["trip"], 0),
        ("ordered", ["payout"], 0),
        *kept()[7:],
    ]
    assert all(not one.missing and not one.differ for one in filed(entries()))


def test_what_was_booked_without_a_paper_is_seen(bank, agreement):
    bookings.transfer_in(bank.ledger, agreement.ledger, 5_000, key="x", about=agreement)
    bookings.cash_in(1, agreement.ledger, 2_000, key="y", about=agreement)

    assert kept() == [("transfer", [], 1), ("cash", [], 1)]


def test_a_payout_that_nobody_approved_is_no_paper(bank, agreement):
    told(bank, (days_ago(9), 30_000, f"RISPARMIO {agreement.reference}"))
    payout = Payout.request(
        agreement,
        by=agreement.household.members.get().person,
        client_id=uuid.uuid4(),
        cents=10_000,
        purpose=Purpose.FURNITURE,
        payee="Samira Hassan",
        iban=ELSEWHERE,
    )
    bookings.order_payout(agreement.ledger, 10_000, key="z", about=payout)

    assert kept()[-1] == ("ordered", [], 1)


def test_a_paper_that_tells_another_amount_is_seen(bank, agreement):
    told(bank, (days_ago(9), 30_000, f"RISPARMIO {agreement.reference}"))
    BankLine.objects.update(cents=29_000)

    (one,) = filed(entries())

    assert not one.is_right
    assert [paper.cents for paper in one.differ] == [29_000]


def test_what_takes_a_receipt_back_stands_on_it_too(agreement):
    cash(agreement, 2_000).entry.reverse(key="back")
    assert kept() == [("cash", ["receipt"], 0), ("cash", ["receipt"], 0)]


# -- the pages --------------------------------------------------------------------------------------------------------


def test_the_journal_is_narrowed_by_what_is_asked(story, signed_in, dora, bank):
    def numbers(**asked):
        page = signed_in(dora).get("/en/risparmio/libro/registrazioni/", asked)
        assert page.status_code == 200
        return [row["entry"].number for row in page.context["rows"]]

    assert numbers() == list(range(book_of_money().entries.count(), 0, -1))
    assert numbers(tipo="risparmio.cash") == [4]
    assert numbers(dal=str(days_ago(9)), al=str(days_ago(8))) == [3, 2, 1]
    assert numbers(importo="300.00") == [1]
    assert numbers(conto="transit") == [6]
    assert 1 in numbers(conto=f"bank-{bank.pk}")
    assert numbers(conto="household") == numbers_of_household(story)


def numbers_of_household(agreement):
    rows = agreement.ledger.postings.order_by("-entry__number")
    return list(rows.values_list("entry__number", flat=True))


def test_whatever_can_be_booked_has_a_word():
    kinds = {word for name, word in vars(bookings).items() if name.isupper() and isinstance(word, str)}
    assert {one for one in kinds if one.startswith("risparmio.")} == KINDS.keys()


@pytest.mark.parametrize(
    "asked", [{"dal": "x"}, {"tipo": "x"}, {"importo": "12,5,0"}, {"accordo": "-1"}, {"page": "x"}]
)
def test_what_makes_no_sense_is_said_and_breaks_nothing(story, signed_in, dora, asked):
    assert signed_in(dora).get("/en/risparmio/libro/registrazioni/", asked).status_code == 200


def test_one_households_entries_are_opened_with_a_reason(story, signed_in, dora):
    client = signed_in(dora)
    address = f"/en/risparmio/libro/registrazioni/?accordo={story.number}"
    assert "Why do you open this" in client.get(address).content.decode()

    client.post(address, {"why": "contact"})

    assert [row["entry"].number for row in client.get(address).context["rows"]] == numbers_of_household(story)
    assert ConfidentialRead.objects.get().about == story.household.members.get().person


def test_an_entry_of_a_household_is_opened_with_a_reason_and_shows_its_papers(story, signed_in, dora):
    client = signed_in(dora)
    address = reverse("risparmio:entry", args=[7])
    assert "Paola" not in client.get(address).content.decode()

    page = client.post(address, {"why": "contact"}, follow=True).content.decode()

    assert "Paola" in page
    assert book_of_money().entries.get(number=7).hash in page
    assert ConfidentialRead.objects.count() == 1


def test_an_entry_of_nobody_is_opened_at_once(story, signed_in, dora):
    page = signed_in(dora).get(reverse("risparmio:entry", args=[6]))
    assert page.status_code == 200
    assert not ConfidentialRead.objects.exists()


def test_every_entry_has_a_page(story, signed_in, dora):
    client = signed_in(dora)
    for entry in entries():
        address = reverse("risparmio:entry", args=[entry.number])
        assert client.post(address, {"why": "contact"}, follow=True).status_code == 200
        assert client.get(address).context["filed"].is_right


def test_an_entry_that_is_not_there(signed_in, dora, people):
    assert signed_in(dora).get(reverse("risparmio:entry", args=[1])).status_code == 404
    assert signed_in(dora).get(reverse("risparmio:entry", args=[10**30])).status_code == 404


@pytest.mark.parametrize("who", ["caseworker", "tenant", "stranger"])
def test_an_entry_is_missing_to_who_does_not_read_the_book(story, people, signed_in, who):
    assert signed_in(people[who]).get(reverse("risparmio:entry", args=[6])).status_code == 404


def test_as_many_queries_for_a_full_page_as_for_a_few_entries(
    story, signed_in, dora, django_assert_max_num_queries
):
    client = signed_in(dora)
    client.get(reverse("risparmio:entries"))
    with django_assert_max_num_queries(15) as few:
        client.get(reverse("risparmio:entries"))
    for _each in range(20):
        cash(story, 100)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(reverse("risparmio:entries"))


# -- the sample -------------------------------------------------------------------------------------------------------


def drawn(**asked):
    terms = {"seed": 7, "size": 3, "above": 25_000} | asked
    found = draw(days_ago(30), TODAY, **terms)
    return [one.entry.number for one in found.large], [one.entry.number for one in found.drawn]


def test_the_large_ones_are_all_in_it_and_the_others_by_the_seed(story):
    large, others = drawn()

    assert large == [1]
    assert len(others) == 3
    assert drawn() == (large, others), "the same again"
    assert len({str(drawn(seed=seed)) for seed in range(20)}) > 5, "another seed draws others"


def test_what_is_booked_later_moves_little_of_it(story):
    before = set(drawn()[1])
    cash(story, 100)
    assert len(before & set(drawn()[1])) >= 2


def test_more_large_ones_than_anybody_looks_at(story, monkeypatch):
    monkeypatch.setattr("risparmio.auditing.sample.MOST", 2)
    with pytest.raises(TooMany):
        drawn(above=1)


def test_the_page_draws_what_its_address_says(story, signed_in, dora):
    asked = {"dal": days_ago(30), "al": TODAY, "importo": "250.00", "quante": 3, "seme": 7}
    page = signed_in(dora).get("/en/risparmio/libro/campione/", asked)

    shown = page.context["sample"]
    assert ([one.entry.number for one in shown.large], [one.entry.number for one in shown.drawn]) == drawn()
    assert "Each has its papers" in page.content.decode()


def test_one_reason_is_asked_for_a_sample_and_each_reading_is_written_down(story, signed_in, dora):
    asked = {"dal": days_ago(30), "al": TODAY, "importo": "0.01", "quante": 3, "seme": 7}
    client = signed_in(dora)
    first, other = BankLine.objects.filter(agreement__isnull=False).order_by("pk")[:2]
    with override("en"):
        entry = reverse("risparmio:entry", args=[first.entry.number])
        lines = [one.get_absolute_url() for one in (first, other)]
    question = "Why do you open this"
    client.get("/en/risparmio/libro/campione/", asked)

    page = client.get(entry).content.decode()
    assert question in page
    assert "counts for all of this sample" in page
    client.post(entry, {"why": "control"})

    for address in lines:
        assert question not in client.get(address).content.decode()
    reads = ConfidentialRead.objects.filter(reader=dora)
    assert {(one.content_type.model, one.object_id, one.reason) for one in reads} >= {
        ("savingsagreement", str(story.pk), "control"),
        ("bankline", str(first.pk), "control"),
        ("bankline", str(other.pk), "control"),
    }
    assert question in signed_in(dora).get(entry).content.decode(), "of another session nothing is known"


def test_the_page_counts_what_lacks_a_paper(bank, agreement, signed_in, dora):
    bookings.transfer_in(bank.ledger, agreement.ledger, 5_000, key="x", about=agreement)
    asked = {"dal": days_ago(30), "al": TODAY, "importo": "250.00", "quante": 3, "seme": 7}

    page = signed_in(dora).get("/en/risparmio/libro/campione/", asked).content.decode()

    assert "1 entry lacks a paper" in page
    assert "Missing: the line of a bank" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"importo": "NaN"},
        {"quante": "-1"},
        {"seme": "x"},
        {"dal": ""},
        {"al": "2000-01-01"},
        {"quante": "9999"},
    ],
)
def test_a_sample_that_cannot_be_drawn(story, signed_in, dora, wrong):
    asked = {"dal": days_ago(30), "al": TODAY, "importo": "250.00", "quante": 3, "seme": 7} | wrong
    assert signed_in(dora).get("/en/risparmio/libro/campione/", asked).status_code == 422
