"""The bank's pages, as the treasurer, the approver and the auditor see them; and what they make of bad files."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from portal.tasks.worker import work_off
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory
from risparmio.bank.importing import take
from risparmio.bank.models import BankLine, Explanation, Statement, StatementFile
from risparmio.bank.reconciling import Cause
from risparmio.bank.settling import settle
from risparmio.book.models import BankAccount
from risparmio.payments.models import Payout
from risparmio.testing import agreement_of, approver, caseworker
from tests.portal.proof.browsers import step_up_now
from tests.risparmio.bank.files import BEFORE, THEIRS, TODAY, YESTERDAY, balances, swift

pytestmark = pytest.mark.django_db


def at(name, *args):
    with override("en"):
        return reverse(f"risparmio:{name}", args=args)


def signed_in(person):
    browser = Browser()
    browser.force_login(person)
    step_up_now(browser)
    return browser


@pytest.fixture
def desk(lucia):
    return signed_in(lucia)


def upload(browser, account, content, *, client_id=None, name="estratto.sta"):
    sent = {
        "client_id": client_id or uuid.uuid4(),
        "account": account.pk,
        "file": SimpleUploadedFile(name, content),
    }
    return browser.post(at("bank"), sent)


def test_a_file_is_sent_read_and_its_lines_are_counted(desk, bank, agreement):
    answer = upload(desk, bank, swift((BEFORE, 5_000, agreement.reference), (YESTERDAY, 700, "?")))
    file = StatementFile.objects.get()
    assert (answer.status_code, answer.url) == (302, at("statement_file", file.pk))
    waiting = desk.get(answer.url).content.decode()
    for sign in ("<progress", 'hx-trigger="every 2s"', "0 of 2 lines"):
        assert sign in waiting

    work_off()

    done = desk.get(answer.url).content.decode()
    assert "<progress" not in done
    assert f"file={file.pk}" in done
    download = desk.get(at("statement_file_download", file.pk))
    assert download.content == file.content
    assert download["Content-Disposition"] == 'attachment; filename="estratto.sta"'
    assert "Bank and book are the same, to the cent" in desk.get(at("bank")).content.decode()


def test_a_file_twice_leads_to_the_first(desk, bank, agreement):
    content = swift((BEFORE, 5_000, agreement.reference))
    first = upload(desk, bank, content)
    work_off()
    answer = desk.get(upload(desk, bank, content, name="copy.sta").url)
    assert "Nothing is booked twice" in answer.content.decode()
    assert (StatementFile.objects.count(), answer.wsgi_request.path) == (1, first.url)
    assert agreement.held == 5_000


def test_the_same_form_with_another_file_is_a_conflict(desk, bank):
    client_id = uuid.uuid4()
    upload(desk, bank, swift((BEFORE, 5_000, "x")), client_id=client_id)
    assert upload(desk, bank, swift((BEFORE, 6_000, "x")), client_id=client_id).status_code == 409


BOMB = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>"""
GOOD = swift((BEFORE, 5_000, "x"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (GOOD[: len(GOOD) // 2], "ends too early"),
        (GOOD.replace(b"EUR", b"USD"), "Only euro"),
        (GOOD.replace(b"IT60X0542811101000000123456", THEIRS.encode()), "another account"),
        (BOMB, "instructions"),
        (b"x" * (100 * 1024 * 1024), "too large"),
        (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 40, "no bank statement"),
        (b"MZ\x90\x00", "no bank statement"),
        (b"", "nothing in this file"),
        (swift((BEFORE, 5_000, "x"), closing=4_999), "do not add up"),
        (b"%PDF-1.7 ...", "no bank statement"),
    ],
    ids=["half", "dollars", "other", "bomb", "100MB", "program", "exe", "empty", "sums", "pdf"],
)
def test_a_bad_file_is_named_next_to_the_field_and_nothing_is_booked(content, says, desk, bank):
    answer = upload(desk, bank, content)
    assert answer.status_code == 422
    with override("en"):
        (error,) = answer.context["form"].errors["file"]
    assert says in error
    assert 'id="id_file_error"' in answer.content.decode()
    assert (StatementFile.objects.count(), balances()) == (0, {})


def test_a_photo_is_no_file_of_a_bank_whatever_it_is_called(desk, bank):
    photo = b"\xff\xd8\xff\xe0" + b"Data;Importo\r\n28/11/2026;12,50\r\n"
    for content in (photo, b"Data;Importo\r\n28/11/2026;12,50\0\r\n"):
        assert "no bank statement" in upload(desk, bank, content, name="foto.csv").content.decode()
        sent = {"file": SimpleUploadedFile("foto.csv", content)}
        answer = desk.post(at("columns", bank.pk), sent)
        assert (answer.status_code, "no bank statement" in answer.content.decode()) == (422, True)


def test_no_file_and_no_account_are_said_too(desk, bank):
    answer = desk.post(at("bank"), {"client_id": "nonsense", "account": "7777777777777777777777"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"client_id", "account", "file"}


def test_what_is_likely_is_accepted_with_one_click(desk, bank, agreement):
    take(bank, swift((BEFORE, 5_000, "SAMIRA HASSAN RISPARMIO")), by=desk_of(desk))
    line = BankLine.objects.get()
    page = desk.get(at("bank_lines")).content.decode()
    assert "Name and amount fit." in page
    assert str(agreement) in page

    answer = desk.post(at("settle_line", line.pk, "accetta"), {"agreement": agreement.pk})

    assert (answer.status_code, answer.url) == (302, at("bank_lines"))
    line.refresh_from_db()
    assert (line.agreement, line.why) == (agreement, "name_and_amount")
    other = agreement_of()
    refused = desk.post(at("settle_line", line.pk, "accetta"), {"agreement": other.pk})
    assert refused.status_code == 200, "whoever opens the line of a household says why"
    assert BankLine.objects.get().agreement == agreement


def desk_of(browser):
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(pk=browser.session["_auth_user_id"])


@pytest.mark.parametrize("words", ["Hassan", "number", "reference", "50"])
def test_a_household_is_found_by_name_number_reference_or_amount(words, desk, bank, agreement):
    other = agreement_of(cents=7_000)
    take(bank, swift((BEFORE, 5_000, "?")), by=desk_of(desk))
    asked = {"number": str(agreement.number), "reference": agreement.reference}.get(words, words)
    answer = desk.get(at("bank_line", BankLine.objects.get().pk), {"q": asked})
    assert other.number != agreement.number
    assert answer.context["found"] == [agreement]


def test_a_settled_line_says_who_and_is_put_right_with_a_reason(desk, bank, agreement):
    take(bank, swift((BEFORE, 5_000, "?")), by=desk_of(desk))
    line = BankLine.objects.get()
    desk.post(at("settle_line", line.pk, "assegna"), {"agreement": agreement.pk})
    asked = desk.get(at("bank_line", line.pk))
    assert "This is confidential" in asked.content.decode()
    desk.post(at("bank_line", line.pk), {"why": "correct"})
    page = desk.get(at("bank_line", line.pk)).content.decode()
    assert str(desk_of(desk)) in page
    assert "Somebody has looked into it" in page

    verb = at("settle_line", line.pk, "correggi")
    assert desk.post(verb, {"seen": 0, "reason": " "}).status_code == 422
    answer = desk.post(verb, {"seen": 0, "reason": "It was another family"})
    assert (answer.status_code, answer.url) == (302, at("bank_line", line.pk))
    page = desk.get(at("bank_line", line.pk)).content.decode()
    assert "It was another family" in page
    assert "A second person has to say yes" in page
    second = signed_in(approver())
    second.post(at("bank_line", line.pk), {"why": "correct"})
    assert second.post(at("settle_line", line.pk, "approva"), {"what": "unknown"}).status_code == 302
    assert balances() == {bank.ledger.code: 5_000, "suspense": -5_000}


def test_a_second_person_says_yes_on_the_lines_page(desk, bank, lucia):
    take(bank, swift((BEFORE, 50_000, "COMUNE"), (YESTERDAY, -3_000, "CANONE")), by=lucia)
    money, line = BankLine.objects.get(cents=50_000), BankLine.objects.get(cents=-3_000)
    desk.post(at("settle_line", money.pk, "agenzia"))
    desk.post(at("settle_line", line.pk, "spese"))
    page = desk.get(at("bank_line", line.pk)).content.decode()
    assert "A second person has to say yes" in page
    assert "Yes, book it so" not in page
    assert desk.post(at("settle_line", line.pk, "approva"), {"what": "charges"}).status_code == 404
    assert balances()["unexplained"] == 3_000

    second = signed_in(approver())
    assert at("bank_line", line.pk) in second.get(at("bank_lines") + "?mostra=attesa").content.decode()
    assert "Yes, book it so" in second.get(at("bank_line", line.pk)).content.decode()
    assert second.post(at("settle_line", line.pk, "approva"), {"what": "agency"}).status_code == 409
    assert second.post(at("settle_line", line.pk, "approva"), {"what": "charges"}).status_code == 302

    assert balances() == {bank.ledger.code: 47_000, "agency": -47_000}
    assert "Approved by" in desk.get(at("bank_line", line.pk)).content.decode()


def test_a_payout_that_came_back_is_chosen_on_the_lines_page(desk, bank, lucia, samira, agreement):
    take(bank, swift((BEFORE, 30_000, agreement.reference)), by=lucia)
    told = {"cents": 30_000, "purpose": "furniture", "payee": "Samira Hassan", "iban": THEIRS}
    payout = Payout.request(agreement, by=samira, client_id=uuid.uuid4(), **told)
    payout.approve(by=approver())
    payout.order(by=lucia)
    out = (YESTERDAY, -30_000, payout.end_to_end)
    take(bank, swift(out, (YESTERDAY, 30_000, "STORNO"), opening=30_000, number=2), by=lucia)
    line = BankLine.objects.unknown().get()
    assert "It is this payout" in desk.get(at("bank_line", line.pk)).content.decode()
    assert desk.post(at("settle_line", line.pk, "tornato"), {"payout": payout.pk}).status_code == 302
    assert agreement.held == 30_000


def test_a_no_is_said_on_the_lines_page(desk, bank, lucia):
    take(bank, swift((YESTERDAY, -3_000, "CANONE")), by=lucia)
    line = BankLine.objects.get()
    desk.post(at("settle_line", line.pk, "spese"))
    assert (
        signed_in(UserFactory(roles=["portal.auditor"]))
        .post(at("settle_line", line.pk, "rifiuta"))
        .status_code
        == 404
    )
    assert signed_in(approver()).post(at("settle_line", line.pk, "rifiuta")).status_code == 302
    assert "They are charges" in desk.get(at("bank_line", line.pk)).content.decode()


def test_whoever_was_slower_reads_it_on_the_line(desk, bank, lucia, agreement):
    take(bank, swift((YESTERDAY, -300, "?")), by=lucia)
    line = BankLine.objects.get()
    assert desk.post(at("settle_line", line.pk, "agenzia")).status_code == 409
    assert desk.post(at("settle_line", line.pk, "pagamenti"), {"payout": ["1", "x"]}).status_code == 409
    assert desk.post(at("settle_line", line.pk, "restituita"), {"line": "²"}).status_code == 409
    assert desk.post(at("settle_line", line.pk, "spese")).status_code == 409, "the agency has paid nothing in"
    assert desk.post(at("settle_line", line.pk, "nothing")).status_code == 404
    assert balances() == {bank.ledger.code: -300, "unexplained": 300}


def test_bank_and_book_day_by_day(desk, bank, lucia):
    take(bank, swift((YESTERDAY, 5_000, "?"), opening=900), by=lucia)
    page = desk.get(at("reconciliation", bank.pk), {"mese": f"{YESTERDAY:%Y-%m}"})
    assert [row.difference for row in page.context["differences"]][-1] == 900
    assert "The first statement begins with money" in page.content.decode()
    for nonsense in ("2026-13", "x", "9999-01", "0001-01", ""):
        assert desk.get(at("reconciliation", bank.pk), {"mese": nonsense}).status_code == 200
    assert "€9.00" in desk.get(at("opening", bank.pk)).content.decode()
    desk.post(at("opening", bank.pk))
    assert desk.get(at("reconciliation", bank.pk)).context["differences"] == []


def test_a_missing_statement_says_of_which_days_and_a_difference_is_explained(desk, bank, lucia):
    days = [TODAY - timedelta(days=number) for number in (9, 6, 5)]
    month = {"mese": f"{days[2]:%Y-%m}"}
    address = f"{at('reconciliation', bank.pk)}?mese={month['mese']}"
    take(bank, swift((days[0], 5_000, "?"), day=days[0]), by=lucia)
    take(bank, swift((days[2], 100, "??"), opening=5_900, day=days[2], number=2), by=lucia)
    row = next(one for one in desk.get(address).context["differences"] if one.day == days[2])
    assert (row.cause, row.missing) == (Cause.MISSING, (days[0] + timedelta(days=1), days[1]))
    page = desk.get(address).content.decode()
    assert f"?conto={bank.pk}#upload" in page

    said = {
        "client_id": uuid.uuid4(),
        "day": days[2].isoformat(),
        "text": "Manca il file, lo abbiamo chiesto",
    }
    assert desk.post(address, said | {"text": ""}).status_code == 422
    assert [desk.post(address, said).status_code for _time in range(2)] == [302, 302]
    assert desk.post(address, said | {"text": "Altro testo qui"}).status_code == 409
    other = signed_in(approver())
    assert other.post(address, said | {"client_id": uuid.uuid4()}).status_code == 404
    note = Explanation.objects.get()
    assert (note.by, note.day, note.cents) == (lucia, days[2], row.difference)
    page = other.get(address).content.decode()
    assert note.text in page
    assert "Write it down" not in page
    assert f"?conto={bank.pk}#upload" not in page


def test_a_day_of_which_the_bank_told_no_balance_is_not_called_right(desk, bank, lucia):
    take(bank, swift((YESTERDAY, 5_000, "?")), by=lucia)
    Statement.objects.update(closing_cents=None, closing_day=None, opening_cents=None, opening_day=None)
    address = f"{at('reconciliation', bank.pk)}?mese={YESTERDAY:%Y-%m}"
    page = desk.get(address).content.decode()
    assert "not checked" in page
    assert "are the same on every day" not in page


def test_the_columns_of_a_bank_are_said_once(desk, bank):
    sample = f"Data;Importo;Causale\r\n{BEFORE:%d/%m/%Y};50,00;RISPARMIO\r\n".encode()
    address = at("columns", bank.pk)
    answer = desk.post(address, {"file": SimpleUploadedFile("a.csv", sample)})
    form = answer.context["form"]
    assert [(line.day, line.cents, line.text) for line in answer.context["lines"]] == [
        (BEFORE, 5_000, "RISPARMIO")
    ]
    assert form.beside()[1] == ("Importo", "50,00")
    page = answer.content.decode()
    assert "2: Importo (for example: 50,00)" in page
    assert "Our code that begins with RF" in page
    sent = {field.html_name: "" if field.value() is None else field.value() for field in form}
    wrong = desk.post(address, sent | {"amount": "", "do": "save"})
    assert wrong.status_code == 422
    assert "paid_in" in wrong.context["form"].errors

    assert desk.post(address, sent | {"do": "save"}).status_code == 302

    bank.refresh_from_db()
    assert (bank.columns["day"], bank.columns["amount"], bank.columns["text"]) == (
        "Data",
        "Importo",
        "Causale",
    )
    assert upload(desk, bank, sample, name="a.csv").status_code == 302
    for bad in (b"PK\x03\x04", b"a;b\r\n1;2\r\n"):
        assert desk.post(address, {"file": SimpleUploadedFile("a", bad)}).status_code == 422
    for bad in ({"sample": "%"}, {"sample": "YTti", "skip": "7", "day": "12"}):
        assert desk.post(address, bad).status_code == 422


PAGES = ("bank", "bank_lines", "bank_account", "reconciliation", "bank_line", "statement_file")


def pages_of(bank):
    own = {
        "bank_account": bank.pk,
        "reconciliation": bank.pk,
        "bank_line": BankLine.objects.first().pk,
        "statement_file": StatementFile.objects.first().pk,
    }
    return [at(name, *([own[name]] if name in own else [])) for name in PAGES]


def test_who_sees_them(bank, lucia, samira):
    take(bank, swift((BEFORE, 5_000, "?")), by=lucia)
    line = BankLine.objects.get()
    for person in (approver(), UserFactory(roles=["portal.auditor"])):
        browser = signed_in(person)
        assert {browser.get(page).status_code for page in pages_of(bank)} == {200}
        assert browser.get(at("columns", bank.pk)).status_code == 404
        assert upload(browser, bank, swift((BEFORE, 1, "x"))).status_code == 404
        assert browser.post(at("settle_line", line.pk, "agenzia")).status_code == 404
        assert browser.post(at("opening", bank.pk)).status_code == 404
    for person in (caseworker(), samira, UserFactory()):
        browser = signed_in(person)
        assert {browser.get(page).status_code for page in pages_of(bank)} == {404}
    anonymous = Browser()
    assert {anonymous.get(page).status_code for page in pages_of(bank)} == {302}


def test_a_fresh_sign_in_comes_after_the_404(bank, lucia):
    take(bank, swift((BEFORE, 5_000, "?")), by=lucia)
    browser = Browser()
    browser.force_login(lucia)
    for page in pages_of(bank):
        answer = browser.get(page)
        assert answer.status_code == 302
        assert reverse("portal:step_up") in answer.url
    for name in ("bank_account", "reconciliation", "bank_line", "statement_file", "columns", "opening"):
        assert browser.get(at(name, 999_999)).status_code == 404


def test_nobody_credits_their_own_household_through_the_page(bank, lucia, samira, agreement):
    take(bank, swift((BEFORE, 5_000, "?")), by=lucia)
    samira.give_role("risparmio.treasurer", by=None)
    answer = signed_in(samira).post(
        at("settle_line", BankLine.objects.get().pk, "assegna"), {"agreement": agreement.pk}
    )
    assert answer.status_code == 409
    assert "your own household" in answer.content.decode()


def test_as_many_queries_for_many_as_for_few(desk, bank, lucia, agreement, django_assert_max_num_queries):
    take(bank, swift((BEFORE, 5_000, "SAMIRA HASSAN"), (YESTERDAY, -1, "x")), by=lucia)
    settle(BankLine.objects.get(cents=5_000), agreement, by=lucia)
    take(bank, swift((TODAY, 5_000, "SAMIRA HASSAN"), opening=4_999, number=2, day=TODAY), by=lucia)
    more = [(TODAY, 100 + n, f"HASSAN SAMIRA {n}") for n in range(15)]
    for page in pages_of(bank):
        desk.get(page)
        with django_assert_max_num_queries(15, info=page):
            desk.get(page)
    for _n in range(3):
        agreement_of()
    closing = 4_999 + 5_000
    take(bank, swift(*more, opening=closing, number=3, day=TODAY), by=lucia)
    for page in pages_of(bank):
        desk.get(page)
        with django_assert_max_num_queries(15):
            desk.get(page)


def test_the_register_of_accounts_is_the_administrators(bank, lucia):
    admin = UserFactory(is_superuser=True)
    assert signed_in(admin).get("/admin/bank_accounts/").status_code == 200
    assert signed_in(lucia).get("/admin/bank_accounts/").status_code != 200
    assert BankAccount.objects.count() == 1
