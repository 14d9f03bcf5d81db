"""What savings hand over and forget: words, names and accounts go with whoever is erased; the book stays whole.

Samira and Omar put money aside together. Elena advises them, Lucia keeps the book.
"""

import json
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from portal.extensions import PersonalData, declared
from portal.ledger import verify
from portal.privacy import erasing
from portal.privacy.models import against_erasing
from portal.privacy.schedules import expire_personal_data
from portal.tasks.worker import work_off
from portal.testing.clients import Browser
from portal.testing.factories import BuildingFactory, DeskFactory, UserFactory, adult_of, tenant_of
from risparmio.agreements.final import FinalSignature, FinalStatement
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.plans import PlanSignature, SavingsPlan
from risparmio.agreements.words import State
from risparmio.auditing.privacy import ARCHIVE_KEPT
from risparmio.auditing.sealing import YearArchive
from risparmio.bank.importing import take
from risparmio.bank.models import BankLine, Correction, Statement, StatementFile
from risparmio.bank.settling import approve, settle, unsettle
from risparmio.book.accounts import book_of_money
from risparmio.book.models import BankAccount
from risparmio.goals.models import SavingsGoal
from risparmio.payments.models import CashReceipt, Payout
from risparmio.payments.words import State as PayoutState
from risparmio.testing import agreement_of, approver, caseworker, treasurer
from tests.portal.proof.browsers import step_up_now
from tests.risparmio.booked import auditor
from tests.risparmio.statements import OURS, swift

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
THEIRS = "DE89370400440532013000"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.VAR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def samira():
    return tenant_of(BuildingFactory(), display_name="Samira Hassan")


@pytest.fixture
def omar(samira):
    return adult_of(samira.household_memberships.get().household, display_name="Omar Hassan")


@pytest.fixture
def elena():
    return caseworker(display_name="Elena")


@pytest.fixture
def lucia():
    return treasurer(display_name="Lucia")


@pytest.fixture
def bank():
    return BankAccount.objects.create(name="Conto risparmi", holder="Agenzia dell'abitare", iban=OURS)


@pytest.fixture
def savings(samira, omar, elena, lucia, bank):
    """60.00 by a transfer of Samira's that somebody had doubts about, a receipt of 10.00 that was a mistake, a payout
    that was refused, a plan that Elena proposed because Omar has lost his work, and a bicycle to dream of."""
    savings = agreement_of(samira, by=elena)
    information = (
        f"166?00BONIFICO?20EREF+E2E1?21SVWZ+Risparmio?22{savings.reference}?31{THEIRS}?32Samira Hassan"
    )
    take(bank, swift([(TODAY, 6_000, information)], opening=0, before=TODAY, until=TODAY), by=lucia)
    moved(BankLine.objects.get(), savings, by=lucia, reason="Sembrava della vicina")
    receipt = CashReceipt.take(savings, by=elena, desk=DeskFactory(), cents=1_000, client_id=uuid.uuid4())
    receipt.take_back(by=lucia, reason="Era di un'altra famiglia")
    payout = asks(savings, samira, cents=1_000)
    payout.refuse(by=approver(), reason="Manca il preventivo")
    propose(savings, elena, "Omar ha perso il lavoro").sign(by=samira)
    SavingsGoal.begin(savings, by=omar, client_id=uuid.uuid4(), name="Bicicletta", picture="other")
    return savings


@pytest.fixture
def ended(savings, samira, elena, lucia, bank):
    """They have moved on, and have all of it back."""
    savings.begin_exit(by=elena, on=TODAY, reason="Hanno trovato casa")
    final = FinalStatement.draw(savings, by=elena, client_id=uuid.uuid4())
    for person in (elena, samira):
        final.sign(by=person)
    payout = asks(savings, samira, cents=6_000, purpose="exit")
    payout.approve(by=approver())
    payout.order(by=lucia)
    information = f"166?00BONIFICO?20EREF+{payout.end_to_end}?31{THEIRS}?32Samira Hassan"
    take(
        bank,
        swift([(TODAY, -6_000, information)], opening=6_000, before=TODAY, until=TODAY, number=2),
        by=lucia,
    )
    return SavingsAgreement.objects.get(state=State.CLOSED)


def asks(savings, person, *, cents, purpose="furniture"):
    told = {"payee": "Samira Hassan", "iban": THEIRS, "note": "Per il letto di Amal"}
    return Payout.request(savings, by=person, client_id=uuid.uuid4(), cents=cents, purpose=purpose, **told)


def moved(line, savings, *, by, reason):
    """Put right, and settled as of that household."""
    if not unsettle(line, by=by, reason=reason):
        approve(line, by=approver())
    settle(line, savings, by=by)


def propose(savings, person, reason):
    terms = {"kind": "change", "since": TODAY.replace(day=1), "cents": 4_000, "due_day": 10}
    return SavingsPlan.propose(savings, by=person, client_id=uuid.uuid4(), reason=reason, **terms)


def leaves(person, savings):
    savings.household.remove(person, by=None)
    return person


def copy_of(person) -> str:
    """Of what savings know of them."""
    kinds = [data for data in declared(PersonalData) if data.key.startswith("risparmio.")]
    return json.dumps({data.key: list(data.export(person)) for data in kinds}, ensure_ascii=False)


def all_words() -> set[str]:
    """What stands in the tables of savings in somebody's own words."""
    columns = (
        (SavingsAgreement, "leaving_reason"),
        (SavingsPlan, "reason"),
        (SavingsGoal, "name"),
        (CashReceipt, "void_reason"),
        *((Payout, name) for name in ("payee", "iban", "note", "refusal")),
        (Correction, "reason"),
        *((BankLine, name) for name in ("counterparty", "counterparty_iban", "text", "end_to_end")),
    )
    return {word for model, name in columns for word in model.objects.values_list(name, flat=True)} - {
        "",
        "—",
    }


def impediments(person) -> list[str]:
    with override("en"):
        said = [str(one.person) for one in against_erasing(person)]
    return [words for words in said if "money" in words or "payout" in words]


# -- what stands against it ----------------------------------------------------------------------------------


def test_savings_stand_against_erasing_the_adults_of_the_household(savings, samira, omar, elena):
    for person in (samira, omar):
        assert impediments(person) == [
            "You put money aside with us. Once you have all of it back, your data can be erased."
        ]
    savings.begin_exit(by=elena, on=TODAY)
    assert impediments(samira), "it still lies with us"


def test_not_those_of_who_has_left_it_nor_of_a_child_nor_of_anybody_else(savings, omar):
    amal = UserFactory()
    savings.household.members.create(person=amal, is_adult=False)

    for person in (leaves(omar, savings), amal, UserFactory()):
        assert impediments(person) == []


def test_nothing_stands_against_it_once_all_has_gone_back(ended, samira, omar):
    assert impediments(samira) == impediments(omar) == []


def test_a_payout_on_its_way_stands_against_erasing_who_asked_for_it(savings, elena):
    payout = asks(savings, elena, cents=2_000)
    assert impediments(elena) == [
        "A payout that you asked for is on its way. Once it has ended, your data can be erased."
    ]
    payout.withdraw(by=elena)
    assert impediments(elena) == []


# -- what their copy tells ---------------------------------------------------------------------------------


def test_the_copy_of_an_adult_tells_all_of_the_household(ended, samira, omar):
    for person in (samira, omar):
        told = copy_of(person)
        for words in (
            "Hanno trovato casa",
            "Omar ha perso il lavoro",
            "Bicicletta",
            "Era di un'altra famiglia",
            "Manca il preventivo",
            "Per il letto di Amal",
            "Samira Hassan",
        ):
            assert words in told, words


def test_the_copy_of_who_worked_for_the_agency_tells_nothing_of_the_household(savings, elena):
    asks(savings, elena, cents=1_000).withdraw(by=elena)
    told = copy_of(elena)

    assert all(words not in told for words in all_words())
    assert '"cents"' not in told
    kinds = {key for key, rows in json.loads(told).items() if rows}
    assert kinds == {
        "risparmio.CashReceipt",
        "risparmio.Payout",
        "risparmio.PlanSignature",
        "risparmio.SavingsPlan",
    }


def test_the_copy_of_who_has_left_tells_what_they_wrote_and_nothing_since(savings, samira, omar):
    asks(savings, omar, cents=500).withdraw(by=omar)
    Payout.objects.filter(requested_by=omar).update(note="Per la mia visita")
    told = copy_of(leaves(omar, savings))

    assert "Per la mia visita" in told
    assert all(
        words not in told for words in ("Bicicletta", "Omar ha perso il lavoro", "Per il letto di Amal")
    )


def test_from_which_account_somebody_paid_is_told_to_nobody(savings, samira):
    BankLine.objects.update(counterparty_iban="IT00ANOTHER")

    assert "IT00ANOTHER" not in copy_of(samira)


# -- what an erasure leaves ----------------------------------------------------------------------------------


def test_of_a_household_that_has_everything_back_days_and_amounts_stay(ended, samira, omar):
    before = list(verify(book_of_money()))

    erasing.erase(leaves(samira, ended))

    assert all_words() == set()
    assert not SavingsGoal.objects.exists()
    final = FinalStatement.objects.get()
    assert (final.own_cents, final.left_cents) == (6_000, 6_000)
    assert final.is_signed, "both sides have"
    assert set(
        FinalSignature.objects.filter(person=samira).values_list("person__display_name", flat=True)
    ) == {"—"}
    assert set(SavingsPlan.objects.values_list("cents", "state")) == {(5_000, "agreed"), (4_000, "agreed")}
    assert str(CashReceipt.objects.get()) == f"1/{TODAY.year}"
    assert set(Payout.objects.values_list("cents", "state")) == {
        (1_000, PayoutState.REFUSED),
        (6_000, PayoutState.PAID),
    }
    assert set(BankLine.objects.values_list("cents", "meaning")) == {(6_000, "saving"), (-6_000, "payout")}
    assert list(verify(book_of_money())) == before == []


def test_and_the_other_adult_still_reads_it(ended, samira, omar):
    erasing.erase(leaves(samira, ended))
    client = Browser()
    client.force_login(omar)
    step_up_now(client)

    payouts = Payout.objects.all()
    things = [ended, CashReceipt.objects.get(), *payouts]
    pages = [client.get(thing.get_absolute_url()) for thing in things]

    assert [page.status_code for page in pages] == [200] * len(things)
    assert not [page for page in pages if "Samira" in page.content.decode()]
    assert "60" in client.get(ended.get_absolute_url()).content.decode()
    told = json.loads(copy_of(omar))
    assert {row["cents"] for row in told["risparmio.Payout"]} == {1_000, 6_000}
    assert [row["back_cents"] for row in told["risparmio.FinalStatement"]] == [6_000]


def test_who_lived_there_is_forgotten_sooner_than_what_they_signed(ended, samira):
    """Two years after they have moved out nothing says any more that they belonged to the household."""
    ended.household.members.all().delete()

    erasing.erase(samira)

    assert all_words() == set()


def test_an_adult_who_has_signed_nothing_is_forgotten_as_well(ended, omar):
    erasing.erase(leaves(omar, ended))

    assert all_words() == set()


def test_what_the_bank_wrote_of_a_sum_for_several_goes_as_well(ended, samira):
    """Of several payouts in one sum the line is nobody's."""
    BankLine.objects.filter(meaning="payout").update(agreement=None)

    erasing.erase(leaves(samira, ended))

    assert all_words() == set()


def test_why_another_households_line_is_theirs_goes_as_well(savings, samira, elena, lucia):
    neighbours = agreement_of(tenant_of(BuildingFactory()), by=elena)
    line = BankLine.objects.get()
    moved(line, neighbours, by=lucia, reason="Era della vicina")
    moved(line, savings, by=lucia, reason="No, era di Samira")
    SavingsAgreement.objects.filter(pk=savings.pk).update(state=State.CLOSED, closed_on=TODAY)

    erasing.erase(leaves(samira, savings))

    assert set(Correction.objects.values_list("reason", flat=True)) == {"—"}
    assert set(Correction.objects.values_list("was_of__number", flat=True)) == {
        savings.number,
        neighbours.number,
    }


def test_erased_once_more_nothing_is_left_to_do(ended, samira):
    erasing.erase(leaves(samira, ended))
    before = list(Payout.objects.values())

    erasing.erase(samira)

    assert list(Payout.objects.values()) == before


def test_of_a_household_that_saves_on_nothing_goes_with_one_who_has_left(savings, omar):
    words, amounts = all_words(), copy_of_amounts()

    erasing.erase(leaves(omar, savings))

    assert all_words() == words
    assert copy_of_amounts() == amounts
    assert savings.held == 6_000


def copy_of_amounts():
    return [
        list(model.objects.order_by("pk").values_list(name, flat=True))
        for model, name in (
            (SavingsPlan, "cents"),
            (SavingsGoal, "set_aside"),
            (CashReceipt, "cents"),
            (Payout, "cents"),
            (BankLine, "cents"),
        )
    ]


def test_but_for_what_they_wrote_themselves(savings, samira, omar, elena):
    asks(savings, omar, cents=500).withdraw(by=omar)
    Payout.objects.filter(requested_by=omar).update(payee="Omar Hassan", note="Per la mia visita")
    propose(savings, omar, "Ho un lavoro nuovo").sign(by=elena)
    words = all_words()

    erasing.erase(leaves(omar, savings))

    assert words - all_words() == {"Omar Hassan", "Per la mia visita", "Ho un lavoro nuovo"}


def test_what_somebody_wrote_for_the_agency_stays_with_the_household(savings, elena, lucia):
    asks(savings, elena, cents=1_000).withdraw(by=elena)
    moved(BankLine.objects.get(), savings, by=lucia, reason="Adesso è sicuro")
    words = all_words()

    for person in (elena, lucia):
        for grant in person.role_grants.all():
            person.take_role(grant.role, by=None)
        erasing.erase(person)

    assert all_words() == words
    receipt = CashReceipt.objects.get()
    assert (receipt.received_by, receipt.voided_by) == (None, None)
    assert set(SavingsPlan.objects.values_list("proposed_by", flat=True)) == {None}
    assert set(Statement.objects.values_list("read_by", flat=True)) == {None}
    assert set(Correction.objects.values_list("by", "was_settled_by")) == {(None, None)}
    assert set(StatementFile.objects.values_list("sent_by__display_name", flat=True)) == {"—"}


# -- sealed archives -----------------------------------------------------------------------------------------


def archived():
    YearArchive.ask(TODAY.year, by=auditor())
    work_off()
    archive = YearArchive.objects.exclude(file="").get()
    assert {"tables/bank_lines.csv", "tables/payouts.csv"} <= where_their_account_stands(archive)
    return archive


def where_their_account_stands(archive) -> set[str]:
    with archive.file.open() as file, zipfile.ZipFile(file) as packed:
        return {name for name in packed.namelist() if THEIRS in packed.read(name).decode()}


def files(media):
    return [path for path in media.rglob("*") if path.is_file()]


def test_an_archive_in_which_their_account_stands_goes_with_them_and_its_seal_stays(
    ended, samira, media, committing
):
    archive = archived()
    seal, other = archive.seal, YearArchive.objects.create(year=TODAY.year - 1, file="archives/00/other.zip")

    with committing():
        erasing.erase(leaves(samira, ended))

    archive.refresh_from_db()
    other.refresh_from_db()
    assert (archive.file.name, archive.seal) == ("", seal)
    assert other.file, "they did not save then"
    assert files(media) == []
    again = YearArchive.ask(TODAY.year, by=auditor())
    work_off()
    again.refresh_from_db()
    papers = {f"bank/{file.pk}.txt" for file in StatementFile.objects.all()}
    assert where_their_account_stands(again) == papers, "what the bank itself wrote, and nothing else"


def test_an_archive_stays_where_somebody_else_is_erased(ended, media, committing):
    archived()
    with committing():
        erasing.erase(tenant_of(BuildingFactory()))
    assert len(files(media)) == 1


@pytest.mark.parametrize(("days", "left"), [(-1, 1), (1, 0)])
def test_an_archives_file_goes_after_a_month_and_its_seal_stays(ended, media, committing, days, left):
    archive = archived()
    then = timezone.now() - ARCHIVE_KEPT - timedelta(days=days)
    YearArchive.objects.update(finished_at=then, asked_at=then)

    with committing():
        expire_personal_data()

    assert (len(files(media)), bool(YearArchive.objects.get().file)) == (left, bool(left))
    assert YearArchive.objects.get().seal == archive.seal != ""


# -- after ten years -----------------------------------------------------------------------------------------


def test_ten_years_after_the_end_all_of_it_is_gone_but_the_book(ended):
    entries = book_of_money().entries.count()
    SavingsAgreement.objects.update(closed_on=TODAY - timedelta(days=3655))
    Statement.objects.update(read_at=timezone.now() - timedelta(days=3655))
    StatementFile.objects.update(sent_at=timezone.now() - timedelta(days=3655))

    expire_personal_data()
    expire_personal_data()  # the night after: what had waited for what stood on it

    kinds = (
        SavingsAgreement,
        SavingsPlan,
        PlanSignature,
        FinalStatement,
        FinalSignature,
        SavingsGoal,
        CashReceipt,
        Payout,
        BankLine,
        Correction,
        Statement,
        StatementFile,
    )
    assert [model.__name__ for model in kinds if model.objects.exists()] == []
    assert book_of_money().entries.count() == entries > 0
    assert list(verify(book_of_money())) == []


def test_they_do_not_wait_for_a_line_that_was_another_households(savings, elena, lucia):
    neighbours = agreement_of(tenant_of(BuildingFactory()), by=elena)
    moved(BankLine.objects.get(), neighbours, by=lucia, reason="Era della vicina")
    over = {"state": State.CLOSED, "closed_on": TODAY - timedelta(days=3655)}
    SavingsAgreement.objects.filter(pk=savings.pk).update(**over)

    expire_personal_data()

    assert SavingsAgreement.objects.get() == neighbours
    assert BankLine.objects.get().agreement == neighbours
    assert set(Correction.objects.values_list("was_of", "reason")) == {(None, "—")}


def test_of_a_household_that_saves_on_all_of_it_stays_however_old_it_is(savings):
    BankLine.objects.update(day=TODAY - timedelta(days=8000))
    before = all_words()

    expire_personal_data()

    assert all_words() == before


def test_an_old_line_stays_as_long_as_the_savings_it_belongs_to(ended):
    """They ended five years ago."""
    BankLine.objects.update(day=TODAY - timedelta(days=4000))
    SavingsAgreement.objects.update(closed_on=TODAY - timedelta(days=1800))

    expire_personal_data()

    assert BankLine.objects.count() == 2
