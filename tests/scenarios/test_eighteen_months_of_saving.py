"""Eighteen months: Samira's household and the agency agree, transfers and cash come in, a month is missed, a pause is
agreed on, beds are bought, and at the end all of it goes along. Each step is a click, and somebody else's page.
"""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portal.ledger import verify
from portal.tasks.worker import work_off
from portal.testing.clients import Browser
from portal.testing.factories import BuildingFactory, DeskFactory, tenant_of
from risparmio.agreements.models import SavingsAgreement
from risparmio.bank.formats.statement import Balance, Line, Statement
from risparmio.bank.reconciling import differences
from risparmio.book.accounts import book_of_money
from risparmio.book.models import BankAccount
from risparmio.payments.models import CashReceipt, Payout
from risparmio.testing import approver, caseworker, treasurer
from tests.portal.proof.browsers import step_up_now
from tests.risparmio.bank.formats.samples import camt

pytestmark = pytest.mark.django_db

OURS, SAMIRAS = "IT60X0542811101000000123456", "DE89370400440532013000"
START = date(2025, 2, 1)  # of the agreement; it lasts until 31 July 2026
END = date(2026, 7, 31)


class Story:
    """The people, each with a browser of their own, and the bank with what has moved there since its last file."""

    def __init__(self):
        self.clock = None
        self.on(date(2025, 1, 27))
        self.samira = tenant_of(BuildingFactory(), display_name="Samira Hassan", language="it")
        self.home = self.samira.household_memberships.get().household.tenancies.get()
        self.home.starts_on, self.home.ends_on = date(2025, 1, 20), END
        self.home.save()
        self.elena, self.lucia, self.paola = caseworker(), treasurer(), approver()
        self.desk = DeskFactory(name="Pero")
        self.bank = BankAccount.objects.create(
            name="Conto risparmio", holder="Agenzia dell'abitare", iban=OURS, is_paid_into=True
        )
        self.browsers = {}
        self.lines, self.standing, self.files = [], 0, 0

    def on(self, day):
        """It is ten in the morning of that day."""
        self.stop()
        self.clock = time_machine.travel(datetime(day.year, day.month, day.day, 9, tzinfo=UTC), tick=False)
        self.clock.start()

    def stop(self):
        if self.clock:
            self.clock.stop()
            self.clock = None

    def browser(self, person):
        """Signed in, and proved today who they are."""
        browser = self.browsers.setdefault(person.pk, Browser())
        browser.force_login(person)
        step_up_now(browser)
        return browser

    def sees(self, person, path, why=""):
        """What stands on a page, in English; `why` is what staff answer when they are asked."""
        browser = self.browser(person)
        if why:
            browser.post(f"/en/risparmio/{path}", {"why": why})
        answer = browser.get(f"/en/risparmio/{path}")
        assert answer.status_code == 200, (path, answer.status_code, answer.headers.get("Location"))
        return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")

    def sends(self, person, path, why="", **form):
        """A form, twice: the second time is the first one over again."""
        browser = self.browser(person)
        if why:
            browser.post(f"/en/risparmio/{path}", {"why": why})
        answers = [browser.post(f"/en/risparmio/{path}", form) for _time in range(2)]
        assert answers[0].status_code == 302, (path, answers[0].status_code, _errors(answers[0]))
        return answers[0]

    # -- the bank ---------------------------------------------------------------------------------------------------

    def moves(self, cents, **says):
        self.lines.append(
            Line(
                day=timezone.localdate(),
                cents=cents,
                bank_reference=f"B{self.files}-{len(self.lines)}",
                **says,
            )
        )

    def statement(self):
        """Lucia fetches the bank's file of all that has moved, and sends it in."""
        days = [line.day for line in self.lines]
        closing = self.standing + sum(line.cents for line in self.lines)
        told = Statement(
            account=OURS,
            identification=f"{self.files + 1}",
            opening=Balance(day=min(days), cents=self.standing),
            closing=Balance(day=max(days), cents=closing),
            lines=tuple(self.lines),
        )
        self.standing, self.lines, self.files = closing, [], self.files + 1
        content = camt(told)
        for _time in range(2):  # an impatient thumb
            sent = {
                "client_id": uuid.uuid4(),
                "account": self.bank.pk,
                "file": SimpleUploadedFile("estratto.xml", content),
            }
            assert self.browser(self.lucia).post("/en/risparmio/banca/", sent).status_code == 302
        work_off()
        assert differences(self.bank, START - timedelta(days=9), timezone.localdate()) == []
        assert list(verify(book_of_money())) == []


def _errors(answer):
    form = (answer.context or {}).get("form")
    return form.errors if form is not None else answer.content[:500]


@pytest.fixture
def story():
    told = Story()
    yield told
    told.stop()


def test_eighteen_months_of_saving(story):
    samira, elena, lucia, paola = story.samira, story.elena, story.lucia, story.paola

    # Elena writes down what they have talked about; Samira reads it on her phone, and signs.
    story.sends(
        elena,
        "nuovo/",
        client_id=uuid.uuid4(),
        tenancy=story.home.pk,
        goal="deposit",
        goal_cents="900",
        cents="50",
        due_day="10",
        starts_on=START.isoformat(),
        ends_on=END.isoformat(),
        match_percent="10",
        supporter="",
    )
    saved = SavingsAgreement.objects.get()
    assert "waits for" in story.sees(samira, "")
    story.sends(samira, f"piano/{saved.plans.get().pk}/sign/")
    assert "signed" in story.sees(elena, f"{saved.pk}/piano/", why="contract").lower()

    # The agency pays in what it will add.
    story.moves(20_000, counterparty="Comune di Pero", text="Fondo per i risparmi")
    story.statement()
    line = story.bank.lines.get()
    assert "Fondo per i risparmi" in story.sees(lucia, "banca/righe/")
    story.sends(lucia, f"banca/righe/{line.pk}/agenzia/")

    # Five months by transfer, with the reference that her page shows.
    reference = story.sees(samira, f"{saved.pk}/versa/")
    assert saved.reference[:4] in reference
    for month in range(2, 7):
        story.on(date(2025, month, 8))
        story.moves(5_000, counterparty="Hassan Samira", counterparty_iban=SAMIRAS, reference=saved.reference)
        story.statement()
    assert saved.held == 25_000
    assert "€250.00" in story.sees(samira, "")

    # July: she brings cash to the desk, and finds the receipt on her phone.
    story.on(date(2025, 7, 9))
    story.sends(
        elena, f"{saved.pk}/contanti/", client_id=uuid.uuid4(), desk=story.desk.pk, cents="50", why="contract"
    )
    receipt = CashReceipt.objects.get()
    assert (str(receipt), receipt.cents) == ("1/2025", 5_000)
    assert "1/2025" in story.sees(samira, f"{saved.pk}/ricevute/")
    story.sends(elena, f"cassa/{story.desk.pk}/conta/", client_id=uuid.uuid4(), counted="50", note="")
    story.sends(lucia, f"cassa/{story.desk.pk}/banca/", client_id=uuid.uuid4(), cents="50")
    story.on(date(2025, 7, 11))
    story.moves(5_000, text="VERSAMENTO CONTANTI")
    story.statement()
    assert book_of_money().replay()["transit"] == 0

    # August: no money. Nobody scolds; she asks for a pause of two months, and Elena signs.
    story.on(date(2025, 8, 21))
    page = story.sees(samira, "")
    assert "Nothing is added to it" in page
    assert "Ask for a pause" in page
    story.sends(
        samira,
        f"{saved.pk}/piano/proponi/?cosa=pausa",
        client_id=uuid.uuid4(),
        since="2025-08-01",
        months="2",
        reason="Mio marito ha perso il lavoro",
    )
    pause = saved.plans.last()
    assert "Mio marito ha perso il lavoro" in story.sees(elena, f"{saved.pk}/piano/", why="contract")
    story.sends(elena, f"piano/{pause.pk}/sign/", why="contract")
    assert "Nothing is added to it" not in story.sees(samira, "")

    # Autumn and winter: she goes on, and the agency adds its tenth.
    for year, month in ((2025, 10), (2025, 11), (2025, 12), (2026, 1), (2026, 2)):
        story.on(date(year, month, 9))
        story.moves(5_000, counterparty="Hassan Samira", counterparty_iban=SAMIRAS, reference=saved.reference)
        story.statement()
    saved.match()
    assert (saved.paid_in(), saved.matched(), saved.held) == (55_000, 5_500, 60_500)
    assert "€605.00" in story.sees(samira, "")

    # March: beds for the children. She asks, Paola says yes, Lucia tells the bank, the bank's file says it is paid.
    story.on(date(2026, 3, 3))
    story.sends(
        samira,
        f"{saved.pk}/prelievo/",
        client_id=uuid.uuid4(),
        purpose="furniture",
        cents="200",
        payee="Samira Hassan",
        iban=SAMIRAS,
        note="Letti per i bambini",
    )
    payout = Payout.objects.get()
    assert str(story.home.household) in story.sees(paola, "approvazioni/")
    story.sends(paola, f"prelievi/{payout.pk}/approve/")
    story.sends(
        lucia,
        "bonifici/",
        client_id=uuid.uuid4(),
        payouts=[payout.pk],
        account=story.bank.pk,
        execution_day="2026-03-04",
        sure="1",
    )
    order = (
        story.browser(lucia).get(f"/en/risparmio/bonifici/{_order_of(payout)}/pain001.xml").content.decode()
    )
    assert f"ABITARE-{payout.pk}" in order
    assert '<InstdAmt Ccy="EUR">200.00</InstdAmt>' in order
    story.on(date(2026, 3, 5))
    story.moves(-20_000, end_to_end=f"ABITARE-{payout.pk}", counterparty="Samira Hassan")
    story.statement()
    payout.refresh_from_db()
    assert payout.state == "paid"
    assert "€405.00" in story.sees(samira, "")

    # Spring, and a parish that pays a month with her reference.
    for month in (3, 4, 5, 6):
        story.on(date(2026, month, 10))
        story.moves(
            5_000,
            counterparty="Parrocchia San Rocco" if month == 5 else "Hassan Samira",
            text=f"RISPARMIO {saved.reference}",
        )
        story.statement()
    assert saved.held == 60_500

    # July: a home of their own. A final statement that both sign, and all of it goes along.
    story.on(date(2026, 7, 1))
    story.sends(samira, f"{saved.pk}/uscita/ask/")
    story.sends(elena, f"{saved.pk}/uscita/begin/", on="2026-07-20", reason="Una casa loro", why="contract")
    story.sends(elena, f"{saved.pk}/uscita/draw/", client_id=uuid.uuid4(), why="contract")
    final = saved.final_statements.get()
    assert (final.own_cents, final.matched_cents, final.taken_cents, final.left_cents) == (
        75_000,
        7_500,
        20_000,
        62_500,
    )
    assert "€625.00" in story.sees(samira, f"{saved.pk}/uscita/")
    story.sends(samira, f"{saved.pk}/uscita/sign/", statement=final.pk)
    story.sends(elena, f"{saved.pk}/uscita/sign/", statement=final.pk, why="contract")
    story.sends(
        samira,
        f"{saved.pk}/prelievo/",
        client_id=uuid.uuid4(),
        purpose="exit",
        cents="625",
        payee="Samira Hassan",
        iban=SAMIRAS,
        note="",
    )
    last = Payout.objects.get(purpose="exit")
    story.sends(paola, f"prelievi/{last.pk}/approve/")
    story.sends(lucia, f"prelievi/{last.pk}/order/", agreed="on")
    story.on(date(2026, 7, 6))
    story.moves(-62_500, end_to_end=f"ABITARE-{last.pk}", counterparty="Samira Hassan")
    story.statement()

    saved.refresh_from_db()
    assert (saved.state, saved.held, saved.closed_on) == ("closed", 0, date(2026, 7, 6))
    assert "This savings agreement has ended" in story.sees(samira, "")
    book = {code: amount for code, amount in book_of_money().replay().items() if amount}
    assert book == {story.bank.ledger.code: 12_500, "agency": -12_500}


def _order_of(payout):
    payout.refresh_from_db()
    return payout.transfer_id
