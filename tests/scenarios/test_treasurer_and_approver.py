"""Samira asks for some of her own; Silvia says yes, Giorgio tells the bank, the bank says it has paid. Nobody could do
it alone, and each sees at once what the one before has done."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from risparmio.bank.formats.statement import Balance, Line, Statement
from tests.risparmio.bank.formats.samples import camt

pytestmark = pytest.mark.browser

PAYOUT = re.compile(r"/risparmio/prelievi/(\d+)/$")
SAMIRAS = "DE89370400440532013000"


def _bank(server) -> dict:
    """The account into which households pay, as the last statement told it."""
    told = server.python(
        "import json; from risparmio.book.models import BankAccount; "
        "bank = BankAccount.objects.get(is_paid_into=True); "
        "last = bank.statements.filter(closing_cents__isnull=False).order_by('closing_day', 'id').last(); "
        "print(json.dumps({'iban': bank.iban, 'pk': bank.pk, 'cents': last.closing_cents}))"
    )
    return json.loads(told)


def _paid(bank: dict, cents: int, end_to_end: str) -> bytes:
    """The bank's file of today: that it has paid so much."""
    today = timezone.localdate()
    line = Line(
        day=today, cents=-cents, end_to_end=end_to_end, counterparty="Samira Haddad", bank_reference="P1"
    )
    return camt(
        Statement(
            account=bank["iban"],
            identification="oggi",
            opening=Balance(day=today - timedelta(days=1), cents=bank["cents"]),
            closing=Balance(day=today, cents=bank["cents"] - cents),
            lines=(line,),
        )
    )


def test_four_eyes_and_a_bank(fresh_server, browser_context_for, axe, screenshot):
    samira = browser_context_for("tenant", language="ar", strict=False).new_page()
    silvia = browser_context_for("approver", strict=False).new_page()
    giorgio = browser_context_for("treasurer", viewport="desktop", strict=False).new_page()

    # -- Silvia has her list open on her phone when Samira asks
    silvia.goto("/risparmio/approvazioni/")
    expect(silvia.locator("body[data-live-state=open]")).to_have_count(1)
    samira.goto("/ar/risparmio/")
    assert axe(samira) == []
    samira.locator("main a[href$='/prelievo/']").click()
    samira.locator("[name=purpose][value=furniture]").check()
    samira.locator("[name=cents]").fill("٢٠٠")
    samira.locator("[name=payee]").fill("Samira Haddad")
    samira.locator("[name=iban]").fill(SAMIRAS)
    assert axe(samira) == []
    samira.locator("main form button[type=submit]").first.click()
    expect(samira).to_have_url(PAYOUT)
    payout = PAYOUT.search(samira.url)[1]
    screenshot(samira, "savings-1-asked-ar-phone")
    expect(silvia.locator("main", has_text="Haddad").first).to_be_visible()

    # -- the treasurer cannot say yes, nor tell the bank before somebody has
    giorgio.goto(f"/risparmio/prelievi/{payout}/")
    if giorgio.locator("select[name=why], [name=why]").count():
        giorgio.locator("[name=why]").first.check()
        giorgio.locator("main form button[type=submit]").first.click()
    expect(giorgio.locator("form[action$='/approve/']")).to_have_count(0)
    expect(giorgio.locator("form[action$='/order/']")).to_have_count(0)

    # -- Silvia says yes, and Samira's page says so by itself
    expect(samira.locator("body[data-live-state=open]")).to_have_count(1)
    silvia.locator(f"main a[href$='/prelievi/{payout}/']").first.click()
    assert axe(silvia) == []
    screenshot(silvia, "savings-2-approve-phone")
    before = samira.locator("#payout").inner_text()
    silvia.locator("form[action$='/approve/'] button[type=submit]").first.click()
    expect(samira.locator("#payout")).not_to_have_text(before)

    # -- Giorgio puts it into the file for the bank
    giorgio.goto("/risparmio/bonifici/")
    for box in giorgio.locator("[name=payouts]").all():
        box.set_checked(box.get_attribute("value") == payout)
    giorgio.locator("main form button[type=submit]").first.click()
    assert axe(giorgio) == []
    screenshot(giorgio, "savings-3-sure")
    giorgio.locator("main form button[name=sure]").click()  # having read how many, and how much
    expect(giorgio).to_have_url(re.compile(r"/risparmio/bonifici/\d+/$"))
    assert axe(giorgio) == []
    with giorgio.expect_download() as download:
        giorgio.locator("main a[href$='pain001.xml']").first.click()
    order = download.value.path().read_text()
    assert f"<EndToEndId>ABITARE-{payout}</EndToEndId>" in order
    assert '<InstdAmt Ccy="EUR">200.00</InstdAmt>' in order

    # -- and the bank's file says that it has paid
    bank = _bank(fresh_server)
    giorgio.goto("/risparmio/banca/")
    giorgio.locator("[name=account]").select_option(str(bank["pk"]))
    giorgio.locator("[name=file]").set_input_files(
        {"name": "estratto.xml", "mimeType": "text/xml", "buffer": _paid(bank, 20_000, f"ABITARE-{payout}")}
    )
    giorgio.locator("form:has([name=file]) button[type=submit]").click()
    expect(giorgio).to_have_url(re.compile(r"/risparmio/banca/file/\d+/$"))
    expect(giorgio.locator("progress")).to_have_count(0)
    screenshot(giorgio, "savings-3-read-desktop")

    samira.goto(f"/ar/risparmio/prelievi/{payout}/")
    state = fresh_server.python(
        f"from risparmio.payments.models import Payout; print(Payout.objects.get(pk={payout}).state)"
    )
    assert state.strip() == "paid"
    screenshot(samira, "savings-4-paid-ar-phone")
    samira.goto("/ar/risparmio/")
    expect(samira.locator(".savings__held")).to_contain_text("394.00")
