"""The file by which a bank executes payouts: a SEPA credit transfer, ISO 20022 pain.001.001.09.

Out of scope is the flavour of the Italian interbank corporate network (CBI), which wraps the same facts in elements of
its own; a bank that takes nothing else gets its payouts by hand.

SEPA knows Latin letters without accents, figures, blanks and / - ? : ( ) . , ' + only. Accents fall away ("è" is "e")
and letters of two are spelled ("ß" is "ss"). What has no such form is a question mark in the text of a transfer. In a
name it is refused: the bank compares the holder's name with the account before it pays, and "?????" is nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree import ElementTree

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.ui.words import isolated
from risparmio.amounts import plain

from .epc import LARGEST, NotPayable, sepa_iban

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
LONGEST_ID, LONGEST_NAME, LONGEST_TEXT = 35, 70, 140  # characters

_SEPA = "A-Za-z0-9/?:().,'+ -"
_ID = re.compile(rf"(?!/)(?!.*//)[{_SEPA.replace(' ', '')}]{{1,{LONGEST_ID}}}(?<!/)")
_NO_SEPA = re.compile(f"[^{_SEPA}]")
_SPELLED = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
        "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "ı": "i", "ə": "e", "Ə": "E",
        "‘": "'", "’": "'", "ʼ": "'", "`": "'", "´": "'", "“": "'", "”": "'", '"': "'", "«": "'", "»": "'",
        "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-", "_": "-", "&": "+", "€": "EUR", ";": ",",
        "[": "(", "]": ")", "{": "(", "}": ")",
    }
)  # fmt: skip


class NotTransferable(ValueError):
    """The file cannot be written; `reason` says why."""

    @property
    def reason(self) -> str | Promise:
        return self.args[0]


@dataclass(frozen=True)
class Party:
    """Whose account is debited. Its bank knows its own BIC."""

    name: str
    iban: str


@dataclass(frozen=True)
class Transfer:
    """`end_to_end` comes back on the statement and is never the same twice; `cents` above zero; `name` and `iban` of
    whoever is paid; `text` is for their statement and may be empty."""

    end_to_end: str
    cents: int
    name: str
    iban: str
    text: str


def transfer_file(
    *,
    message_id: str,
    created_at: datetime,
    execution_day: date,
    debtor: Party,
    transfers: Sequence[Transfer],
    today: date | None = None,
) -> bytes:
    """The whole file, one batch; the same bytes for the same facts. Raises NotTransferable.

    `created_at` is aware and written as the clock in Rome shows it; `today` is its day if it is not given, and no
    `execution_day` lies before it. Whether banks work on that day is not looked at: they move it to the next.
    """
    if timezone.is_naive(created_at):
        raise NotTransferable(_("The moment of the file has no time zone."))
    created_at = timezone.localtime(created_at)
    if execution_day < (today or created_at.date()):
        raise NotTransferable(_("The day of the transfers is over: choose today or a later day."))
    if not transfers:
        raise NotTransferable(_("There is no transfer to write."))
    _no_id_twice(transfers)
    message_id = _id(message_id)
    count, total = str(len(transfers)), plain(sum(_cents(transfer) for transfer in transfers))

    document = ElementTree.Element("Document", xmlns=NAMESPACE)
    initiation = ElementTree.SubElement(document, "CstmrCdtTrfInitn")
    header = ElementTree.SubElement(initiation, "GrpHdr")
    _put(header, "MsgId", message_id)
    _put(header, "CreDtTm", created_at.isoformat(timespec="seconds"))
    _put(header, "NbOfTxs", count)
    _put(header, "CtrlSum", total)
    _put(header, "InitgPty/Nm", sepa_name(debtor.name))

    batch = ElementTree.SubElement(initiation, "PmtInf")
    _put(batch, "PmtInfId", message_id)
    _put(batch, "PmtMtd", "TRF")
    _put(batch, "BtchBookg", "false")  # each transfer a line of the statement: a sum would tell of nobody
    _put(batch, "NbOfTxs", count)
    _put(batch, "CtrlSum", total)
    _put(batch, "PmtTpInf/SvcLvl/Cd", "SEPA")
    _put(batch, "ReqdExctnDt/Dt", execution_day.isoformat())
    _put(batch, "Dbtr/Nm", sepa_name(debtor.name))
    _put(batch, "DbtrAcct/Id/IBAN", _iban(debtor.name, debtor.iban))
    _put(batch, "DbtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")
    _put(batch, "ChrgBr", "SLEV")
    for transfer in transfers:
        _transfer(batch, transfer)

    ElementTree.indent(document)
    body = ElementTree.tostring(document, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def sepa_text(text: str) -> str:
    """In SEPA's letters, in one line; a question mark for each that has none."""
    letters = unicodedata.normalize("NFKD", text.translate(_SPELLED)).translate(_SPELLED)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(_NO_SEPA.sub("?", " ".join(bare.split())).split())


def sepa_name(text: str) -> str:
    """An account's holder in SEPA's letters, 1 to 70 of them; raises NotTransferable."""
    name = sepa_text(text)
    if "?" in name:
        raise _refusal(
            _("The bank cannot read the name {name}: write it in Latin letters, as the account has it."),
            name=text,
        )
    if not re.search("[A-Za-z0-9]", name):
        raise NotTransferable(_("The name of an account's holder is missing."))
    if len(name) > LONGEST_NAME:
        raise _refusal(_("The name {name} is longer than 70 characters."), name=text)
    return name


def _transfer(batch: ElementTree.Element, transfer: Transfer) -> None:
    info = ElementTree.SubElement(batch, "CdtTrfTxInf")
    _put(info, "PmtId/EndToEndId", _id(transfer.end_to_end))
    _put(info, "Amt/InstdAmt", plain(transfer.cents)).set("Ccy", "EUR")
    _put(info, "Cdtr/Nm", sepa_name(transfer.name))
    _put(info, "CdtrAcct/Id/IBAN", _iban(transfer.name, transfer.iban))
    text = sepa_text(transfer.text)
    if len(text) > LONGEST_TEXT:
        raise _refusal(_("The text of transfer {id} is longer than 140 characters."), id=transfer.end_to_end)
    if text:
        _put(info, "RmtInf/Ustrd", text)


def _put(parent: ElementTree.Element, path: str, text: str) -> ElementTree.Element:
    """`text` in new elements, one in the other, along the path."""
    for tag in path.split("/"):
        parent = ElementTree.SubElement(parent, tag)
    parent.text = text
    return parent


def _no_id_twice(transfers: Sequence[Transfer]) -> None:
    seen: set[str] = set()
    for transfer in transfers:
        if transfer.end_to_end in seen:
            raise _refusal(_("Transfer {id} is there twice."), id=transfer.end_to_end)
        seen.add(transfer.end_to_end)


def _id(text: str) -> str:
    """As it is: changed by one letter it would not be known again on the statement."""
    if not _ID.fullmatch(text):
        raise _refusal(
            _("Banks do not take {id} as identifier: 1 to 35 Latin letters, figures and marks, no blanks."),
            id=text,
        )
    return text


def _cents(transfer: Transfer) -> int:
    if not 0 < transfer.cents <= LARGEST:
        raise _refusal(
            _("The amount of transfer {id} is not between 0.01 and 999,999,999.99 euros."),
            id=transfer.end_to_end,
        )
    return transfer.cents


def _iban(name: str, text: str) -> str:
    try:
        return sepa_iban(text)
    except NotPayable as error:
        raise _refusal(
            _("The IBAN of {name} is wrong, or SEPA transfers do not reach it."), name=name
        ) from error


def _refusal(reason: Promise, **words: str) -> NotTransferable:
    """The reason with what it is about, whose direction is its own."""
    return NotTransferable(format_lazy(reason, **{name: isolated(word) for name, word in words.items()}))
