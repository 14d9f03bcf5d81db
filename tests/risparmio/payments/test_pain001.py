"""The transfer file, held against the schema that banks publish."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from importlib.resources import files
from xml.etree import ElementTree

import pytest
import xmlschema
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from portal.ui.words import isolated, plain
from risparmio.payments.pain001 import (
    NAMESPACE,
    NotTransferable,
    Party,
    Transfer,
    sepa_text,
    transfer_file,
)


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


NOW = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)  # in Rome half past midnight, the 28th
DAY = date(2026, 11, 30)
AGENCY = Party("Agenzia dell'Abitare", "IT60X0542811101000000123456")
FIRST = Transfer("PAYOUT-1", 125050, "Niccolò Però", "IT60X0542811101000000123456", "Caparra: è per la casa")
SECOND = Transfer("PAYOUT-2", 5, "José Muñoz", "DE89370400440532013000", "")


@pytest.fixture(scope="module")
def schema():
    return load_schema()


def load_schema():
    return xmlschema.XMLSchema(str(files("sepaxml") / "schemas" / "pain.001.001.09.xsd"))


def written(*transfers: Transfer, **changed) -> bytes:
    facts = {"message_id": "ABITARE-20261128-1", "created_at": NOW, "execution_day": DAY, "debtor": AGENCY}
    return transfer_file(**facts | {"transfers": transfers} | changed)


def values(file: bytes, path: str) -> list[str | None]:
    steps = "/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/"))
    return [element.text for element in ElementTree.fromstring(file).findall(f".//{steps}")]


def test_a_file_is_what_the_schema_wants(schema):
    schema.validate(written(FIRST, SECOND).decode())


def test_a_file_says_what_the_treasurer_meant():
    file = written(FIRST, SECOND)
    assert file.startswith(
        b'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain'
    )
    assert values(file, "MsgId") == ["ABITARE-20261128-1"]
    assert values(file, "CreDtTm") == ["2026-11-28T00:30:00+01:00"]
    assert values(file, "InitgPty/Nm") == ["Agenzia dell'Abitare"]
    assert values(file, "PmtInf/PmtInfId") == ["ABITARE-20261128-1"]
    assert values(file, "PmtMtd") == ["TRF"]
    assert values(file, "SvcLvl/Cd") == ["SEPA"]
    assert values(file, "ReqdExctnDt/Dt") == ["2026-11-30"]
    assert values(file, "DbtrAcct/Id/IBAN") == ["IT60X0542811101000000123456"]
    assert values(file, "DbtrAgt/FinInstnId/Othr/Id") == ["NOTPROVIDED"]
    assert values(file, "ChrgBr") == ["SLEV"]
    assert values(file, "EndToEndId") == ["PAYOUT-1", "PAYOUT-2"]
    assert values(file, "InstdAmt") == ["1250.50", "0.05"]
    assert values(file, "Cdtr/Nm") == ["Niccolo Pero", "Jose Munoz"]
    assert values(file, "CdtrAcct/Id/IBAN") == ["IT60X0542811101000000123456", "DE89370400440532013000"]
    assert values(file, "Ustrd") == ["Caparra: e per la casa"]
    assert b'<InstdAmt Ccy="EUR">1250.50</InstdAmt>' in file


def test_the_sums_are_there_twice_and_right():
    file = written(FIRST, SECOND)
    assert values(file, "NbOfTxs") == ["2", "2"]
    assert values(file, "CtrlSum") == ["1250.55", "1250.55"]


def test_the_same_facts_are_the_same_bytes():
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-5)))
    assert written(FIRST, SECOND) == written(FIRST, SECOND, created_at=elsewhere)
    assert written(FIRST, SECOND) != written(SECOND, FIRST)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("è già così, perché no?", "e gia cosi, perche no?"),
        ("Çelik Øster Straße Łódź Đorđe", "Celik Oster Strasse Lodz Dorde"),
        ("D’Amico “Casa” – n°5", "D'Amico 'Casa' - n?5"),
        ("Rossi & Figli; [1] €", "Rossi + Figli, (1) EUR"),
        ("  a\n b\t c ", "a b c"),
        ("<b>@", "?b??"),
        ("أمل", "???"),
        ("\u0301", ""),
        ("ﬁ ²", "fi 2"),
    ],
    ids=ascii,
)
def test_a_text_is_sent_in_the_letters_that_banks_know(text, sent):
    assert sepa_text(text) == sent


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "The name of an account's holder is missing."),
        (" \n", "The name of an account's holder is missing."),
        ("\u0301", "The name of an account's holder is missing."),
        ("-", "The name of an account's holder is missing."),
        ("أمل", "The bank cannot read the name أمل: write it in Latin letters, as the account has it."),
        (
            "Amal أمل",
            "The bank cannot read the name Amal أمل: write it in Latin letters, as the account has it.",
        ),
        ("ß" * 36, f"The name {'ß' * 36} is longer than 70 characters."),
    ],
    ids=ascii,
)
def test_a_name_that_no_bank_would_know_is_refused(name, said):
    assert refusal(replace(FIRST, name=name)) == said
    assert refusal(FIRST, debtor=replace(AGENCY, name=name)) == said


def test_a_name_in_a_refusal_keeps_its_own_direction():
    with pytest.raises(NotTransferable, match=isolated("أمل")):
        written(replace(FIRST, name="أمل"))


@pytest.mark.parametrize("cents", [0, -1, 100_000_000_000])
def test_an_amount_that_no_bank_would_transfer_is_refused(cents):
    said = "The amount of transfer PAYOUT-2 is not between 0.01 and 999,999,999.99 euros."
    assert refusal(FIRST, replace(SECOND, cents=cents)) == said


@pytest.mark.parametrize("iban", ["", "IT61X0542811101000000123456", "TR330006100519786457841326"])
def test_an_iban_must_be_right_and_within_reach(iban):
    said = "The IBAN of {} is wrong, or SEPA transfers do not reach it."
    assert refusal(replace(SECOND, iban=iban)) == said.format("José Muñoz")
    assert refusal(FIRST, debtor=replace(AGENCY, iban=iban)) == said.format("Agenzia dell'Abitare")


@pytest.mark.parametrize("text", ["", "A" * 36, "A B", "/A", "A/", "A//B", "È", "A\n"], ids=ascii)
def test_an_identifier_is_taken_as_it_is_or_not_at_all(text):
    said = f"Banks do not take {text} as identifier: 1 to 35 Latin letters, figures and marks, no blanks."
    assert refusal(replace(FIRST, end_to_end=text)) == said
    assert refusal(FIRST, message_id=text) == said


def test_the_longest_is_still_taken(schema):
    file = written(Transfer("E" * 35, 99_999_999_999, "n" * 70, AGENCY.iban, "t" * 140), message_id="M" * 35)
    schema.validate(file.decode())
    assert values(file, "CtrlSum") == ["999999999.99"] * 2
    assert (
        refusal(replace(FIRST, text="t" * 141))
        == "The text of transfer PAYOUT-1 is longer than 140 characters."
    )


def test_nothing_is_no_file():
    assert refusal() == "There is no transfer to write."


def test_one_transfer_is_never_paid_twice():
    assert (
        refusal(FIRST, SECOND, replace(SECOND, end_to_end="PAYOUT-1")) == "Transfer PAYOUT-1 is there twice."
    )


def test_no_day_that_is_over():
    said = "The day of the transfers is over: choose today or a later day."
    assert refusal(FIRST, execution_day=date(2026, 11, 27)) == said  # still the 27th in UTC, but not in Rome
    assert refusal(FIRST, today=DAY + timedelta(days=1)) == said
    assert values(written(FIRST, today=DAY), "ReqdExctnDt/Dt") == ["2026-11-30"]
    assert values(written(FIRST, execution_day=date(2026, 11, 28)), "ReqdExctnDt/Dt") == ["2026-11-28"]


def test_a_moment_without_time_zone_is_none():
    assert refusal(FIRST, created_at=datetime(2026, 11, 28, 12)) == "The moment of the file has no time zone."


SCHEMA = load_schema()
WRITINGS = st.one_of(st.text(max_size=160), st.text(alphabet="abcèßŁ '&<>-/\n\x00\u0301أ", max_size=160))


@given(st.lists(st.tuples(WRITINGS, WRITINGS, st.integers(1, 99_999_999_999)), min_size=1, max_size=4))
def test_whatever_is_accepted_is_what_the_schema_wants(drawn):
    transfers = [
        Transfer(f"PAYOUT-{number}", cents, name, AGENCY.iban, text)
        for number, (name, text, cents) in enumerate(drawn)
    ]
    try:
        file = written(*transfers)
    except NotTransferable:
        return
    SCHEMA.validate(file.decode())
    file.decode("ascii")
    assert values(file, "NbOfTxs") == [str(len(drawn))] * 2
    assert sum(map(Decimal, values(file, "InstdAmt"))) == Decimal(values(file, "CtrlSum")[0])
    assert Decimal(values(file, "CtrlSum")[0]) * 100 == sum(cents for _, _, cents in drawn)


def refusal(*transfers: Transfer, **changed) -> str:
    with pytest.raises(NotTransferable) as refused:
        written(*transfers, **changed)
    assert isinstance(refused.value, ValueError)
    return plain(str(refused.value))


def test_each_transfer_is_a_line_of_the_statement():
    """A batch booked as one sum could be told apart by nobody."""
    assert values(written(FIRST, SECOND), "PmtInf/BtchBookg") == ["false"]
